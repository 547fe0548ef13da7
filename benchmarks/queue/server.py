"""The whole server: calls arriving at a steady rate, a hundred agents with telephones, hundreds waiting with music.

Everything is real but the agents' and callers' microphones: signalling over UDP, the server's music and announcements
go out for every caller. Events and telephones are on one clock, for all of it runs on one machine.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import time
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime
from itertools import pairwise
from pathlib import Path
from random import Random
from typing import Any

from benchmarks.processes import measure as cost_of
from benchmarks.queue.companies import company, member, queue
from config.company import Number, Trunk
from config.secrets import InitialSecrets
from config.settings import load_settings
from pbx.facade import Exchange
from tests.kit import Call, Server
from tests.kit.carrier import Carrier
from tests.kit.phone import Phone, until

QUEUES = 4
NUMBER = "+3491000010{}"
ANSWER_S = 0.2
AT_ONCE_S = 0.25  # two calls offered at the same instant to two agents ring in either order
SAME_STEP_S = 0.01
CLOCK_S = 0.002  # an event's time is written in milliseconds
LOG_IN_EVERY_S = 0.04
LONGEST_S = 540.0


@dataclass(frozen=True)
class Size:
    """``calls`` at ``rate`` a second; ``agents`` who talk ``talk_s``, with ``wrap_up_s`` after it; ``waiting`` callers
    are there before the first agent is."""

    calls: int = 600
    rate: float = 20.0
    agents: int = 100
    waiting: int = 300
    talk_s: float = 3.0
    wrap_up_s: int = 1


@dataclass
class Seen:
    """What happened: who joined and was rung when, agents' states, and how calls ended."""

    joined: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    rung_at: dict[str, float] = field(default_factory=dict)
    caller_of: dict[str, str] = field(default_factory=dict)
    ended: dict[str, str] = field(default_factory=dict)
    states: dict[str, list[tuple[float, str]]] = field(default_factory=lambda: defaultdict(list))
    invited: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    waiting: int = 0
    most_waiting: int = 0

    def hear(self, event: dict[str, Any]) -> None:
        at, call_id = datetime.fromisoformat(event["at"]).timestamp(), event["call_id"]
        match event["type"]:
            case "call.started":
                self.caller_of[call_id] = event["caller_number"]
            case "queue.joined":
                self.joined[event["queue"]].append(call_id)
                self.waiting += 1
                self.most_waiting = max(self.most_waiting, self.waiting)
            case "queue.left":
                self.waiting -= 1
            case "agent.state":
                self.states[event["login"]].append((at, event["state"]))
            case "call.ended":
                self.ended[call_id] = event["result"]

    def rang(self, login: str, caller: str) -> None:
        """An INVITE has come to an agent's telephone."""
        now = time.time()
        self.rung_at.setdefault(caller, now)
        self.invited[login].append(now)

    def ring_after_s(self) -> list[float]:
        """From an agent's becoming free, where somebody waited, to the INVITE at that agent's telephone; sorted."""
        took = []
        for login, arrivals in self.invited.items():
            states = self.states[login]
            rings = [
                (free_at, at)
                for (free_at, before), (at, state) in pairwise(states)
                if (before, state) == ("available", "ringing") and at - free_at < SAME_STEP_S
            ]
            for free_at, ring_at in rings:
                arrival = next((one for one in arrivals if one >= ring_at - CLOCK_S), None)
                if arrival is not None:
                    took.append(arrival - free_at)
        return sorted(took)

    def overtaken(self) -> int:
        """How many callers were rung well after somebody who had joined the same queue later."""
        count = 0
        for calls in self.joined.values():
            latest = 0.0
            for call_id in calls:
                at = self.rung_at.get(self.caller_of.get(call_id, ""))
                if at is not None:
                    count += at < latest - AT_ONCE_S
                    latest = max(latest, at)
        return count


def write_company(server: Server, size: Size) -> list[str]:
    """The server's own company; the agents' logins."""
    logins = [f"a{index:03}" for index in range(size.agents)]
    queues = [
        queue(
            f"q{index}",
            [member(login) for place, login in enumerate(logins) if place % QUEUES in (index, (index + 1) % QUEUES)],
            wrap_up_s=size.wrap_up_s,
            announce_position_s=10,
        )
        for index in range(QUEUES)
    ]
    base = company(logins, queues)
    whole = base.model_copy(
        update={
            "numbers": tuple(
                Number.model_validate(
                    {"number": NUMBER.format(index), "destination": {"kind": "queue", "target": f"q{index}"}}
                )
                for index in range(QUEUES)
            ),
            "trunks": (
                Trunk(
                    name="carrier",
                    host="127.0.0.1",
                    port=server.carrier_port,
                    known_addresses=(f"127.0.0.1:{server.carrier_port}",),
                    media_networks=("127.0.0.0/8",),
                    caller_id=NUMBER.format(0),
                    max_calls=100_000,
                ),
            ),
        }
    )
    secrets = InitialSecrets(sip={person.extension: f"bench-{person.extension}" for person in whole.people})
    server.data_dir.mkdir(parents=True, exist_ok=True)
    for name, document in (("company.yaml", whole), ("secrets.yaml", secrets)):
        (server.data_dir / name).write_text(document.model_dump_json())
    return logins


async def measure(directory: Path, size: Size) -> dict[str, float]:
    """``lost_calls``, ``overtaken``, ``ring_p99_ms``, ``most_waiting``, CPU by process in percent of one core."""
    server = Server(directory, media_ports=4 * (size.waiting + size.agents) + 400)
    logins = write_company(server, size)
    server.start()
    with contextlib.suppress(OSError):  # what stands for telephones is no part of what is measured: it comes first
        os.setpriority(os.PRIO_PROCESS, 0, -10)
    try:
        async with contextlib.AsyncExitStack() as stack:
            return await _run(server, logins, size, stack)
    finally:
        server.stop()


async def _run(server: Server, logins: list[str], size: Size, stack: contextlib.AsyncExitStack) -> dict[str, float]:
    seen = Seen()
    exchange = Exchange(load_settings(environment=server.environment).exchange_socket, on_event=seen.hear)
    await stack.enter_async_context(exchange)
    await exchange.wait_connected(10)
    for index, login in enumerate(logins):
        extension = str(10001 + index)
        phone = await Phone.start(
            server.sip, extension, f"bench-{extension}", sound=False, behaviour=_agent(seen, login, size)
        )
        await stack.enter_async_context(phone)
        await phone.register()
    carrier = await Carrier.listen(server.sip, server.carrier_port, sound=False)
    await stack.enter_async_context(carrier)
    before, began = cost_of(server), time.monotonic()
    calls = asyncio.create_task(_arrivals(carrier, size))
    await until(lambda: seen.waiting >= min(size.waiting, size.calls), 120, "the line")
    for login in logins:
        await exchange.set_agent(login, "available", None)
        await asyncio.sleep(LOG_IN_EVERY_S)
    failed = await calls
    await until(lambda: len(seen.ended) >= size.calls - failed, LONGEST_S, "the end of every call")
    seconds, after = time.monotonic() - began, cost_of(server)
    answered = sum(result == "answered" for result in seen.ended.values())
    rings = seen.ring_after_s()
    return {
        "lost_calls": size.calls - answered,
        "overtaken": seen.overtaken(),
        "ring_p50_ms": round(1000 * rings[len(rings) // 2], 1),
        "ring_p99_ms": round(1000 * rings[int(len(rings) * 0.99)], 1),
        "most_waiting": seen.most_waiting,
        "calls": size.calls,
        **{
            f"{role}_cpu_pct": round(100 * (after.cpu_s[role] - before.cpu_s.get(role, 0.0)) / seconds, 1)
            for role in ("exchange", "media", "office")
            if role in after.cpu_s
        },
    }


def _agent(seen: Seen, login: str, size: Size) -> Any:
    rng = Random(login)

    async def behave(call: Call) -> None:
        seen.rang(login, call.caller_number)
        call.ring()
        await asyncio.sleep(ANSWER_S)
        if not call.is_over:
            await call.answer()
            await asyncio.sleep(size.talk_s * (0.5 + rng.random()))
            await call.hang_up()
        call.stream.close()

    return behave


async def _arrivals(carrier: Carrier, size: Size) -> int:
    """Place the calls; how many were refused."""
    loop = asyncio.get_running_loop()
    began = loop.time()
    placed: list[asyncio.Task[bool]] = []
    for index in range(size.calls):
        await asyncio.sleep(max(0.0, began + index / size.rate - loop.time()))
        call = carrier.place(NUMBER.format(index % QUEUES), f"+346{index:08}")
        placed.append(asyncio.create_task(_stays(call)))
    return (await asyncio.gather(*placed)).count(False)


async def _stays(call: Call) -> bool:
    """Whether the caller was let in; stays to the end of the call."""
    try:
        await call.answered(30)
    except Exception:  # noqa: BLE001 - whatever kept this caller out is one lost call
        return False
    await call.until(lambda: call.is_over, LONGEST_S, "the end of the call")
    call.stream.close()
    return True
