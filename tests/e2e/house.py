"""The demo company during one test: its phones, its people at their pages, the carrier, and what happened."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Coroutine
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import Any, Self

import pytest

from tests.kit import Api, Call, CallerScript, Carrier, EventStream, NothingCameError, Phone, Server, analysis
from tests.kit.api import eventually
from tests.kit.phone import Behaviour

CARMEN = "+34600111222"
JOHN = "+442079460123"
MAIN = "+34910000001"
SALES = "+34910000002"
ANA = "+34910000003"
EXTENSIONS = {"admin": "100", "ana": "101", "luis": "102", "marta": "103", "sofia": "110"}
AGENTS = ("ana", "luis", "marta")
CALLER_HZ, AGENT_HZ = 440, 700
LOG_S = 2.0
LEFT_S = 8.0


@dataclass
class Agent:
    """Somebody with a registered phone and an open page."""

    login: str
    phone: Phone
    api: Api
    events: EventStream


class House:
    """Opens what a test asks for and closes it all at the end."""

    def __init__(self, server: Server, stack: AsyncExitStack, admin: Api, events: EventStream) -> None:
        self.server = server
        self.admin = admin
        self.events = events
        self._stack = stack
        self._carrier: Carrier | None = None

    @classmethod
    async def open(cls, server: Server, stack: AsyncExitStack) -> Self:
        admin = await stack.enter_async_context(await server.session("admin"))
        events = await stack.enter_async_context(await admin.events())
        return cls(server, await stack.enter_async_context(AsyncExitStack()), admin, events)

    async def leave(self) -> None:
        """Close what was opened, and see that no telephone stays behind: the next test would find its owner at home.

        Raises NothingCameError with those that are still registered.
        """
        await self._stack.aclose()

        async def gone() -> bool | None:
            return None if await self.admin.items("/devices") else True

        try:
            await eventually(gone, LEFT_S, "no telephone registered any more")
        except NothingCameError as error:
            raise NothingCameError(f"{error}; left: {await self.admin.items('/devices')}") from None

    async def tidy(self) -> None:
        """Leave the company as the next test expects it: nobody to be called back or woken, no call up, all offline."""
        for callback in await self.admin.items("/callbacks"):
            await self.admin.request("DELETE", f"/callbacks/{callback['id']}")
        for call in await self.live_calls():
            await self.admin.request("POST", f"/calls/{call['id']}/hangup")
        for login in AGENTS:
            async with await self.server.session(login) as api:
                await api.put("/agents/me", {"state": "offline"})
                for browser in await api.items("/push/subscriptions"):
                    await api.request("DELETE", f"/push/subscriptions/{browser['id']}")

        async def quiet() -> bool | None:
            busy = [agent for agent in await self.admin.items("/agents") if agent["state"] != "offline"]
            return None if busy or await self.live_calls() else True

        try:
            await eventually(quiet, 15, "no call up and every agent offline")
        except NothingCameError as error:
            left = {"calls": await self.live_calls(), "agents": await self.admin.items("/agents")}
            raise NothingCameError(f"{error}; left: {left}") from None

    async def live_calls(self) -> list[dict[str, Any]]:
        return [call for call in await self.admin.items("/calls") if call["ended_at"] is None]

    async def carrier(self) -> Carrier:
        if self._carrier is None:
            self._carrier = await self._stack.enter_async_context(await self.server.carrier())
        return self._carrier

    async def phone(self, extension: str, behaviour: Behaviour | None = None, **options: Any) -> Phone:
        """A registered phone."""
        phone = await self.server.phone(extension, behaviour=behaviour, **options)
        return await self._stack.enter_async_context(phone)

    async def empty_box(self, box: str) -> None:
        """Delete what stories before have left in somebody's box, and wait until nothing is in it."""

        async def is_empty() -> bool | None:
            left = [message for message in await self.admin.items("/voicemails", box=box) if message["box"] == box]
            for message in left:
                await self.admin.request("DELETE", f"/voicemails/{message['id']}")
            return None if left else True

        await eventually(is_empty, LEFT_S, f"an empty box {box}")

    def forget(self, extension: str) -> None:
        """At the end nobody is at home there, whatever a telephone that ends without a word has left behind."""

        async def clear() -> None:
            async with await self.server.phone(extension, register=False) as phone:
                await phone.registration.clear()

        self._stack.push_async_callback(clear)

    async def api(self, login: str) -> Api:
        return await self._stack.enter_async_context(await self.server.api(login))

    async def agent(
        self, login: str, behaviour: Behaviour | None = None, state: str = "available", extension: str = ""
    ) -> Agent:
        """An agent at work: phone registered, page open, in ``state``."""
        api = await self.api(login)
        events = await self._stack.enter_async_context(await api.events())
        agent = Agent(login, await self.phone(extension or EXTENSIONS[login], behaviour), api, events)
        if state != "offline":
            await api.become(state)
        return agent

    async def place(self, number: str, caller: str | None = CARMEN, **options: Any) -> Call:
        """A call from the world; returns at once."""
        return (await self.carrier()).place(number, caller, **options)

    async def call_id(self, *, timeout: float = 5.0, **fields: Any) -> str:
        """The id of the call that started with these fields (``caller_number``, ``dialled`` …)."""
        received = await self.events.next("call.started", timeout, **fields)
        return str(received.event["call_id"])

    async def logged(self, call_id: str, timeout: float = LOG_S) -> dict[str, Any]:
        """The ended call as in the log."""
        return await self.admin.call_log(call_id, timeout)

    async def recording(self, recording_id: str, timeout: float = LOG_S) -> analysis.Wav:
        """The finished recording."""

        async def look() -> bytes | None:
            status, headers, content = await self.admin.request(
                "GET", f"/recordings/{recording_id}/audio", headers={"Accept": "audio/wav"}
            )
            return content if status == 200 and headers["content-type"].startswith("audio/") else None

        return analysis.read_wav(await eventually(look, timeout, f"audio of recording {recording_id}"))


def wall(at: float) -> float:
    """A time.monotonic() as seconds since the epoch."""
    return time.time() - (time.monotonic() - at)


async def change_part(admin: Api, path: str, **fields: Any) -> Any:
    """Change some fields of a part of the settings."""
    shown = await admin.get(f"/settings/{path}")
    return await admin.put(f"/settings/{path}?version={shown['version']}", {**shown["value"], **fields})


async def both_hear_each_other(caller: Call, agent: Call, within: float = 5.0) -> None:
    """Each hears the other's tone for a second and nothing else. Raises NothingCameError."""
    caller.say_tone(CALLER_HZ)
    agent.say_tone(AGENT_HZ)
    await CallerScript(caller).hears_tone(AGENT_HZ, within, seconds=1.0).run()
    await CallerScript(agent).hears_tone(CALLER_HZ, within, seconds=1.0).run()


async def side_by_side(**stories: Coroutine[Any, Any, None]) -> None:
    """Run them all to their end. Raises AssertionError naming all that failed, from the first failure."""
    results = await asyncio.gather(*stories.values(), return_exceptions=True)
    failures = {name: result for name, result in zip(stories, results, strict=True) if result is not None}
    if failures:
        raise AssertionError(f"failed: {failures}") from next(iter(failures.values()))


def check_sound_came_unbroken(call: Call) -> None:
    """One SSRC, every sequence number once, and timestamps that kept up with the time, all call long."""
    quality = call.quality
    assert quality.is_continuous, quality
    assert quality.duplicates == 0, quality
    assert call.heard.resyncs == 0, quality


def check_recording(wav: analysis.Wav, left: float = CALLER_HZ, right: float = AGENT_HZ) -> None:
    """8 kHz stereo; each side has its own tone, at once, and none of the other's."""
    assert wav.rate == 8000
    assert wav.channels.shape[0] == 2
    assert wav.seconds > 1
    spans = analysis.tone_spans(wav.left, left), analysis.tone_spans(wav.right, right)
    assert spans[0], f"no {left} Hz on the left: {analysis.describe(wav.left)}"
    assert spans[1], f"no {right} Hz on the right: {analysis.describe(wav.right)}"
    assert analysis.tone_level(wav.left, right) < -50
    assert analysis.tone_level(wav.right, left) < -50


def problem_of(excinfo: pytest.ExceptionInfo[Any]) -> Any:
    """The problem document of an ApiError."""
    return excinfo.value.problem
