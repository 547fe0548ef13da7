"""In-band digits: each once, whatever its level, twist and noise; none in what is no digit."""

from __future__ import annotations

import numpy as np
import pytest

from pbx.rtp import dtmf, g711
from pbx.rtp.dtmf import DIGITS, FRAME, FREQUENCIES, Detector


def tone(digit: str, ms: int, *, low: float = 5000.0, high: float = 5000.0, detune: float = 1.0) -> np.ndarray:
    row, column = divmod(DIGITS.index(digit), 4)
    at = np.arange(ms * 8) / 8000
    first, second = FREQUENCIES[row] * detune, FREQUENCIES[4 + column] * detune
    return low * np.sin(2 * np.pi * first * at) + high * np.sin(2 * np.pi * second * at + 1)


def pause(ms: int) -> np.ndarray:
    return np.zeros(ms * 8)


def heard(*parts: np.ndarray, law: int = 0) -> list[tuple[str, int]]:
    """The digits in the joined parts after their way through G.711."""
    sound = np.concatenate([*parts, pause(200)])
    sound = np.concatenate([sound, np.zeros(-len(sound) % FRAME)])
    sound = g711.decode(g711.encode(np.clip(sound, -32767, 32767).astype(np.int16), law), law)
    detector, found = Detector(4), []
    for frame in sound.reshape(-1, FRAME):
        found += [(one.digit, one.duration_ms) for one in detector.feed(np.array([2]), frame[None, :])]
    return found


@pytest.mark.parametrize("law", [0, 1])
def test_every_digit_is_heard_once(law: int) -> None:
    parts = [part for digit in DIGITS for part in (tone(digit, 80), pause(80))]
    assert [digit for digit, _ in heard(*parts, law=law)] == list(DIGITS)


@pytest.mark.parametrize("offset", range(0, 20, 3))
def test_a_digit_of_70_ms_is_heard_wherever_it_falls(offset: int) -> None:
    assert [digit for digit, _ in heard(pause(100 + offset), tone("7", 70))] == ["7"]


def test_the_same_digit_twice_is_two_digits() -> None:
    assert [digit for digit, _ in heard(tone("5", 80), pause(80), tone("5", 80))] == ["5", "5"]


def test_a_long_digit_is_one_and_its_length_is_told() -> None:
    ((digit, duration),) = heard(pause(100), tone("3", 600))
    assert digit == "3"
    assert abs(duration - 600) <= 40


@pytest.mark.parametrize(("low", "high"), [(1300.0, 1300.0), (12000.0, 12000.0), (6000.0, 2500.0), (4000.0, 6200.0)])
def test_level_and_twist_within_the_limits_are_heard(low: float, high: float) -> None:
    assert [digit for digit, _ in heard(tone("9", 100, low=low, high=high))] == ["9"]


@pytest.mark.parametrize(("low", "high"), [(100.0, 100.0), (6000.0, 1200.0), (1500.0, 6000.0), (6000.0, 0.0)])
def test_beyond_them_it_is_no_digit(low: float, high: float) -> None:
    assert heard(tone("9", 200, low=low, high=high)) == []


@pytest.mark.parametrize("detune", [0.985, 1.015])
def test_a_telephone_that_is_a_little_off_is_heard(detune: float) -> None:
    assert [digit for digit, _ in heard(tone("4", 100, detune=detune))] == ["4"]


def test_noise_below_the_tones_does_no_harm() -> None:
    noise = np.random.default_rng(1).normal(0, 700, 800)
    assert [digit for digit, _ in heard(tone("8", 100) + noise)] == ["8"]


def test_sound_that_is_no_digit_is_none() -> None:
    chance = np.random.default_rng(2)
    noise = chance.normal(0, 5000, 80_000)
    at = np.arange(80_000) / 8000
    pitch = 120 * (1 + 0.2 * np.sin(2 * np.pi * 0.7 * at))
    phase = 2 * np.pi * np.cumsum(pitch) / 8000
    weights = [1 / (1 + abs(harmonic * 120 - 700) / 300) for harmonic in range(1, 28)]
    voice = sum(weight * np.sin(number * phase) for number, weight in enumerate(weights, 1))
    voice = 4000 * np.asarray(voice) * (0.5 + 0.5 * np.sin(2 * np.pi * 4 * at))
    single = 9000 * np.sin(2 * np.pi * 770 * at)
    chord = sum(4000 * np.sin(2 * np.pi * note * at) for note in (523, 659, 784, 1046))
    for sound in (noise, voice, single, np.asarray(chord)):
        assert heard(sound) == []


def test_many_legs_at_once_do_not_mix() -> None:
    detector = Detector(16)
    rows = np.arange(16)
    sound = np.stack([np.concatenate([tone(digit, 100), pause(100)]) for digit in DIGITS]).astype(np.int16)
    found = [one for at in range(0, 1600, FRAME) for one in detector.feed(rows, sound[:, at : at + FRAME])]
    assert sorted((one.row, one.digit) for one in found) == list(enumerate(DIGITS))
    detector.reset(3)
    assert dtmf.classify(np.zeros((1, dtmf.WINDOW), np.float32)).tolist() == [dtmf.NONE]
