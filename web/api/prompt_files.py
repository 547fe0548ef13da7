"""Recorded prompts and music: what there is, what is uploaded, and texts spoken to listen to before they are kept."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import re
import secrets
from dataclasses import dataclass
from pathlib import Path

from ivr.errors import SpeechError
from ivr.prompts.catalogue import LANGUAGES, catalogue
from ivr.prompts.speaker import Job, Speaker

MUSIC = "music"
FOLDERS = (*LANGUAGES, MUSIC)
NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")
MAX_PREVIEWS = 100
MAX_SPEAKING = 20


class PromptError(Exception):
    """A prompt cannot be made or kept; the text says why."""


@dataclass(frozen=True, slots=True)
class PromptShown:
    """One prompt: its words where it has some, and since when there is a recording of it."""

    folder: str
    name: str
    text: str
    recorded_at: float | None


class PromptFiles:
    """The files under ``directory`` that go before spoken texts (``ivr.prompts.library``)."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._previews = directory / ".previews"
        self._speaker = Speaker(processes=1)
        self._speaking = 0

    def list(self) -> list[PromptShown]:
        """Every prompt of the catalogue, and every recording beside it. Reads folders: not for an event loop."""
        recorded = {
            (folder, file.stem): file.stat().st_mtime
            for folder in FOLDERS
            for file in (self._directory / folder).glob("*.wav")
        }
        texts = {
            (language, name): entry.one or entry.text
            for language in LANGUAGES
            for name, entry in catalogue(language).items()
        }
        keys = sorted({*recorded, *texts})
        return [
            PromptShown(folder, name, texts.get((folder, name), ""), recorded.get((folder, name)))
            for folder, name in keys
        ]

    def file(self, folder: str, name: str) -> Path | None:
        """The recording of a prompt, if there is one."""
        file = self._path(folder, name)
        return file if file is not None and file.is_file() else None

    async def keep(self, folder: str, name: str, wav: bytes) -> float:
        """Keep a recording, as telephones hear it; its seconds. Raises PromptError."""
        target = self._path(folder, name)
        if target is None:
            raise PromptError(f"allowed: {', '.join(FOLDERS)} and a name of small letters, digits, . _ -")
        return await self.convert(wav, target)

    async def convert(self, wav: bytes, target: Path) -> float:
        """Write ``wav`` to ``target`` as telephones hear it; its seconds. Raises PromptError."""
        given = self._previews / f"upload-{secrets.token_hex(8)}.wav"

        def write() -> None:
            given.parent.mkdir(parents=True, exist_ok=True)
            given.write_bytes(wav)

        await asyncio.to_thread(write)
        try:
            return await self._done(Job("convert", target.resolve(), source=str(given.resolve())))
        finally:
            await asyncio.to_thread(given.unlink, True)

    async def speak(self, text: str, voice: str) -> Path:
        """A file in which ``text`` is spoken. Raises PromptError."""
        key = hashlib.sha256(f"{voice}|{text}".encode()).hexdigest()[:32]
        file = self._previews / f"{key}.wav"
        if not await asyncio.to_thread(file.is_file):
            await asyncio.to_thread(self._make_room)
            await self._done(Job("speak", file.resolve(), text, voice))
        return file

    async def remove(self, folder: str, name: str) -> bool:
        """Forget a recording; the text is spoken again. Whether there was one."""
        file = self.file(folder, name)
        if file is not None:
            await asyncio.to_thread(file.unlink, True)
        return file is not None

    async def stop(self) -> None:
        await self._speaker.stop()

    async def _done(self, job: Job) -> float:
        if self._speaking >= MAX_SPEAKING:
            raise PromptError("too many sounds are being made at once; try again in a moment")
        self._speaking += 1
        try:
            return await self._speaker.want(job, soon=True)
        except SpeechError as error:
            raise PromptError(_without(str(error), job.source, str(self._previews.resolve()))) from None
        finally:
            self._speaking -= 1

    def _make_room(self) -> None:
        with contextlib.suppress(OSError):
            files = sorted(self._previews.glob("*.wav"), key=lambda file: file.stat().st_mtime)
            for old in files[: max(0, len(files) - MAX_PREVIEWS)]:
                old.unlink(missing_ok=True)

    def _path(self, folder: str, name: str) -> Path | None:
        if folder not in FOLDERS or NAME.fullmatch(name) is None or ".." in name:
            return None
        return self._directory / folder / f"{name}.wav"


def _without(said: str, *paths: str) -> str:
    """A sentence without where files of ours are: whoever sent a sound knows it by no such name."""
    for path in filter(None, paths):
        said = said.replace(path, "")
    return said.strip("/: ")
