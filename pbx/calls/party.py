"""Who is at the other end of a leg."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Party:
    """Somebody on the telephone: ``number`` is E.164 outside, the extension inside, None when withheld."""

    number: str | None
    name: str | None = None
    login: str | None = None
    extension: str | None = None
    trunk: str | None = None

    @property
    def is_outside(self) -> bool:
        return self.trunk is not None
