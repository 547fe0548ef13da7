"""Every number of a report opens the calls that it counts."""

from __future__ import annotations

from typing import Any, get_args

import pytest

from pbx.events import (
    CallbackRequested,
    CallNotAnswered,
    CallRinging,
    MenuChoice,
    MenuEntered,
    MenuLeft,
    QueueJoined,
    QueueLeft,
)
from stats.counted import COUNTED
from tests.unit.web.conftest import NOW, House
from tests.unit.web.events import CARMEN, answered, ended, event, started
from web.api.report_calls import DISPOSED, Figure

SALES = "+34910000002"
DAY = "2027-01-15"
NAMES = {"queues": "queue", "agents": "agent", "numbers": "number", "menus": "menu", "dispositions": "disposition"}


async def a_morning(house: House) -> None:
    """Answered at the second queue and by the second agent; abandoned in a menu; called back; yesterday's call."""
    await house.happen(
        event(started(CARMEN, SALES), "moved", NOW),
        event(MenuEntered("main", "es"), "moved", NOW),
        event(MenuChoice("main", "options", "7", "wrong"), "moved", NOW + 2),
        event(MenuLeft("main", "options", "queue:sales"), "moved", NOW + 3),
        event(QueueJoined("sales", 1), "moved", NOW + 3),
        event(CallRinging("ana", "101", "sales"), "moved", NOW + 3),
        event(CallNotAnswered("ana", "101", "no_answer", "sales", 15.0), "moved", NOW + 18),
        event(QueueLeft("sales", "overflow", 20.0), "moved", NOW + 23),
        event(QueueJoined("support", 1), "moved", NOW + 23),
        event(CallRinging("marta", "103", "support"), "moved", NOW + 23),
        event(QueueLeft("support", "answered", 5.0, "marta"), "moved", NOW + 28),
        event(answered("marta", queue="support"), "moved", NOW + 28),
        event(ended(CARMEN, login="marta", queue="support", dialled=SALES), "moved", NOW + 60),
        event(started(CARMEN, SALES), "left", NOW + 70),
        event(MenuEntered("main", "es"), "left", NOW + 70),
        event(MenuChoice("main", "options", "", "none"), "left", NOW + 76),
        event(ended(CARMEN, dialled=SALES, result="abandoned"), "left", NOW + 80),
        event(started(CARMEN, SALES), "later", NOW + 90),
        event(QueueJoined("sales", 1), "later", NOW + 90),
        event(CallbackRequested("cb", "sales", CARMEN), "later", NOW + 95),
        event(QueueLeft("sales", "callback", 5.0), "later", NOW + 95),
        event(ended(CARMEN, queue="sales", dialled=SALES, result="callback"), "later", NOW + 96),
        event(started(CARMEN, SALES), "yesterday", NOW - 86_400),
        event(QueueJoined("sales", 1), "yesterday", NOW - 86_400),
        event(QueueLeft("sales", "abandoned", 9.0), "yesterday", NOW - 86_391),
        event(ended(CARMEN, queue="sales", dialled=SALES, result="abandoned"), "yesterday", NOW - 86_391),
    )
    house.clock.now = NOW + 600
    await house.ask("sofia", "PUT", "/calls/moved/disposition", json={"code": "solved"})


async def opened(house: House, figure: str, of: str | None = None, day: str = DAY) -> list[str]:
    query = {"figure": figure, "figure_from": day, "figure_to": day} | ({"figure_of": of} if of else {})
    return [call["id"] for call in (await house.get("sofia", "/calls", params=query))["items"]]


@pytest.mark.parametrize("report", list(NAMES))
async def test_a_report_s_numbers_are_as_many_as_the_calls_that_they_open(house: House, report: str) -> None:
    await a_morning(house)
    figures = [figure.partition(".")[2] for figure in get_args(Figure) if figure.startswith(report)]
    items: list[dict[str, Any]] = (await house.get("sofia", f"/reports/{report}?from={DAY}&to={DAY}"))["items"]
    for figure in figures:
        found: set[str] = set()
        for row in items:
            of = f"{row['queue']}/{row['disposition']}" if report == "dispositions" else row[NAMES[report]]
            calls = await opened(house, f"{report}.{figure}", of)
            assert len(calls) == row[figure], (figure, row)
            found.update(calls)
        assert set(await opened(house, f"{report}.{figure}")) == found, figure


async def test_a_call_is_found_in_each_queue_and_at_each_agent_that_it_came_to(house: House) -> None:
    await a_morning(house)
    assert await opened(house, "queues.overflowed", "sales") == ["moved"]
    assert await opened(house, "queues.answered", "support") == ["moved"]
    assert await opened(house, "agents.missed", "ana") == ["moved"]
    assert await opened(house, "agents.answered", "marta") == ["moved"]
    assert await opened(house, "menus.no_answer", "main") == ["left"]
    assert await opened(house, "queues.abandoned", "sales", "2027-01-14") == ["yesterday"]


def test_every_figure_that_can_be_asked_for_is_counted() -> None:
    assert set(get_args(Figure)) == {*COUNTED, DISPOSED}


async def test_a_figure_that_there_is_not_and_a_wrong_period_are_refused(house: House) -> None:
    for query in ("figure=queues.rating", "figure=queues.offered&figure_from=soon"):
        assert (await house.ask("sofia", "GET", f"/calls?{query}")).status == 422
