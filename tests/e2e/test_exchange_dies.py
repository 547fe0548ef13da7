"""The exchange alone is killed: those who talk go on talking, and the next exchange has their calls as its own."""

from __future__ import annotations

import asyncio
import contextlib
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psutil

from tests.e2e.conftest import ServerFactory
from tests.e2e.house import AGENT_HZ, ANA, CALLER_HZ, CARMEN, MAIN, SALES, House, both_hear_each_other
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
    await CallerScript(at_ana).hears_tone(CALLER_HZ, within=5, seconds=1.0).run()
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


async def test_a_restart_hands_running_calls_over_and_sigterm_during_the_next_one_drains_them(
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
    server.mark_log()

    status, said = await restart(server)
    assert (status, said.partition(";")[0]) == (0, "Restarted"), said
    assert exchange_of(server) not in {0, before}
    assert server.is_healthy()
    assert "process_died" not in server.log(most=100_000)
    house = await open_house(server)
    assert {call["id"] for call in await house.live_calls()} == {call_id}
    await CallerScript(caller).hears_tone(AGENT_HZ, within=8, seconds=1.0).run()

    server.process.send_signal(signal.SIGHUP)
    moment_s = random.uniform(0.0, 2.5)  # the old one makes way, the new one loads, takes over, serves
    await asyncio.sleep(moment_s)
    server.terminate()
    await eventually(lambda: drains(server), 40, f"an exchange that drains, {moment_s:.2f} s after the restart")
    (at_ana,) = ana.phone.calls
    assert not caller.is_over, f"{moment_s:.2f} s"
    await both_hear_each_other(caller, at_ana, within=8)
    await at_ana.hang_up()
    await caller.ended(10)
    assert await asyncio.to_thread(server.process.wait, 40) == 0


async def restart(server: Server) -> tuple[int, str]:
    """`centralita restart`: its exit status, and what it says."""
    command = str(Path(sys.executable).with_name("centralita"))
    process = await asyncio.create_subprocess_exec(
        command, "restart", env=os.environ | server.environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    said, _ = await process.communicate()
    return await process.wait(), said.decode()


async def drains(server: Server) -> bool | None:
    """Whether an exchange has said so."""
    return True if "draining" in server.log() else None


def exchange_of(server: Server) -> int:
    """Process id of the exchange; 0 while there is none."""
    assert server.process is not None
    for process in psutil.Process(server.process.pid).children(recursive=True):
        with contextlib.suppress(psutil.Error):
            if "centralita.exchange" in process.cmdline():
                return process.pid
    return 0
