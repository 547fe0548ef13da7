"""Who can be woken: the office is asked every other second, so that queues and transfers know without asking."""

from __future__ import annotations

import asyncio

from pbx.exchange.house import House

LOOK_S = 2.0


class Sleepers:
    """Tells the queues and those who send calls on whose browsers sleep and come when they are told of a call."""

    def __init__(self, house: House) -> None:
        self._house = house

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
        house.wakes.sleepers = await house.wakes.office.can_be_woken() if wanted else frozenset()
        house.queues.can_be_woken(house.wakes.sleepers)
