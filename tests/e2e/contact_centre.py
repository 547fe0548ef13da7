"""A contact centre of a test's own: the demo company with more people, queues and numbers, and tones for words."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from typing import Any

from tests.e2e.house import EXTENSIONS, Agent, House
from tests.kit import Call, Server
from tests.kit.company import record_prompt, write_demo
from tests.kit.phone import Behaviour

OpenHouse = Callable[[Server], Any]
PEOPLE = {"eva": "104", "hugo": "105", "ines": "106", "juan": "107", "lola": "108", "nora": "109"}
WORDS_S, DIGIT_S = 1.2, 0.1
BOX = {"kind": "voicemail", "target": "100"}


def line(name: str, *members: str, **rules: Any) -> dict[str, Any]:
    """A queue that says nothing by itself, and whose agents are free at once after a call, unless ``rules`` say so."""
    plain = {"overflow": BOX, "announce_position_s": 0}
    return {**plain, "name": name, "members": [{"login": login} for login in members], **rules}


def numbers(queues: list[dict[str, Any]]) -> dict[str, str]:
    """The number of each queue."""
    return {queue["name"]: f"+349100003{index:02}" for index, queue in enumerate(queues)}


async def opened(
    server: Server, open_house: OpenHouse, queues: list[dict[str, Any]], tones: Mapping[str, float], **more: Any
) -> House:
    """The house of a ``server`` not started yet, with these queues; ``tones``: prompts that are tones (``es/NAME``)."""
    people = [{"login": login, "name": login.title(), "extension": at} for login, at in PEOPLE.items()]
    people = [{**person, **more.pop(person["login"], {})} for person in people]
    dialled = [
        {"number": number, "destination": {"kind": "queue", "target": name}} for name, number in numbers(queues).items()
    ]
    write_demo(server.data_dir, server.carrier_port, queues=queues, numbers=dialled, people=people, **more)
    for name, hertz in tones.items():
        record_prompt(server.data_dir, name, hertz, DIGIT_S if "digit" in name else WORDS_S)
    await asyncio.to_thread(server.start)
    house: House = await open_house(server)
    return house


async def at_work(house: House, login: str, behaviour: Behaviour | None = None) -> Agent:
    """One of the agents, with a telephone and a page, available."""
    if login in EXTENSIONS:
        return await house.agent(login, behaviour)
    return await house.agent(login, behaviour, extension=PEOPLE[login])


class World:
    """The carrier's side: who is called back does what is next on the list of that number."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._lists: dict[str, asyncio.Queue[Call]] = {}

    async def begin(self) -> None:
        """From now on calls out of the house come here."""
        (await self._house.carrier()).behaviour = self._take

    async def called(self, number: str, within: float) -> Call:
        """The next call to this number."""
        return await asyncio.wait_for(self._calls(number).get(), within)

    async def _take(self, call: Call) -> None:
        self._calls(call.dialled).put_nowait(call)

    def _calls(self, number: str) -> asyncio.Queue[Call]:
        return self._lists.setdefault(number, asyncio.Queue())
