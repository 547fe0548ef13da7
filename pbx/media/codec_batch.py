"""What crosses between a media worker and its codec processes: batches of packets or of sound, as one block of bytes.

A batch has a head, one record for each packet, and the packets themselves in rows of equal width. All of one batch is
of one kind and has one time.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from pbx.media.errors import CodecError

U8 = NDArray[np.uint8]

DECODE, ENCODE, FORGET = range(3)
MOST = 256  # packets in one batch: it fits into a socket's buffer many times over
WIDEST = 1920  # bytes of a row: 120 ms of samples
RECORD = np.dtype(
    [
        ("stream", "<u4"),
        ("row", "<u4"),
        ("ssrc", "<u4"),
        ("timestamp", "<u4"),
        ("sequence", "<u2"),
        ("length", "<u2"),
        ("law", "<u4"),
    ]
)


class Record(NamedTuple):
    """One packet of a batch, as RECORD has it; ``row`` is the leg's, ``length`` counts octets or samples."""

    stream: int
    row: int
    ssrc: int
    timestamp: int
    sequence: int
    length: int
    law: int


_HEAD = np.dtype([("kind", "<u4"), ("count", "<u4"), ("width", "<u4"), ("spare", "<u4"), ("clock", "<i8")])


@dataclass(frozen=True, slots=True)
class Batch:
    """``records`` (n,) and ``data`` (n, width); ``length`` of a record counts bytes of a packet, or samples of sound.

    ``clock`` is the worker's, in samples, when the batch was made.
    """

    kind: int
    clock: int
    records: NDArray[np.void]
    data: U8

    def to_bytes(self) -> bytes:
        head = np.zeros(1, _HEAD)
        head["kind"], head["count"], head["width"] = self.kind, len(self.records), self.data.shape[1]
        head["clock"] = self.clock
        return head.tobytes() + self.records.tobytes() + np.ascontiguousarray(self.data).tobytes()

    @classmethod
    def from_bytes(cls, message: bytes) -> Batch:
        """Raises CodecError for what ``to_bytes`` has not made."""
        if len(message) < _HEAD.itemsize:
            raise CodecError("a batch that is cut")
        head = np.frombuffer(message, _HEAD, 1)[0]
        kind, count, width = int(head["kind"]), int(head["count"]), int(head["width"])
        start = _HEAD.itemsize + count * RECORD.itemsize
        if kind > FORGET or width > WIDEST or len(message) != start + count * width:
            raise CodecError("a batch of the wrong size")
        records = np.frombuffer(message, RECORD, count, _HEAD.itemsize)
        data = np.frombuffer(message, np.uint8, count * width, start).reshape(count, width)
        if (records["length"] * (2 if kind == ENCODE else 1) > max(width, WIDEST)).any():
            raise CodecError("a length past the end of its row")
        return cls(kind, int(head["clock"]), records, data)


def forget(streams: list[int]) -> Batch:
    """These streams are over."""
    records = np.zeros(len(streams), RECORD)
    records["stream"] = streams
    return Batch(FORGET, 0, records, np.zeros((len(streams), 0), np.uint8))
