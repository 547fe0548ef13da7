"""The exchange alone is killed: those who talk go on talking, and the next exchange has their calls as its own."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import time
from collections.abc import Callable
from typing import Any

import psutil

from tests.e2e.conftest import ServerFactory
from tests.e2e.house import AGENT_HZ, ANA, CALLER_HZ, CARMEN, MAIN, SALES, House
from tests.kit import CallerScript, Server, analysis
from tests.kit.api import eventually
from tests.kit.phone import answers

JOHN = "+34600999080"


async def kill_exchange(server: Server, house: House) -> None:
    """SIGKILL to the exchange alone, and wait until the next one serves."""
    assert server.process is not None
    for process in psutil.Process(server.process.pid).children(recursive=True):
        if "centralita.exchange" in process.cmdline():
            process.kill()
            await asyncio.to_thread(process.wait, 10)

    async def is_up() -> bool | None:
        return True if await asyncio.to_thread(server.is_healthy) else None

    await asyncio.sleep(0.5)
    await eventually(is_up, 30, "the next exchange serves")
    assert house is not None


async def test_calls_go_on_when_the_exchange_is_killed_and_end_as_calls_do(
    own_server: ServerFactory, open_house: Callable[[Server], Any]
) -> None:
    server = own_server()
    house: House = await open_house(server)
    ana = await house.agent("ana", answers(AGENT_HZ))
    caller = await house.place(SALES)
    await caller.answered()
    caller.say_tone(CALLER_HZ)
    talking = await house.call_id()
    await CallerScript(caller).hears_tone(AGENT_HZ, within=8, seconds=1.0).run()
    began = time.monotonic()
    luis = await house.phone("102", answers(1000.0))
    second = (await house.phone("103")).call("102")
    await second.answered()
    internal = await house.call_id(direction="internal")
    in_menu = await house.place(MAIN, JOHN)
    await in_menu.answered()
    cut_off = await house.call_id(caller_number=JOHN)
    await asyncio.sleep(0.5)

    await kill_exchange(server, house)
    await in_menu.ended(10)  # what was to become of him has died: he hears a BYE, not silence
    assert not caller.is_over
    await CallerScript(caller).hears_tone(AGENT_HZ, within=3, seconds=1.0).run()
    live = {call["id"] for call in await house.live_calls()}
    assert live == {talking, internal}

    (at_ana,) = ana.phone.calls
    await at_ana.hold()
    await CallerScript(caller).hears_music(within=5).run()
    await at_ana.resume()
    await CallerScript(caller).hears_tone(AGENT_HZ, within=5, seconds=1.0).run()
    (at_luis,) = luis.calls
    await at_luis.hang_up()
    await second.ended(5)
    await caller.hang_up()
    await at_ana.ended(5)
    talked_s = time.monotonic() - began

    logged = await house.logged(talking, timeout=5)
    assert (logged["result"], logged["reason"], logged["ended_by"]) == ("answered", "hung_up", "caller")
    assert (logged["agent"], logged["queue"], logged["caller"]["number"]) == ("ana", "sales", CARMEN)
    assert abs(logged["talk_s"] - talked_s) < 3
    wav = await house.recording(logged["recording_id"], timeout=10)
    assert abs(wav.seconds - talked_s) < 3
    for channel, hz in ((wav.left, CALLER_HZ), (wav.right, AGENT_HZ)):
        assert analysis.tone_spans(channel[: 2 * wav.rate], hz)
        assert analysis.tone_spans(channel[-2 * wav.rate :], hz)
    logged = await house.logged(internal, timeout=5)
    assert (logged["result"], logged["ended_by"]) == ("answered", "callee")
    logged = await house.logged(cut_off, timeout=5)
    assert (logged["reason"], logged["ended_by"]) == ("exchange_died", "system")
    ids = [call["id"] for call in await house.admin.items("/calls")]
    assert sorted(ids) == sorted({talking, internal, cut_off})

    again = await house.place(ANA)
    await again.answered()
    await CallerScript(again).hears_tone(AGENT_HZ, within=5).hangs_up().run()


async def test_a_restart_hands_running_calls_over(
    own_server: ServerFactory, open_house: Callable[[Server], Any]
) -> None:
    server = own_server()
    house: House = await open_house(server)
    ana = await house.agent("ana", answers(AGENT_HZ))
    caller = await house.place(SALES)
    await caller.answered()
    caller.say_tone(CALLER_HZ)
    call_id = await house.call_id()
    await CallerScript(caller).hears_tone(AGENT_HZ, within=8, seconds=1.0).run()
    assert server.process is not None
    before = exchange_of(server)
    server.process.send_signal(signal.SIGHUP)  # as `centralita restart` does

    async def is_another() -> bool | None:
        found = exchange_of(server)
        return True if found not in {0, before} and await asyncio.to_thread(server.is_healthy) else None

    await eventually(is_another, 40, "another exchange serves")
    house = await open_house(server)
    await CallerScript(caller).hears_tone(AGENT_HZ, within=3, seconds=1.0).run()
    assert {call["id"] for call in await house.live_calls()} == {call_id}
    (at_ana,) = ana.phone.calls
    await at_ana.hang_up()
    await caller.ended(5)
    logged = await house.logged(call_id, timeout=5)
    assert (logged["result"], logged["reason"], logged["ended_by"]) == ("answered", "hung_up", "callee")


def exchange_of(server: Server) -> int:
    """Process id of the exchange; 0 while there is none."""
    assert server.process is not None
    for process in psutil.Process(server.process.pid).children(recursive=True):
        with contextlib.suppress(psutil.Error):
            if "centralita.exchange" in process.cmdline():
                return process.pid
    return 0
