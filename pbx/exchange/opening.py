"""The hours of queues: they are told which of them are open, on every minute and when a night switch is turned."""

from __future__ import annotations

import asyncio
from datetime import date

import structlog

from config.hours import OpeningHours
from pbx.background import for_ever
from pbx.exchange.house import House
from pbx.routing.hours import Hours, parse_days, parse_holidays, parse_span

log = structlog.get_logger()

LOOK_S = 10.0
MINUTE_S = 60.0  # what hours are written in


class Opening:
    """Follows the clock for the queues of a house."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Look at once, then every few seconds, and at every change."""
        self.look()
        self._house.switches.on_turned = self.look
        self._task = for_ever(self._follow, "opening_hours")

    def stop(self) -> None:
        """Look no more."""
        if self._task is not None:
            self._task.cancel()

    def look(self) -> None:
        """Tell the queues which of them are open now. Hours that nobody can read leave their queue open."""
        house, company = self._house, self._house.snapshot().company
        for queue in company.queues:
            hours = queue.hours
            try:
                is_open = hours is None or is_within(hours, company.time_zone, house)
            except ValueError as error:
                log.error("queue_hours", queue=queue.name, error=str(error))
                is_open = True
            house.queues.opened(queue.name, is_open)

    async def _follow(self) -> None:
        while True:
            await asyncio.sleep(min(LOOK_S, MINUTE_S - self._house.board.clock() % MINUTE_S))
            self.look()


def is_within(hours: OpeningHours, time_zone: str, house: House) -> bool:
    """Whether it is within ``hours`` now. Raises ValueError for hours that nobody can read."""
    if hours.switch and house.switches.is_on(hours.switch):
        return False
    weekly = {
        day: tuple(parse_span(span) for span in spans)
        for days, spans in hours.weekly.items()
        for day in parse_days(days)
    }
    dates = {date.fromisoformat(day): tuple(parse_span(span) for span in spans) for day, spans in hours.dates.items()}
    holidays = parse_holidays(hours.holidays) if hours.holidays else ""
    return Hours(time_zone, weekly, dates, holidays).is_open(house.board.clock())
