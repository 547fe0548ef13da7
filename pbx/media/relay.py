"""The relay: packets whose sound goes to one other leg unchanged are rewritten in place and sent on at once.

Every leg hears one SSRC and an unbroken sequence all its life. While a source is relayed, two offsets per leg map its
numbers; when the source changes (another stream, a prompt before, a jump), the offsets are set anew so that numbers go
on from the last packet sent, timestamps by the time that has passed, and the marker bit says so (RFC 3550 §5.1).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from pbx.media import table
from pbx.media.batch import Matrix
from pbx.media.table import LegTable
from pbx.rtp import g711
from pbx.rtp.statistics import MAX_DROPOUT, extend

I64 = NDArray[np.int64]
BOOL = NDArray[np.bool_]

HEADER = 12
FRAME = 160
TIMESTAMP_JUMP = 16_000  # samples: two seconds away from where time says it should be


def forward(legs: LegTable, matrix: Matrix, packets: I64, to: I64, kind: I64, now: int) -> tuple[I64, I64]:
    """Rewrite the rows ``packets`` of ``matrix`` for the legs ``to`` (distinct), in place.

    ``kind`` is what each payload is; ``now`` the worker's clock in samples. Returns the packets to be sent and to whom:
    what the leg has no payload type for, or what would repeat an old sequence number, is left out.
    """
    payload_type = legs.type_of_kind[to, kind]
    fit = (payload_type != table.NONE) & legs.has_address[to]
    if not fit.all():
        packets, to, kind, payload_type = packets[fit], to[fit], kind[fit], payload_type[fit]
    if len(packets) == 0:
        return packets, to
    rows = matrix.packets
    words = rows[packets, :HEADER]
    sequence = words[:, 2:4].view(">u2")[:, 0].astype(np.int64)
    timestamp = words[:, 4:8].view(">u4")[:, 0].astype(np.int64)
    ssrc = words[:, 8:12].view(">u4")[:, 0].astype(np.int64)

    last_sequence, last_timestamp = legs.last_sequence[to], legs.last_timestamp[to]
    rate = legs.rate[to]
    elapsed = (now - legs.last_sent[to]) * rate
    out_sequence = extend(last_sequence, (sequence + legs.relay_sequence[to]) & 0xFFFF, 16)
    out_timestamp = extend(last_timestamp, (timestamp + legs.relay_timestamp[to]) & 0xFFFFFFFF, 32)
    fresh = (
        (legs.relay_ssrc[to] != ssrc)
        | (legs.last_source[to] != table.RELAYED)
        | (np.abs(out_sequence - last_sequence) > MAX_DROPOUT)
        | (np.abs(out_timestamp - last_timestamp - elapsed) > TIMESTAMP_JUMP * rate)
    )
    if fresh.any():
        out_sequence, out_timestamp = _anchor(
            legs, to, fresh, sequence, timestamp, ssrc, now, out_sequence, out_timestamp
        )
        rows[packets[fresh], 1] |= 0x80
    keep = out_sequence >= legs.relay_floor[to]
    if not keep.all():
        packets, to, kind, payload_type = packets[keep], to[keep], kind[keep], payload_type[keep]
        out_sequence, out_timestamp, words = out_sequence[keep], out_timestamp[keep], words[keep]

    words[:, 1] = (rows[packets, 1] & 0x80) | payload_type
    words[:, 2:4].view(">u2")[:, 0] = out_sequence & 0xFFFF
    words[:, 4:8].view(">u4")[:, 0] = out_timestamp & 0xFFFFFFFF
    words[:, 8:12].view(">u4")[:, 0] = legs.ssrc[to]
    rows[packets, :HEADER] = words
    _convert(legs, matrix, packets, to, kind)

    ahead = out_sequence > legs.last_sequence[to]
    moved = to if ahead.all() else to[ahead]
    legs.last_sequence[moved] = out_sequence if ahead.all() else out_sequence[ahead]
    legs.last_timestamp[moved] = out_timestamp if ahead.all() else out_timestamp[ahead]
    legs.last_sent[moved] = now
    legs.last_source[to] = table.RELAYED
    return packets, to


def _anchor(
    legs: LegTable,
    to: I64,
    fresh: BOOL,
    sequence: I64,
    timestamp: I64,
    ssrc: I64,
    now: int,
    out_sequence: I64,
    out_timestamp: I64,
) -> tuple[I64, I64]:
    """Set the offsets of the legs whose source is new, and the numbers of this packet."""
    begun = to[fresh]
    next_sequence = legs.last_sequence[begun] + 1
    next_timestamp = legs.last_timestamp[begun] + np.maximum(FRAME, now - legs.last_sent[begun]) * legs.rate[begun]
    legs.relay_ssrc[begun] = ssrc[fresh]
    legs.relay_sequence[begun] = next_sequence - sequence[fresh]
    legs.relay_timestamp[begun] = next_timestamp - timestamp[fresh]
    legs.relay_floor[begun] = next_sequence
    out_sequence, out_timestamp = out_sequence.copy(), out_timestamp.copy()
    out_sequence[fresh], out_timestamp[fresh] = next_sequence, next_timestamp
    return out_sequence, out_timestamp


def _convert(legs: LegTable, matrix: Matrix, packets: I64, to: I64, kind: I64) -> None:
    """From µ-law to A-law and back, where the two legs speak differently."""
    wrong = (kind <= table.PCMA) & (kind - table.PCMU != legs.law[to])
    if not wrong.any():
        return
    for law in (g711.PCMU, g711.PCMA):
        chosen = packets[wrong & (kind == table.PCMU + law)]
        if len(chosen):
            end = int(matrix.length[chosen].max())
            matrix.packets[chosen, HEADER:end] = g711.convert(matrix.packets[chosen, HEADER:end], law)
