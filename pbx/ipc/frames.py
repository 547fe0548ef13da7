"""The frame codec, pure: bytes in, frames out.

A frame is a 32-bit big-endian length and a msgpack array ``[kind, id, name, payload]``. A request has an id that its
response or error repeats; a notification has id 0. Either side of a connection may send either.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import Any

import msgpack

MAX_FRAME = 16 << 20


class FrameError(ValueError):
    """The peer sent something that is not a frame, or one larger than MAX_FRAME."""


class Kind(IntEnum):
    REQUEST = 0
    RESPONSE = 1
    ERROR = 2
    NOTIFICATION = 3


@dataclass(frozen=True, slots=True)
class Frame:
    kind: Kind
    id: int
    name: str
    payload: Any


def encode(frame: Frame) -> bytes:
    """The frame as bytes; what is no UTF-8 in a text (surrogates) becomes question marks, as in the journal."""
    body: bytes = msgpack.packb((int(frame.kind), frame.id, frame.name, frame.payload), unicode_errors="replace")
    return len(body).to_bytes(4, "big") + body


class Decoder:
    """Collects bytes and gives back whole frames."""

    def __init__(self) -> None:
        self._buffer = bytearray()

    def feed(self, chunk: bytes) -> list[Frame]:
        """Frames completed by ``chunk``. Raises FrameError; the connection is then to be closed."""
        self._buffer += chunk
        frames = []
        at = 0
        while len(self._buffer) - at >= 4:
            length = int.from_bytes(self._buffer[at : at + 4], "big")
            if length > MAX_FRAME:
                raise FrameError(f"a frame of {length} bytes; allowed: {MAX_FRAME}")
            if len(self._buffer) - at - 4 < length:
                break
            frames.append(_decode(bytes(self._buffer[at + 4 : at + 4 + length])))
            at += 4 + length
        del self._buffer[:at]
        return frames


def _decode(body: bytes) -> Frame:
    try:
        kind, id_, name, payload = msgpack.unpackb(body)
        return Frame(Kind(kind), id_, name, payload)
    except (ValueError, TypeError, msgpack.UnpackException) as error:
        raise FrameError(f"not a frame: {error!r}") from None
