"""Sound files as telephones hear them, and the music made here."""

from __future__ import annotations

import wave
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from ivr.errors import SoundFileError
from ivr.prompts.music import SECONDS, hold_music
from ivr.prompts.sound import LEVEL_DBFS, RATE, active_rms, levelled, read_wav, telephone, trimmed, write_wav


def tone(hertz: float, seconds: float, rate: int = RATE, loudness: float = 0.3) -> NDArray[np.float32]:
    at = np.arange(int(seconds * rate)) / rate
    return (loudness * np.sin(2 * np.pi * hertz * at)).astype(np.float32)


def share(sound: NDArray[np.float32], hertz: float) -> float:
    """How much of the power lies within 10 Hz of ``hertz``."""
    power = np.abs(np.fft.rfft(sound)) ** 2
    near = np.abs(np.fft.rfftfreq(len(sound), 1 / RATE) - hertz) <= 10
    return float(power[near].sum() / power.sum())


def test_everything_comes_to_eight_kilohertz_and_one_level() -> None:
    for rate in (8000, 22050, 44100, 48000):
        for loudness in (0.02, 0.9):
            sound = telephone(tone(1000, 1, rate, loudness), rate)
            assert len(sound) == pytest.approx(RATE, rel=0.15)
            assert 20 * np.log10(active_rms(sound)) == pytest.approx(LEVEL_DBFS, abs=0.7)
            assert share(sound, 1000) > 0.95


def test_silence_at_the_ends_is_cut_but_for_a_little() -> None:
    silence = np.zeros(RATE, np.float32)
    sound = trimmed(np.concatenate([silence, tone(500, 1), silence]))
    assert len(sound) == pytest.approx(RATE * 1.14, abs=20)


def test_silence_stays_silence_and_nothing_stays_nothing() -> None:
    assert len(telephone(np.zeros(RATE, np.float32), RATE)) == 0
    assert len(telephone(np.zeros(0, np.float32), 22050)) == 0
    assert not levelled(np.zeros(100, np.float32)).any()


def test_loud_peaks_are_bent_and_never_cut() -> None:
    click = tone(300, 1, loudness=0.01)
    click[4000] = 1.0
    assert np.abs(levelled(click)).max() < 0.9


def test_a_file_is_written_whole_and_read_back(tmp_path: Path) -> None:
    path = tmp_path / "new" / "sound.wav"
    sound = tone(700, 0.5)
    assert write_wav(path, sound) == 0.5
    with wave.open(str(path)) as file:
        assert (file.getframerate(), file.getnchannels(), file.getsampwidth()) == (8000, 1, 2)
    back, rate = read_wav(path)
    assert rate == RATE
    assert np.abs(back - sound).max() < 1e-4
    assert [file.name for file in path.parent.iterdir()] == ["sound.wav"]


@pytest.mark.parametrize("width", [1, 2, 4])
def test_stereo_of_any_width_becomes_mono(tmp_path: Path, width: int) -> None:
    path = tmp_path / "stereo.wav"
    left = tone(600, 0.2)
    both = np.stack([left, np.zeros_like(left)], axis=1).ravel()
    if width == 1:
        raw = np.round(both * 127 + 128).astype(np.uint8).tobytes()
    else:
        raw = np.round(both * (2 ** (8 * width - 1) - 1)).astype(f"<i{width}").tobytes()
    with wave.open(str(path), "wb") as file:
        file.setnchannels(2)
        file.setsampwidth(width)
        file.setframerate(8000)
        file.writeframes(raw)
    mono, _ = read_wav(path)
    assert np.abs(mono - left / 2).max() < 0.01


@pytest.mark.parametrize("content", [b"", b"RIFF", b"\0" * 100, b"RIFF\x24\0\0\0WAVEfmt \x10\0\0\0\1\0\0\0\0\0\0\0"])
def test_what_is_no_sound_file_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "broken.wav"
    path.write_bytes(content)
    with pytest.raises(SoundFileError):
        read_wav(path)
    with pytest.raises(SoundFileError):
        read_wav(tmp_path / "missing.wav")


def test_the_music_keeps_clear_of_the_tones_that_lines_are_tested_with() -> None:
    music = hold_music()
    assert share(music, 440) < 0.001
    assert share(music, 700) < 0.001


def test_the_music_never_falls_silent_and_has_no_seam() -> None:
    music = hold_music()
    assert len(music) == SECONDS * RATE
    level = 20 * np.log10(np.sqrt(np.mean(music.reshape(-1, RATE // 10) ** 2, axis=1)))
    assert level.min() > -36
    assert abs(music[0] - music[-1]) < np.abs(np.diff(music)).max()
