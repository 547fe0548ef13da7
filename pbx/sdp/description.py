"""Session descriptions as they are written (RFC 8866)."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Media:
    """One ``m=`` section. ``attributes``: name and value ("" for a flag), in order."""

    kind: str
    port: int
    profile: str
    formats: tuple[str, ...]
    address: str | None
    attributes: tuple[tuple[str, str], ...]
    line: str

    def attribute(self, name: str) -> str | None:
        return next((value for key, value in self.attributes if key == name), None)

    def every(self, name: str) -> list[str]:
        return [value for key, value in self.attributes if key == name]


@dataclass(frozen=True, slots=True)
class SessionDescription:
    """The whole description: session-level lines and the media sections."""

    origin: str
    address: str | None
    attributes: tuple[tuple[str, str], ...]
    media: tuple[Media, ...]

    def attribute(self, name: str) -> str | None:
        return next((value for key, value in self.attributes if key == name), None)


def parse(body: bytes) -> SessionDescription:
    """Raises SdpError."""
    raise NotImplementedError
