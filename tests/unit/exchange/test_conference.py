"""Rooms: PINs, moderators and what they do by keys."""

from __future__ import annotations

from config.company import Room
from pbx.exchange.snapshot import Snapshot
from store.credentials import Credentials
from tests.unit.calls.peers import Session
from tests.unit.exchange.stage import Stage


def room(stage: Stage, **options: object) -> None:
    rooms = (Room(extension="700", **options),)  # type: ignore[arg-type]
    company = stage.company.model_copy(update={"rooms": rooms})
    snapshot = Snapshot.of(company, Credentials("centralita", {}, {}))
    stage.house.snapshot = lambda: snapshot


async def keys(stage: Stage, session: Session, keys: str) -> None:
    stage.press(session, keys)
    await stage.settle(0.3)


def muted(stage: Stage, session: Session) -> bool:
    told = [args for name, *args in stage.plane.told if name == "mute" and args[0] == stage.leg_of(session)]
    return bool(told and told[-1][1])


async def test_a_pin_opens_and_three_wrong_ones_do_not(stage: Stage) -> None:
    room(stage, pin="1234")
    knows = await stage.call_from("101", "700")
    await stage.settle(0.05)
    await keys(stage, knows, "1234#")
    assert stage.house.conferences.is_busy("700")
    guesses = await stage.call_from("102", "700")
    for _ in range(3):
        await stage.settle(0.05)
        await keys(stage, guesses, "9#")
    await stage.settle(2)
    assert guesses.said[-1] == "BYE"


async def test_moderators_mute_lock_and_end(stage: Stage) -> None:
    room(stage, pin="1234", moderator_pin="9999")
    leads, listens = await stage.call_from("101", "700"), await stage.call_from("102", "700")
    await keys(stage, leads, "9999#")
    await keys(stage, listens, "1234#")
    await keys(stage, listens, "*3")
    assert not muted(stage, leads)
    await keys(stage, leads, "*3")
    assert muted(stage, listens)
    await keys(stage, listens, "*1")
    assert muted(stage, listens), "only the moderator lets them speak again"
    await keys(stage, leads, "*3")
    assert not muted(stage, listens)
    await keys(stage, leads, "*2")
    late = await stage.call_from("103", "700")
    await keys(stage, late, "1234#")
    await stage.settle(2)
    assert late.said[-1] == "BYE"
    await keys(stage, leads, "*4")
    await stage.settle(1)
    assert listens.said[-1] == leads.said[-1] == "BYE"
    assert not stage.house.conferences.is_busy("700")
    stage.nothing_is_left()


async def test_a_moderator_calls_a_colleague_and_the_outside_in(stage: Stage) -> None:
    room(stage)
    stage.phone("luis")
    leads = await stage.call_from("101", "700")
    await keys(stage, leads, "*5102#")
    luis = stage.agent.to("102")
    luis.answers()
    await stage.settle()
    await keys(stage, leads, "*50600999888#")
    outside = stage.agent.to("+34600999888")
    outside.answers()
    await stage.settle()
    conference = stage.house.conferences.of("700")
    assert conference is not None
    assert len(conference.members) == 3
    assert sum(name == "join_room" for name, *_ in stage.plane.told) == 3
    for session in (leads, luis, outside):
        session.hangs_up()
    await stage.settle(1)
    stage.nothing_is_left()


async def test_callers_from_outside_lead_nothing_and_dial_nothing(stage: Stage) -> None:
    room(stage)
    outside = await stage.call_in("+34910000004")
    inside = await stage.call_from("101", "700")
    await keys(stage, outside, "*3*4*5102#")
    assert not muted(stage, inside)
    assert stage.agent.sent == []
    conference = stage.house.conferences.of("700")
    assert conference is not None
    assert len(conference.members) == 2


async def test_a_room_has_as_many_places_as_it_has(stage: Stage) -> None:
    room(stage, max_members=2)
    for _ in range(2):
        await stage.call_in("+34910000004")
    third = await stage.call_in("+34910000004")
    await stage.settle(1)
    assert third.said[-1] == "BYE"
