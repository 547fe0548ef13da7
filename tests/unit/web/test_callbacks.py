"""Callbacks over the API, the order of a line, and wrap-ups."""

from __future__ import annotations

from pbx.facade import BadRequestError, NotFoundError
from tests.unit.web.conftest import House
from tests.unit.web.exchange_stand_in import CALLBACK

ID = CALLBACK["id"]


async def test_callbacks_of_own_queues(house: House) -> None:
    house.exchange.answers["callbacks"] = [CALLBACK, {**CALLBACK, "queue": "support"}]
    (mine,) = (await house.get("ana", "/callbacks"))["items"]
    assert (mine["queue"], mine["position"], mine["not_before"]) == ("sales", 2, None)
    assert len((await house.get("sofia", "/callbacks"))["items"]) == 2


async def test_a_web_form_asks_for_a_callback_at_a_time(house: House) -> None:
    asked = {"queue": "sales", "number": "600 111 222", "at": "2027-01-15T08:00:00Z"}
    response = await house.ask("ana", "POST", "/callbacks", json=asked)
    assert response.status == 201
    (told,) = house.exchange.told("callback_add")
    assert (told["number"], told["due_at"], told["by"]) == ("600 111 222", 1_800_000_000.0, "ana")


async def test_a_number_that_cannot_be_called_is_refused(house: House) -> None:
    house.exchange.refusal = BadRequestError("number: '112' cannot be called back")
    response = await house.ask("ana", "POST", "/callbacks", json={"queue": "sales", "number": "112"})
    assert response.status == 422
    assert (await response.json(content_type=None))["errors"][0]["field"] == "number"


async def test_a_supervisor_changes_moves_and_cancels(house: House) -> None:
    response = await house.ask("sofia", "PATCH", f"/callbacks/{ID}", json={"number": "+34600999888", "position": 1})
    assert response.status == 200
    assert house.exchange.told("callback_change")[0]["number"] == "+34600999888"
    assert house.exchange.told("place") == [{"call_id": ID, "position": 1}]
    assert (await house.ask("sofia", "DELETE", f"/callbacks/{ID}")).status == 204
    assert (await house.ask("ana", "DELETE", f"/callbacks/{ID}")).status == 403
    house.exchange.refusal = NotFoundError("no callback")
    assert (await house.ask("sofia", "DELETE", f"/callbacks/{ID}")).status == 404


async def test_the_order_of_a_line(house: House) -> None:
    assert (await house.ask("sofia", "PUT", f"/queues/sales/callers/{ID}", json={"position": 3})).status == 204
    assert (await house.ask("ana", "PUT", f"/queues/sales/callers/{ID}", json={"position": 3})).status == 403
    assert house.exchange.told("place") == [{"call_id": ID, "position": 3}]


async def test_wrap_up_is_extended_by_its_agent_and_ended_by_a_supervisor(house: House) -> None:
    assert (await house.ask("ana", "POST", "/agents/me/wrap-up", json={"extend_s": 30})).status == 200
    assert (await house.ask("ana", "DELETE", "/agents/luis/wrap-up")).status == 403
    assert (await house.ask("sofia", "DELETE", "/agents/luis/wrap-up")).status == 200
    assert house.exchange.told("wrap_up") == [
        {"login": "ana", "extend_s": 30},
        {"login": "luis", "extend_s": None},
    ]
