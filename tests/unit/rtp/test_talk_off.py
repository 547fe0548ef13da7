"""Talk-off: minutes of speech and music, in which there is no key to be heard (as Bellcore tests it, our voices)."""

from __future__ import annotations

import numpy as np
import pytest
import soxr

from ivr.errors import SpeechError
from ivr.prompts.catalogue import catalogue
from ivr.prompts.espeak import Espeak
from ivr.prompts.music import hold_music
from pbx.rtp import g711
from pbx.rtp.dtmf import FRAME, Detector

SECONDS = 240
ROWS = 24
_RATE, _PITCH, _RANGE = 1, 3, 4
TEXTS = {
    "es": "Buenos días, le atiende la cafetería Aurora. Uno, dos, tres, cuatro, cinco, seis, siete, ocho, nueve, cero. "
    "El veintisiete de marzo recibimos su pedido; ¿quiere que se lo enviemos a la calle Mayor? Sí, claro, muchísimas "
    "gracias, y que tenga usted un día estupendo. Jirafa, pingüino, guitarra, whisky, kilómetro, ñandú, lluvia. ",
    "en": "Good morning, you are speaking to the Aurora coffee house. One, two, three, four, five, six, seven, eight, "
    "nine, zero. We have received your order on the twenty-seventh of March; shall we send it to Main Street? Yes, of "
    "course, thank you so much, and have a wonderful day. Giraffe, penguin, guitar, whisky, mile, ostrich, rain. ",
}


@pytest.fixture(scope="module")
def engine() -> Espeak:
    try:
        return Espeak()
    except SpeechError as error:
        pytest.skip(str(error))


def false_digits(sound: np.ndarray, law: int) -> list[str]:
    """What is heard in ``sound`` (−1…1, 8 kHz) at three levels, after G.711, cut into rows that are heard at once."""
    found = []
    for level in (0.9, 0.3, 0.1):
        samples = np.clip(sound * level * 32767, -32767, 32767).astype(np.int16)
        samples = samples[: len(samples) // (ROWS * FRAME) * ROWS * FRAME]
        frames = g711.decode(g711.encode(samples, law), law).reshape(ROWS, -1, FRAME)
        detector = Detector(ROWS)
        for number in range(frames.shape[1]):
            found += [one.digit for one in detector.feed(np.arange(ROWS), frames[:, number])]
    return found


def normal(sound: np.ndarray) -> np.ndarray:
    return sound / max(1e-9, float(np.abs(sound).max()))


@pytest.mark.parametrize("language", ["es", "en"])
@pytest.mark.parametrize(("pitch", "speed"), [(25, 150), (45, 180), (75, 130), (95, 220)])
def test_no_voice_presses_keys(engine: Espeak, language: str, pitch: int, speed: int) -> None:
    texts = [TEXTS[language], *(entry.text for entry in catalogue(language).values() if not entry.values)]
    parts: list[np.ndarray] = []
    length = 0
    engine._library.espeak_SetParameter(_PITCH, pitch, 0)
    engine._library.espeak_SetParameter(_RATE, speed, 0)
    for text in texts * 4:
        samples, rate = engine.speak(text, language)
        parts.append(soxr.resample(samples, rate, 8000))
        length += len(parts[-1])
        if length >= SECONDS / 4 * 8000:
            break
    sound = normal(np.concatenate(parts))
    assert len(sound) >= 40 * 8000
    assert false_digits(sound, 1) == []


def test_the_music_of_the_house_presses_no_keys() -> None:
    music = np.asarray(hold_music(), np.float64)
    assert false_digits(normal(music), 0) == []


@pytest.mark.parametrize("seed", range(4))
def test_no_instrument_presses_keys(seed: int) -> None:
    """A minute of notes and chords with their harmonics, plucked and held, as a piano, a choir or a synthesiser has."""
    random = np.random.default_rng(seed)
    sound = np.zeros(60 * 8000)
    for _ in range(400):
        start, length = random.integers(0, len(sound) - 8000), int(random.integers(800, 8000))
        at = np.arange(length) / 8000
        pitch = 110 * 2 ** (random.integers(0, 36) / 12)
        fade = np.exp(-at * random.uniform(0, 8)) * np.minimum(1, at * 100) * np.minimum(1, (length / 8000 - at) * 100)
        for harmonic in range(1, int(random.integers(2, 9))):
            if pitch * harmonic < 3800:
                tone = np.sin(2 * np.pi * pitch * harmonic * at + random.uniform(0, 6))
                sound[start : start + length] += fade * tone / harmonic
    assert false_digits(normal(sound), 0) == []


def test_a_key_among_the_speech_would_be_heard(engine: Espeak) -> None:
    samples, rate = engine.speak(TEXTS["es"], "es")
    sound = normal(soxr.resample(samples, rate, 8000))
    sound = np.concatenate([sound] * 3)
    at = np.arange(960) / 8000
    sound[80_000:80_960] = 0.2 * (np.sin(2 * np.pi * 770 * at) + np.sin(2 * np.pi * 1336 * at))
    assert false_digits(sound, 1) == ["5", "5", "5"]
