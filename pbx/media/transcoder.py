"""Speech to and from Opus and G.722, stream by stream: what runs in a codec process.

Batches in, batches out; no clock, no socket. A stream's decoder sees its packets in the order of their sequence
numbers: what a gap leaves out is made from the redundancy of the next packet (Opus) or left to the jitter ring, and
what comes after its successor has come too late.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from pbx.media import table
from pbx.media.codec_batch import ENCODE, FORGET, MOST, RECORD, Batch, Record
from pbx.media.errors import CodecError
from pbx.media.g722 import G722Codec
from pbx.media.opus import OpusDecoder, OpusEncoder

I16 = NDArray[np.int16]

FRAME = 160
MAX_STREAMS = 4096  # what is left over after a lost message is given up, oldest first
HIDDEN = 3  # lost packets in a row that are concealed here; after that there is nothing to go on


@dataclass(slots=True)
class _Stream:
    """One leg's two directions."""

    law: int
    encoder: OpusEncoder | G722Codec | None = None
    decoder: OpusDecoder | G722Codec | None = None
    ssrc: int = -1
    sequence: int = 0
    length: int = FRAME


@dataclass(slots=True)
class _Made:
    """What a batch comes to."""

    records: list[Record] = field(default_factory=list)
    rows: list[bytes] = field(default_factory=list)

    def add(self, record: Record, data: bytes) -> None:
        self.records.append(record)
        self.rows.append(data)

    def batches(self, kind: int, clock: int) -> list[Batch]:
        found = []
        for first in range(0, len(self.rows), MOST):
            rows = self.rows[first : first + MOST]
            width = max(len(row) for row in rows)
            data = np.frombuffer(b"".join(row.ljust(width, b"\0") for row in rows), np.uint8).reshape(len(rows), width)
            found.append(Batch(kind, clock, np.array(self.records[first : first + MOST], RECORD), data))
        return found


class Transcoder:
    """``refused`` counts packets that were not of their codec."""

    def __init__(self) -> None:
        self._streams: dict[int, _Stream] = {}
        self.refused = 0

    def work(self, batch: Batch) -> list[Batch]:
        """Decoded sound (DECODE) or encoded packets (ENCODE) for a batch of the same kind."""
        if batch.kind == FORGET:
            for stream in batch.records["stream"].tolist():
                self._streams.pop(stream, None)
            return []
        made = _Made()
        for record, data in zip(map(Record._make, batch.records.tolist()), batch.data, strict=True):
            try:
                stream = self._stream(record.stream, record.law)
                if batch.kind == ENCODE:
                    self._encode(stream, record, data, made)
                else:
                    self._decode(stream, record, data[: record.length].tobytes(), made)
            except CodecError:
                self.refused += 1
        return made.batches(batch.kind, batch.clock)

    def _stream(self, number: int, law: int) -> _Stream:
        stream = self._streams.get(number)
        if stream is None or stream.law != law:
            if len(self._streams) >= MAX_STREAMS:
                del self._streams[next(iter(self._streams))]
            stream = self._streams[number] = _Stream(law)
        return stream

    def _encode(self, stream: _Stream, record: Record, data: NDArray[np.uint8], made: _Made) -> None:
        if stream.encoder is None:
            stream.encoder = OpusEncoder() if stream.law == table.LAW_OPUS else G722Codec()
        packet = stream.encoder.encode(data[: 2 * FRAME].view(np.int16))
        made.add(record._replace(length=len(packet)), packet)

    def _decode(self, stream: _Stream, record: Record, packet: bytes, made: _Made) -> None:
        ahead = ((record.sequence - stream.sequence + 0x8000) & 0xFFFF) - 0x8000
        if stream.decoder is None or stream.ssrc != record.ssrc:
            stream.decoder = OpusDecoder() if stream.law == table.LAW_OPUS else G722Codec()
            stream.ssrc = record.ssrc
        elif -MOST < ahead <= 0:
            return
        elif 1 < ahead <= HIDDEN + 1 and isinstance(stream.decoder, OpusDecoder):
            self._conceal(stream, stream.decoder, record, ahead - 1, packet, made)
        samples = stream.decoder.decode(packet)
        stream.sequence, stream.length = record.sequence, len(samples)
        self._add(record, samples, made)

    def _conceal(
        self, stream: _Stream, decoder: OpusDecoder, record: Record, lost: int, packet: bytes, made: _Made
    ) -> None:
        for back in range(lost, 0, -1):
            samples = decoder.conceal(stream.length, packet if back == 1 else None)
            timestamp = record.timestamp - back * stream.length * table.RATES[stream.law]
            self._add(record._replace(timestamp=timestamp & 0xFFFFFFFF), samples, made)

    def _add(self, record: Record, samples: I16, made: _Made) -> None:
        """Sound never has the value that means ABSENT in the jitter ring."""
        sound = np.maximum(samples, -32767).astype("<i2")
        made.add(record._replace(length=len(sound)), sound.tobytes())
