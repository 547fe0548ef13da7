"""What is recorded: the first rule that fits decides."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from config.recordings import Conversation, RecordingPolicy, RecordingRule, Verdict

CARMEN, SALES = "+34600111222", "+34910000002"


def talk(**about: Any) -> Conversation:
    known: dict[str, Any] = {
        "direction": "inbound",
        "numbers": (SALES, CARMEN),
        "queue": "sales",
        "people": ("ana",),
        "departments": ("ventas",),
    }
    return Conversation(**known | about)


def policy(*rules: dict[str, Any], **others: Any) -> RecordingPolicy:
    return RecordingPolicy.model_validate({"rules": rules, **others})


def test_without_rules_everything_is_recorded_or_nothing() -> None:
    assert policy().decide(talk()) == Verdict(record=True)
    assert policy(by_default=False).decide(talk()) == Verdict(record=False)


def test_the_first_rule_that_fits_decides() -> None:
    both = policy(
        {"title": "Ana", "people": ["ana"], "record": False}, {"title": "Ventas", "queues": ["sales"], "keep_days": 30}
    )
    assert both.decide(talk()) == Verdict(False, "Ana")
    assert both.decide(talk(people=("luis",))) == Verdict(True, "Ventas", 30)
    assert both.decide(talk(people=("luis",), queue=None)) == Verdict(record=True)


@pytest.mark.parametrize(
    ("named", "fits"),
    [
        ({}, True),
        ({"directions": ["outbound"]}, False),
        ({"directions": ["inbound", "internal"]}, True),
        ({"numbers": [SALES]}, True),
        ({"numbers": [CARMEN]}, True),
        ({"numbers": ["+346*"]}, True),
        ({"numbers": ["+34911*", "102"]}, False),
        ({"queues": ["support"]}, False),
        ({"departments": ["ventas", "soporte"]}, True),
        ({"departments": ["soporte"]}, False),
        ({"people": ["ana"], "departments": ["soporte"]}, False),
        ({"queues": ["sales"], "people": ["luis", "ana"]}, True),
    ],
)
def test_a_rule_fits_what_is_all_that_it_names(named: dict[str, Any], fits: bool) -> None:
    assert RecordingRule.model_validate({"title": "Regla", **named}).fits(talk()) is fits


def test_who_is_told_beforehand_is_whoever_could_be_recorded() -> None:
    ahead = talk(people=None, departments=())
    only_ana = policy({"title": "Ana", "people": ["ana"]}, by_default=False)
    assert only_ana.may_record(ahead)
    assert not only_ana.may_record(talk(people=("luis",)))
    assert not policy({"title": "Todos", "record": False}).may_record(ahead)
    not_ana = policy({"title": "Ana", "people": ["ana"], "record": False})
    assert not_ana.may_record(ahead)
    assert not policy({"title": "Ana", "people": ["ana"], "record": False}, by_default=False).may_record(ahead)


@pytest.mark.parametrize(
    "given",
    [
        {"rules": [{"title": " "}]},
        {"rules": [{"title": "Una", "numbers": ["34*6"]}]},
        {"rules": [{"title": "Una"}, {"title": "Una"}]},
        {"keep_days": 0},
        {"digits_pause_s": 301},
        {"notice": {"prompt": "../secret"}},
        {"talkers_may": "everything"},
    ],
)
def test_what_makes_no_sense_is_refused(given: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        RecordingPolicy.model_validate(given)
