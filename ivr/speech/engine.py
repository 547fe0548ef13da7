"""The engines that tell which of some phrases was said: vosk with a supplied model, pocketsphinx for English."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import soxr
from numpy.typing import NDArray

from ivr.errors import RecognitionError

TELEPHONE_RATE = 8000
MODEL_RATE = 16000
LOUDNESS = 12000.0
NOISE = 12.0
_WORD = re.compile(r"[a-z']+")


class Engine(Protocol):
    """Recognises one of some phrases."""

    def recognise(self, samples: NDArray[np.int16], phrases: Sequence[str]) -> str | None:
        """The phrase that was said, or None. Raises RecognitionError."""


def load_engine(language: str, model: Path | None) -> Engine:
    """The engine for ``language``. Raises RecognitionError, which says what is missing."""
    if model is not None:
        return Vosk(model)
    if language == "en":
        return Pocketsphinx()
    raise RecognitionError(f"no speech model for '{language}'; set the folder of a vosk model")


class Vosk:
    """vosk with the model in a folder; what is none of the phrases is told apart by the model itself."""

    def __init__(self, model: Path) -> None:
        try:
            import vosk
        except ImportError:
            raise RecognitionError("the package vosk is not installed") from None
        if not model.is_dir():
            raise RecognitionError(f"{model}: there is no such model")
        vosk.SetLogLevel(-1)
        self._vosk: Any = vosk
        try:
            self._model = vosk.Model(str(model))
        except Exception as error:  # noqa: BLE001 - vosk raises nothing more exact
            raise RecognitionError(f"{model}: {error}") from None

    def recognise(self, samples: NDArray[np.int16], phrases: Sequence[str]) -> str | None:
        """The phrase that was said, or None."""
        grammar = json.dumps([*phrases, "[unk]"], ensure_ascii=False)
        recogniser = self._vosk.KaldiRecognizer(self._model, TELEPHONE_RATE, grammar)
        recogniser.AcceptWaveform(samples.tobytes())
        said = str(json.loads(recogniser.FinalResult()).get("text", ""))
        return said if said in phrases else None


class Pocketsphinx:
    """pocketsphinx with the English model of its wheel: short phrases by a grammar, no dictation."""

    def __init__(self) -> None:
        try:
            from pocketsphinx import Decoder
        except ImportError:
            raise RecognitionError("the package pocketsphinx is not installed") from None
        self._decoder: Any = Decoder(lm=None, loglevel="FATAL")
        self._grammars: set[str] = set()

    def recognise(self, samples: NDArray[np.int16], phrases: Sequence[str]) -> str | None:
        """The phrase that was said, or None. Phrases with words that the model does not know are never heard."""
        known = [phrase for phrase in phrases if self._knows(phrase)]
        if not known:
            raise RecognitionError(f"no phrase of {', '.join(phrases)[:100]} has words that the model knows")
        self._decoder.activate_search(self._grammar(known))
        self._decoder.start_utt()
        self._decoder.process_raw(_as_modelled(samples), full_utt=True)
        self._decoder.end_utt()
        found = self._decoder.hyp()
        said = found.hypstr if found is not None else ""
        return said if said in known else None

    def _knows(self, phrase: str) -> bool:
        words = phrase.split()
        return all(_WORD.fullmatch(word) and self._decoder.lookup_word(word) is not None for word in words)

    def _grammar(self, phrases: Sequence[str]) -> str:
        name = "|".join(phrases)
        if name not in self._grammars:
            alternatives = " | ".join(phrases)
            self._decoder.add_jsgf_string(name, f"#JSGF V1.0; grammar menu; public <said> = {alternatives};")
            self._grammars.add(name)
        return name


def _as_modelled(samples: NDArray[np.int16]) -> bytes:
    """16 kHz, as loud as the model was trained, with a little silence around, and a breath of noise.

    The model was trained in rooms: a silence of nothing but zeros is no silence to it.
    """
    sound = soxr.resample(samples.astype(np.float32), TELEPHONE_RATE, MODEL_RATE)
    peak = float(np.abs(sound).max()) or 1.0
    quiet = np.zeros(MODEL_RATE // 2, dtype=np.float32)
    heard = np.concatenate([quiet, sound * (LOUDNESS / peak), quiet])
    return (heard + np.random.default_rng(0).normal(0, NOISE, len(heard))).astype(np.int16).tobytes()
