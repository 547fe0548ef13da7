"""The company edited over the API: what is written, refused, in conflict, undone."""

from __future__ import annotations

import asyncio
from typing import Any

from tests.unit.web.conftest import House

PEPA = {"login": "pepa", "name": "Pepa", "extension": "104"}


async def json(house: House, login: str, method: str, path: str, status: int = 200, **how: Any) -> Any:
    response = await house.ask(login, method, path, **how)
    assert response.status == status, await response.text()
    return await response.json(content_type=None) if status != 204 else None


async def test_a_new_person_signs_in_at_once_and_the_exchange_is_told(house: House) -> None:
    made = await json(house, "admin", "POST", "/settings/people", 201, json=PEPA)
    assert (made["name"], made["version"], made["changed_by"]) == ("pepa", 1, "admin")
    assert len(house.exchange.told("reload")) == 1
    body = {"login": "pepa", "password": made["passwords"]["page"]}
    assert (await house.ask(None, "POST", "/session", json=body)).status == 200
    telephone = made["passwords"]["telephone"]
    assert telephone["username"] == "104"
    path = telephone["provisioning_url"].partition("/provision")[2]
    fetched = await house.ask(None, "GET", f"/provision{path}", outside=True)
    assert telephone["password"] in await fetched.text()
    assert (await house.ask(None, "GET", f"/provision{path}", outside=True)).status == 404
    shown = await json(house, "admin", "GET", "/settings/people/pepa")
    assert "passwords" not in shown


async def test_what_is_wrong_is_said_at_its_field(house: House) -> None:
    cases: list[tuple[str, dict[str, Any], str]] = [
        ("people", {**PEPA, "extension": "101"}, "extension"),
        ("people", {**PEPA, "role": "boss"}, "role"),
        ("people", {**PEPA, "password": "password12"}, "password"),
        ("numbers", {"number": "+34910000009", "destination": {"kind": "menu", "target": "x"}}, "destination"),
        ("roles", {"name": "helper", "permissions": {"no.such": "all"}}, "permissions.no.such"),
        ("menus", {"name": "broken", "text": "start: x\nnodes: {}\n"}, "text:"),
    ]
    for kind, body, field in cases:
        problem = await json(house, "admin", "POST", f"/settings/{kind}", 422, json=body)
        assert problem["errors"][0]["field"].startswith(field), problem
    sales = await json(house, "admin", "GET", "/settings/queues/sales")
    wrong = {**sales["value"], "overflow": {"kind": "voicemail", "target": "999"}, "max_wait_s": 0}
    problem = await json(house, "admin", "PUT", "/settings/queues/sales", 422, json=wrong)
    assert {fault["field"] for fault in problem["errors"]} == {"max_wait_s"}
    problem = await json(house, "admin", "PUT", "/settings/queues/sales", 422, json={**wrong, "max_wait_s": 9})
    assert [fault["field"] for fault in problem["errors"]] == ["overflow"]


async def test_two_who_edit_at_once_do_not_overwrite_each_other(house: House) -> None:
    sales = await json(house, "admin", "GET", "/settings/queues/sales")
    query = f"/settings/queues/sales?version={sales['version']}"
    await json(house, "admin", "PUT", query, json={**sales["value"], "title": "Sales"})
    problem = await json(house, "admin", "PUT", query, 409, json={**sales["value"], "title": "Mine"})
    assert "Admin has changed it meanwhile (version 2)" in problem["detail"]
    await json(house, "admin", "DELETE", "/settings/queues/sales?version=1", 409)
    both = await asyncio.gather(
        *(house.ask("admin", "PUT", "/settings/queues/sales?version=2", json=sales["value"]) for _ in range(4))
    )
    assert sorted(response.status for response in both) == [200, 409, 409, 409]
    assert (await json(house, "admin", "POST", "/settings/people", 409, json={**PEPA, "login": "ana"}))["detail"]


async def test_what_is_used_is_not_removed_and_a_person_can_be_taken_out_of_everything(house: House) -> None:
    problem = await json(house, "admin", "DELETE", "/settings/people/luis", 409)
    assert "queues.sales.members" in problem["detail"]
    await json(house, "admin", "DELETE", "/settings/people/luis?detach=true", 204)
    queues = (await json(house, "admin", "GET", "/settings/queues"))["items"]
    members = {queue["name"]: [one["login"] for one in queue["value"]["members"]] for queue in queues}
    assert members == {"sales": ["ana"], "support": ["marta"]}
    assert (await house.ask(None, "POST", "/session", json={"login": "luis", "password": "demo"})).status == 401
    problem = await json(house, "admin", "DELETE", "/settings/people/admin", 409)
    assert "own account" in problem["detail"]


async def test_what_a_menu_leads_to_is_not_removed(house: House) -> None:
    problem = await json(house, "admin", "DELETE", "/settings/queues/sales", 409)
    assert any("menu main, line" in fault["message"] for fault in problem["errors"]), problem


async def test_who_is_deactivated_is_out_at_once_and_in_again_later(house: House) -> None:
    assert (await house.ask("ana", "GET", "/session")).status == 200
    ana = await json(house, "admin", "GET", "/settings/people/ana")
    await json(house, "admin", "PUT", "/settings/people/ana", json={**ana["value"], "is_active": False})
    assert (await house.ask("ana", "GET", "/session")).status == 401
    await json(house, "admin", "PUT", "/settings/people/ana", json=ana["value"])
    assert (await house.ask(None, "POST", "/session", json={"login": "ana", "password": "demo"})).status == 200


async def test_lists_are_sought_sorted_and_paged(house: House) -> None:
    first = await json(house, "admin", "GET", "/settings/people?sort=-extension&limit=2")
    assert [item["name"] for item in first["items"]] == ["sofia", "marta"]
    assert first["total"] == 5
    rest = await json(house, "admin", "GET", f"/settings/people?sort=-extension&limit=3&cursor={first['next_cursor']}")
    assert [item["name"] for item in rest["items"]] == ["luis", "ana", "admin"]
    assert rest["next_cursor"] is None
    found = await json(house, "admin", "GET", "/settings/people?q=SOFIA")
    assert [item["name"] for item in found["items"]] == ["sofia"]
    await json(house, "admin", "GET", "/settings/people?sort=password", 422)


async def test_every_change_is_in_the_audit_log_and_can_be_undone(house: House) -> None:
    sales = await json(house, "admin", "GET", "/settings/queues/sales")
    await json(house, "admin", "PUT", "/settings/queues/sales", json={**sales["value"], "title": "Sales"})
    await json(house, "admin", "POST", "/settings/people", 201, json=PEPA)
    await json(house, "admin", "POST", "/settings/people/pepa/password", json={})
    audit = (await json(house, "admin", "GET", "/audit"))["items"]
    assert [(one["action"], one["kind"], one["name"]) for one in audit] == [
        ("password_set", "person", "pepa"),
        ("created", "person", "pepa"),
        ("changed", "queue", "sales"),
    ]
    assert audit[2]["changes"] == [{"field": "title", "before": "Ventas", "after": "Sales"}]
    assert [one["can_undo"] for one in audit] == [False, True, True]
    for entry in (audit[2], audit[1]):
        await json(house, "admin", "POST", f"/audit/{entry['id']}/undo", 204)
    assert (await json(house, "admin", "GET", "/settings/queues/sales"))["value"]["title"] == "Ventas"
    await json(house, "admin", "GET", "/settings/people/pepa", 404)
    gone = (await json(house, "admin", "GET", "/audit?kind=person&name=pepa"))["items"][0]
    assert gone["action"] == "deleted"
    await json(house, "admin", "POST", f"/audit/{gone['id']}/undo", 204)
    assert (await json(house, "admin", "GET", "/settings/people/pepa"))["value"]["extension"] == "104"
    await json(house, "admin", "POST", f"/audit/{gone['id']}/undo", 409)
    await json(house, "admin", "POST", f"/audit/{audit[0]['id']}/undo", 409)


async def test_an_old_version_is_the_newest_again(house: House) -> None:
    sales = await json(house, "admin", "GET", "/settings/queues/sales")
    await json(house, "admin", "PUT", "/settings/queues/sales", json={**sales["value"], "title": "Sales"})
    versions = (await json(house, "admin", "GET", "/settings/queues/sales/versions"))["items"]
    assert [(one["version"], one["value"]["title"]) for one in versions] == [(2, "Sales"), (1, "Ventas")]
    restored = await json(house, "admin", "POST", "/settings/queues/sales/restore", json={"version": 1})
    assert (restored["version"], restored["value"]["title"]) == (3, "Ventas")
    await json(house, "admin", "POST", "/settings/queues/sales/restore", 404, json={"version": 9})


async def test_a_role_of_its_own_reaches_as_far_as_it_says(house: House) -> None:
    role = {
        "name": "shift_lead",
        "based_on": "agent",
        "permissions": {"settings.queues": "all", "calls": "department", "settings.people": "all"},
    }
    await json(house, "admin", "POST", "/settings/roles", 201, json=role)
    marta = (await json(house, "admin", "GET", "/settings/people/marta"))["value"]
    await json(house, "admin", "PUT", "/settings/people/marta", json={**marta, "role": "shift_lead"})
    me = await json(house, "marta", "GET", "/session")
    assert me["permissions"]["settings.queues.change"] == "all"
    assert me["permissions"]["calls.list"] == "department"
    await json(house, "marta", "GET", "/settings/queues/sales")
    await json(house, "marta", "GET", "/settings/trunks", 403)
    pepa = await json(house, "marta", "POST", "/settings/people", 403, json={**PEPA, "role": "administrator"})
    assert "farther than your own" in pepa["detail"]
    await json(house, "marta", "POST", "/settings/people/admin/password", 403, json={})
    await json(house, "marta", "DELETE", "/settings/people/sofia?detach=true", 403)
    await json(house, "marta", "POST", "/settings/people", 201, json=PEPA)
    assert (await json(house, "admin", "DELETE", "/settings/roles/shift_lead", 409))["errors"]


async def test_a_new_extension_is_rung_in_its_groups_and_comes_with_a_new_password(house: House) -> None:
    ana = (await json(house, "admin", "GET", "/settings/people/ana"))["value"]
    changed = await json(house, "admin", "PUT", "/settings/people/ana", 422, json={**ana, "extension": "700"})
    assert changed["errors"][0]["field"] == "extension"
    changed = await json(house, "admin", "PUT", "/settings/people/ana", json={**ana, "extension": "121"})
    assert changed["passwords"]["telephone"]["username"] == "121"
    group = await json(house, "admin", "GET", "/settings/ring_groups/reception")
    assert group["value"]["extensions"] == ["100", "121"]
    same = await json(house, "admin", "PUT", "/settings/people/ana", json={**ana, "extension": "121"})
    assert same["passwords"] == {"page": None, "telephone": None}


async def test_trunks_are_tested_and_their_passwords_set(house: House) -> None:
    said = await json(house, "admin", "POST", "/settings/trunks/carrier/test")
    assert (said["status"], said["took_ms"]) == (200, 7.5)
    await json(house, "admin", "PUT", "/settings/trunks/carrier/password", 204, json={"password": "new secret"})
    await json(house, "admin", "POST", "/settings/trunks/nothing/test", 404)
    assert house.exchange.told("test_trunk") == [{"trunk": "carrier"}]


async def test_the_faults_of_a_menu_are_told_by_line(house: House) -> None:
    menu = (await json(house, "admin", "GET", "/settings/menus/main"))["value"]
    body = {"name": "main", "text": menu["text"]}
    assert (await json(house, "admin", "POST", "/settings/menus/check", json=body))["items"] == []
    body["text"] = menu["text"].replace("queue: sales", "queue: nowhere", 1)
    (fault,) = (await json(house, "admin", "POST", "/settings/menus/check", json=body))["items"]
    assert fault["line"] > 1
    assert fault["path"][0] == "nodes"
    assert fault["path"][-1] == "queue"
    assert fault["message"].startswith("no queue 'nowhere'; allowed: ")
    spanish = {"Accept-Language": "es"}
    answer = await json(house, "admin", "POST", "/settings/menus/check", json=body, headers=spanish)
    assert answer["items"][0]["message"].startswith("no hay ninguna cola «nowhere»; se admite: ")


async def test_forms_and_permissions_follow_the_models(house: House) -> None:
    forms = {one["kind"]: one for one in (await json(house, "admin", "GET", "/settings"))["items"]}
    assert {"company", "people", "queues", "numbers", "trunks", "menus", "roles", "webhooks"} <= set(forms)
    assert "strategy" in forms["queues"]["form"]["properties"]
    permissions = {one["name"]: one for one in (await json(house, "admin", "GET", "/permissions"))["items"]}
    assert permissions["calls.list"]["choices"] == ["none", "own", "department", "all"]
    assert permissions["blocklist.list"]["choices"] == ["none", "all"]


async def test_the_company_as_a_whole(house: House) -> None:
    company = await json(house, "admin", "GET", "/settings/company")
    assert company["value"]["name"] == "Cafetería Aurora"
    problem = await json(
        house, "admin", "PUT", "/settings/company", 422, json={**company["value"], "reception": "nowhere"}
    )
    assert problem["errors"][0]["field"] == "reception"
    changed = await json(house, "admin", "PUT", "/settings/company?version=1", json={**company["value"], "name": "X"})
    assert (changed["version"], house.office.company.name) == (2, "X")


async def test_health_devices_and_what_is_still_to_be_set_up(house: House) -> None:
    health = await json(house, "admin", "GET", "/system/health")
    assert health["exchange"]["up"]
    assert health["disk"]["total_bytes"] > 0
    devices = (await json(house, "sofia", "GET", "/devices"))["items"]
    assert devices[0]["address"] == "udp:192.0.2.7:5060"
    setup = await json(house, "admin", "GET", "/system/setup")
    assert setup == {
        "company": True, "administrator": True, "number": True, "colleague": True, "device": True, "test_call": False
    }  # fmt: skip


async def test_what_still_uses_a_part_is_told_by_part_and_field(house: House) -> None:
    refused = await house.ask("admin", "DELETE", "/settings/people/ana")
    document = await refused.json(content_type=None)
    assert refused.status == 409
    assert {(fault["part"], fault["part_field"]) for fault in document["errors"]} == {
        ("numbers/+34910000003", "destination"),
        ("ring_groups/reception", "extensions"),
        ("queues/sales", "members"),
    }
    refused = await house.ask("admin", "DELETE", "/settings/ring_groups/reception")
    assert [fault["part"] for fault in (await refused.json(content_type=None))["errors"]] == ["menus/main"]


async def test_yes_or_no_is_true_or_false_and_nothing_that_looks_like_it(house: House) -> None:
    for given in (1, 0, "true", "yes", 1.0):
        problem = await json(house, "admin", "POST", "/settings/people", 422, json=PEPA | {"is_active": given})
        assert problem["errors"] == [{"field": "is_active", "message": "yes or no"}]
    security = (await json(house, "admin", "GET", "/settings/company"))["value"]
    inside = security["security"] | {"tls_only": 1}
    problem = await json(house, "admin", "PUT", "/settings/company", 422, json=security | {"security": inside})
    assert problem["errors"][0]["field"] == "security.tls_only"
