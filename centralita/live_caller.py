"""The scripts of menus played against a running server: real calls, real sound, through the trunk.

What is heard is found in the sound that comes: the very file that the exchange plays for those words is looked for.
Where the call goes, and how it is rated, is read from the event stream.
"""

from __future__ import annotations

import asyncio
import time
import wave
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from config.company import Company
from ivr.errors import ScriptError
from ivr.flow import Flow, Part, prompts_of
from ivr.prompts.catalogue import catalogue
from ivr.prompts.espeak import Espeak
from ivr.prompts.library import Prompts
from ivr.prompts.sound import telephone
from ivr.scripts import Case, Outcome
from ivr.testing import plain
from pbx.media.messages import Clip
from tests.kit import Api, Call, Carrier, NothingCameError, analysis
from tests.kit.api import EventStream
from tests.kit.sources import RATE

LIKE_ENOUGH = 0.6
LOOK_S = 0.2
PATIENCE_S = 90.0
LEAST_SECONDS = 0.3
STAGED = ("at", "crm", "web", "answering", "on", "speaks_s")
"""What only the virtual caller can have: a case with any of these is left out."""

Sound = NDArray[np.int16]


@dataclass(frozen=True, slots=True)
class Line:
    """How the server is reached: its SIP address, the address calls come from, its web address and an account."""

    sip: tuple[str, int]
    bind: tuple[str, int]
    url: str
    login: str
    password: str
    trunk_user: str = ""
    trunk_password: str = ""


def left_out(case: Case) -> str:
    """Why a case cannot be played against a running server; empty when it can."""
    staged = [name for name in STAGED if name in case.around]
    return f"needs {', '.join(staged)}, which only the virtual caller has" if staged else ""


def number_of(company: Company, menu: str) -> str | None:
    """The company's number that leads to the menu."""
    wanted = ("menu", menu)
    found = (one.number for one in company.numbers if (one.destination.kind, one.destination.target) == wanted)
    return next(found, None)


class LiveCalls:
    """Plays cases one after the other; an asynchronous context."""

    def __init__(self, line: Line, company: Company, flows: dict[str, Flow], prompts: Path) -> None:
        self._line = line
        self._company = company
        self._flows = flows
        self._prompts = Prompts(prompts)
        self._stack = AsyncExitStack()

    async def __aenter__(self) -> LiveCalls:
        line = self._line
        await self._prompts.prepare(self._company)
        options: dict[str, Any] = {}
        if line.trunk_user:
            options = {"auth_user": line.trunk_user, "password": line.trunk_password}
        api = await self._stack.enter_async_context(await Api.sign_in(line.url, line.login, line.password))
        self._events = await self._stack.enter_async_context(await api.events())
        self._carrier = await self._stack.enter_async_context(await Carrier.listen(line.sip, line.bind[1], **options))
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._stack.aclose()
        await self._prompts.stop()

    async def play(self, case: Case, menu: str) -> Outcome:
        """One case; what was not as expected is in its outcome."""
        number = number_of(self._company, menu)
        if number is None:
            return Outcome(case.name, case.line, f"no number of the company leads to menu '{menu}'", 0.0)
        began = time.monotonic()
        self._events.forget()
        call = self._carrier.place(number, case.number)
        fault = ""
        try:
            await call.answered()
            caller = LiveCaller(call, self._events, self._flows, self._prompts, case.language)
            for step in case.steps:
                await caller.does(step)
        except (ScriptError, NothingCameError) as error:
            fault = str(error)
        finally:
            await call.hang_up()
        return Outcome(case.name, case.line, fault, time.monotonic() - began)


class LiveCaller:
    """One call, and what its script does and expects."""

    def __init__(
        self, call: Call, events: EventStream, flows: dict[str, Flow], prompts: Prompts, language: str
    ) -> None:
        self._call = call
        self._events = events
        self._flows = flows
        self._prompts = prompts
        self._language = language
        self._from = self._began = time.monotonic()
        self._seen: dict[str, list[Sound]] = {}

    async def does(self, step: Any) -> None:
        """One step of the script. Raises ScriptError."""
        within_s = float(step.get("within", PATIENCE_S))
        for what, value in step.items():
            match what:
                case "hears":
                    await self._hears(str(value), within_s)
                case "never_hears":
                    self._never_hears(str(value))
                case "presses":
                    await self._call.press(str(value))
                case "says":
                    await self._says(str(value))
                case "waits":
                    await asyncio.sleep(float(value))
                case "rates":
                    await self._event("call.rated", "rating", value, within_s)
                case "arrives":
                    await self._event("menu.left", "to", value, within_s)

    async def _hears(self, words: str, within_s: float) -> None:
        wanted = self._sounds(words)
        until = time.monotonic() + within_s
        while time.monotonic() < until:
            heard = self._call.heard.between(self._from, time.monotonic())
            for sound in wanted:
                at, likeness = analysis.find(heard, sound)
                if likeness >= LIKE_ENOUGH:
                    self._from += at
                    return
            await asyncio.sleep(LOOK_S)
        raise ScriptError(f"{self._at()}: '{words}' was not heard within {within_s:g} s")

    def _never_hears(self, words: str) -> None:
        heard = self._call.heard.between(self._began, time.monotonic())
        if any(analysis.find(heard, sound)[1] >= LIKE_ENOUGH for sound in self._sounds(words)):
            raise ScriptError(f"{self._at()}: '{words}' was heard")

    async def _says(self, words: str) -> None:
        spoken = await asyncio.to_thread(lambda: telephone(*Espeak().speak(words, self._language)))
        self._call.say_pcm((spoken * np.iinfo(np.int16).max).astype(np.int16))
        await asyncio.sleep(len(spoken) / RATE)
        self._call.say_silence()

    async def _event(self, type_: str, field: str, value: Any, within_s: float) -> None:
        until = time.monotonic() + within_s
        while time.monotonic() < until:
            came = [one[field] for one in self._events.all(type_)]
            if value in came:
                return
            if field == "to" and came and not came[-1].startswith("menu:"):
                raise ScriptError(f"{self._at()}: the call went to {came[-1]}, not to {value}")
            await asyncio.sleep(LOOK_S)
        raise ScriptError(f"{self._at()}: {type_} with {field} {value} did not come within {within_s:g} s")

    def _sounds(self, words: str) -> list[Sound]:
        """The sound of every piece of the flows and the catalogue that has ``words``, up to where they end."""
        if words not in self._seen:
            found = [sound for language in ("es", "en") for sound in self._pieces(words, language)]
            if not found:
                raise ScriptError(f"nothing that the menus say has the words '{words}'")
            self._seen[words] = found
        return self._seen[words]

    def _pieces(self, words: str, language: str) -> list[Sound]:
        sounds = []
        parts = [
            part
            for flow in self._flows.values()
            for node in flow.nodes.values()
            for prompt in prompts_of(node)
            for part in prompt
        ]
        texts = [(part.texts[language].text, part) for part in parts if language in part.texts]
        texts += [(entry.text, Part(prompt=name)) for name, entry in catalogue(language).items() if not entry.values]
        for text, part in texts:
            at = plain(text).find(plain(words))
            if at >= 0 and "{" not in text:
                sound = _sound_of(self._prompts.say((part,), language, {}))
                upto = int(len(sound) * (at + len(words)) / max(1, len(text)))
                if upto >= LEAST_SECONDS * RATE:
                    sounds.append(sound[:upto])
        return sounds

    def _at(self) -> str:
        return f"{time.monotonic() - self._began:.2f} s into the call"


def _sound_of(clips: Sequence[Clip]) -> Sound:
    pieces = [np.zeros(0, dtype=np.int16)]
    for clip in clips:
        if clip.path:
            with wave.open(clip.path, "rb") as file:
                pieces.append(np.frombuffer(file.readframes(file.getnframes()), dtype="<i2").astype(np.int16))
        else:
            pieces.append(np.zeros(clip.silence_ms * RATE // 1000, dtype=np.int16))
    return np.concatenate(pieces)
