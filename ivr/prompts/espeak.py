"""Speech by espeak-ng, through ctypes on the library that the ``espeakng-loader`` wheel carries.

The library is under GPL-3 and keeps its state in globals: it is loaded in the speech process only (``worker.py``).
Functions and constants: espeak-ng's ``speak_lib.h``.
"""

from __future__ import annotations

import ctypes
import os
from typing import Any

import numpy as np

from ivr.errors import SpeechError
from ivr.prompts.sound import Samples

MAX_CHARACTERS = 2000
WORDS_PER_MINUTE = 150

_AUDIO_OUTPUT_SYNCHRONOUS = 2
_DONT_EXIT = 0x8000
_PARAMETER_RATE, _PARAMETER_PITCH, _PARAMETER_RANGE = 1, 3, 4
_POSITION_CHARACTER = 1
_CHARACTERS_UTF8 = 1

_VOICES = {"es": b"es", "en": b"en"}

_CALLBACK = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.c_void_p)


class Espeak:
    """One loaded engine. Raises SpeechError when it cannot be loaded."""

    def __init__(self) -> None:
        try:
            import espeakng_loader

            self._library: Any = ctypes.CDLL(espeakng_loader.get_library_path())
            folder = os.fsencode(espeakng_loader.get_data_path())
        except (ImportError, OSError, RuntimeError) as error:
            raise SpeechError(f"espeak-ng cannot be loaded: {error}") from None
        self.rate = int(self._library.espeak_Initialize(_AUDIO_OUTPUT_SYNCHRONOUS, 0, folder, _DONT_EXIT))
        if self.rate <= 0:
            raise SpeechError("espeak-ng does not find its voices")
        self._blocks: list[Samples] = []
        # The library keeps the pointer: the object must live as long as it does.
        self._callback = _CALLBACK(self._heard)
        self._library.espeak_SetSynthCallback(self._callback)
        self._library.espeak_SetParameter(_PARAMETER_RATE, WORDS_PER_MINUTE, 0)
        self._library.espeak_SetParameter(_PARAMETER_PITCH, 45, 0)
        self._library.espeak_SetParameter(_PARAMETER_RANGE, 60, 0)

    def speak(self, text: str, language: str) -> tuple[Samples, int]:
        """Mono samples (−1…1) and their rate. Raises SpeechError."""
        if language not in _VOICES or len(text) > MAX_CHARACTERS:
            raise SpeechError(f"cannot speak {len(text)} characters in '{language}'; allowed: {MAX_CHARACTERS}, es, en")
        if self._library.espeak_SetVoiceByName(_VOICES[language]) != 0:
            raise SpeechError(f"espeak-ng has no voice for '{language}'")
        self._blocks.clear()
        words = text.replace("\0", " ").encode()
        failed = self._library.espeak_Synth(
            words, ctypes.c_size_t(len(words) + 1), 0, _POSITION_CHARACTER, 0, _CHARACTERS_UTF8, None, None
        )
        if failed or self._library.espeak_Synchronize() != 0:
            raise SpeechError(f"espeak-ng could not speak '{text[:40]}'")
        return np.concatenate(self._blocks) if self._blocks else np.zeros(0, np.float32), self.rate

    def _heard(self, samples: Any, count: int, events: Any) -> int:
        if samples and count > 0:
            block = np.ctypeslib.as_array(samples, shape=(count,))
            self._blocks.append(block.astype(np.float32) / np.float32(32768))
        return 0
