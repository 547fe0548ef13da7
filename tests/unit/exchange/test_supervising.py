"""`*57EXT`: a supervisor beside a call, from a telephone, with the PIN."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from config.company import RoleRights
from pbx.events import CallSupervised, CallTakenOver
from tests.unit.calls.peers import Session
from tests.unit.exchange.stage import ANA, Stage

PIN = "7110"


@pytest.fixture
async def talking(stage: Stage) -> tuple[Session, Session]:
    """Carmen talks to Ana; the company has a PIN."""
    company = stage.house.snapshot().company
    object.__setattr__(company, "agents", company.agents.model_copy(update={"supervision_pin": PIN}))
    stage.phone("ana")
    stage.phone("sofia")
    caller = await stage.call_in(ANA)
    agent = await stage.talk(caller, "101")
    return caller, agent


async def supervises(stage: Stage, who: str = "110", pin: str = PIN) -> Session:
    session = await stage.call_from(who, "*57101")
    await stage.settle(0.5)
    if not session.is_over:
        stage.press(session, f"{pin}#")
        await stage.settle(0.5)
    return session


def modes(stage: Stage) -> list[tuple[str, str]]:
    return [(one.by, one.mode) for one in stage.of(CallSupervised)]


async def test_listening_then_whispering_then_talking(stage: Stage, talking: tuple[Session, Session]) -> None:
    sofia = await supervises(stage)
    stage.press(sofia, "56")
    await stage.settle()
    assert modes(stage) == [("sofia", "listen"), ("sofia", "whisper"), ("sofia", "barge")]
    talking[0].hangs_up()
    await stage.settle(1)
    assert sofia.is_over
    stage.nothing_is_left()


@pytest.mark.parametrize(
    "keys", [["7110"], ["#7110"], ["0000#", "7110#"], ["", "", "7110#"], ["0000#7110#"], ["0000#", "#", "7110"]]
)
async def test_the_pin_counts_as_soon_as_it_is_complete_however_often_it_is_asked_for(
    stage: Stage, talking: tuple[Session, Session], keys: list[str]
) -> None:
    sofia = await stage.call_from("110", "*57101")
    for typed in keys:
        await stage.settle(5)
        stage.press(sofia, typed)
    await stage.settle(0.1)
    assert modes(stage) == [("sofia", "listen")]


async def test_a_supervisor_who_hangs_up_leaves_the_call_alone(stage: Stage, talking: tuple[Session, Session]) -> None:
    sofia = await supervises(stage)
    sofia.hangs_up()
    await stage.settle()
    assert stage.hears(*talking)
    assert not [task for task in asyncio.all_tasks() if "next_input" in repr(task.get_coro())]
    talking[0].hangs_up()
    await stage.settle()
    stage.nothing_is_left()


async def test_taking_over(stage: Stage, talking: tuple[Session, Session]) -> None:
    caller, agent = talking
    sofia = await supervises(stage)
    stage.press(sofia, "9")
    await stage.settle()
    assert [(one.by, one.agent) for one in stage.of(CallTakenOver)] == [("sofia", "ana")]
    assert agent.is_over
    assert stage.hears(caller, sofia)
    sofia.hangs_up()
    await stage.settle()
    assert caller.is_over
    stage.nothing_is_left()


@pytest.mark.parametrize(("who", "pin"), [("102", PIN), ("110", "0000"), ("110", "")])
async def test_not_for_agents_and_not_without_the_pin(
    stage: Stage, talking: tuple[Session, Session], who: str, pin: str
) -> None:
    stage.phone("luis")
    session = await supervises(stage, who, pin)
    await stage.settle(40)
    assert session.is_over
    assert modes(stage) == []
    assert stage.hears(*talking)


@pytest.mark.parametrize(
    ("based_on", "permissions", "listens", "takes_over"),
    [
        ("supervisor", {}, True, True),
        ("supervisor", {"calls.supervise": "none"}, False, False),
        ("supervisor", {"calls.take_over": "none"}, True, False),
        ("agent", {"calls.supervise": "all"}, True, False),
        ("agent", {"calls": "own"}, False, False),
    ],
)
async def test_a_role_of_the_companys_own_may_do_what_it_says(
    stage: Stage,
    talking: tuple[Session, Session],
    based_on: Any,
    permissions: dict[str, Any],
    listens: bool,
    takes_over: bool,
) -> None:
    company = stage.house.snapshot().company
    sofia = company.person("sofia")
    assert sofia is not None
    role = RoleRights(name="lead", based_on=based_on, permissions=permissions)
    people = tuple(sofia.model_copy(update={"role": "lead"}) if one is sofia else one for one in company.people)
    changed = company.model_copy(update={"roles": (role,), "people": people})
    object.__setattr__(stage.house.snapshot(), "company", changed)
    session = await supervises(stage)
    if not session.is_over:
        stage.press(session, "9")
    await stage.settle(1)
    assert [mode for _, mode in modes(stage)] == (["listen"] if listens else [])
    assert talking[1].is_over is takes_over


@pytest.mark.parametrize("announced", [True, False])
@pytest.mark.parametrize("how", ["code", "api"])
async def test_the_agent_hears_a_beep_when_the_company_says_so(
    stage: Stage, talking: tuple[Session, Session], how: str, announced: bool
) -> None:
    company = stage.house.snapshot().company
    rules = company.agents.model_copy(update={"announces_supervision": announced})
    object.__setattr__(company, "agents", rules)
    if how == "code":
        await supervises(stage)
    else:
        (call,) = stage.board.calls.values()
        stage.commands.supervise(call.id, "sofia", "listen")
        await stage.settle()
        await stage.talk(talking[0], "110")
    heard = [clip.tone for clip in stage.plane.playing.get(stage.leg_of(talking[1]), ())]
    assert heard == (["beep"] if announced else [])
    assert stage.hears(*talking)
