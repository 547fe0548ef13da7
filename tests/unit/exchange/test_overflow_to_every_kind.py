"""Every reason for which a queue sends a caller elsewhere, to every kind of place; and the whisper of a long wait."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, get_args

import pytest

from config.company import Destination
from config.queueing import OverflowCause
from pbx.calls.call import Call
from pbx.events import QueueLeft
from tests.unit.calls.peers import Session
from tests.unit.exchange.stage import CARMEN, SALES, Stage
from tests.unit.exchange.test_queue_service import change

OTHER = "+34600999888"
PLACES = (
    Destination(kind="queue", target="support"),
    Destination(kind="menu", target="main"),
    Destination(kind="person", target="sofia"),
    Destination(kind="ring_group", target="reception"),
    Destination(kind="room", target="700"),
    Destination(kind="voicemail", target="100"),
    Destination(kind="number", target="+34600555444"),
    Destination(kind="callback", target="support"),
)
ENDS = Destination(kind="message", target="Estamos cerrados"), Destination(kind="hangup")
Cause = Callable[[Stage, Destination], Awaitable[None]]


async def nobody(stage: Stage, place: Destination) -> None:
    change(stage, overflow_when={"no_agents": place})


async def on_break(stage: Stage, place: Destination) -> None:
    stage.phone("ana")
    stage.queues.set_agent("ana", "break")
    change(stage, overflow_when={"all_on_break": place})


async def full(stage: Stage, place: Destination) -> None:
    change(stage, max_callers=1, overflow_when={"full": place})
    await stage.call_in(SALES, number=OTHER)


async def closed(stage: Stage, place: Destination) -> None:
    change(stage, overflow_when={"outside_hours": place})
    stage.queues.opened("sales", False)


async def long_wait(stage: Stage, place: Destination) -> None:
    change(stage, wrap_up_s=0, max_expected_wait_s=5, overflow_when={"long_wait": place})
    stage.phone("ana", available=True)
    for index in range(4):
        caller = await stage.call_in(SALES, number=f"+3460099900{index}")
        await stage.talk(caller, "101")
        await stage.settle(20)
        if index < 3:
            caller.hangs_up()
            await stage.settle(1)


CAUSES: dict[OverflowCause, Cause] = {
    "no_agents": nobody,
    "all_on_break": on_break,
    "full": full,
    "outside_hours": closed,
    "long_wait": long_wait,
}


def test_every_cause_is_tried() -> None:
    assert set(CAUSES) == set(get_args(OverflowCause))


async def overflown(stage: Stage) -> tuple[Session, Call]:
    """Carmen has called the queue, which has sent her on at once."""
    caller = await stage.call_in(SALES)
    await stage.settle(0.5)
    (call,) = [one for one in stage.board.calls.values() if one.caller.number == CARMEN]
    return caller, call


@pytest.mark.parametrize("place", PLACES, ids=lambda place: place.kind)
@pytest.mark.parametrize("cause", CAUSES)
async def test_who_cannot_be_served_gets_where_the_queue_says(
    stage: Stage, cause: OverflowCause, place: Destination
) -> None:
    for person in ("sofia", "luis", "ana"):
        stage.phone(person)
    await CAUSES[cause](stage, place)
    caller, call = await overflown(stage)
    assert call.place == place
    left = stage.of(QueueLeft)[-1]
    assert (left.queue, left.cause) == ("sales", "overflow")
    assert not caller.is_over
    caller.hangs_up()
    await stage.settle(1)
    assert call.id not in stage.board.calls


@pytest.mark.parametrize("place", ENDS, ids=lambda place: place.kind)
@pytest.mark.parametrize("cause", CAUSES)
async def test_who_is_told_something_or_nothing_is_hung_up_on(
    stage: Stage, cause: OverflowCause, place: Destination
) -> None:
    await CAUSES[cause](stage, place)
    caller = await stage.call_in(SALES)
    await stage.settle(0.5)
    assert caller.is_over


@pytest.mark.parametrize(("waited_s", "said"), [(10, False), (118, True)])
async def test_an_agent_is_told_how_long_the_caller_has_waited(stage: Stage, waited_s: float, said: bool) -> None:
    asked: list[dict[str, Any]] = []
    clips = stage.house.prompts.clips

    def noted(name: str, language: str, **values: Any) -> Any:
        if name == "queue.whisper_waited":
            asked.append(values)
        return clips(name, language, **values)

    stage.house.prompts.clips = noted  # type: ignore[method-assign]
    change(stage, whisper=True, max_wait_s=600, announce_position_s=0)
    caller = await stage.call_in(SALES)
    await stage.settle(waited_s)
    stage.phone("ana", available=True)
    await stage.settle()
    agent = await stage.talk(caller, "101")
    leg = stage.leg_of(agent)
    assert [clip.path for clip in stage.plane.playing[leg]][:1] == ["queue.whisper.wav"]
    assert "queue.whisper" not in str(stage.plane.playing.get(stage.leg_of(caller)))
    assert asked == ([{"minutes": 2}] if said else [])
