from pathlib import Path

import numpy as np
import pytest

from tests.kit import analysis
from tests.kit.g711 import Pcm
from tests.kit.sources import Tone

SPOKEN = analysis.read_wav(Path(__file__).with_name("spoken_es.wav")).left


def tone(frequency: float, seconds: float = 1.0, level_db: float = -12.0) -> Pcm:
    source = Tone(frequency, level_db)
    return np.concatenate([source.next_frame() for _ in range(round(seconds * 50))])


def chords(seconds: float) -> Pcm:
    t = np.arange(round(seconds * 8000)) / 8000
    root = np.array([262, 294, 330, 349])[(t // 0.5).astype(int) % 4]
    phase = np.cumsum(2 * np.pi * root / 8000)
    return (4000 * (np.sin(phase) + np.sin(phase * 1.25) + np.sin(phase * 1.5)) / 3).astype(np.int16)


def keys(digits: str) -> Pcm:
    t = np.arange(640) / 8000
    parts = []
    for digit in digits:
        row = next(index for index, row in enumerate(analysis.DTMF_KEYS) if digit in row)
        low, high = analysis.DTMF_LOW[row], analysis.DTMF_HIGH[analysis.DTMF_KEYS[row].index(digit)]
        parts += [6000 * (np.sin(2 * np.pi * low * t) + np.sin(2 * np.pi * high * t)), np.zeros(640)]
    return np.concatenate(parts).astype(np.int16)


def test_a_tone_has_the_level_it_was_made_with() -> None:
    assert analysis.tone_level(tone(440, level_db=-12), 440) == pytest.approx(-12, abs=0.2)
    assert analysis.level(tone(440, level_db=-12)) == pytest.approx(-12, abs=0.2)


def test_another_frequency_is_far_below() -> None:
    assert analysis.tone_level(tone(440), 700) < -60


def test_a_tone_is_only_itself() -> None:
    assert analysis.is_tone(tone(440), 440)
    assert not analysis.is_tone(tone(440), 700)
    assert not analysis.is_tone(tone(440) // 2 + tone(700) // 2, 440)
    assert not analysis.is_tone(np.zeros(8000, np.int16), 440)


def test_spans_say_when_the_tone_was_there() -> None:
    pcm = np.concatenate([tone(440, 0.5), np.zeros(4000, np.int16), tone(440, 1.0)])
    assert analysis.tone_spans(pcm, 440) == [pytest.approx((0.0, 0.5)), pytest.approx((1.0, 2.0))]


def test_speech_is_speech_and_neither_music_nor_silence() -> None:
    assert analysis.is_speech(SPOKEN[4000:16000])
    assert not analysis.is_music(SPOKEN[4000:16000])
    assert not analysis.is_silence(SPOKEN[4000:16000])


def test_music_is_music_and_not_speech() -> None:
    assert analysis.is_music(chords(2))
    assert not analysis.is_speech(chords(2))


@pytest.mark.parametrize("pcm", [np.zeros(16000, np.int16), tone(440, 2)], ids=["silence", "tone"])
def test_silence_and_a_tone_are_neither_speech_nor_music(pcm: Pcm) -> None:
    assert not analysis.is_speech(pcm)
    assert not analysis.is_music(pcm)


def test_dtmf_is_read_digit_by_digit() -> None:
    assert analysis.dtmf(keys("1590*#D22")) == "1590*#D22"
    assert analysis.dtmf(SPOKEN) == ""


def test_a_piece_is_found_where_it_is() -> None:
    piece = SPOKEN[6000:10000]
    noisy = SPOKEN // 2 + np.random.default_rng(1).integers(-50, 50, len(SPOKEN)).astype(np.int16)
    at, fit = analysis.find(noisy, piece)
    assert at == pytest.approx(0.75)
    assert fit > 0.95
    assert analysis.find(tone(440, 2), piece)[1] < 0.3


def test_a_wav_file_keeps_its_samples(tmp_path: Path) -> None:
    analysis.write_wav(tmp_path / "a.wav", tone(440))
    assert np.array_equal(analysis.read_wav(tmp_path / "a.wav").left, tone(440))
