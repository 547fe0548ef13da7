"""WAV files as sound programs write them."""

from __future__ import annotations

import struct

import numpy as np
import pytest

from ivr.errors import SoundFileError
from ivr.prompts.riff import read_riff, samples_of
from pbx.rtp.g711 import PCMA, PCMU, encode

TONE = np.sin(np.arange(4800) / 7).astype(np.float32) * np.float32(0.5)


def wav(tag: int, bits: int, sound: bytes, *, channels: int = 1, rate: int = 48_000, extensible: bool = False) -> bytes:
    frame = channels * bits // 8
    head = struct.pack("<HHIIHH", 0xFFFE if extensible else tag, channels, rate, rate * frame, frame, bits)
    if extensible:
        head += struct.pack("<HHIH", 22, bits, 0, tag) + bytes.fromhex("000000001000800000aa00389b71")
    chunks = b"fmt " + struct.pack("<I", len(head)) + head + b"LIST" + struct.pack("<I", 3) + b"abc\0"
    return b"RIFF\0\0\0\0WAVE" + chunks + b"data" + struct.pack("<I", len(sound)) + sound


def deep(bits: int) -> bytes:
    scaled = (TONE.astype(np.float64) * ((1 << (bits - 1)) - 1)).astype("<i4")
    return scaled.view(np.uint8).reshape(-1, 4)[:, : bits // 8].tobytes()


@pytest.mark.parametrize(
    "content",
    [
        wav(1, 8, ((TONE + 1) * 127).astype(np.uint8).tobytes()),
        wav(1, 16, deep(16)),
        wav(1, 24, deep(24)),
        wav(1, 24, deep(24), extensible=True),
        wav(1, 32, deep(32)),
        wav(3, 32, TONE.tobytes()),
        wav(3, 32, np.repeat(TONE, 2).tobytes(), channels=2, extensible=True),
        wav(3, 64, TONE.astype("<f8").tobytes()),
        wav(6, 8, encode((TONE * 32767).astype(np.int16), PCMA).tobytes()),
        wav(7, 8, encode((TONE * 32767).astype(np.int16), PCMU).tobytes()),
    ],
)
def test_every_sample_format_gives_the_same_sound(content: bytes) -> None:
    format_, sound = read_riff(content)
    assert format_.rate == 48_000
    assert np.allclose(samples_of(format_, sound), TONE, atol=0.03)


def test_a_length_beyond_the_end_means_to_the_end() -> None:
    content = wav(1, 16, deep(16))
    place = content.index(b"data") + 4
    format_, sound = read_riff(content[:place] + b"\xff\xff\xff\xff" + content[place + 4 :])
    assert len(samples_of(format_, sound)) == len(TONE)


def test_what_is_no_number_is_silence() -> None:
    content = wav(3, 32, np.array([np.nan, np.inf, 0.25], "<f4").tobytes())
    assert list(samples_of(*read_riff(content))) == [0.0, 8.0, 0.25]


@pytest.mark.parametrize(
    "content",
    [b"", b"ID3\x03mp3", b"RIFF\0\0\0\0WAVE", wav(85, 16, b"\0" * 99), wav(1, 12, b"\0" * 99), wav(1, 16, b"", rate=1)],
)
def test_what_cannot_be_used_is_refused(content: bytes) -> None:
    with pytest.raises(SoundFileError):
        samples_of(*read_riff(content))
