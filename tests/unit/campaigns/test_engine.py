"""A campaign decides: who is called, by whom, and when."""

from __future__ import annotations

from datetime import UTC, datetime
from random import Random

import pytest

from config.campaigns import CallingHours, Campaign
from pbx.campaigns.engine import CampaignEngine, Contact, Dial, Done, Preview, Withdraw
from pbx.campaigns.errors import NotOfferedError

MONDAY_10 = datetime(2026, 11, 23, 9, 0, tzinfo=UTC).timestamp()  # 10:00 in Madrid, 9:00 in London, 4:00 in New York
MADRID = "Europe/Madrid"
RULES = Campaign(name="autumn", queue="sales", rest_s=0)


def number(which: int) -> str:
    return f"+346001{which:05d}"


def campaign(count: int, state: str = "running") -> CampaignEngine:
    engine = CampaignEngine("autumn")
    engine.stop(state)  # type: ignore[arg-type]
    for which in range(count):
        engine.add(Contact(str(which), number(which)))
    return engine


def wanted(number: str) -> bool:
    return False


def test_the_next_is_called_by_each_free_agent() -> None:
    engine = campaign(3)
    actions = engine.step(RULES, MONDAY_10, ["ana", "luis"], wanted, MADRID)
    assert [(one.contact.id, one.login) for one in actions if isinstance(one, Dial)] == [("0", "ana"), ("1", "luis")]
    assert engine.step(RULES, MONDAY_10, ["ana", "luis"], wanted, MADRID) == []


def test_an_attempt_that_reaches_nobody_is_made_again_after_the_pause_of_its_result() -> None:
    engine = campaign(1)
    rules = RULES.model_copy(update={"attempts": 2, "pauses_s": {"busy": 60}})
    engine.step(rules, MONDAY_10, ["ana"], wanted, MADRID)
    assert not engine.over("0", "busy", rules, MONDAY_10)
    assert engine.step(rules, MONDAY_10 + 59, ["ana"], wanted, MADRID) == []
    assert engine.step(rules, MONDAY_10 + 60, ["ana"], wanted, MADRID)
    assert engine.over("0", "busy", rules, MONDAY_10 + 61)
    assert (engine.open, engine.tally) == (0, {"busy": 1})


def test_a_result_without_a_pause_is_final() -> None:
    engine = campaign(1)
    rules = RULES.model_copy(update={"pauses_s": {"busy": 60}})
    engine.step(rules, MONDAY_10, ["ana"], wanted, MADRID)
    assert engine.over("0", "no_answer", rules, MONDAY_10)


def test_who_wants_no_calls_gets_none_even_when_listed_after_the_campaign_has_begun() -> None:
    engine = campaign(2)
    actions = engine.step(RULES, MONDAY_10, ["ana"], lambda one: one == number(0), MADRID)
    assert [type(one) for one in actions] == [Done, Dial]
    assert engine.tally == {"do_not_call": 1}


def test_the_hours_are_those_of_the_callee() -> None:
    engine = CampaignEngine("autumn")
    engine.stop("running")
    engine.add(Contact("ny", "+12125550100"))
    engine.add(Contact("london", "+442079460123"))
    actions = engine.step(RULES, MONDAY_10, ["ana", "luis"], wanted, MADRID)
    assert [one.contact.id for one in actions if isinstance(one, Dial)] == ["london"]
    (waiting,) = [one for one in engine.contacts if one.id == "ny"]
    assert datetime.fromtimestamp(waiting.not_before, UTC).hour == 14  # 9:00 in New York
    actions = engine.step(RULES, waiting.not_before, ["luis"], wanted, MADRID)
    assert [one.contact.id for one in actions if isinstance(one, Dial)] == ["ny"]


def test_sunday_is_left_out() -> None:
    engine = campaign(1)
    rules = RULES.model_copy(update={"hours": CallingHours()})
    assert engine.step(rules, MONDAY_10 - 86400, ["ana"], wanted, MADRID) == []
    (waiting,) = engine.contacts
    assert waiting.not_before == MONDAY_10  # a Spanish mobile may be on the Canary Islands, where it is nine then


def test_a_preview_is_started_skipped_or_withdrawn() -> None:
    engine = campaign(3)
    rules = RULES.model_copy(update={"kind": "preview", "preview_s": 20})
    (shown,) = engine.step(rules, MONDAY_10, ["ana"], wanted, MADRID)
    assert isinstance(shown, Preview) and engine.calling == 0
    with pytest.raises(NotOfferedError):
        engine.start("0", "luis", MONDAY_10)
    engine.skip("0", "ana", rules, MONDAY_10)
    (shown,) = engine.step(rules, MONDAY_10, ["ana"], wanted, MADRID)
    assert isinstance(shown, Preview) and shown.contact.id == "1"
    assert engine.start("1", "ana", MONDAY_10) == Dial(shown.contact, "ana")
    (shown,) = engine.step(rules, MONDAY_10, ["luis"], wanted, MADRID)
    (gone,) = engine.step(rules, MONDAY_10 + 20, ["luis"], wanted, MADRID)
    assert isinstance(gone, Withdraw) and gone.login == "luis"
    with pytest.raises(NotOfferedError):
        engine.start("2", "luis", MONDAY_10 + 20)


def test_paused_it_calls_nobody_and_stopped_it_forgets_the_list() -> None:
    engine = campaign(3)
    engine.step(RULES, MONDAY_10, ["ana"], wanted, MADRID)
    engine.stop("paused")
    assert engine.step(RULES, MONDAY_10, ["luis"], wanted, MADRID) == []
    engine.stop("running")
    assert len(engine.step(RULES, MONDAY_10, ["luis"], wanted, MADRID)) == 1
    assert [one.result for one in engine.stop("stopped") if isinstance(one, Done)] == ["withdrawn"]
    assert engine.over("0", "busy", RULES, MONDAY_10)
    assert engine.open == 1


def test_a_restart_keeps_the_list_and_calls_nobody_twice_whose_call_may_go_on() -> None:
    engine = campaign(3)
    engine.step(RULES, MONDAY_10, ["ana"], wanted, MADRID)
    engine.over("0", "busy", RULES, MONDAY_10)
    engine.step(RULES, MONDAY_10, ["ana"], wanted, MADRID)
    after = CampaignEngine("autumn")
    after.restore(engine.document()())
    assert (after.state, after.open, after.calling) == ("running", 3, 0)
    actions = after.step(RULES, MONDAY_10, ["ana", "luis", "marta"], wanted, MADRID)
    assert sorted(one.contact.id for one in actions if isinstance(one, Dial)) == ["2"]
    actions = after.step(RULES, MONDAY_10 + 3600, ["luis", "marta"], wanted, MADRID)
    assert sorted(one.contact.id for one in actions if isinstance(one, Dial)) == ["0", "1"]


@pytest.mark.parametrize(
    "document", [None, [], {}, {"contacts": [1, {"id": 3}]}, {"state": 7, "tally": [1], "contacts": None}]
)
def test_a_document_that_is_none_leaves_an_empty_campaign(document: object) -> None:
    engine = CampaignEngine("autumn")
    engine.restore(document)
    assert engine.open == 0


@pytest.mark.parametrize("seed", range(20))
def test_never_more_calls_than_free_agents_and_nobody_twice_at_once(seed: int) -> None:
    chance = Random(seed)
    agents = [f"agent{which}" for which in range(8)]
    engine, now, calls = campaign(60), MONDAY_10, dict[str, str]()
    rules = RULES.model_copy(update={"attempts": 3, "kind": chance.choice(["preview", "progressive"])})
    for _ in range(1500):
        now += chance.choice([0.1, 1, 30])
        free = [login for login in agents if login not in calls.values() and chance.random() < 0.6]
        chance.shuffle(free)
        dials = []
        for action in engine.step(rules, now, free, wanted, MADRID):
            if isinstance(action, Preview):
                assert action.login in free
                if chance.random() < 0.7:
                    dials.append(engine.start(action.contact.id, action.login, now))
            elif isinstance(action, Dial):
                dials.append(action)
        assert len(dials) <= len(free)
        for dial in dials:
            assert dial.login in free and dial.login not in calls.values() and dial.contact.id not in calls
            calls[dial.contact.id] = dial.login
        assert engine.calling == len(calls) <= len(agents)
        for contact_id in [one for one in calls if chance.random() < 0.3]:
            del calls[contact_id]
            engine.over(contact_id, chance.choice(["answered", "busy", "no_answer", "failed"]), rules, now)
        if chance.random() < 0.02:
            engine.stop("paused" if engine.state == "running" else "running")
    assert engine.open + sum(engine.tally.values()) == 60
