"""What is wrong with a field is said in sentences, in both languages, whatever the field is."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Annotated, Any, Literal

import pytest
from pydantic import BaseModel, Field, ValidationError

from config.automation import CrmRule
from config.campaigns import CallingHours
from config.company import Company
from config.names import E164, Extension, Login
from config.trunk import Trunk
from web.api.field_sentences import PATTERNS, faults_of
from web.api.openapi import document
from web.api.problems_es import in_spanish
from web.api.resources import OPERATIONS

# What programs send, not people: it may stay a general sentence.
MACHINES = {r"^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$", r"^[^\x00]*$"}


class Form(BaseModel):
    number: E164
    extension: Extension
    login: Login
    count: Annotated[int, Field(ge=5, le=9)] = 5
    share: Annotated[float, Field(gt=0, le=1)] = 1
    title: Annotated[str, Field(min_length=1, max_length=3)] = "x"
    kind: Literal["one", "two"] = "one"
    several: Annotated[tuple[int, ...], Field(min_length=1, max_length=2)] = (1,)
    either: Extension | Literal["*"] = "*"
    table: dict[Extension, int] = Field(default_factory=dict)
    is_on: bool = False


RIGHT: dict[str, Any] = {"number": "+34910000001", "extension": "101", "login": "ana"}


def told(model: type[BaseModel], given: dict[str, Any]) -> dict[str, str]:
    with pytest.raises(ValidationError) as raised:
        model.model_validate_json(json.dumps(given))
    return {fault["field"]: fault["message"] for fault in faults_of(raised.value)}


@pytest.mark.parametrize(
    ("field", "given", "message"),
    [
        ("number", "910000001", "a number with its country, such as +34910000001"),
        ("extension", "abc", "2 to 6 digits, such as 101"),
        ("extension", None, "a text"),
        ("count", "many", "a whole number"),
        ("count", 4, "at least 5"),
        ("count", 10, "at most 9"),
        ("share", 0, "more than 0"),
        ("share", 2, "at most 1"),
        ("title", "", "this must not be empty"),
        ("title", "long", "at most 3 characters"),
        ("kind", "three", "one of these: one, two"),
        ("several", [], "at least one is needed"),
        ("several", [1, 2, 3], "at most 2"),
        ("several", "x", "a list"),
        ("either", "x", "2 to 6 digits, such as 101"),
        ("is_on", "maybe", "yes or no"),
    ],
)
def test_a_fault_is_a_sentence_at_its_field(field: str, given: Any, message: str) -> None:
    assert told(Form, {**RIGHT, field: given}) == {field: message}
    assert in_spanish(message) != message


def test_what_is_missing_is_said_at_its_field() -> None:
    assert told(Form, {"number": "+34910000001", "login": "ana"}) == {"extension": "this is needed"}


def test_a_key_and_its_value_are_told_together() -> None:
    found = told(Form, {**RIGHT, "table": {"x": "y"}})
    assert found == {"table.x": "2 to 6 digits, such as 101; a whole number"}
    assert in_spanish(found["table.x"]) == "de 2 a 6 cifras, como 101; tiene que ser un número entero"


def test_a_rule_about_several_fields_stands_at_the_one_that_it_names() -> None:
    assert told(CallingHours, {"from_hour": 9, "to_hour": 8}) == {
        "to_hour": "8 is not after 9; allowed: an hour after from_hour"
    }
    given = {"name": "x", "on": "call.ended", "actions": [{"kind": "task"}, {"kind": "webhook"}]}
    assert told(CrmRule, given) == {
        "actions.0.title": "a task needs one",
        "actions.1.webhook": "which one is to be told",
    }


@pytest.mark.parametrize(
    "changed",
    [
        {"time_zone": "Mars/Olympus"},
        {"time_zone": ""},
        {"time_zone": "Europe"},
        {"time_zone": "../../etc/passwd"},
        {"name": " "},
        {"emergency_numbers": ["help"]},
        {"people": [{"login": "ana", "name": "", "extension": "101"}]},
    ],
)
def test_a_company_that_nothing_could_work_with_is_refused(changed: dict[str, Any]) -> None:
    right = {
        "name": "Sol",
        "company_voicemail": "101",
        "reception": "all",
        "people": [{"login": "ana", "name": "Ana", "extension": "101"}],
        "ring_groups": [{"name": "all", "extensions": ["101"], "fallback": {"kind": "hangup"}}],
    }
    Company.model_validate_json(json.dumps(right))
    found = told(Company, right | changed)
    assert all(in_spanish(message) != message for message in found.values())


@pytest.mark.parametrize(
    ("field", "given"),
    [
        ("host", ""),
        ("host", "sip carrier"),
        ("host", "x" * 300),
        ("username", "two words"),
        ("known_addresses", ["anywhere at all"]),
        ("media_networks", ["10.0.0.0/99"]),
        ("from_domain", "a b"),
        ("tls_name", "a b"),
    ],
)
def test_a_trunk_that_leads_nowhere_is_refused(field: str, given: Any) -> None:
    right = {"name": "carrier", "host": "sip.example", "caller_id": "+34910000001"}
    Trunk.model_validate_json(json.dumps(right | {"known_addresses": ["192.0.2.1:5060", "[2001:db8::1]:5060", "::1"]}))
    found = told(Trunk, right | {field: given})
    assert [one.partition(".")[0] for one in found] == [field]
    assert all(in_spanish(message) != message for message in found.values())


def _patterns(schema: Any) -> Iterator[str]:
    if isinstance(schema, dict):
        if isinstance(schema.get("pattern"), str):
            yield schema["pattern"]
        for inner in schema.values():
            yield from _patterns(inner)
    elif isinstance(schema, list):
        for inner in schema:
            yield from _patterns(inner)


def test_every_pattern_of_the_api_has_a_sentence_and_every_sentence_has_spanish() -> None:
    assert set(_patterns(document(OPERATIONS, "test"))) - MACHINES - set(PATTERNS) == set()
    assert [said for said in PATTERNS.values() if in_spanish(said) == said] == []
