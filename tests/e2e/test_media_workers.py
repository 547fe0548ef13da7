"""Media workers are killed in the middle of calls: everybody is heard again, and nobody is cut off."""

from __future__ import annotations

import asyncio
import threading
import time
import urllib.request
from collections.abc import Awaitable, Callable
from typing import Any

import psutil

from tests.e2e.conftest import ServerFactory
from tests.e2e.house import AGENT_HZ, CALLER_HZ, SALES, House
from tests.kit import Call, Server, analysis
from tests.kit.api import eventually
from tests.kit.phone import answers

ROOM = "+34910000004"
ROOM_HZ = {"102": 1000.0, "110": 1300.0, "outside": 1700.0}


def workers_of(server: Server) -> dict[int, psutil.Process]:
    """The media workers of the server, by number."""
    assert server.process is not None
    found = {}
    for process in psutil.Process(server.process.pid).children(recursive=True):
        command = process.cmdline()
        if "centralita.media_worker" in command:
            found[int(command[command.index("--number") + 1])] = process
    return found


def hears(call: Call, *tones: float, not_: float = 0.0) -> bool:
    sound = call.heard.last(0.5)
    return all(analysis.tone_level(sound, tone) > -40 for tone in tones) and (
        not not_ or analysis.tone_level(sound, not_) < -50
    )


async def new_calls_are_refused_before_old_ones_suffer(
    house: House, all_heard: Callable[[], Awaitable[bool | None]]
) -> None:
    """Every worker is kept from running for a while, over and over, as too much work would keep it."""
    processes = list(workers_of(house.server).values())
    carrier = await house.carrier()
    full = threading.Event()

    def keep_from_running() -> None:
        while not full.is_set():
            for process in processes:
                process.suspend()
            time.sleep(0.1)
            for process in processes:
                process.resume()
            time.sleep(0.2)

    keeping = asyncio.create_task(asyncio.to_thread(keep_from_running))
    taken: list[Call] = []
    try:
        refused = None
        async with asyncio.timeout(40):
            while refused is None:
                call = carrier.place(SALES, "+34600999071")
                if await was_answered(call):
                    taken.append(call)  # a worker with nothing to do is never late
                    await asyncio.sleep(0.5)
                else:
                    refused = call
    finally:
        full.set()
        await keeping
        for call in taken:
            await call.hang_up()
    assert refused.failure is not None and refused.failure[0] == 503
    (answer,) = [
        traced.message
        for traced in carrier.endpoint.trace
        if not traced.sent and traced.message.start.startswith("SIP/2.0 503")
    ]
    assert int(answer.get("Retry-After") or 0) > 0
    await eventually(all_heard, 10, "everybody who was there is heard")

    async def is_taken() -> bool | None:
        call = carrier.place(SALES, "+34600999071")
        if await was_answered(call):
            await call.hang_up()
            return True
        await asyncio.sleep(0.5)
        return None

    await eventually(is_taken, 40, "calls are taken again")


async def was_answered(call: Call) -> bool:
    await call.until(lambda: call.is_over or call.is_answered, 10, "an answer")
    return call.is_answered


async def test_calls_and_a_room_across_two_workers_outlive_both(
    own_server: ServerFactory, open_house: Callable[[Server], Any]
) -> None:
    server = own_server(start=False)
    server.environment["CENTRALITA_MEDIA_WORKERS"] = "2"
    await asyncio.to_thread(server.start)
    house: House = await open_house(server)
    await house.agent("ana", answers(AGENT_HZ))
    caller = await house.place(SALES)
    await caller.answered()
    caller.say_tone(CALLER_HZ)
    call_id = await house.call_id()
    room = {extension: (await house.phone(extension)).call("700") for extension in ("102", "110")}
    room["outside"] = await house.place(ROOM, "+34600999070")
    for who, call in room.items():
        await call.answered()
        call.say_tone(ROOM_HZ[who], level_db=-15)

    async def all_heard() -> bool | None:
        heard = hears(caller, AGENT_HZ) and all(
            hears(call, *(tone for other, tone in ROOM_HZ.items() if other != who), not_=ROOM_HZ[who])
            for who, call in room.items()
        )
        return heard or None

    await eventually(all_heard, 15, "everybody is heard before anything happens")
    for number in (0, 1):
        await asyncio.sleep(1.0)
        worker = workers_of(server)[number]
        worker.kill()
        await asyncio.to_thread(worker.wait, 10)
        await house.events.next("system.alarm", what="media_worker_lost")
        killed = time.monotonic()
        await asyncio.sleep(0.6)  # what was under way when it died is heard no more
        await eventually(all_heard, 15, f"everybody is heard after worker {number} has died")
        print(f"worker {number}: everybody heard for half a second, {time.monotonic() - killed:.1f} s after its death")
    await new_calls_are_refused_before_old_ones_suffer(house, all_heard)
    metrics = await asyncio.to_thread(fetch, f"{server.base}/metrics")
    for line in ('centralita_media_legs{worker="', "centralita_udp_receive_buffer_errors_total"):
        assert line in metrics
    assert not any(call.is_over for call in (caller, *room.values()))
    for call in (caller, *room.values()):
        await call.hang_up()
    logged = await house.logged(call_id, timeout=5)
    assert (logged["result"], logged["agent"], logged["ended_by"]) == ("answered", "ana", "caller")
    finished = await house.events.next("recording.finished", call_id=call_id)
    assert finished.event["missing"]
    wav = await house.recording(logged["recording_id"], timeout=10)
    assert wav.seconds > 2
    assert analysis.tone_spans(wav.left, CALLER_HZ)
    assert analysis.tone_spans(wav.right, AGENT_HZ)
    await eventually(lambda: _none(house), 5, "no call is left")


def fetch(url: str) -> str:
    with urllib.request.urlopen(url, timeout=5) as answer:
        return bytes(answer.read()).decode()


async def _none(house: House) -> bool | None:
    return True if await house.live_calls() == [] else None
