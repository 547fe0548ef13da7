"""Whose calls are turned away, by whom, and how."""

from __future__ import annotations

import pytest

from pbx.events import CallBlocked
from pbx.exchange.snapshot import Snapshot
from pbx.routing.blocklist import Rule
from store.credentials import Credentials
from tests.unit.exchange.stage import ANA, CARMEN, MAIN, Stage


def block(stage: Stage, *rules: Rule) -> None:
    people = tuple(
        person.model_copy(update={"department": "sales"}) if person.login == "ana" else person
        for person in stage.company.people
    )
    company = stage.company.model_copy(update={"people": people})
    snapshot = Snapshot.of(company, Credentials("centralita", {}, {}), rules)
    stage.house.snapshot = lambda: snapshot


@pytest.mark.parametrize("scope", ["company", "department:sales", "person:ana"])
async def test_a_rule_of_each_scope_turns_away_and_is_named(stage: Stage, scope: str) -> None:
    block(stage, Rule(CARMEN, "busy", "r1", scope))
    stage.phone("ana")
    caller = await stage.call_in(ANA)
    assert caller.status == 486
    assert stage.of(CallBlocked) == [CallBlocked(CARMEN, "busy", "r1", scope)]
    assert stage.ended.result == "blocked"
    stage.nothing_is_left()


async def test_an_exception_of_a_person_lets_in_whom_the_company_blocks(stage: Stage) -> None:
    block(stage, Rule("+34*", "reject", "r1"), Rule(CARMEN, "allow", "r2", "person:ana"))
    stage.phone("ana")
    caller = await stage.call_in(ANA)
    await stage.talk(caller, "101")
    assert (await stage.call_in(MAIN)).status == 603


async def test_endless_music_ends_with_the_callers_patience(stage: Stage) -> None:
    block(stage, Rule(CARMEN, "music", "r1"))
    caller = await stage.call_in(ANA)
    assert stage.plane.playing[stage.leg_of(caller)][0].path == "music.wav"
    await stage.settle(600)
    caller.hangs_up()
    await stage.settle()
    assert stage.ended.result == "blocked"
    stage.nothing_is_left()
