"""A rule tried with the last event that it would have acted on, without doing anything."""

from __future__ import annotations

from config.automation import Action, Condition
from crm_bridge.rule_trial import try_rule
from store.engine import Database
from tests.unit.crm_bridge.conftest import CARMEN, STRANGER, Happen, ended, started
from tests.unit.crm_bridge.test_rules import tasks

CALL_BACK = (Action(kind="task", to="responsible", title="Call {name}"),)
KNOWN = (Condition(field="known", value="yes"),)


async def test_a_rule_is_tried_with_the_last_event_on_which_it_holds(database: Database, happen: Happen) -> None:
    await happen("c1", started(CARMEN), ended(CARMEN, "missed"))
    await happen("c2", started(STRANGER), ended(STRANGER, "missed"))
    async with database.session() as session:
        trial = await try_rule(session, "call.missed", KNOWN, CALL_BACK, "Europe/Madrid")
    assert trial is not None
    assert (trial.event["call_id"], trial.holds) == ("c1", [True])
    assert trial.outcomes[0].title == "Call Carmen Ruiz"
    assert await tasks(database) == []


async def test_where_it_never_held_the_last_event_tells_which_condition_did_not(
    database: Database, happen: Happen
) -> None:
    await happen("c2", started(STRANGER), ended(STRANGER, "missed"))
    both = (*KNOWN, Condition(field="direction", value="inbound"))
    async with database.session() as session:
        trial = await try_rule(session, "call.missed", both, CALL_BACK, "Europe/Madrid")
        assert await try_rule(session, "voicemail.ready", (), CALL_BACK, "Europe/Madrid") is None
    assert trial is not None
    assert (trial.event["call_id"], trial.holds) == ("c2", [False, True])
