"""A menu run for a caller of the exchange."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from config.company import Company, Destination, Menu
from config.loading import load_company_file
from ivr.errors import FlowError, UnknownMenuError
from ivr.expressions import Value
from ivr.flow import Prompt
from ivr.runner import Menus
from ivr.testing import match, words_of
from pbx.events import Body, MenuLeft
from pbx.media.messages import Clip
from pbx.ports import Digit, Identity, Match, MenuInput, MenuPort, Played, TimedOut, WebAnswer, WebRequest
from tests.unit.ivr.flows import EXTENSIONS, MENU, document


class Words:
    """Says everything with one clip that carries the words; ``mute`` says nothing at all."""

    mute = False

    def say(self, prompt: Prompt, language: str, values: Mapping[str, Value]) -> Sequence[Clip]:
        return [] if self.mute else [Clip(path=words_of(prompt, language, values))]

    async def speak(self, prompt: Prompt, language: str, values: Mapping[str, Value], within_s: float) -> None: ...


class Caller:
    """A caller who does what is planned: a digit, ``listen`` to the end, or ``silence``."""

    def __init__(self, *plan: str) -> None:
        self.call_id = "c1"
        self.number: str | None = "+34600111222"
        self.dialled = "+34910000001"
        self.language = "es"
        self.variables: Mapping[str, Any] = {}
        self.identity: Identity | None = None
        self.fetched: list[WebRequest] = []
        self.web = WebAnswer(fault="nobody answers")
        self.rung: list[tuple[str, ...]] = []
        self.answering: str | None = None
        self.speaks_s = 0.0
        self.heard: list[str] = []
        self.stops = 0
        self.waits: list[float | None] = []
        self.events: list[Body] = []
        self._plan: asyncio.Queue[str] = asyncio.Queue()
        for doing in plan:
            self.does(doing)
        self._play_id = ""

    def does(self, what: str) -> None:
        self._plan.put_nowait(what)

    def play(self, clips: Sequence[Clip], play_id: str) -> None:
        assert clips, "an empty prompt has no end that could be heard"
        self.heard += [clip.path for clip in clips]
        self._play_id = play_id

    def stop_playing(self) -> None:
        self.stops += 1

    async def next_input(self, timeout_s: float | None) -> MenuInput:
        self.waits.append(timeout_s)
        doing = await self._plan.get()
        if doing == "listen":
            return Played(self._play_id)
        return TimedOut() if doing == "silence" else Digit(doing)

    def emit(self, body: Body) -> None:
        self.events.append(body)

    def extensions_starting_with(self, digits: str) -> Match:
        return match(EXTENSIONS, digits)

    async def look_up(self) -> Identity | None:
        return self.identity

    async def fetch(self, request: WebRequest) -> WebAnswer:
        self.fetched.append(request)
        return self.web

    async def ring(self, people: Sequence[str], timeout_s: float) -> str | None:
        self.rung.append(tuple(people))
        return self.answering

    async def take_message(self, box: str, longest_s: float, shortest_s: float, silence_s: float) -> float:
        return self.speaks_s

    async def listen(self, longest_s: float, silence_s: float) -> Path | None:
        return None

    def is_switch_on(self, name: str) -> bool:
        return False


class Clock:
    """Time that a test moves: each reading is a little later."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def menus(text: str = "", words: Words | None = None, clock: Clock | None = None) -> Menus:
    made = Menus(words or Words(), clock=clock or Clock())
    made.configure(_company(text or document(MENU)))
    return made


def _company(text: str) -> Company:
    return load_company_file().model_copy(update={"menus": (Menu(name="test", text=text),)})


async def test_a_caller_presses_a_key_and_goes_there() -> None:
    caller = Caller("2")
    port: MenuPort = menus()
    assert await port.run("test", caller, "es") == Destination(kind="queue", target="support")
    assert caller.heard == ["Uno o dos."]
    assert caller.stops == 1
    assert caller.events[-1] == MenuLeft("test", "start", "queue:support")


async def test_the_wait_for_a_digit_is_what_the_flow_says() -> None:
    caller = Caller("listen", "1", "0", "1")
    await menus().run("test", caller, "es")
    assert caller.waits == [180.0, 5.0, 1.5, 1.5]


async def test_a_time_out_that_comes_a_little_early_is_waited_for_again() -> None:
    clock = Clock()
    caller = Caller("listen", "silence", "2")
    assert (await menus(clock=clock).run("test", caller, "es")).target == "support"
    assert caller.waits == [180.0, 5.0, 5.0]


async def test_what_has_no_sound_is_over_at_once() -> None:
    words = Words()
    words.mute = True
    caller = Caller("2")
    assert (await menus(words=words).run("test", caller, "es")).target == "support"
    assert caller.heard == []
    assert caller.waits == [5.0]


async def test_the_caller_s_language_follows_the_choice() -> None:
    text = document("start:\n  language: {set: en, next: hang_up}", languages="[es, en]")
    caller = Caller()
    assert (await menus(text).run("test", caller, "es")).kind == "hangup"
    assert caller.language == "en"


async def test_a_caller_who_hangs_up_ends_the_menu() -> None:
    task = asyncio.create_task(menus().run("test", Caller(), "es"))
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


async def test_a_running_caller_stays_on_the_version_that_answered() -> None:
    made = menus()
    caller = Caller()
    task = asyncio.create_task(made.run("test", caller, "es"))
    await asyncio.sleep(0)
    made.configure(_company(document("start:\n  go: hang_up")))
    caller.does("2")
    assert (await task).target == "support"
    assert (await made.run("test", Caller(), "es")).kind == "hangup"


async def test_a_company_with_a_faulty_flow_is_refused_and_the_present_one_stays() -> None:
    made = menus()
    with pytest.raises(FlowError, match=r"test\.yaml:5:15: nodes\.start\.go: no node 'nowhere'"):
        made.configure(_company("flow: test\nlanguages: [es]\nstart: start\nnodes:\n  start: {go: nowhere}\n"))
    assert (await made.run("test", Caller("2"), "es")).target == "support"


async def test_a_menu_that_does_not_exist() -> None:
    with pytest.raises(UnknownMenuError):
        await menus().run("no-such", Caller(), "es")
