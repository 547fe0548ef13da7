"""Commands to the exchange: what it is told, and for whom."""

from __future__ import annotations

import pytest

from pbx.events import CallRinging
from pbx.refusals import BusyError, NotFoundError, WrongStateError
from tests.unit.web.conftest import NOW, House
from tests.unit.web.events import CARMEN, answered, ended, event, started


async def live_call(house: House) -> None:
    await house.happen(event(started(CARMEN), "call", NOW), event(answered("ana"), "call", NOW + 5))


async def test_click_to_call_rings_my_own_devices(house: House) -> None:
    response = await house.ask("ana", "POST", "/calls", json={"to": "+34600111222"})
    assert response.status == 201
    assert (await response.json())["id"] == house.exchange.answers["originate"]
    assert house.exchange.told("originate") == [{"login": "ana", "to": "+34600111222", "device": "any"}]


@pytest.mark.parametrize(
    ("path", "body", "status", "command", "parameters"),
    [
        ("hangup", None, 204, "hang_up", {"call_id": "call", "login": "ana"}),
        ("hold", {"on": True}, 204, "hold", {"call_id": "call", "login": "ana", "on": True}),
        (
            "transfer",
            {"to": "102", "mode": "attended"},
            202,
            "transfer",
            {"call_id": "call", "login": "ana", "to": "102", "mode": "attended"},
        ),
        ("transfer/complete", None, 204, "transfer_complete", {"call_id": "call"}),
        ("transfer/cancel", None, 204, "transfer_cancel", {"call_id": "call"}),
        ("park", None, 200, "park", {"call_id": "call", "login": "ana"}),
        (
            "recording",
            {"state": "pause", "for_s": 30},
            204,
            "recording",
            {"call_id": "call", "state": "pause", "login": "ana", "for_s": 30},
        ),
    ],
)
async def test_a_command_on_my_call(
    house: House, path: str, body: object, status: int, command: str, parameters: dict[str, object]
) -> None:
    await live_call(house)
    how = {} if body is None else {"json": body}
    response = await house.ask("ana", "POST", f"/calls/call/{path}", **how)
    assert response.status == status, await response.text()
    assert house.exchange.told(command) == [parameters]


async def test_what_i_may_do_to_the_recording_of_my_call(house: House) -> None:
    await live_call(house)
    house.exchange.answers["recording_state"] = {"state": "on", "allowed": ["pause"]}
    assert await house.get("ana", "/calls/call/recording") == {"state": "on", "allowed": ["pause"]}
    assert house.exchange.told("recording_state") == [{"call_id": "call", "login": "ana"}]
    assert (await house.ask("luis", "GET", "/calls/call/recording")).status == 404
    house.exchange.refusal = NotFoundError("no call")
    assert await house.get("ana", "/calls/call/recording") == {"state": "off", "allowed": []}
    house.exchange.refusal = None
    await house.happen(event(ended(CARMEN, login="ana"), "call", NOW + 9))
    assert await house.get("ana", "/calls/call/recording") == {"state": "off", "allowed": []}
    assert (await house.ask("luis", "GET", "/calls/call/recording")).status == 404


async def test_a_colleague_cannot_touch_my_call(house: House) -> None:
    await live_call(house)
    for path, body in (("hangup", {}), ("hold", {"on": True}), ("park", {}), ("transfer", {"to": "102"})):
        assert (await house.ask("luis", "POST", f"/calls/call/{path}", json=body)).status == 404
    assert house.exchange.told("hang_up") == []


async def test_who_was_only_rung_cannot_end_the_call(house: House) -> None:
    await live_call(house)
    await house.happen(event(CallRinging("luis", "102", "sales"), "call", NOW + 6))
    assert (await house.get("luis", "/calls/call"))["id"] == "call"
    for path in ("hangup", "park"):
        assert (await house.ask("luis", "POST", f"/calls/call/{path}")).status == 403
    assert (await house.ask("sofia", "POST", "/calls/call/hangup")).status == 204


async def test_a_supervisor_acts_on_the_agents_leg_and_listens_on_own_devices(house: House) -> None:
    await live_call(house)
    assert (await house.ask("sofia", "POST", "/calls/call/transfer", json={"to": "102"})).status == 202
    assert house.exchange.told("transfer")[0]["login"] == "ana"
    assert (await house.ask("sofia", "POST", "/calls/call/supervise", json={"mode": "listen"})).status == 202
    assert house.exchange.told("supervise") == [{"call_id": "call", "login": "sofia", "mode": "listen"}]


async def test_supervisors_take_over_and_move_and_set_states(house: House) -> None:
    await live_call(house)
    for login, allowed in (("ana", 403), ("sofia", 202)):
        assert (await house.ask(login, "POST", "/calls/call/take_over")).status == allowed
        body = {"kind": "queue", "target": "support"}
        assert (await house.ask(login, "POST", "/calls/call/move", json=body)).status == allowed
    assert house.exchange.told("take_over") == [{"call_id": "call", "login": "sofia"}]
    assert house.exchange.told("move") == [
        {"call_id": "call", "login": "sofia", "kind": "queue", "target": "support"},
    ]  # fmt: skip
    assert (await house.ask("ana", "PUT", "/agents/luis", json={"state": "offline"})).status == 403
    assert (await house.ask("sofia", "PUT", "/agents/nobody", json={"state": "offline"})).status == 404
    assert (await house.ask("sofia", "PUT", "/agents/luis", json={"state": "offline"})).status == 200
    assert house.exchange.told("set_agent")[-1]["login"] == "luis"


async def test_only_who_talks_in_both_makes_a_conference(house: House) -> None:
    await live_call(house)
    assert (await house.ask("sofia", "POST", "/calls/call/conference", json={"call_id": "other"})).status == 404
    assert (await house.ask("ana", "POST", "/calls/call/conference", json={"call_id": "other"})).status == 202
    assert house.exchange.told("conference") == [{"call_id": "call", "login": "ana", "other": "other"}]


async def test_nothing_is_done_to_a_call_that_is_over(house: House) -> None:
    await live_call(house)
    await house.happen(event(ended(CARMEN, login="ana"), "call", NOW + 9))
    assert (await house.ask("ana", "POST", "/calls/call/hangup")).status == 409


@pytest.mark.parametrize(
    ("refusal", "status"),
    [(NotFoundError("no such call"), 404), (WrongStateError("nobody rings"), 409), (BusyError("no line"), 409)],
)
async def test_what_the_exchange_refuses_is_told(house: House, refusal: NotFoundError, status: int) -> None:
    await live_call(house)
    house.exchange.refusal = refusal
    response = await house.ask("ana", "POST", "/calls/call/hangup")
    assert response.status == status
    assert (await response.json(content_type=None))["detail"] == refusal.text


async def test_an_absent_exchange_is_said_to_be_away(house: House) -> None:
    await house.exchange.stop()
    await house.office.exchange.close()
    response = await house.ask("ana", "POST", "/calls", json={"to": "102"})
    assert response.status == 503
    assert (await house.ask(None, "GET", "/healthz", outside=True)).status == 503
