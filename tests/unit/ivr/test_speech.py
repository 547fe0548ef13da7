"""Spoken words through the real engine's process: what is said is heard; what cannot be heard says why."""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator
from pathlib import Path

import numpy as np
import pytest

from ivr.errors import RecognitionError
from ivr.prompts.espeak import Espeak
from ivr.prompts.sound import telephone
from ivr.speech.recogniser import ProcessRecogniser

PHRASES = ("technical support", "operator", "yes", "no")


@pytest.fixture
async def recogniser() -> AsyncIterator[ProcessRecogniser]:
    recogniser = ProcessRecogniser({})
    yield recogniser
    await recogniser.stop()


def said(folder: Path, words: str) -> Path:
    """``words`` as a telephone brings them, in a spool."""
    sound = (telephone(*Espeak().speak(words, "en")) * 32000).astype(np.int16)
    file = folder / "said.s16"
    file.write_bytes(np.concatenate([np.zeros(4000, np.int16), sound, np.zeros(4000, np.int16)]).tobytes())
    return file


@pytest.mark.parametrize("words", ["technical support", "operator", "yes"])
async def test_a_phrase_is_recognised(recogniser: ProcessRecogniser, tmp_path: Path, words: str) -> None:
    assert await recogniser.recognise(said(tmp_path, words), PHRASES, "en") == words


async def test_silence_is_nothing(recogniser: ProcessRecogniser, tmp_path: Path) -> None:
    file = tmp_path / "silence.s16"
    file.write_bytes(bytes(16000))
    assert await recogniser.recognise(file, PHRASES, "en") is None


async def test_spanish_needs_a_model(recogniser: ProcessRecogniser, tmp_path: Path) -> None:
    assert not recogniser.understands("es")
    missing = ProcessRecogniser({"es": tmp_path / "none"})
    assert missing.understands("es")
    with pytest.raises(RecognitionError, match="no such model"):
        await missing.recognise(said(tmp_path, "yes"), ("ventas",), "es")
    await missing.stop()


async def test_a_process_that_dies_or_talks_nonsense_is_replaced(tmp_path: Path) -> None:
    file = said(tmp_path, "yes")
    for program in ("raise SystemExit", "print('?', flush=True); input()"):
        broken = ProcessRecogniser({}, (sys.executable, "-c", program))
        for _ in range(2):
            with pytest.raises(RecognitionError, match="failed"):
                await broken.recognise(file, PHRASES, "en")
        await broken.stop()


async def test_words_that_the_model_does_not_know_say_so(recogniser: ProcessRecogniser, tmp_path: Path) -> None:
    with pytest.raises(RecognitionError, match="knows"):
        await recogniser.recognise(said(tmp_path, "yes"), ("xyzzyplugh",), "en")
