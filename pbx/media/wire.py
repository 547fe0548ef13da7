"""The media plane's values as they cross the socket: dataclasses to plain msgpack types and back.

Only the types named here cross. A value that does not fit raises ValueError, never anything else.
"""

from __future__ import annotations

from dataclasses import is_dataclass
from typing import Any, TypeVar

from pbx.media.messages import (
    AnswererJudged,
    AnswererListens,
    Clip,
    DigitHeard,
    LegClosed,
    LegLost,
    LocalMedia,
    MediaAlarm,
    MediaEvent,
    MediaMoved,
    MediaStarted,
    MediaTimedOut,
    PlaybackFinished,
    Quality,
    Reading,
    RecordingStopped,
    RemoteMedia,
    RoomTalking,
    SoundChanged,
    WorkerLost,
)
from pbx.sdp.protection import CryptoParameters, DtlsParameters, IceParameters

_EVENTS: dict[str, type[Any]] = {
    kind.__name__: kind
    for kind in (
        DigitHeard,
        PlaybackFinished,
        MediaStarted,
        MediaTimedOut,
        MediaMoved,
        RecordingStopped,
        RoomTalking,
        AnswererJudged,
        AnswererListens,
        SoundChanged,
        LegClosed,
        WorkerLost,
        LegLost,
        MediaAlarm,
    )
}
_NESTED: dict[str, type[Any]] = {
    "ice": IceParameters,
    "our_ice": IceParameters,
    "dtls": DtlsParameters,
    "quality": Quality,
    "reading": Reading,
    "local": LocalMedia,
}

_ATOMS = frozenset({str, int, float, bool, bytes})

T = TypeVar("T", Clip, RemoteMedia, LocalMedia, Quality)


def plain(value: Any) -> dict[str, Any]:
    """A dataclass of this package as a dict of msgpack types; `dataclasses.asdict` would copy what needs no copy."""
    return {name: _plain(getattr(value, name)) for name in value.__dataclass_fields__}


def _plain(value: Any) -> Any:
    kind = type(value)
    if value is None or kind in _ATOMS:
        return value
    if kind is tuple or kind is list:
        return kind(_plain(each) for each in value)
    return plain(value) if is_dataclass(kind) else value


def restore(kind: type[T], fields: object) -> T:
    """The dataclass ``kind`` from what ``plain`` made. Raises ValueError."""
    made: T = _build(kind, fields)
    return made


def event_to_plain(event: MediaEvent) -> dict[str, Any]:
    """An event with its type's name under ``type``."""
    return {"type": type(event).__name__, **plain(event)}


def event_from_plain(fields: object) -> MediaEvent:
    """An event from what ``event_to_plain`` made. Raises ValueError."""
    if not isinstance(fields, dict) or (kind := _EVENTS.get(str(fields.get("type")))) is None:
        raise ValueError(f"not a media event: {fields!r:.200}")
    event: MediaEvent = _build(kind, {name: value for name, value in fields.items() if name != "type"})
    return event


def _build(kind: type[Any], fields: object) -> Any:
    if not isinstance(fields, dict):
        raise ValueError(f"{kind.__name__}: not a mapping")  # noqa: TRY004 - the one error of this module
    try:
        return kind(**{str(name): _inner(str(name), value) for name, value in fields.items()})
    except TypeError as error:
        raise ValueError(f"{kind.__name__}: {error}") from None


def _inner(name: str, value: object) -> Any:
    if isinstance(value, dict) and name in _NESTED:
        return _build(_NESTED[name], value)
    if isinstance(value, list | tuple) and name in {"crypto", "our_crypto"}:
        return tuple(_build(CryptoParameters, line) for line in value)
    if isinstance(value, list | tuple) and name == "readings":
        return tuple(_build(Reading, each) for each in value)
    if isinstance(value, list):
        return tuple(tuple(item) if isinstance(item, list) else item for item in value)
    return value
