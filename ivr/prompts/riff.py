"""WAV files as sound programs write them: PCM of 8 to 32 bit, floating point, A-law and µ-law, plain or extensible.

Microsoft *Multiple Channel Audio Data and WAVE Files*; RFC 2361 for the format tags.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ivr.errors import SoundFileError
from pbx.rtp.g711 import PCMA, PCMU, decode

EXTENSIBLE = 0xFFFE
RATES = range(4000, 192_001)
MAX_CHANNELS = 64
MAX_CHUNKS = 1000

Samples = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Format:
    """What a file's samples are. ``tag``: 1 PCM, 3 floating point, 6 A-law, 7 µ-law; ``rate``: frames per second."""

    tag: int
    channels: int
    rate: int
    bits: int


def read_riff(content: bytes) -> tuple[Format, bytes]:
    """The format and the sound of a WAV file; a length that is too great means to the file's end.

    Raises SoundFileError.
    """
    if len(content) < 12 or content[:4] != b"RIFF" or content[8:12] != b"WAVE":
        raise SoundFileError("not a WAV file")
    found: Format | None = None
    place = 12
    for _ in range(MAX_CHUNKS):
        if place + 8 > len(content):
            break
        name, length = content[place : place + 4], int.from_bytes(content[place + 4 : place + 8], "little")
        body = content[place + 8 : place + 8 + length]
        if name == b"fmt ":
            found = _format(body)
        elif name == b"data":
            if found is None:
                raise SoundFileError("its sound comes before its format")
            return found, body
        place += 8 + length + length % 2
    raise SoundFileError("it has no sound")


def _format(body: bytes) -> Format:
    if len(body) < 16:
        raise SoundFileError("its format is cut off")
    tag, channels, rate, _, _, bits = struct.unpack_from("<HHIIHH", body)
    if tag == EXTENSIBLE and len(body) >= 26:
        tag = int.from_bytes(body[24:26], "little")  # the sub-format's GUID begins with the tag
    if not 1 <= channels <= MAX_CHANNELS:
        raise SoundFileError(f"{channels} channels; allowed: 1 to {MAX_CHANNELS}")
    if rate not in RATES:
        raise SoundFileError(f"{rate} Hz; allowed: {RATES[0]} to {RATES[-1]} Hz")
    return Format(tag, channels, rate, bits)


def samples_of(format_: Format, sound: bytes) -> Samples:
    """``sound`` as samples (−1…1), its channels mixed to one. Raises SoundFileError."""
    width = format_.bits // 8
    if width:
        sound = sound[: len(sound) // width * width]
    samples: Samples
    match format_.tag, format_.bits:
        case (1, 8):
            samples = np.frombuffer(sound, np.uint8).astype(np.float32) / np.float32(128) - np.float32(1)
        case (1, 16):
            samples = np.frombuffer(sound, "<i2").astype(np.float32) / np.float32(1 << 15)
        case (1, 24):
            padded = np.zeros((len(sound) // 3, 4), np.uint8)
            padded[:, 1:] = np.frombuffer(sound, np.uint8).reshape(-1, 3)
            samples = padded.view("<i4").ravel().astype(np.float32) / np.float32(1 << 31)
        case (1, 32):
            samples = np.frombuffer(sound, "<i4").astype(np.float32) / np.float32(1 << 31)
        case (3, 32):
            samples = np.frombuffer(sound, "<f4").astype(np.float32)
        case (3, 64):
            samples = np.clip(np.frombuffer(sound, "<f8"), -8, 8).astype(np.float32)
        case (6, 8):
            samples = decode(np.frombuffer(sound, np.uint8), PCMA).astype(np.float32) / np.float32(1 << 15)
        case (7, 8):
            samples = decode(np.frombuffer(sound, np.uint8), PCMU).astype(np.float32) / np.float32(1 << 15)
        case _:
            allowed = "PCM of 8, 16, 24 or 32 bit, floating point of 32 or 64 bit, A-law, µ-law"
            raise SoundFileError(f"format {format_.tag} with {format_.bits} bit; allowed: {allowed}")
    samples = np.clip(np.nan_to_num(samples), -8, 8)
    whole = len(samples) // format_.channels * format_.channels
    mixed: Samples = samples[:whole].reshape(-1, format_.channels).mean(axis=1, dtype=np.float32)
    return mixed
