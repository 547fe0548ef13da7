"""Ogg files, made by the worker process and by nobody twice."""

from __future__ import annotations

import asyncio
from pathlib import Path

import av
import numpy as np
import pytest

from recordings.audio import OggConverter
from recordings.errors import ConversionError
from recordings.wave import finish


def tone(folder: Path, hertz: float, channels: int) -> Path:
    time = np.arange(16_000) / 8000
    left = (8000 * np.sin(2 * np.pi * hertz * time)).astype("<i2")
    spool = folder / "spool.raw"
    spool.write_bytes(np.stack([left, np.zeros_like(left)][:channels], axis=1).tobytes())
    finish(spool, folder / "sound.wav", channels)
    return folder / "sound.wav"


async def test_ogg_keeps_the_tone_on_its_side(tmp_path: Path) -> None:
    converter = OggConverter()
    wav = tone(tmp_path, 440, 2)
    try:
        files = await asyncio.gather(converter.ogg(wav), converter.ogg(wav))
    finally:
        converter.close()
    assert files[0] == files[1] == tmp_path / "sound.ogg"
    with av.open(str(files[0])) as sound:
        assert sound.streams.audio[0].codec_context.name == "opus"
        frames = [frame.to_ndarray() for frame in sound.decode(audio=0)]
    samples = np.concatenate(frames, axis=1).astype(np.float64)
    assert samples.shape[0] == 2
    spectrum = np.abs(np.fft.rfft(samples[0][:48_000]))
    assert abs(int(np.argmax(spectrum)) - 440) <= 2
    assert np.sqrt(np.mean(samples[1] ** 2)) < 0.05 * np.sqrt(np.mean(samples[0] ** 2))


async def test_what_is_no_sound_is_a_clear_fault_and_leaves_nothing(tmp_path: Path) -> None:
    converter = OggConverter()
    (tmp_path / "x.wav").write_bytes(b"RIFF and nothing more")
    try:
        with pytest.raises(ConversionError, match=r"x\.wav"):
            await converter.ogg(tmp_path / "x.wav")
    finally:
        converter.close()
    assert [file.name for file in tmp_path.iterdir()] == ["x.wav"]
