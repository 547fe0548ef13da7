"""The audit log: what each entry is called, and that what it offers to undo can be undone."""

from __future__ import annotations

from typing import Any

import pytest

from pbx.events import CallSupervised
from store.configuration import KINDS
from store.supervision_audit import SupervisionAudit
from tests.unit.web.conftest import NOW, House
from tests.unit.web.events import CARMEN, ended, event
from tests.unit.web.exchange_stand_in import CALLBACK
from tests.unit.web.test_recordings import a_recording

DESTINATION = {"kind": "voicemail", "target": "100"}
FLOW = "flow: small\nstart: bye\nnodes:\n  bye: {hang_up: {}}\n"
CHANGES: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "person": ({"login": "pepa", "name": "Pepa", "extension": "104"}, {"name": "Pepa Gil"}),
    "number": ({"number": "+34910000009", "destination": DESTINATION}, {"language": "en"}),
    "queue": ({"name": "vip", "title": "VIP", "overflow": DESTINATION}, {"title": "Oro"}),
    "ring_group": ({"name": "desk", "extensions": ["101"], "fallback": DESTINATION}, {"ring_timeout_s": 30}),
    "room": ({"extension": "701", "name": "Sala"}, {"name": "Salón"}),
    "switch": ({"name": "lunch", "number": 9}, {"title": "Comida"}),
    "voicemail_box": ({"box": "200", "title": "Tienda"}, {"title": "Almacén"}),
    "trunk": ({"name": "spare", "host": "sip.example.com", "caller_id": "+34910000001"}, {"max_calls": 5}),
    "menu": ({"name": "small", "text": FLOW}, {"text": f"# once more\n{FLOW}"}),
    "role": ({"name": "lead", "based_on": "supervisor"}, {"title": "Jefa"}),
    "webhook": ({"name": "till", "url": "https://example.com/hook", "events": ["*"]}, {"is_active": False}),
    "crm_rule": (
        {"name": "call_back", "on": "call.missed", "actions": [{"kind": "task", "title": "Llamar"}]},
        {"title": "Devolver"},
    ),
    "campaign": ({"name": "spring", "queue": "sales"}, {"title": "Primavera"}),
    "report_mail": ({"name": "weekly", "mail_to": ["ana@example.com"]}, {"hour": 9}),
}


async def say(house: House, method: str, path: str, status: int, **how: Any) -> Any:
    response = await house.ask("admin", method, path, **how)
    assert response.status == status, await response.text()
    return await response.json(content_type=None) if status != 204 else None


async def newest(house: House) -> dict[str, Any]:
    entry: dict[str, Any] = (await house.get("admin", "/audit?limit=1"))["items"][0]
    return entry


async def undo(house: House) -> None:
    """Undo the newest entry, which says that it can be undone."""
    entry = await newest(house)
    assert entry["can_undo"], entry
    await say(house, "POST", f"/audit/{entry['id']}/undo", 204)


def test_every_kind_of_part_is_tried() -> None:
    assert CHANGES.keys() == KINDS.keys()


@pytest.mark.parametrize("kind", CHANGES)
async def test_each_change_of_a_part_can_be_undone(house: House, kind: str) -> None:
    (listed, named_by), (body, changed) = KINDS[kind], CHANGES[kind]
    path = f"/settings/{listed}/{str(body[named_by]).replace('+', '%2B')}"

    async def is_now(value: dict[str, Any]) -> None:
        shown = (await say(house, "GET", path, 200))["value"]
        assert {name: shown[name] for name in value} == value

    body = (await say(house, "POST", f"/settings/{listed}", 201, json=body))["value"]
    await undo(house)
    assert (await newest(house))["action"] == "deleted"
    await say(house, "GET", path, 404)
    await undo(house)
    await is_now(body)
    await say(house, "PUT", path, 200, json=body | changed)
    await undo(house)
    assert (await newest(house))["action"] == "restored"
    await is_now(body)
    await undo(house)
    await is_now(body | changed)
    await say(house, "DELETE", path, 204)
    await undo(house)
    await is_now(body | changed)
    entries = (await house.get("admin", f"/audit?kind={kind}"))["items"]
    assert [entry["can_undo"] for entry in entries] == [True] + [False] * (len(entries) - 1)


@pytest.mark.parametrize(("part", "changed"), [("company", {"park_s": 60}), ("recordings", {"keep_days": 90})])
async def test_a_change_of_what_there_is_one_of_can_be_undone(house: House, part: str, changed: dict[str, Any]) -> None:
    path = f"/settings/{part}"
    before = (await say(house, "GET", path, 200))["value"]
    await say(house, "PUT", path, 200, json=before | changed)
    await undo(house)
    assert (await say(house, "GET", path, 200))["value"] == before
    await undo(house)
    assert (await say(house, "GET", path, 200))["value"] == before | changed


async def titled(house: House) -> list[tuple[str, str, str]]:
    """Kind, action and what the thing is called, of all entries, oldest first."""
    entries = (await house.get("admin", "/audit?limit=100"))["items"]
    return [(one["kind"], one["action"], one["title"] or one["name"]) for one in reversed(entries)]


async def test_what_has_an_id_is_called_as_people_call_it(house: House) -> None:
    await a_recording(house)
    await house.happen(event(ended(CARMEN, login="ana", recording_id="rec"), "call", NOW + 9))
    supervised = event(CallSupervised("sofia", "whisper"), "call", NOW + 5)
    async with house.office.database.transaction() as session:
        await SupervisionAudit().apply(session, supervised)
    known = {one["name"]: one["id"] for one in (await house.get("admin", "/contacts"))["items"]}
    carmen, john = known["Carmen Ruiz"], known["John Smith"]
    house.exchange.answers["callbacks"] = [CALLBACK]
    await say(house, "POST", "/settings/people/luis/password", 200, json={})
    await say(house, "DELETE", "/agents/luis/wrap-up", 200)
    await say(house, "POST", "/callbacks", 201, json={"queue": "sales", "number": CARMEN})
    await say(house, "PUT", f"/queues/sales/callers/{CALLBACK['id']}", 204, json={"position": 1})
    await say(house, "DELETE", f"/callbacks/{CALLBACK['id']}", 204)
    await say(house, "PUT", "/recordings/rec/hold", 200, json={"on": True, "note": "police"})
    await say(house, "PUT", "/recordings/rec/hold", 200, json={"on": False})
    await say(house, "POST", "/recordings/erase", 200, json={"contact_id": carmen})
    await say(house, "POST", "/recordings/erase", 200, json={"number": "+34600999000"})
    await say(house, "POST", f"/contacts/{carmen}/merge", 200, json={"other": john})
    assert await titled(house) == [
        ("call", "whisper", "Carmen Ruiz"),
        ("person", "password_set", "Luis"),
        ("wrap_up", "ended", "Luis"),
        ("callback", "created", CARMEN),
        ("place", "moved", CARMEN),
        ("callback", "deleted", CARMEN),
        ("recording", "held", "Carmen Ruiz"),
        ("recording", "released", "Carmen Ruiz"),
        ("recording", "erased", "Carmen Ruiz"),
        ("contact", "merged", "Carmen Ruiz"),
    ]
    for entry in (await house.get("admin", "/audit"))["items"]:
        assert not entry["can_undo"]
        assert (await house.ask("admin", "POST", f"/audit/{entry['id']}/undo")).status == 409
