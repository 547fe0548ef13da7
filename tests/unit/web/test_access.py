"""Nobody sees or does what the role does not allow: every route, ids guessed, by WebSocket, by URL."""

from __future__ import annotations

import asyncio
import re
from typing import Any

import aiohttp
import pytest

from tests.unit.web.conftest import NOW, House
from tests.unit.web.events import CARMEN, answered, event, started
from tests.unit.web.test_recordings import a_message, a_recording
from web.api.permissions import PERMISSIONS, Scope, scope_of

LEAD = {
    "name": "shift_lead",
    "based_on": "agent",
    "permissions": {"calls": "department", "recordings": "department", "voicemails": "department",
                    "queues": "department", "events": "department", "recordings.delete": "none"},
}  # fmt: skip
LOGINS = {"agent": "luis", "supervisor": "sofia", "administrator": "admin", "shift_lead": "marta"}
ENDS_THE_SESSION = ("session.delete", "session.end")


async def a_lead(house: House) -> None:
    """Marta leads a shift; Ana is in her department, Luis is not."""
    assert (await house.ask("admin", "POST", "/settings/roles", json=LEAD)).status == 201
    for login, changes in (("marta", {"role": "shift_lead", "department": "shop"}), ("ana", {"department": "shop"})):
        shown = await house.get("admin", f"/settings/people/{login}")
        body = {**shown["value"], **changes}
        assert (await house.ask("admin", "PUT", f"/settings/people/{login}", json=body)).status == 200


async def described(house: House) -> list[tuple[str, str, str]]:
    """Every operation of the served description: name, method, path."""
    document = await (await house.ask(None, "GET", "/openapi.json")).json()
    return [
        (operation["operationId"], method.upper(), path)
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
    ]


@pytest.mark.parametrize("role", [*LOGINS, "nobody", "reader"])
async def test_every_route_holds_to_the_role(house: House, role: str) -> None:
    await a_lead(house)
    headers = {}
    if role == "reader":
        made = await house.ask("sofia", "POST", "/tokens", json={"name": "wall", "is_read_only": True})
        headers = {"Authorization": f"Bearer {(await made.json())['token']}"}
    roles = house.office.company.roles
    for name, method, path in await described(house):
        if name not in PERMISSIONS:
            assert name in ("session.create", "sip"), name
            continue
        login = LOGINS.get(role)
        response = await house.ask(login, method, re.sub(r"{\w+}", "nothing", path), headers=headers)
        if role == "nobody":
            assert response.status == 401 or name == "events", name
        elif role == "reader":
            is_written = method not in ("GET", "HEAD")
            assert (response.status == 403) == (is_written or scope_of(name, "supervisor") is Scope.NONE), name
        else:
            refused = response.status == 403 and "does not permit" in await response.text()
            assert refused == (scope_of(name, role, roles) is Scope.NONE), name
        if name in ENDS_THE_SESSION:
            house.tokens.clear()


ANAS = [
    ("GET", "/calls/call"), ("GET", "/calls/call/events"), ("GET", "/calls/call/notes"), ("POST", "/calls/call/notes"),
    ("POST", "/calls/call/hangup"), ("POST", "/calls/call/park"), ("POST", "/calls/call/transfer/complete"),
    ("GET", "/recordings/rec"), ("GET", "/recordings/rec/audio"), ("HEAD", "/recordings/rec/audio"),
    ("DELETE", "/recordings/rec"), ("GET", "/voicemails/msg/audio"), ("PATCH", "/voicemails/msg"),
    ("DELETE", "/voicemails/msg"), ("GET", "/queues/sales_only"),
]  # fmt: skip


async def test_ids_of_others_open_nothing(house: House) -> None:
    await a_lead(house)
    await a_recording(house)
    await a_message(house, "101", "msg")
    house.exchange.answers["floor"]["queues"][0]["name"] = "sales_only"
    for method, path in ANAS:
        body: dict[str, Any] = {"json": {"text": "x", "is_read": True}} if method in ("POST", "PATCH") else {}
        response = await house.ask("luis", method, path, **body)
        assert response.status in (403, 404, 422), (method, path, response.status)
        assert CARMEN not in await response.text()
    for listed in ("/calls", "/recordings", "/voicemails", "/calls?number=%2B34600111222", "/voicemails?box=101"):
        assert (await house.get("luis", listed))["items"] == [], listed
    assert (await house.ask("ana", "GET", "/recordings/rec/audio")).status == 200
    assert (await house.ask(None, "GET", "/recordings/rec/audio")).status == 401


async def test_a_department_is_reached_and_nothing_beyond_it(house: House) -> None:
    await a_lead(house)
    await a_recording(house)
    await a_message(house, "101", "msg")
    await a_message(house, "102", "luis")
    await house.happen(event(started("+34911222333", "in2"), "other", NOW), event(answered("luis"), "other", NOW + 1))
    assert [call["id"] for call in (await house.get("marta", "/calls"))["items"]] == ["call"]
    assert (await house.ask("marta", "GET", "/calls/other")).status == 404
    assert (await house.ask("marta", "GET", "/recordings/rec/audio")).status == 200
    assert (await house.ask("marta", "DELETE", "/recordings/rec")).status == 403
    assert [one["id"] for one in (await house.get("marta", "/voicemails"))["items"]] == ["msg"]
    assert (await house.ask("marta", "GET", "/voicemails/luis/audio")).status == 404
    assert [queue["name"] for queue in (await house.get("marta", "/queues"))["items"]] == ["sales", "support"]


async def heard(socket: aiohttp.ClientWebSocketResponse, last: str) -> set[str]:
    """The calls whose events come before those of ``last``."""
    calls: set[str] = set()
    while (call_id := str((await socket.receive_json(timeout=30))["call_id"])) != last:
        calls.add(call_id)
    return calls


async def test_the_event_stream_holds_to_the_role(house: House) -> None:
    await a_lead(house)
    assert house.http is not None
    sockets = {}
    for login in ("ana", "luis", "marta", "sofia"):
        headers = {"Authorization": f"Bearer {await house.token(login)}"}
        sockets[login] = await house.http.ws_connect(f"{house.url}/api/v1/events", headers=headers)
    async with asyncio.timeout(30):
        while house.office.hub.subscribers < len(sockets):
            await asyncio.sleep(0)
    for login, call in (("ana", "a"), ("luis", "b"), ("ana", "last of ana"), ("luis", "last of luis")):
        house.exchange.emit(event(answered(login), call, NOW))
    last = {"ana": "last of ana", "luis": "last of luis", "marta": "last of ana", "sofia": "last of luis"}
    seen = {login: await heard(socket, last[login]) - {"last of ana"} for login, socket in sockets.items()}
    assert seen == {"ana": {"a"}, "luis": {"b"}, "marta": {"a"}, "sofia": {"a", "b"}}
    for socket in sockets.values():
        await socket.close()


async def test_secrets_leave_the_house_once_and_never_again(house: House) -> None:
    pepa = {"login": "pepa", "name": "P", "extension": "104"}
    made = await (await house.ask("admin", "POST", "/settings/people", json=pepa)).json()
    secrets = [made["passwords"]["page"], made["passwords"]["telephone"]["password"]]
    secrets.append((await (await house.ask("admin", "POST", "/tokens", json={"name": "x"})).json())["token"])
    for path in ("people", "people/pepa", "people/pepa/versions", "trunks", "trunks/carrier/versions"):
        text = await (await house.ask("admin", "GET", f"/settings/{path}")).text()
        assert not any(secret in text for secret in [*secrets, "demo-carrier", "argon2"]), path
    for path in ("/audit", "/tokens"):
        text = await (await house.ask("admin", "GET", path)).text()
        assert not any(secret in text for secret in secrets), path
