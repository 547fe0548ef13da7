"""What a segment looks like on disk, pure: documents in, bytes out, and back.

A segment starts with an 8-byte magic. A frame is a 32-bit big-endian length, a CRC-32 of the payload, and the payload:
one event document in msgpack. A frame that is cut off at the end of a segment was never committed.
"""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import msgpack

from pbx.journal.errors import FrameError

MAGIC = b"CNTJRNL1"
SUFFIX = ".journal"
MAX_PAYLOAD = 4 << 20
_HEADER = struct.Struct("!II")


class Position(NamedTuple):
    """A place in the journal: the number of a segment and the offset of the next frame in it."""

    segment: int
    offset: int


@dataclass(frozen=True, slots=True)
class Parsed:
    """Documents found, the offset behind the last whole frame, and how many frames were damaged and left out."""

    documents: list[dict[str, Any]]
    ends: list[int]
    offset: int
    damaged: int


def encode(document: dict[str, Any]) -> bytes:
    """One frame. Raises FrameError when the document is too large or is not made of JSON types.

    Text from outside may hold octets that are no UTF-8 (surrogates): they become question marks, and nobody's call ends
    for them.
    """
    try:
        payload: bytes = msgpack.packb(document, unicode_errors="replace")
    except (TypeError, ValueError, OverflowError) as error:
        raise FrameError(f"not a document of JSON types: {error}") from None
    if len(payload) > MAX_PAYLOAD:
        raise FrameError(f"an event of {len(payload)} bytes; allowed: {MAX_PAYLOAD}")
    return _HEADER.pack(len(payload), zlib.crc32(payload)) + payload


def parse(chunk: bytes, offset: int, limit: int) -> Parsed:
    """Up to ``limit`` documents from ``chunk``, whose first byte stands at ``offset`` of the segment, on a frame.

    A frame with a wrong checksum and a plausible length is stepped over and counted. Raises FrameError when the length
    itself cannot be true: nothing after it can be found again.
    """
    documents: list[dict[str, Any]] = []
    ends: list[int] = []
    at = damaged = 0
    while len(documents) < limit and len(chunk) - at >= _HEADER.size:
        length, checksum = _HEADER.unpack_from(chunk, at)
        if not 0 < length <= MAX_PAYLOAD:
            if documents or damaged:
                break
            raise FrameError(f"a frame of {length} bytes at offset {offset + at}")
        end = at + _HEADER.size + length
        if end > len(chunk):
            break
        document = _unpack(chunk[at + _HEADER.size : end], checksum)
        at = end
        if document is None:
            damaged += 1
        else:
            documents.append(document)
            ends.append(offset + at)
    return Parsed(documents, ends, offset + at, damaged)


def _unpack(payload: bytes, checksum: int) -> dict[str, Any] | None:
    if zlib.crc32(payload) != checksum:
        return None
    try:
        document = msgpack.unpackb(payload)
    except (ValueError, msgpack.UnpackException):
        return None
    return document if isinstance(document, dict) else None


def segment_path(folder: Path, number: int) -> Path:
    """The file of segment ``number``."""
    return folder / f"{number:012d}{SUFFIX}"


def segments(folder: Path) -> list[int]:
    """The numbers of all segments, oldest first. Blocks on the disk."""
    numbers = (path.stem for path in folder.glob(f"*{SUFFIX}"))
    return sorted(int(number) for number in numbers if number.isdigit())
