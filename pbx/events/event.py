"""What an event is, and how it is written on every wire.

An event says what has happened, in the field's words. ``Event`` carries it: a globally unique, time-ordered id
(UUIDv7), the time in UTC (seconds since the epoch), and the call that it belongs to. Bodies are frozen dataclasses of
JSON types only, so that an event is the same in the journal, on a socket, in the database and on the event WebSocket.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, fields
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, ClassVar, Literal, TypeVar

VERSION = 1

Direction = Literal["inbound", "outbound", "internal"]
Result = Literal["answered", "abandoned", "missed", "cancelled", "voicemail", "callback", "blocked", "busy", "failed"]
EndedBy = Literal["caller", "callee", "system"]
AgentState = Literal["available", "ringing", "talking", "wrap_up", "break", "offline"]


class EventError(ValueError):
    """An event document names a type that this version does not know, or its fields do not fit the type."""


@dataclass(frozen=True, slots=True)
class Body:
    """What an event says; ``type`` is its name on every wire.

    One that is ``passing`` is shown to live subscribers and kept nowhere: what it says holds for seconds.
    """

    type: ClassVar[str]
    passing: ClassVar[bool] = False


_BODIES: dict[str, type[Body]] = {}
_FIELDS: dict[str, tuple[str, ...]] = {}
B = TypeVar("B", bound=type[Body])


def named(name: str) -> Callable[[B], B]:
    """Make a frozen dataclass the body of the events of this type."""

    def register(body: B) -> B:
        body.type = name
        _BODIES[name] = body
        _FIELDS[name] = tuple(one.name for one in fields(body))
        return body

    return register


@lru_cache(maxsize=16)
def _rfc3339_second(second: int) -> str:
    return datetime.fromtimestamp(second, UTC).isoformat()[:19]


def _rfc3339(at: float) -> str:
    """Seconds since the epoch in milliseconds and UTC; the events of a second share all but those."""
    second, milliseconds = divmod(round(at * 1_000_000) // 1000, 1000)
    return f"{_rfc3339_second(second)}.{milliseconds:03}Z"


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened: ``id`` UUIDv7, ``at`` seconds since the epoch, ``call_id`` the journey it belongs to."""

    id: str
    at: float
    call_id: str | None
    body: Body
    _document: dict[str, Any] | None = field(default=None, init=False, repr=False, compare=False)

    @property
    def type(self) -> str:
        return self.body.type

    def to_document(self) -> dict[str, Any]:
        """As JSON types: ``id``, ``type``, ``at`` (RFC 3339, UTC), ``call_id``, ``v`` and the body's fields.

        The document is made once, for the journal and every subscriber: it is not to be changed.
        """
        if self._document is None:
            document = {
                "id": self.id,
                "type": self.type,
                "at": _rfc3339(self.at),
                "call_id": self.call_id,
                "v": VERSION,
            }
            for name in _FIELDS[self.type]:
                document[name] = getattr(self.body, name)
            object.__setattr__(self, "_document", document)
            return document
        return self._document

    @classmethod
    def from_document(cls, document: dict[str, Any]) -> Event:
        """Inverse of to_document. Raises EventError."""
        try:
            body = _BODIES[document["type"]]
            known = _FIELDS[body.type]
            return cls(
                id=document["id"],
                at=datetime.fromisoformat(document["at"]).timestamp(),
                call_id=document["call_id"],
                body=body(**{name: value for name, value in document.items() if name in known}),
            )
        except (KeyError, TypeError, ValueError) as error:
            raise EventError(f"not an event of version {VERSION}: {error!r}") from None
