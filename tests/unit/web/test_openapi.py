"""The OpenAPI document is whole, and answers are as it says."""

from __future__ import annotations

import re
from typing import Any

from jsonschema import Draft202012Validator

from tests.unit.web.conftest import NOW, House
from tests.unit.web.events import CARMEN, answered, ended, event, started
from web.api.openapi import document
from web.api.resources import OPERATIONS

DOCUMENT = document(OPERATIONS, "test")


def references(node: Any) -> set[str]:
    if isinstance(node, dict):
        own = {node["$ref"]} if isinstance(node.get("$ref"), str) else set()
        return own.union(*(references(value) for value in node.values())) if node else own
    if isinstance(node, list):
        return set().union(*(references(value) for value in node)) if node else set()
    return set()


def test_every_reference_leads_somewhere() -> None:
    known = {f"#/components/schemas/{name}" for name in DOCUMENT["components"]["schemas"]}
    assert references(DOCUMENT) <= known


def test_names_and_paths_are_unique_and_variables_described() -> None:
    names = [operation.name for operation in OPERATIONS]
    assert len(set(names)) == len(names)
    for path, methods in DOCUMENT["paths"].items():
        for described in methods.values():
            variables = {one["name"] for one in described["parameters"] if one["in"] == "path"}
            assert variables == set(re.findall(r"{(\w+)}", path))


def test_what_cannot_be_emptied_is_not_null_in_a_change() -> None:
    change = DOCUMENT["components"]["schemas"]["ChangeDeal"]["properties"]
    assert change["title"]["type"] == "string"
    assert {"type": "null"} in change["amount"]["anyOf"]


async def test_answers_are_as_described(house: House) -> None:
    await house.happen(
        event(started(CARMEN), "call", NOW),
        event(answered("ana"), "call", NOW + 2),
        event(ended(CARMEN, login="ana"), "call", NOW + 9),
    )
    served = await (await house.ask(None, "GET", "/openapi.json")).json()
    for path, methods in served["paths"].items():
        if "get" not in methods or "{" in path or path in ("/events", "/sip", "/lookup") or path.endswith("/export"):
            continue
        described = methods["get"]["responses"]["200"]["content"]["application/json"]["schema"]
        schema = {**described, "components": served["components"]}
        Draft202012Validator(schema).validate(await house.get("admin", path))
    for path in ("/calls/call", "/calls/call/events", "/lookup?number=%2B34600111222"):
        template = path.partition("?")[0].replace("/call/", "/{call_id}/").replace("/calls/call", "/calls/{call_id}")
        described = served["paths"][template]["get"]["responses"]["200"]["content"]["application/json"]["schema"]
        Draft202012Validator({**described, "components": served["components"]}).validate(await house.get("admin", path))
