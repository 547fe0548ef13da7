"""Whether agents' telephones are still there: each is asked every few seconds, so that a dead one is offered no calls.

A registration says nothing for up to an hour; a telephone whose cable is out, or a browser whose machine sleeps, would
be rung in vain. Only telephones that have answered such a question before are judged by it: some never answer.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import structlog

from pbx.background import for_ever
from pbx.calls.target import Target
from pbx.events import AgentReachability
from pbx.exchange.house import House
from pbx.net.agent import UserAgent
from pbx.net.errors import NetError
from pbx.sip.name_address import NameAddress

log = structlog.get_logger()

ANSWER_WITHIN_S = 2.0  # three times on the wire (RFC 3261 §17.1.2.1)
MOST_PER_S = 50.0

Ask = Callable[[Target], Awaitable[bool]]


class DeviceWatch:
    """Asks the telephones of agents who are logged in, and those known to be lost, and tells the queues."""

    def __init__(self, house: House, ask: Ask) -> None:
        self._house = house
        self._ask = ask
        self._has_answered: dict[str, set[str]] = {}  # by extension: which of its telephones
        self._lost: set[str] = set()
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin."""
        self._task = for_ever(self._watch, "device_watch")  # an agent held for lost must be found again

    def stop(self) -> None:
        """Ask no more."""
        if self._task is not None:
            self._task.cancel()

    async def _watch(self) -> None:
        while True:
            every_s = float(self._house.snapshot().company.agents.watch_s)
            if every_s <= 0:
                for login in list(self._lost):
                    self._found(login)
                await asyncio.sleep(1.0)
                continue
            watched = self._house.queues.at_work(self._lost)
            pause_s = max(every_s, len(watched) / MOST_PER_S)
            async with asyncio.TaskGroup() as asking:
                for index, (login, extension) in enumerate(watched):
                    delay_s = index * pause_s / max(1, len(watched))
                    asking.create_task(self._look(login, extension, delay_s))
                asking.create_task(asyncio.sleep(pause_s))

    async def _look(self, login: str, extension: str, delay_s: float) -> None:
        await asyncio.sleep(delay_s)
        targets = self._house.registrar.targets(extension)
        if not targets:
            self._lost.discard(login)  # the registrar has told the queues itself
            self._has_answered.pop(extension, None)
            return
        known = self._has_answered.setdefault(extension, set())
        known &= {str(target.uri) for target in targets}
        answers = await asyncio.gather(*(self._is_there(target, known) for target in targets))
        if any(answers):
            self._found(login)
        elif login not in self._lost and self._house.registrar.targets(extension):
            self._lost.add(login)
            log.warning("telephone_lost", login=login, extension=extension)
            self._house.queues.reachable(login, False)
            self._house.board.emit(AgentReachability(login, False, "no_answer"))

    async def _is_there(self, target: Target, known: set[str]) -> bool:
        """Asked once more before it is given up; who never answered gets the benefit of the doubt."""
        key = str(target.uri)
        if await self._ask(target):
            known.add(key)
            return True
        if key not in known:
            return True
        return await self._ask(target)

    def _found(self, login: str) -> None:
        if login in self._lost:
            self._lost.discard(login)
            log.info("telephone_found", login=login)
            self._house.queues.reachable(login, True)
            self._house.board.emit(AgentReachability(login, True, "answers"))


def asking(agent: UserAgent) -> Ask:
    """OPTIONS (RFC 3261 §11): whoever answers is there, whatever the answer, but for 408 and 503."""

    async def ask(target: Target) -> bool:
        ours = NameAddress(agent.contact(target.hop))
        headers = [("Route", route) for route in target.route]
        try:
            async with asyncio.timeout(ANSWER_WITHIN_S):
                response = await agent.request(
                    "OPTIONS", target.uri, target.hop, from_=ours, to=NameAddress(target.uri), headers=headers
                )
        except (TimeoutError, NetError):
            return False
        return response.status not in {408, 503}

    return ask
