"""Opus (RFC 6716) through libopus: the copy that PyAV's wheel brings, or the system's.

Sound goes in and comes out at 8 kHz, mono: libopus resamples inside, at less cost than anybody could beside it.
"""

from __future__ import annotations

import ctypes
import ctypes.util
import functools
import importlib.util
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pbx.media.errors import CodecError

I16 = NDArray[np.int16]

RATE = 8000
FRAME = 160
LONGEST = 960  # 120 ms, the longest packet (RFC 6716 §2.1.4)
MAX_PACKET = 1275
BITRATE = 20_000
COMPLEXITY = 5  # the point after which speech at 8 kHz gains nothing that is heard
EXPECTED_LOSS = 5
_VOIP = 2048
_SET_BITRATE, _SET_COMPLEXITY, _SET_FEC, _SET_LOSS = 4002, 4010, 4012, 4014


@functools.cache
def _library() -> Any:
    """libopus, or None where there is none."""
    for path in _candidates():
        try:
            library = ctypes.CDLL(path)
            for name in ("opus_encoder_create", "opus_decoder_create"):
                getattr(library, name).restype = ctypes.c_void_p
            for name in ("opus_encoder_destroy", "opus_decoder_destroy"):
                getattr(library, name).argtypes = [ctypes.c_void_p]
                getattr(library, name).restype = None
            library.opus_encode.argtypes = [
                ctypes.c_void_p,
                ctypes.c_void_p,
                ctypes.c_int,
                ctypes.c_char_p,
                ctypes.c_int32,
            ]
            library.opus_decode.argtypes = [
                ctypes.c_void_p,
                ctypes.c_char_p,
                ctypes.c_int32,
                ctypes.c_void_p,
                ctypes.c_int,
                ctypes.c_int,
            ]
        except (OSError, AttributeError):
            continue
        return library
    return None


def _candidates() -> list[str]:
    found: list[str] = []
    spec = importlib.util.find_spec("av")
    for place in (spec.submodule_search_locations or ()) if spec is not None else ():
        for folder in (Path(place).parent / "av.libs", Path(place) / ".dylibs"):
            found += [str(path) for path in sorted(folder.glob("libopus*"))]
    system = ctypes.util.find_library("opus")
    return [*found, system] if system else found


def is_available() -> bool:
    """Whether this machine can speak Opus."""
    return _library() is not None


class OpusEncoder:
    """One stream to a peer. Raises CodecError when there is no libopus."""

    def __init__(self) -> None:
        self._library = _library()
        if self._library is None:
            raise CodecError("no libopus on this machine")
        fault = ctypes.c_int()
        self._state = ctypes.c_void_p(self._library.opus_encoder_create(RATE, 1, _VOIP, ctypes.byref(fault)))
        if fault.value or not self._state:
            raise CodecError(f"libopus makes no encoder: {fault.value}")
        settings = ((_SET_BITRATE, BITRATE), (_SET_COMPLEXITY, COMPLEXITY), (_SET_FEC, 1), (_SET_LOSS, EXPECTED_LOSS))
        for request, value in settings:
            self._library.opus_encoder_ctl(self._state, request, ctypes.c_int(value))
        self._packet = ctypes.create_string_buffer(MAX_PACKET)

    def encode(self, samples: I16) -> bytes:
        """One packet of 20 ms (160 samples). Raises CodecError."""
        samples = np.ascontiguousarray(samples, np.int16)
        length = self._library.opus_encode(self._state, samples.ctypes.data, len(samples), self._packet, MAX_PACKET)
        if length < 0:
            raise CodecError(f"libopus does not encode: {length}")
        return self._packet.raw[:length]

    def __del__(self) -> None:
        if getattr(self, "_state", None):
            self._library.opus_encoder_destroy(self._state)


class OpusDecoder:
    """One stream of a peer. Raises CodecError when there is no libopus."""

    def __init__(self) -> None:
        self._library = _library()
        if self._library is None:
            raise CodecError("no libopus on this machine")
        fault = ctypes.c_int()
        self._state = ctypes.c_void_p(self._library.opus_decoder_create(RATE, 1, ctypes.byref(fault)))
        if fault.value or not self._state:
            raise CodecError(f"libopus makes no decoder: {fault.value}")
        self._samples = np.zeros(LONGEST, np.int16)

    def decode(self, packet: bytes) -> I16:
        """The samples of one packet. Raises CodecError."""
        if not packet:
            raise CodecError("an empty packet")
        return self._decode(packet, LONGEST, 0)

    def conceal(self, length: int, following: bytes | None = None) -> I16:
        """``length`` samples in place of a lost packet, from what the one ``following`` repeats of it, if known."""
        if following is not None:
            return self._decode(following, length, 1)
        return self._decode(None, length, 0)

    def _decode(self, packet: bytes | None, room: int, redundancy: int) -> I16:
        size = len(packet) if packet is not None else 0
        length = self._library.opus_decode(self._state, packet, size, self._samples.ctypes.data, room, redundancy)
        if length < 0:
            raise CodecError(f"not an Opus packet: {length}")
        return self._samples[:length].copy()

    def __del__(self) -> None:
        if getattr(self, "_state", None):
            self._library.opus_decoder_destroy(self._state)
