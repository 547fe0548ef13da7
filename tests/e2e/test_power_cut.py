"""Everything is killed in the middle of a call: what was said is there, and the log knows that the call is over."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import psutil

from tests.e2e.conftest import ServerFactory
from tests.e2e.house import AGENT_HZ, CALLER_HZ, SALES, House, check_recording
from tests.kit import CallerScript, Server
from tests.kit.phone import answers

RECOVERED_S = 30.0


def cut_power(server: Server) -> None:
    """Kill the server and every process that it started, before any of them can notice."""
    assert server.process is not None
    children = psutil.Process(server.process.pid).children(recursive=True)
    for process in children:
        process.kill()
    server.kill()
    psutil.wait_procs(children, timeout=10)


async def test_a_call_cut_off_by_a_kill_is_over_in_the_log_and_its_recording_plays(
    own_server: ServerFactory, open_house: Callable[[Server], Any]
) -> None:
    server = own_server()
    house: House = await open_house(server)
    await house.agent("ana", answers(AGENT_HZ))
    call = await house.place(SALES)
    await call.answered()
    call.say_tone(CALLER_HZ)
    await CallerScript(call).hears_tone(AGENT_HZ, within=8, seconds=1.0).run()
    call_id = await house.call_id()
    await asyncio.sleep(2.5)  # the recorder writes in blocks of a second
    await asyncio.to_thread(cut_power, server)
    await asyncio.to_thread(server.start)

    house = await open_house(server)
    logged = await house.logged(call_id, timeout=RECOVERED_S)
    assert (logged["result"], logged["ended_by"], logged["agent"]) == ("answered", "system", "ana")
    assert logged["talk_s"] > 1
    check_recording(await house.recording(logged["recording_id"], timeout=RECOVERED_S))
    assert await house.live_calls() == []
    (row,) = await house.admin.items("/reports/queues")
    assert (row["offered"], row["answered"]) == (1, 1)
