"""Messages as text, by an engine of the company's own: a command that reads a WAV file and writes what was said.

``CENTRALITA_TRANSCRIBER`` is its command line, with ``{file}`` and ``{language}`` in it, for example
``whisper-cli -m /models/ggml-base.bin -l {language} -f {file} -nt -np``. One message at a time, so that calls keep the
machine; what the engine cannot do is left out, with a line in the log, and the message is there all the same.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import shlex
import signal
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

import structlog
from sqlalchemy import select

from config.company import Company
from recordings.archive import Archive
from recordings.errors import TranscriptionError
from recordings.tables import READY, Voicemail
from store.engine import Database
from store.rounds import SteppedRounds

POLL_S = 5.0
LONGEST_S = 180.0
MAX_OUTPUT = 64 << 10
MAX_TEXT = 8000
DAY_S = 86_400.0
FILE, LANGUAGE = "{file}", "{language}"

log = structlog.get_logger("recordings")


@dataclass(frozen=True, slots=True)
class Transcriber:
    """The command, as words."""

    words: tuple[str, ...]
    longest_s: float = LONGEST_S

    @classmethod
    def of(cls, command: str) -> Transcriber | None:
        """The engine of a command line; None for an empty one. Raises ValueError."""
        words = tuple(shlex.split(command))
        if not words:
            return None
        if not any(FILE in word for word in words):
            raise ValueError(f"allowed: a command with {FILE} in it, and {LANGUAGE} where the engine wants to know")
        return cls(words)

    async def transcribe(self, file: Path, language: str) -> str:
        """What is said in the file, in one line. Raises TranscriptionError."""
        words = [word.replace(FILE, str(file)).replace(LANGUAGE, language) for word in self.words]
        try:
            process = await asyncio.create_subprocess_exec(
                "nice",
                *words,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.DEVNULL,
                start_new_session=True,
            )
        except OSError as error:
            raise TranscriptionError(f"{words[0]}: {error.strerror or error}") from None
        assert process.stdout is not None
        try:
            async with asyncio.timeout(self.longest_s):
                said = b""
                while len(said) < MAX_OUTPUT and (more := await process.stdout.read(MAX_OUTPUT)):
                    said += more
                if len(said) >= MAX_OUTPUT:
                    raise TranscriptionError(f"{words[0]}: more than {MAX_OUTPUT} bytes")
                status = await process.wait()
        except TimeoutError:
            raise TranscriptionError(f"{words[0]}: not done after {self.longest_s:.0f} s") from None
        finally:
            if process.returncode is None:
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(process.pid, signal.SIGKILL)  # whatever it has started too
                await process.wait()
        if status != 0:
            raise TranscriptionError(f"{words[0]}: ended with status {status}")
        return " ".join(said.decode(errors="replace").split())[:MAX_TEXT]


class Transcription(SteppedRounds):
    """Gives each message that is ready its text. ``company()``: the present one; ``changed(box)`` hears of it."""

    waits = "transcription_waits"
    pause_s = POLL_S

    def __init__(
        self,
        database: Database,
        archive: Archive,
        engine: Transcriber,
        company: Callable[[], Company],
        *,
        clock: Callable[[], float],
        changed: Callable[[str], Awaitable[None]],
    ) -> None:
        super().__init__()
        self._database = database
        self._archive = archive
        self._engine = engine
        self._company = company
        self._clock = clock
        self._changed = changed

    async def step(self) -> bool:
        """The oldest message without a text; False: there is none."""
        async with self._database.session() as session:
            row = await session.scalar(
                select(Voicemail)
                .where(Voicemail.state == READY, Voicemail.transcribed_at.is_(None))
                .where(Voicemail.received_at > self._clock() - DAY_S)
                .order_by(Voicemail.received_at)
                .limit(1)
            )
        if row is None or row.path is None:
            return False
        text = None
        try:
            text = await self._engine.transcribe(self._archive.voicemail_dir / row.path, self._language(row.box))
        except TranscriptionError as error:
            log.warning("voicemail_not_transcribed", voicemail_id=row.id, box=row.box, error=str(error))
        async with self._database.transaction() as session:
            kept = await session.get(Voicemail, row.id)
            if kept is not None and kept.state == READY:
                kept.transcript, kept.transcribed_at = text, self._clock()
        await self._changed(row.box)
        return True

    def _language(self, box: str) -> str:
        company = self._company()
        person = company.person_of(box)
        return person.language if person is not None else company.language
