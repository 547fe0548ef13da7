"""Everything that callers hear, as clips: recorded files first, then spoken texts, then nothing.

Files under the prompts directory: ``es/NAME.wav`` and ``en/NAME.wav`` are recordings that win over texts,
``music/NAME.wav`` is music; ``.spoken/`` and ``.music/`` are made here and can be deleted at any time.
"""

from __future__ import annotations

import asyncio
import hashlib
import re
import wave
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

import structlog

from config.company import Company
from ivr.check import VARIABLE, load_flow
from ivr.errors import FlowError, SpeechError
from ivr.expressions import Value, written
from ivr.flow import Part, Prompt
from ivr.prompts.catalogue import LANGUAGES, CatalogueError, catalogue
from ivr.prompts.speaker import Job, Speaker
from pbx.media.messages import Clip

SPEECH_VERSION = 1
"""Raised when the voices change, so that everything is spoken again."""
MAX_TEXT = 2000
MAX_SPOKEN_VALUE = 200
_PAUSE = Clip(silence_ms=250)
MUSIC_FADE_MS = 300  # music gives way to an announcement, and comes back after it, softly
_NO_MUSIC = Clip(silence_ms=1000)

log = structlog.get_logger(__name__)


class Prompts:
    """The prompts of one installation. Nothing here blocks but ``prepare`` and ``stop``, which are awaited."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory.resolve()
        self._spoken = self._directory / ".spoken"
        self._default_music = self._directory / ".music" / "default.wav"
        self._ready: set[Path] = set()
        self._recorded: dict[tuple[str, str], Path] = {}
        self._asked: dict[Path, asyncio.Future[float]] = {}
        self._cleared = False
        self._speaker = Speaker()
        self._behind: set[asyncio.Future[float]] = set()

    async def prepare(self, company: Company, progress: Callable[[int, int], None] | None = None) -> None:
        """Find recordings, make the music, speak the flows, greetings and prompts; numbers follow behind.

        ``progress(done, total)`` is called as texts are ready. A text that cannot be spoken is logged and left out.
        """
        files, converts = await asyncio.to_thread(self._look)
        first = await asyncio.to_thread(lambda: [*_company_texts(company), *_catalogue_texts(numbers=False)])
        self._ready, self._recorded = files, {key: path for key, (path, _) in converts.items()}
        jobs = [Job("convert", path, source=str(source)) for path, source in converts.values() if path not in files]
        if self._default_music not in files:
            jobs.insert(0, Job("music", self._default_music))
        jobs += {job.path: job for job in (self._job(text, voice) for text, voice in first) if job is not None}.values()
        done = silent = 0
        if progress:
            progress(done, len(jobs))
        for future in asyncio.as_completed([self._want(job, soon=True) for job in jobs]):
            try:
                await future
            except SpeechError:
                silent += 1
            done += 1
            if progress:
                progress(done, len(jobs))
        if silent:
            log.warning("prompts_left_out", count=silent, of=len(jobs))
        names = [(person.name, language) for person in company.people for language in LANGUAGES]
        for text, voice in [*names, *_catalogue_texts(numbers=True)]:
            job = self._job(text, voice)
            if job is not None:
                self._want(job)

    async def stop(self) -> None:
        """End the speech processes."""
        await self._speaker.stop()

    async def spoken(self) -> None:
        """Wait until nothing more is being spoken."""
        while self._behind:
            await asyncio.wait(set(self._behind))

    # --- What is heard ------------------------------------------------------------------------------------------------

    def clips(self, name: str, language: str, **values: str | int) -> list[Clip]:
        """The prompt ``name`` (or ``text`` with ``text=…``) in ``language``; what is not spoken yet is left out.

        ``recording=NAME`` beside a text: an uploaded recording of that name is played in its place, if there is one.

        A recording ``NAME.VALUE`` (``queue.position.3``) goes before one that is the same for every value.

        Raises CatalogueError for a name that does not exist or a parameter that is missing.
        """
        if name == "text":
            named = self._recorded.get((language, str(values.get("recording", ""))))
            if named is not None and named in self._ready:
                return [Clip(path=str(named))]
            return self._say(str(values.get("text", "")), language)
        for recording in dict.fromkeys((".".join((name, *map(str, values.values()))), name)):
            recorded = self._recorded.get((language, recording))
            if recorded is not None and recorded in self._ready:
                return [Clip(path=str(recorded))]
        entries = catalogue(language)
        if name not in entries:
            raise CatalogueError(f"no prompt '{name}'; allowed: text, {', '.join(sorted(entries))}")
        return self._say(entries[name].filled(values), language)

    def music(self, name: str) -> Clip:
        """Music by its name, or the default one; silence as long as there is none."""
        path = self._recorded.get(("music", name), self._default_music)
        for choice in (path, self._default_music):
            if choice in self._ready:
                return Clip(path=str(choice), fade_ms=MUSIC_FADE_MS, resume=True)
        return _NO_MUSIC

    async def speak(self, prompt: Prompt, language: str, values: Mapping[str, Value], within_s: float) -> None:
        """Wait until all of ``prompt`` is spoken, its variables too; gives up after ``within_s``.

        A menu that was published a moment ago may be called before its texts are ready.
        """
        waiting = []
        for text, voice in self._texts(prompt, language, values):
            path = self._path(text, voice)
            if path in self._asked:
                waiting.append(self._asked[path])
            elif (job := self._job(text, voice)) is not None:
                waiting.append(self._want(job, soon=True))
        if waiting:
            await asyncio.wait(waiting, timeout=within_s)

    def _texts(self, prompt: Prompt, language: str, values: Mapping[str, Value]) -> Iterable[tuple[str, str]]:
        """What is spoken for a prompt, with the voice: its words and those of its variables, no digits."""
        for part in prompt:
            text = part.texts.get(language)
            if text is None or (part.name and self._recorded.get((language, part.name)) in self._ready):
                continue
            for index, piece in enumerate(VARIABLE.split(text.text)):
                yield " ".join((_as_words(values.get(piece)) if index % 2 else piece).split()), text.voice

    def say(self, prompt: Prompt, language: str, values: Mapping[str, Value]) -> list[Clip]:
        """What a flow says; a variable of digits is read digit by digit, others as words and numbers."""
        clips: list[Clip] = []
        for part in prompt:
            heard = self._part(part, language, values)
            clips += [_PAUSE, *heard] if clips and heard else heard
        return clips

    def _part(self, part: Part, language: str, values: Mapping[str, Value]) -> list[Clip]:
        if part.prompt:
            return self.clips(part.prompt, language, **{name: written(value) for name, value in values.items()})
        recorded = self._recorded.get((language, part.name)) if part.name else None
        if recorded is not None and recorded in self._ready:
            return [Clip(path=str(recorded))]
        text = part.texts.get(language)
        if text is None:
            return []
        clips: list[Clip] = []
        for index, piece in enumerate(VARIABLE.split(text.text)):
            if index % 2:
                value = values.get(piece)
                if spoken := _as_words(value):
                    clips += self._say(spoken, text.voice)
                else:
                    for digit in written(value):
                        clips += self.clips(f"digit.{digit}", text.voice)
            else:
                clips += self._say(piece, text.voice)
        return clips

    def _say(self, text: str, voice: str) -> list[Clip]:
        text = " ".join(text.split())
        if not any(letter.isalnum() for letter in text):
            return []
        path = self._path(text, voice)
        if path in self._ready:
            return [Clip(path=str(path))]
        job = self._job(text, voice)
        if job is not None:
            self._want(job, soon=True)
        return []

    # --- Making it ----------------------------------------------------------------------------------------------------

    def _path(self, text: str, voice: str) -> Path:
        key = hashlib.sha256(f"{SPEECH_VERSION}|espeak-ng|{voice}|{text}".encode()).hexdigest()[:32]
        return self._spoken / f"{key}.wav"

    def _job(self, text: str, voice: str) -> Job | None:
        text = " ".join(text.split())[:MAX_TEXT]
        path = self._path(text, voice)
        if path in self._ready or path in self._asked or not any(letter.isalnum() for letter in text):
            return None
        return Job("speak", path, text, voice)

    def _want(self, job: Job, *, soon: bool = False) -> asyncio.Future[float]:
        future = self._speaker.want(job, soon=soon)
        self._asked[job.path] = future
        self._behind.add(future)

        def finished(made: asyncio.Future[float]) -> None:
            self._behind.discard(made)
            self._asked.pop(job.path, None)
            if not made.cancelled() and made.exception() is None:
                self._ready.add(job.path)

        future.add_done_callback(finished)
        return future

    def _look(self) -> tuple[set[Path], dict[tuple[str, str], tuple[Path, Path]]]:
        """Files that are ready, and the recordings: (folder, name) → (the file to play, the file it is made from)."""
        if not self._cleared:  # once: later on they are those that are being written at this moment
            for half in self._spoken.glob(".*.wav.*"):
                half.unlink(missing_ok=True)
            self._cleared = True
        ready = set(self._spoken.glob("*.wav")) | set(self._default_music.parent.glob("*.wav"))
        recordings: dict[tuple[str, str], tuple[Path, Path]] = {}
        for folder in (*LANGUAGES, "music"):
            for file in sorted((self._directory / folder).glob("*.wav")):
                if _plays_as_it_is(file):
                    ready.add(file)
                    recordings[folder, file.stem] = (file, file)
                else:
                    facts = file.stat()
                    key = f"{file}|{facts.st_mtime_ns}|{facts.st_size}"
                    made = self._spoken / f"{hashlib.sha256(key.encode()).hexdigest()[:32]}.wav"
                    recordings[folder, file.stem] = (made, file)
        return ready, recordings


def _as_words(value: Value) -> str:
    """A value that is spoken as words; empty for what is read digit by digit."""
    text = written(value)[:MAX_SPOKEN_VALUE]
    return "" if isinstance(value, str) and text.isascii() and text.isdigit() else text


def _plays_as_it_is(file: Path) -> bool:
    try:
        with wave.open(str(file), "rb") as sound:
            return (sound.getframerate(), sound.getnchannels(), sound.getsampwidth()) == (8000, 1, 2)
    except (OSError, EOFError, wave.Error):
        return False


def _company_texts(company: Company) -> Iterable[tuple[str, str]]:
    """Greetings, what the flows and queues say, with the voice; flows with faults say nothing."""
    for menu in company.menus:
        try:
            flow = load_flow(menu.text, menu.name, company)
        except FlowError:
            continue
        for text in sorted(flow.texts, key=lambda one: (one.voice, one.text)):
            for piece in re.split(VARIABLE, text.text)[::2]:
                yield piece, text.voice
    for box in company.voicemail_boxes:
        for language, greeting in (*box.greeting.items(), *box.night_greeting.items()):
            yield greeting, language
    for queue in company.queues:
        for texts in (*(message.texts for message in queue.messages), queue.callbacks.message):
            yield from ((text, language) for language, text in texts.items())
        for place in (queue.overflow, *queue.overflow_when.values()):
            if place.kind == "message":
                yield from ((place.target, language) for language in LANGUAGES)
        if queue.whisper or queue.callback:
            yield from ((queue.title or queue.name, language) for language in LANGUAGES)
    yield from ((text, language) for language, text in company.recordings.notice.texts.items())
    for campaign in company.campaigns:
        yield from ((text, language) for language, text in campaign.message.items())


def _catalogue_texts(*, numbers: bool) -> Iterable[tuple[str, str]]:
    for language in LANGUAGES:
        for entry in catalogue(language).values():
            if bool(entry.values) == numbers:
                for text in entry.all_texts():
                    yield text, language
