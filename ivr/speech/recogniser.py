"""Speech recognition behind one interface: phrases and a spool go to a process of its own, a phrase comes back."""

from __future__ import annotations

import asyncio
import contextlib
import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Protocol

import structlog

from ivr.errors import RecognitionError

WORKER = (sys.executable, "-m", "ivr.speech.worker")
ANSWER_S = 4.0
MAX_ANSWER = 64 * 1024

log = structlog.get_logger(__name__)


class Recogniser(Protocol):
    """Understands which of some phrases was said."""

    def understands(self, language: str) -> bool:
        """Whether there is an engine for ``language``."""

    async def recognise(self, sound: Path, phrases: Sequence[str], language: str) -> str | None:
        """The phrase said in ``sound`` (raw mono 16-bit samples at 8 kHz); None: none of them. RecognitionError."""


class ProcessRecogniser:
    """One process per language, started with the first sound and replaced when it fails.

    ``models``: folders of vosk models by language, as the operator supplies them. English is understood without one:
    pocketsphinx brings a model for short phrases. Sounds of a language are recognised one after the other.
    """

    def __init__(self, models: Mapping[str, Path], command: Sequence[str] = WORKER) -> None:
        self._models = dict(models)
        self._command = command
        self._processes: dict[str, asyncio.subprocess.Process] = {}
        self._turns: dict[str, asyncio.Lock] = {}

    def understands(self, language: str) -> bool:
        """Whether there is an engine for ``language``."""
        return language in self._models or language == "en"

    async def recognise(self, sound: Path, phrases: Sequence[str], language: str) -> str | None:
        """The phrase said in ``sound``; None: none of them. Raises RecognitionError."""
        turn = self._turns.setdefault(language, asyncio.Lock())
        job = {"path": str(sound), "phrases": list(phrases)}
        try:
            async with asyncio.timeout(ANSWER_S), turn:
                process = await self._process(language)
                assert process.stdin is not None
                assert process.stdout is not None
                process.stdin.write(json.dumps(job).encode() + b"\n")
                line = await process.stdout.readline()
                answer = json.loads(line)
        except (OSError, ValueError, TimeoutError) as error:
            self._replace(language)
            raise RecognitionError(f"the process for '{language}' failed: {error!r}") from None
        except asyncio.CancelledError:
            self._replace(language)  # its answer would be taken for the next caller's
            raise
        if "error" in answer:
            raise RecognitionError(str(answer["error"]))
        phrase = answer.get("phrase")
        return phrase if phrase in phrases else None

    async def stop(self) -> None:
        """End the processes."""
        processes = list(self._processes.values())
        for language in list(self._processes):
            self._replace(language)
        for process in processes:
            await process.wait()

    async def _process(self, language: str) -> asyncio.subprocess.Process:
        process = self._processes.get(language)
        if process is None or process.returncode is not None:
            model = self._models.get(language)
            process = self._processes[language] = await asyncio.create_subprocess_exec(
                *self._command,
                language,
                str(model) if model is not None else "",
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.DEVNULL,
                limit=MAX_ANSWER,
                cwd=Path(__file__).parents[2],
            )
            log.info("recogniser_started", language=language, engine="vosk" if model else "pocketsphinx")
        return process

    def _replace(self, language: str) -> None:
        process = self._processes.pop(language, None)
        if process is not None and process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
