"""Who has answered, by energy and cadence: a person who waits, a machine that speaks on and beeps."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pbx.rtp.answerer import FRAME, AnswererDetector, Judged, Listens
from pbx.rtp.dtmf import RATE

RANDOM = np.random.default_rng(5)


def silence(seconds: float) -> np.ndarray:
    return np.zeros(int(seconds * RATE))


def voice(seconds: float, level: float = 0.2) -> np.ndarray:
    """Five syllables a second, their pitch and loudness moving as in speech."""
    at = np.arange(int(seconds * RATE)) / RATE
    pitch = 130 + 30 * np.sin(2 * np.pi * 1.3 * at) + 10 * np.sin(2 * np.pi * 4.7 * at)
    phase = 2 * np.pi * np.cumsum(pitch) / RATE
    sound = sum(np.sin(phase * harmonic) / harmonic for harmonic in range(1, 12))
    loud = (0.15 + np.abs(np.sin(np.pi * 5 * at))) * (0.6 + 0.4 * np.sin(2 * np.pi * 0.9 * at))
    return np.asarray(sound * loud * level)


def tone(hertz: float, seconds: float, level: float = 0.2) -> np.ndarray:
    return np.asarray(level * np.sin(2 * np.pi * hertz * np.arange(int(seconds * RATE)) / RATE))


def noise(seconds: float, level: float = 0.02) -> np.ndarray:
    return np.asarray(level * RANDOM.standard_normal(int(seconds * RATE)))


def judged(*sounds: np.ndarray, rest_s: float = 6.0) -> list[Judged | Listens]:
    """All that is said of the sounds, one after the other, on a row among others."""
    samples = np.concatenate([*sounds, silence(rest_s)])
    frames = np.clip(samples[: len(samples) // FRAME * FRAME] * 32767, -32767, 32767).astype(np.int16)
    detector = AnswererDetector(4)
    detector.begin(2)
    events = []
    for frame in frames.reshape(-1, FRAME):
        events += detector.feed(np.array([2]), frame[None, :])
    return events


def verdicts(*sounds: np.ndarray) -> list[str]:
    return [one.verdict if isinstance(one, Judged) else one.sign for one in judged(*sounds)]


def test_a_word_and_then_waiting_is_a_person() -> None:
    (one,) = judged(silence(0.6), voice(0.4))
    assert isinstance(one, Judged) and one.verdict == "human"
    assert 1700 <= one.after_ms <= 2200 and 300 <= one.spoken_ms <= 500


def test_a_person_in_a_noisy_street_is_a_person() -> None:
    street = noise(5)
    street[RATE : RATE + 4000] += voice(0.5)
    assert verdicts(street) == ["human"]


def test_a_greeting_that_goes_on_is_a_machine_whose_beep_is_waited_for() -> None:
    events = judged(silence(0.5), voice(2.0), silence(0.3), voice(3.0), silence(0.4), tone(1000, 0.4))
    assert [one.verdict if isinstance(one, Judged) else one.sign for one in events] == ["machine", "beep"]
    assert isinstance(events[0], Judged) and events[0].after_ms <= 3600


def test_a_machine_without_a_beep_listens_when_it_is_silent() -> None:
    assert verdicts(silence(0.2), voice(4.0)) == ["machine", "silence"]


def test_a_beep_after_a_short_greeting_is_a_machines() -> None:
    assert verdicts(silence(0.3), voice(0.8), silence(0.3), tone(440, 0.5)) == ["machine", "beep"]


@pytest.mark.parametrize("hertz", [425.0, 440.0])
def test_what_is_left_of_the_ringing_is_not_the_answer(hertz: float) -> None:
    assert verdicts(tone(hertz, 1.2), silence(0.5), voice(0.4)) == ["human"]
    assert verdicts(tone(hertz, 1.2)) == ["unknown"]


def test_silence_and_noise_are_nobody_we_know() -> None:
    assert verdicts(silence(1)) == ["unknown"]
    assert verdicts(noise(6)) == ["unknown"]
    assert verdicts(silence(0.7), noise(6, 0.05)) == ["unknown"]


def test_a_fax_is_a_machine() -> None:
    assert verdicts(silence(0.5), tone(2100, 2.6))[0] == "machine"


def test_rows_are_judged_each_by_itself_and_a_row_that_has_ended_says_nothing() -> None:
    detector = AnswererDetector(3)
    sounds = [np.concatenate([voice(0.5), silence(4.5)]), voice(5.0), np.concatenate([voice(0.5), silence(4.5)])]
    frames = (np.stack(sounds) * 32767).astype(np.int16).reshape(3, -1, FRAME)
    for row in range(3):
        detector.begin(row)
    detector.end(2)
    told = [one for number in range(frames.shape[1]) for one in detector.feed(np.arange(3), frames[:, number])]
    assert {one.row: one.verdict for one in told if isinstance(one, Judged)} == {0: "human", 1: "machine"}


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 1 << 30), loud=st.floats(0, 20000))
def test_whatever_is_heard_one_verdict_comes_in_time(seed: int, loud: float) -> None:
    """Noise in bursts of any length and level: exactly one verdict, within 6.3 s (1.5 s of them ringing)."""
    random = np.random.default_rng(seed)
    bursts = np.repeat(random.random(80) < 0.5, 4)
    frames = (random.standard_normal((320, FRAME)) * loud * bursts[:, None]).clip(-32767, 32767).astype(np.int16)
    detector = AnswererDetector(1)
    detector.begin(0)
    told = [one for frame in frames for one in detector.feed(np.array([0]), frame[None, :])]
    (verdict,) = [one for one in told if isinstance(one, Judged)]
    assert verdict.after_ms <= 5000
