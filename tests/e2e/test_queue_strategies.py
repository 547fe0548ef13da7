"""Every strategy with real telephones: who rings, in which order, and whose voice the caller hears."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable
from datetime import datetime
from typing import Any

from tests.e2e.conftest import ServerFactory
from tests.e2e.house import Agent, House
from tests.kit import Call, CallerScript, Server
from tests.kit.api import eventually
from tests.kit.company import write_demo
from tests.kit.phone import answers, rings, until

OpenHouse = Callable[[Server], Any]
TONES = {"ana": 500.0, "luis": 800.0, "marta": 1100.0}
STRATEGIES = {
    "longest_idle": ("marta", "luis", "ana"),
    "round_robin": ("marta", "luis", "ana"),
    "in_order": ("luis", "marta", "ana"),
    "fewest_calls": ("ana", "luis", "marta"),
    "least_talk_time": ("ana", "luis", "marta"),
    "random": ("ana", "marta"),
    "weighted": ("luis", "marta"),
    "ring_all": ("ana", "luis", "marta"),
}
NUMBERS = {name: f"+3491000010{index}" for index, name in enumerate(STRATEGIES)}
SAME_S = 0.2


def queue(strategy: str) -> dict[str, Any]:
    members = [{"login": login, "penalty": index} for index, login in enumerate(STRATEGIES[strategy])]
    if strategy != "weighted":
        members = [{"login": member["login"]} for member in members]
    overflow = {"kind": "voicemail", "target": "100"}
    return {"name": strategy, "strategy": strategy, "members": members, "overflow": overflow}


class Floor:
    """The three agents, and calls to them one after the other."""

    def __init__(self, house: House, agents: dict[str, Agent]) -> None:
        self.house = house
        self.agents = agents
        self._count = 0

    async def served(self, strategy: str, talks_s: float = 0.0) -> str:
        """Who answers the next caller, and is the only one to be rung for this call; free again when this returns."""
        call, login = await self.connected(strategy)
        await asyncio.sleep(talks_s)
        await self.hangs_up(call, login)
        return login

    async def connected(self, strategy: str) -> tuple[Call, str]:
        """A caller who hears the agent, and the agent."""
        self._count += 1
        caller = f"+346000020{self._count:02}"
        call = await self.house.place(NUMBERS[strategy], caller)
        call_id = await self.house.call_id(caller_number=caller)
        answered = await self.house.events.next("call.answered", 8, call_id=call_id, kind="person")
        login: str = answered.event["login"]
        assert answered.event["queue"] == strategy
        assert [event["login"] for event in self.house.events.all("call.ringing", call_id=call_id)] == [login]
        await CallerScript(call).hears_tone(TONES[login], within=5, seconds=0.2).run()
        return call, login

    async def hangs_up(self, call: Call, login: str) -> None:
        await call.hang_up()
        api = self.agents[login].api

        async def free() -> bool | None:
            return (await api.agent(login))["state"] == "available" or None

        await eventually(free, 5, f"{login} is available again")

    def calls(self) -> Counter[str]:
        """Answered queue calls by agent."""
        return Counter(event["login"] for event in self.house.events.all("call.answered", kind="person"))

    def talked_s(self) -> dict[str, float]:
        """Seconds in queue calls by agent."""
        talked, since = dict.fromkeys(self.agents, 0.0), dict[str, float]()
        for event in self.house.events.all("agent.state"):
            at, login = datetime.fromisoformat(event["at"]).timestamp(), event["login"]
            if event["state"] == "talking":
                since[login] = at
            elif event["previous"] == "talking":
                talked[login] += at - since.pop(login)
        return talked


async def test_each_strategy_rings_whom_it_should(own_server: ServerFactory, open_house: OpenHouse) -> None:
    server = own_server(start=False)
    write_demo(
        server.data_dir,
        server.carrier_port,
        queues=[queue(strategy) for strategy in STRATEGIES],
        numbers=[
            {"number": number, "destination": {"kind": "queue", "target": name}} for name, number in NUMBERS.items()
        ],
    )
    await asyncio.to_thread(server.start)
    house: House = await open_house(server)
    floor = Floor(house, {login: await house.agent(login, answers(hertz, 0.05)) for login, hertz in TONES.items()})

    assert [await floor.served("longest_idle") for _ in range(4)] == ["ana", "luis", "marta", "ana"]
    await takes_turns_and_remembers_whose_it_was(floor)
    await begins_with_the_first_of_the_list(floor)
    for _ in range(2):
        before = floor.calls()
        login = await floor.served("fewest_calls")
        assert before[login] == min(before[one] for one in TONES), before
    await floor.served("least_talk_time", talks_s=1.2)
    for _ in range(2):
        talked = floor.talked_s()
        login = await floor.served("least_talk_time")
        assert talked[login] <= min(talked.values()) + SAME_S, talked
    for strategy in ("random", "weighted"):
        assert await floor.served(strategy) in STRATEGIES[strategy]
    await rings_all_and_the_first_has_the_call(floor)


async def takes_turns_and_remembers_whose_it_was(floor: Floor) -> None:
    assert [await floor.served("round_robin") for _ in range(2)] == ["marta", "luis"]
    await floor.agents["ana"].api.become("break")
    assert await floor.served("round_robin") == "marta"
    await floor.agents["ana"].api.become("available")
    assert [await floor.served("round_robin") for _ in range(2)] == ["luis", "ana"]


async def begins_with_the_first_of_the_list(floor: Floor) -> None:
    assert await floor.served("in_order") == "luis"
    first, login = await floor.connected("in_order")
    second, next_ = await floor.connected("in_order")
    assert (login, next_) == ("luis", "marta")
    await floor.hangs_up(first, login)
    await floor.hangs_up(second, next_)
    assert await floor.served("in_order") == "luis"


async def rings_all_and_the_first_has_the_call(floor: Floor) -> None:
    phones = {login: agent.phone for login, agent in floor.agents.items()}
    before = {login: phone.incoming_count for login, phone in phones.items()}
    for phone in phones.values():
        phone.behaviour = rings
    call = await floor.house.place(NUMBERS["ring_all"], "+34600002099")
    await until(
        lambda: all(phone.incoming_count > before[login] for login, phone in phones.items()), 5, "all three ring"
    )
    await phones["marta"].latest.answer()
    phones["marta"].say_tone(TONES["marta"])
    await CallerScript(call).hears_tone(TONES["marta"], within=5).run()
    for login in ("ana", "luis"):
        await phones[login].latest.ended(5)
        assert "elsewhere" in (phones[login].latest.end_reason or "")
        assert (await floor.agents[login].api.agent(login))["state"] == "available"
    await call.hang_up()
