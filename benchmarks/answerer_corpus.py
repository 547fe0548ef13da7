"""Who may answer a call, as sound: spoken by espeak-ng, over lines good and bad. Nothing of it was recorded.

Each ``Case`` is what comes from the moment of the answer on, 8 kHz 16-bit through G.711. The phrases of ``TUNING`` and
``TESTING`` are different ones: thresholds are chosen by the first, and what the benchmark prints is of the second.
"""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ivr.errors import SpeechError
from ivr.prompts.espeak import Espeak
from ivr.prompts.music import hold_music
from ivr.prompts.sound import RATE, levelled, telephone
from pbx.rtp import g711

I16 = NDArray[np.int16]
F32 = NDArray[np.float32]
Said = Callable[[str], F32]

SECONDS = 24
_RATE, _PITCH = 1, 3  # parameters of espeak-ng
VOICES = ("es", "es+f2", "es+m3", "es-419+f4", "es-419+m1", "en", "en+f3", "en-us+m2", "en-us+f1", "en-gb-scotland+m4")
NOISES = (None, 25.0, 15.0)  # dB below the speech


@dataclass(frozen=True, slots=True)
class Phrases:
    """By language: what people say who pick up, what firms say, and sentences of greetings of machines."""

    people: dict[str, tuple[str, ...]]
    firms: dict[str, tuple[str, ...]]
    machines: dict[str, tuple[tuple[str, ...], ...]]


TUNING = Phrases(
    people={
        "es": ("¿Diga?", "¿Sí?", "¿Dígame?", "Hola, buenas.", "¿Sí? ¿Quién es?", "Hola, soy Elena."),
        "en": ("Hello?", "Yes?", "Hi, this is Tom.", "Hello, Mary speaking.", "Yes, who is it?"),
    },
    firms={
        "es": ("Talleres Pérez, buenos días.", "Clínica San Juan, le atiende Rosa, dígame."),
        "en": ("Baker and sons, good morning.", "Riverside dental practice, Kate speaking, how can I help?"),
    },
    machines={
        "es": (
            ("Hola, soy Javier.", "Ahora no puedo atenderte.", "Deja tu mensaje después de la señal."),
            ("El teléfono al que llama está apagado o fuera de cobertura en este momento.", "Deje su mensaje."),
            ("Ha llamado a la familia Ortega.", "En este momento no estamos en casa.", "Gracias."),
        ),
        "en": (
            ("Hi, you've reached Bob.", "I can't take your call right now.", "Please leave a message after the tone."),
            ("The person you are trying to reach is not available.", "Please leave a message after the beep."),
        ),
    },
)
TESTING = Phrases(
    people={
        "es": ("¿Diga?", "¿Quién es?", "Sí, dime.", "Hola, ¿quién llama?", "¿Hola?", "Buenos días, dígame.", "Aló"),
        "en": ("Hello?", "Hello, who is this?", "Yes, speaking.", "Good morning.", "John here.", "Hi there, hello?"),
    },
    firms={
        "es": ("Librería Sol, dígame.", "Restaurante La Parra, buenas tardes, ¿en qué puedo ayudarle?"),
        "en": ("Acme plumbing, good afternoon.", "Thank you for calling Harbour Books, this is Linda, how can I help?"),
    },
    machines={
        "es": (
            ("Hola, has llamado a Lucía.", "No puedo contestar, pero te llamo luego.", "Habla tras el pitido."),
            ("Este es el buzón de voz del número seis cero cero, uno uno uno, dos dos dos.", "Grabe su mensaje."),
            ("¡Hola!", "Ahora mismo no estoy disponible.", "Si es urgente, escríbeme."),
            ("Gracias por llamar a Gestoría Ruiz.", "Nuestro horario es de nueve a dos.", "Deje su mensaje."),
        ),
        "en": (
            ("Hello, this is the voicemail of Anna Brown.", "I am away until Monday.", "Leave your name and number."),
            ("Your call has been forwarded to an automatic voice message system.", "At the tone, please record."),
            ("Hey!", "It's Dave, I'm not here.", "You know what to do."),
        ),
    },
)


@dataclass(frozen=True, slots=True)
class Case:
    """``kind`` as the table of the benchmark has it; ``beep_s``: when the machine's beep ends."""

    kind: str
    name: str
    sound: I16
    beep_s: float | None = None


class Voices(Espeak):
    """The engine with a voice, a speed and a pitch of each speaker's own."""

    def say(self, text: str, voice: str, words_per_minute: int, pitch: int) -> F32:
        """8 kHz, −1…1, at the level of telephone speech. Raises SpeechError."""
        self._library.espeak_SetParameter(_RATE, words_per_minute, 0)
        self._library.espeak_SetParameter(_PITCH, pitch, 0)
        if self._library.espeak_SetVoiceByName(voice.encode()) != 0:
            raise SpeechError(f"espeak-ng has no voice '{voice}'")
        self._blocks.clear()
        words = text.encode()
        if self._library.espeak_Synth(words, ctypes.c_size_t(len(words) + 1), 0, 1, 0, 1, None, None) != 0:
            raise SpeechError(f"espeak-ng could not speak '{text}'")
        self._library.espeak_Synchronize()
        return telephone(np.concatenate(self._blocks), self.rate)


class Line:
    """What lies between who answers and us: delay, level, noise, and a companding law."""

    def __init__(self, seed: int) -> None:
        self.random = np.random.default_rng(seed)

    def carry(self, sound: F32, noise_db: float | None, *, gain_db: float | None = None) -> I16:
        """``sound`` as it is heard, SECONDS long."""
        out = np.zeros(SECONDS * RATE, np.float32)
        out[: len(sound)] = sound[: len(out)]
        if noise_db is not None:
            out += self.noise(len(out), -20.0 - noise_db)
        out *= 10 ** ((self.random.uniform(-12, 3) if gain_db is None else gain_db) / 20)
        linear = np.clip(out * 32767, -32767, 32767).astype(np.int16)
        law = int(self.random.integers(0, 2))
        return g711.decode(g711.encode(linear, law), law)

    def noise(self, length: int, level_db: float) -> F32:
        """Noise with more in it below, as rooms and streets have, which swells a little."""
        white = self.random.standard_normal(length + 400)
        low = np.convolve(white, np.exp(-np.arange(40) / 12), "valid")[:length]
        both = low / low.std() + 0.5 * white[:length]
        swell = 1 + 0.15 * np.sin(np.arange(length) * 2 * np.pi * self.random.uniform(0.05, 0.3) / RATE)
        level = 10 ** (level_db / 20) / both.std()
        return np.asarray(both * swell * level, np.float32)

    def pause(self, least: float, most: float) -> F32:
        return np.zeros(int(self.random.uniform(least, most) * RATE), np.float32)


def tone(hertz: tuple[float, ...], seconds: float, level_db: float = -15.0) -> F32:
    """One or more frequencies together."""
    at = np.arange(int(seconds * RATE)) / RATE
    both = np.sum([np.sin(2 * np.pi * one * at) for one in hertz], axis=0) / len(hertz)
    return np.asarray(both * 10 ** (level_db / 20) * 1.4, np.float32)


def cases(phrases: Phrases, seed: int) -> Iterator[Case]:
    """The whole corpus of one set of phrases."""
    voices, line = Voices(), Line(seed)
    for voice in VOICES:
        language = voice[:2]
        for noise_db in NOISES:
            speed, pitch = int(line.random.integers(130, 190)), int(line.random.integers(30, 65))

            def said(text: str) -> F32:
                return voices.say(text, voice, speed, pitch)  # noqa: B023 - used in this turn only

            for kind, texts in (("person", phrases.people), ("firm", phrases.firms)):
                for text in texts[language]:
                    yield Case(kind, f"{voice}: {text}", _person(line, said, text, noise_db))
            text = str(line.random.choice(phrases.people[language]))
            yield Case("person after ringing", f"{voice}: {text}", _person(line, said, text, noise_db, rings=True))
            for sentences in phrases.machines[language]:
                yield _machine(line, said, sentences, noise_db, voice)
    yield from _others(line)


def _person(line: Line, said: Said, text: str, noise_db: float | None, *, rings: bool = False) -> I16:
    before = [line.pause(0.15, 1.4)]
    if rings:
        before.insert(0, _ringing(line))
    again = [line.pause(2.0, 3.5), said("¿Hola?")]
    return line.carry(np.concatenate([*before, said(text), *again]), noise_db)


def _machine(line: Line, said: Said, sentences: tuple[str, ...], noise_db: float | None, voice: str) -> Case:
    parts = [line.pause(0.2, 1.5)]
    if line.random.random() < 0.2:
        parts.insert(0, _ringing(line))
    for sentence in sentences:
        parts += [said(sentence), line.pause(0.15, 0.8)]
    hertz = float(line.random.choice([440.0, 620.0, 850.0, 1000.0, 1400.0]))
    parts += [line.pause(0.0, 0.8), tone((hertz,), line.random.uniform(0.25, 1.0))]
    sound = np.concatenate(parts)
    return Case("machine", f"{voice}: {sentences[0]}", line.carry(sound, noise_db), len(sound) / RATE)


def _ringing(line: Line) -> F32:
    """What is left of the ringing: its tone is cut off by the answer."""
    hertz = ((425.0,), (440.0, 480.0), (400.0, 450.0))[int(line.random.integers(0, 3))]
    return tone(hertz, line.random.uniform(0.2, 1.5), -20.0)


def _others(line: Line) -> Iterator[Case]:
    music = hold_music()
    for number in range(30):
        noise_db = NOISES[number % len(NOISES)]
        yield Case("silence", "", line.carry(np.zeros(0, np.float32), None))
        yield Case("noise", "", line.carry(line.pause(0, 1.0), float(line.random.uniform(0, 25))))
        late = np.concatenate([line.pause(0.1, 1.0), line.noise(SECONDS * RATE, float(line.random.uniform(-40, -20)))])
        yield Case("noise that begins", "", line.carry(late, None))
        start = int(line.random.integers(0, len(music) // 2))
        yield Case("music", "soft", line.carry(music[start:], noise_db))
        yield Case("music", "with drums", line.carry(_band(line), noise_db))
        rest = np.concatenate([_ringing(line), line.pause(4, 6)])
        yield Case("ringing, then nothing", "", line.carry(rest, noise_db))
        yield Case("fax", "", line.carry(np.concatenate([line.pause(0.3, 1.5), tone((2100.0,), 3.0)]), noise_db), None)


def _band(line: Line) -> F32:
    """Chords that change twice a second, over a drum on each beat."""
    beat = int(RATE * line.random.uniform(0.4, 0.6))
    at = np.arange(beat) / RATE
    out = []
    for _ in range(SECONDS * RATE // beat):
        root = float(line.random.choice([131.0, 147.0, 165.0, 196.0, 220.0]))
        chord = sum(np.sin(2 * np.pi * root * ratio * at) for ratio in (1, 1.26, 1.5, 2, 3))
        drum = line.random.standard_normal(beat) * np.exp(-at * 30) * 2.5
        out.append(chord * (0.4 + 0.6 * np.exp(-at * 4)) + drum)
    return levelled(np.concatenate(out).astype(np.float32))
