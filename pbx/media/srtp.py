"""SRTP and SRTCP of secure legs (RFC 3711, RFC 7714): rows of a matrix, opened and sealed where they lie.

The library's calls are the only work per packet. They keep the interpreter lock, as giving it up and taking it back
would let every background thread in between two packets of a tick.
"""

from __future__ import annotations

import ctypes
from dataclasses import dataclass
from typing import Any

import numpy as np
import pylibsrtp
from numpy.typing import NDArray
from pylibsrtp import Policy, Session, _binding

from pbx.media.batch import WIDTH, Matrix
from pbx.media.errors import SrtpError

I64 = NDArray[np.int64]

AES_CM_128 = "AES_CM_128_HMAC_SHA1_80"
AEAD_AES_128 = "AEAD_AES_128_GCM"
_PROFILES = {AES_CM_128: Policy.SRTP_PROFILE_AES128_CM_SHA1_80, AEAD_AES_128: Policy.SRTP_PROFILE_AEAD_AES_128_GCM}
KEY_BYTES = 16
SALT_BYTES = {AES_CM_128: 14, AEAD_AES_128: 12}
TRAILER = 24  # what protection adds at most, SRTCP's index included
MAX_STREAMS = 32  # SSRCs that one peer may send from: each is kept by the library
REPLAY_WINDOW = 1024
RTP_HEADER = 12
RTCP_HEADER = 8


@dataclass(frozen=True, slots=True)
class SrtpKeys:
    """Master key and salt, joined, of each direction; ``profile`` is AES_CM_128 or AEAD_AES_128."""

    profile: str
    theirs: bytes
    ours: bytes


class _Call:
    """One function of the SRTP library, ``(session, address, length) -> new length, or -1``."""

    def __init__(self, name: str) -> None:
        self._length = ctypes.c_int()
        self._length_at = ctypes.byref(self._length)
        library = ctypes.PyDLL(_binding.__file__)
        self._function = getattr(library, name)
        self._function.argtypes = [ctypes.c_void_p, ctypes.c_void_p, ctypes.c_void_p]

    def __call__(self, session: int, address: int, length: int) -> int:
        self._length.value = length
        if self._function(session, address, self._length_at) != 0:
            return -1
        return self._length.value


_unprotect, _unprotect_rtcp = _Call("srtp_unprotect"), _Call("srtp_unprotect_rtcp")
_protect, _protect_rtcp = _Call("srtp_protect"), _Call("srtp_protect_rtcp")


class _Direction:
    """A session of the library and where it is in memory."""

    def __init__(self, profile: str, key: bytes, kind: int) -> None:
        try:
            policy = Policy(key=key, ssrc_type=kind, srtp_profile=_PROFILES[profile])
            policy.window_size = REPLAY_WINDOW
            self._session: Any = Session(policy)
        except (KeyError, ValueError, pylibsrtp.Error) as error:
            raise SrtpError(f"keys of {profile}: {error}") from None
        self.at = int(_binding.ffi.cast("uintptr_t", self._session._srtp[0]))


class SrtpPair:
    """Both directions of one leg."""

    def __init__(self, keys: SrtpKeys, before: SrtpPair | None = None) -> None:
        """A direction whose key is that of ``before`` goes on with its rollover counter. Raises SrtpError."""
        self.keys = keys
        goes_on = before is not None and (before.keys.profile, before.keys.ours) == (keys.profile, keys.ours)
        self._outbound: _Direction = (
            before._outbound
            if before is not None and goes_on
            else _Direction(keys.profile, keys.ours, Policy.SSRC_ANY_OUTBOUND)
        )
        self._inbound = _Direction(keys.profile, keys.theirs, Policy.SSRC_ANY_INBOUND)
        self.inbound, self.outbound = self._inbound.at, self._outbound.at
        self.streams: set[int] = set()
        self._buffer = ctypes.create_string_buffer(WIDTH)
        self._buffer_at = ctypes.addressof(self._buffer)

    def open_report(self, datagram: bytes) -> bytes | None:
        """The RTCP in a SRTCP datagram; None when it is not what the peer has sealed, or a replay."""
        return self._single(_unprotect_rtcp, self.inbound, datagram)

    def seal_report(self, datagram: bytes) -> bytes | None:
        return self._single(_protect_rtcp, self.outbound, datagram)

    def _single(self, call: _Call, session: int, datagram: bytes) -> bytes | None:
        if not RTCP_HEADER <= len(datagram) <= WIDTH - TRAILER:
            return None
        ctypes.memmove(self._buffer_at, datagram, len(datagram))
        length = call(session, self._buffer_at, len(datagram))
        return None if length < 0 else self._buffer.raw[:length]


class Srtp:
    """The pairs of all secure legs by row; ``refused`` counts packets that were not what the peer has sealed."""

    def __init__(self) -> None:
        self.pairs: dict[int, SrtpPair] = {}
        self.rows: set[int] = set()  # secure legs, with keys or still without
        self.refused = 0
        self.unsent = 0

    def set_keys(self, row: int, keys: SrtpKeys) -> None:
        """From now on the leg speaks and hears with ``keys``. Raises SrtpError."""
        before = self.pairs.get(row)
        if before is None or before.keys != keys:
            self.pairs[row] = SrtpPair(keys, before)

    def leave(self, row: int) -> None:
        """The leg is closed."""
        self.rows.discard(row)
        self.pairs.pop(row, None)

    def open_report(self, row: int, datagram: bytes) -> bytes | None:
        """The RTCP in ``datagram``; None, and counted, when it is none of the peer's."""
        pair = self.pairs.get(row)
        opened = pair.open_report(datagram) if pair is not None else None
        if opened is None:
            self.refused += 1
        return opened

    def seal_report(self, row: int, datagram: bytes) -> bytes | None:
        pair = self.pairs.get(row)
        return pair.seal_report(datagram) if pair is not None else None

    def open(self, matrix: Matrix, packets: I64, rows: I64) -> NDArray[np.bool_]:
        """Unprotect in place and set the new lengths; False for what is to be dropped."""
        base, pairs, lengths = matrix.packets.ctypes.data, self.pairs, matrix.length
        sizes = lengths[packets].tolist()
        ssrcs = np.ascontiguousarray(matrix.packets[packets, 8:12]).view(">u4")[:, 0].tolist()
        opened: list[int] = []
        for packet, row, size, ssrc in zip(packets.tolist(), rows.tolist(), sizes, ssrcs, strict=True):
            pair = pairs.get(row)
            is_new = pair is not None and ssrc not in pair.streams
            if pair is None or size <= RTP_HEADER or (is_new and len(pair.streams) >= MAX_STREAMS):
                opened.append(-1)
                continue
            length = _unprotect(pair.inbound, base + packet * WIDTH, size)
            if length >= 0 and is_new:
                pair.streams.add(ssrc)
            opened.append(length)
        after = np.array(opened, np.int64)
        good: NDArray[np.bool_] = after > RTP_HEADER
        lengths[packets[good]] = after[good]
        self.refused += int((after < 0).sum())
        return good

    def seal(self, matrix: Matrix, packets: I64, rows: I64, lengths: I64) -> I64:
        """Protect in place; the new length of each packet, 0 for what must not be sent."""
        base, pairs = matrix.packets.ctypes.data, self.pairs
        sealed: list[int] = []
        for packet, row, size in zip(packets.tolist(), rows.tolist(), lengths.tolist(), strict=True):
            pair = pairs.get(row)
            if pair is None or size > WIDTH - TRAILER:
                sealed.append(0)
                continue
            sealed.append(max(0, _protect(pair.outbound, base + packet * WIDTH, size)))
        done = np.array(sealed, np.int64)
        self.unsent += int((done == 0).sum())
        return done
