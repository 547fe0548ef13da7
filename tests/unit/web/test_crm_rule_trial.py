"""A rule of the CRM tried at the page."""

from __future__ import annotations

from typing import Any

from tests.unit.web.conftest import House

RULE: dict[str, Any] = {
    "on": "call.ended",
    "conditions": [{"field": "direction", "test": "is", "value": "inbound"}],
    "actions": [{"kind": "task", "to": "agent", "title": "Call {number}"}],
}


async def test_what_has_never_happened_cannot_be_tried(house: House) -> None:
    response = await house.ask("admin", "POST", "/settings/crm_rules/try", json=RULE)
    assert response.status == 200
    assert (await response.json())["at"] is None


async def test_a_fault_in_a_rule_that_is_tried_stands_at_its_field(house: House) -> None:
    wrong = RULE | {"conditions": [{"field": "ratting"}]}
    response = await house.ask("admin", "POST", "/settings/crm_rules/try", json=wrong)
    assert response.status == 422
    (fault,) = (await response.json())["errors"]
    assert fault["field"] == "conditions.0.field"
    assert fault["message"].startswith("allowed: known, vip")


async def test_only_administrators_try_rules(house: House) -> None:
    response = await house.ask("ana", "POST", "/settings/crm_rules/try", json=RULE)
    assert response.status == 403
