"""Who can be woken: the office is asked every other second, so that queues and transfers know without asking."""

from __future__ import annotations

import asyncio

from pbx.exchange.house import House

LOOK_S = 2.0
BELIEVED = 10
"""So many times the office may say nothing before nobody can be woken: one that is started again is soon back."""


class Sleepers:
    """Tells the queues and those who send calls on whose browsers sleep and come when they are told of a call."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._unanswered = 0

    async def run(self) -> None:
        """Until it is cancelled."""
        while True:
            await self.look()
            await asyncio.sleep(LOOK_S)

    async def look(self) -> None:
        """Ask once. Without a wait for browsers nobody sleeps."""
        house = self._house
        if house.wakes is None:
            return
        wanted = house.snapshot().company.agents.wake_s > 0
        told = await house.wakes.office.can_be_woken() if wanted else frozenset()
        self._unanswered = self._unanswered + 1 if told is None else 0
        if told is None and self._unanswered < BELIEVED:
            return
        house.wakes.sleepers = told or frozenset()
        house.queues.can_be_woken(house.wakes.sleepers)
