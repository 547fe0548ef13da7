"""Session descriptions as they are written (RFC 8866)."""

from __future__ import annotations

from dataclasses import dataclass

from pbx.sdp.errors import SdpError

MAX_OCTETS = 32_768
MAX_LINES = 1_000
MAX_MEDIA = 32


@dataclass(frozen=True, slots=True)
class Media:
    """One ``m=`` section. ``attributes``: name and value ("" for a flag), in order."""

    kind: str
    port: int
    profile: str
    formats: tuple[str, ...]
    address: str | None
    attributes: tuple[tuple[str, str], ...]
    line: str  # as written after "m="

    def attribute(self, name: str) -> str | None:
        """The first attribute of that name; None without one."""
        return next((value for key, value in self.attributes if key == name), None)

    def every(self, name: str) -> list[str]:
        """Every attribute of that name."""
        return [value for key, value in self.attributes if key == name]


@dataclass(frozen=True, slots=True)
class SessionDescription:
    """The whole description: session-level lines and the media sections."""

    origin: str
    address: str | None
    attributes: tuple[tuple[str, str], ...]
    media: tuple[Media, ...]

    def attribute(self, name: str) -> str | None:
        """The first attribute of that name at session level; None without one."""
        return next((value for key, value in self.attributes if key == name), None)

    def every(self, name: str) -> list[str]:
        """Every attribute of that name at session level."""
        return [value for key, value in self.attributes if key == name]


@dataclass(slots=True)
class _Section:
    line: str = ""
    address: str | None = None
    attributes: list[tuple[str, str]] | None = None


def parse(body: bytes) -> SessionDescription:
    """Raises SdpError. Lines of types that mean nothing here are skipped; order is not insisted on."""
    if len(body) > MAX_OCTETS:
        raise SdpError(f"{len(body)} octets")
    lines = body.decode("utf-8", "surrogateescape").replace("\r\n", "\n").replace("\r", "\n").split("\n")
    if len(lines) > MAX_LINES:
        raise SdpError(f"{len(lines)} lines")
    if not lines or lines[0].strip() != "v=0":
        raise SdpError("does not begin with v=0")
    origin = ""
    session = _Section(attributes=[])
    sections: list[_Section] = []
    current = session
    for line in lines[1:]:
        kind, value = line[:1], line[2:].strip()
        if not line.strip():
            continue
        if line[1:2] != "=" or not kind.isalpha():
            raise SdpError(f"not a line of SDP: {line[:40]!r}")
        if kind == "o":
            origin = value
        elif kind == "c":
            current.address = _address(value)
        elif kind == "a":
            name, _, content = value.partition(":")
            assert current.attributes is not None
            current.attributes.append((name.strip().lower(), content.strip()))
        elif kind == "m":
            current = _Section(value, None, [])
            sections.append(current)
            if len(sections) > MAX_MEDIA:
                raise SdpError(f"more than {MAX_MEDIA} media")
    return SessionDescription(
        origin, session.address, tuple(session.attributes or ()), tuple(_media(section) for section in sections)
    )


def _address(value: str) -> str:
    """The address of a ``c=`` line, without TTL (RFC 8866 §5.7)."""
    parts = value.split()
    if len(parts) != 3 or parts[0].upper() != "IN" or parts[1].upper() not in {"IP4", "IP6"}:
        raise SdpError(f"not a connection: {value[:60]!r}")
    address = parts[2].partition("/")[0]
    if not address or len(address) > 255:
        raise SdpError("not an address")
    return address


def _media(section: _Section) -> Media:
    """The parts of an ``m=`` line (RFC 8866 §5.14)."""
    parts = section.line.split()
    if len(parts) < 4:
        raise SdpError(f"not a media line: {section.line[:60]!r}")
    port = parts[1].partition("/")[0]
    if not port.isascii() or not port.isdigit() or len(port) > 5 or int(port) > 65535:
        raise SdpError(f"not a port: {parts[1][:20]!r}")
    return Media(
        kind=parts[0].lower(),
        port=int(port),
        profile=parts[2],
        formats=tuple(parts[3:]),
        address=section.address,
        attributes=tuple(section.attributes or ()),
        line=section.line,
    )
