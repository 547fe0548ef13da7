"""What a report says is what one counts in the call log: by hour and day, over the night in which summer time ends."""

from __future__ import annotations

import csv
import io
import random
from collections import defaultdict
from collections.abc import Callable
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from pbx.events import Body, CallAnswered, CallEnded, CallRated, CallStarted, QueueJoined, QueueLeft, Result
from tests.unit.web.conftest import House
from tests.unit.web.events import event

MADRID = ZoneInfo("Europe/Madrid")
EVENING = datetime(2026, 10, 24, 22, 0, tzinfo=MADRID).timestamp()
PERIOD = "from=2026-10-24&to=2026-10-25"
CALLS = 60
RESULTS: tuple[Result, ...] = ("answered", "answered", "abandoned", "voicemail")
Calls = list[dict[str, Any]]


def journey(chance: random.Random, number: int) -> list[dict[str, Any]]:
    """One caller: answered by an agent, hung up on, or sent to the voicemail, somewhen in seven hours."""
    begun, wait = EVENING + chance.uniform(0, 7 * 3600), chance.choice([3.0, 5.0, 5.5, 20.0, 20.5, 60.0])
    queue, login = chance.choice(["sales", "support"]), chance.choice(["ana", "luis"])
    result, rating = chance.choice(RESULTS), chance.choice([None, 1, 5])
    is_answered, dialled = result == "answered", chance.choice(["+34910000001", "+34910000002"])
    talk = float(chance.randrange(5, 300)) if is_answered else 0.0
    cause = {"answered": "answered", "abandoned": "abandoned", "voicemail": "overflow"}[result]
    caller = f"+346{number:08d}"
    happens: list[tuple[float, Body]] = [
        (0.0, CallStarted("inbound", caller, None, dialled, "carrier")),
        (0.0, QueueJoined(queue, 1)),
        (wait, QueueLeft(queue, cause, wait, login if is_answered else None)),
    ]
    if is_answered:
        happens.append((wait, CallAnswered("person", login, "101", queue, wait)))
    if is_answered and rating is not None:
        happens.append((wait + talk, CallRated(rating)))
    ended = CallEnded(
        result=result,
        reason="hung_up",
        ended_by="caller",
        direction="inbound",
        caller_number=caller,
        caller_name=None,
        dialled=dialled,
        queue=queue,
        login=login if is_answered else None,
        trunk="carrier",
        started_at=begun,
        answered_at=begun + wait if result != "abandoned" else None,
        wait_s=wait,
        talk_s=talk,
        transfers=0,
        rating=rating if is_answered else None,
    )
    happens.append((wait + talk, ended))
    return [event(body, f"call-{number}", begun + after) for after, body in happens]


def period(call: dict[str, Any], moment: str, by: str) -> str | None:
    local = datetime.fromisoformat(call[moment]).astimezone(MADRID)
    return {"hour": f"{local:%Y-%m-%dT%H}", "day": f"{local:%Y-%m-%d}", "none": None}[by]


def by_group(calls: Calls, field: str, by: str, moment: str = "started_at") -> dict[tuple[str | None, str], Calls]:
    groups: dict[tuple[str | None, str], Calls] = defaultdict(list)
    for call in calls:
        groups[period(call, moment, by), call[field]].append(call)
    return groups


def queue_figures(calls: Calls) -> dict[str, Any]:
    answered = [call for call in calls if call["result"] == "answered"]
    abandoned = [call["wait_s"] for call in calls if call["result"] == "abandoned"]
    patient = len(answered) + sum(wait > 5 for wait in abandoned)
    ratings = [call["rating"] for call in calls if call["rating"] is not None]
    return {
        "offered": len(calls),
        "answered": len(answered),
        "abandoned": len(abandoned),
        "service_level": sum(call["wait_s"] <= 20 for call in answered) / patient if patient else None,
        "talk_total_s": sum(call["talk_s"] for call in answered),
        "ratings": len(ratings),
        "rating": sum(ratings) / len(ratings) if ratings else None,
    }


def number_figures(calls: Calls) -> dict[str, Any]:
    results = [call["result"] for call in calls]
    return {"calls": len(calls), **{name: results.count(name) for name in ("answered", "abandoned", "voicemail")}}


def agent_figures(calls: Calls) -> dict[str, Any]:
    return {"answered": len(calls), "talk_total_s": sum(call["talk_s"] for call in calls)}


async def table(house: House, report: str, by: str) -> list[dict[str, Any]]:
    """The rows of a report, after a look whether its CSV says the same."""
    rows: list[dict[str, Any]] = (await house.get("sofia", f"/reports/{report}?{PERIOD}&by={by}"))["items"]
    asked = await house.ask("sofia", "GET", f"/reports/{report}?{PERIOD}&by={by}", headers={"Accept": "text/csv"})
    written = list(csv.DictReader(io.StringIO(await asked.text())))
    assert written == [{name: "" if value is None else str(value) for name, value in row.items()} for row in rows]
    return rows


@pytest.mark.parametrize("by", ["none", "day", "hour"])
async def test_a_report_says_what_one_counts_in_the_call_log(house: House, by: str) -> None:
    house.clock.now = EVENING + 86_400
    chance = random.Random(7)
    happened = [one for number in range(CALLS) for one in journey(chance, number)]
    await house.happen(*sorted(happened, key=lambda one: str(one["at"])))
    calls = (await house.get("sofia", "/calls?limit=500"))["items"]
    assert len(calls) == CALLS
    answered = [call for call in calls if call["result"] == "answered"]
    expected: list[tuple[str, str, dict[tuple[str | None, str], Calls], Callable[[Calls], dict[str, Any]]]] = [
        ("queues", "queue", by_group(calls, "queue", by), queue_figures),
        ("numbers", "number", by_group(calls, "dialled", by), number_figures),
        ("agents", "agent", by_group(answered, "agent", by, "answered_at"), agent_figures),
    ]
    for report, named, groups, figures in expected:
        rows = {(row["period"] and row["period"][:13], row[named]): row for row in await table(house, report, by)}
        assert rows.keys() == groups.keys(), report
        for key, group in groups.items():
            for name, value in figures(group).items():
                assert rows[key][name] == (None if value is None else pytest.approx(value, abs=0.01)), (key, name)
