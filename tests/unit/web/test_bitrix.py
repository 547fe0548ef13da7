"""A script that logs an exchange's calls as it would in Bitrix24."""

from __future__ import annotations

import base64
import io
import wave
from typing import Any

import pytest

from centralita.projection import new_projector
from tests.unit.web.conftest import House
from tests.unit.web.events import CARMEN
from web.api.external_calls import ExternalCalls

STRANGER = "+34655000111"


class NoJournal:
    """Nothing of our own happens."""

    def read(self, position: Any, limit: int = 0) -> tuple[list[dict[str, Any]], Any]:
        return [], position


class Script:
    """An exchange's script, with a supervisor's token."""

    def __init__(self, house: House, token: str) -> None:
        self.house = house
        self.token = token

    async def asks(self, method: str, status: int = 200, /, **fields: Any) -> Any:
        path = f"/rest/1/{self.token}/telephony.externalcall.{method}"
        response = await self.house.ask(None, "POST", path, outside=True, data=fields)
        answer = await response.json()
        assert response.status == status, answer
        return answer["result"] if status == 200 else answer["error"]


@pytest.fixture
async def script(house: House) -> Script:
    office = house.office
    projector = new_projector(office.database, NoJournal(), office.company, clock=house.clock)
    office.external_calls = ExternalCalls(office.database, office.settings.spool_dir, house.clock, projector.take)
    made = await house.ask("sofia", "POST", "/tokens", json={"name": "asterisk"})
    return Script(house, (await made.json())["token"])


async def test_an_unknown_caller_of_another_exchange_is_a_call_a_lead_and_an_activity(script: Script) -> None:
    house = script.house
    told = {"USER_PHONE_INNER": "101", "PHONE_NUMBER": "655 000 111", "TYPE": "2", "LINE_NUMBER": "+34910000009"}
    begun = await script.asks("register", **told, CRM_CREATE="1")
    assert begun["CRM_CREATED_LEAD"] is not None
    assert begun["CRM_ENTITY_TYPE"] == "LEAD"
    assert (await script.asks("register", **told))["CALL_ID"] == begun["CALL_ID"]
    call = await house.get("sofia", f"/calls/{begun['CALL_ID']}")
    assert (call["direction"], call["caller"]["number"], call["dialled"]) == ("inbound", STRANGER, "+34910000009")
    assert (call["ended_at"], call["trunk"]) == (None, "external")
    house.clock.now += 60
    over = await script.asks("finish", CALL_ID=begun["CALL_ID"], USER_ID="102", DURATION="45", STATUS_CODE="200")
    assert (over["CALL_DURATION"], over["PHONE_NUMBER"]) == (45, STRANGER)
    again = await script.asks("finish", CALL_ID=begun["CALL_ID"], USER_ID="102", DURATION="45")
    assert again["CALL_ID"] == begun["CALL_ID"]
    call = await house.get("luis", f"/calls/{begun['CALL_ID']}")
    assert (call["result"], call["agent"], call["wait_s"], call["talk_s"]) == ("answered", "luis", 15.0, 45.0)
    lead = await house.get("ana", f"/leads/{begun['CRM_CREATED_LEAD']}")
    assert (lead["responsible"], lead["source"]) == ("luis", "+34910000009")
    (activity,) = (await house.get("ana", f"/activities?call_id={begun['CALL_ID']}"))["items"]
    assert (activity["lead_id"], activity["result"]) == (lead["id"], "answered")
    (row,) = (await house.get("sofia", "/reports/numbers"))["items"]
    assert (row["number"], row["calls"], row["answered"]) == ("+34910000009", 1, 1)


async def test_a_customer_is_shown_and_the_sound_is_kept(script: Script) -> None:
    house = script.house
    (found,) = await script.asks("searchcrmentities", PHONE_NUMBER="600111222")
    assert (found["NAME"], found["ASSIGNED_BY"]["USER_PHONE_INNER"]) == ("Carmen Ruiz", "101")
    begun = await script.asks("register", USER_ID="101", PHONE_NUMBER=CARMEN, TYPE="2", SHOW="0")
    assert begun["CRM_ENTITY_TYPE"] == "CONTACT"
    call = {"CALL_ID": begun["CALL_ID"]}
    assert await script.asks("show", **call, **{"USER_ID[]": "102"}) is True
    assert await script.asks("hide", **call, USER_ID="102") is True
    types = [one["type"] for one in (await house.get("sofia", f"/calls/{begun['CALL_ID']}/events"))["items"]]
    assert types.count("screen_pop") == 1
    await script.asks("finish", **call, USER_ID="101", DURATION="0", STATUS_CODE="304")
    sound = io.BytesIO()
    with wave.open(sound, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(16_000)
        file.writeframes(b"\1\2" * 16_000)
    content = base64.b64encode(sound.getvalue()).decode()
    kept = await script.asks("attachrecord", **call, FILENAME="call.wav", FILE_CONTENT=content)
    shown = await house.get("sofia", f"/recordings/{kept['FILE_ID']}")
    assert (shown["call_id"], shown["duration_s"]) == (begun["CALL_ID"], 1.0)
    (lead,) = (await house.get("ana", "/leads"))["items"]
    assert (lead["repeat"], lead["call_id"]) == (True, begun["CALL_ID"])


@pytest.mark.parametrize(
    ("method", "fields", "status"),
    [
        ("register", {"USER_ID": "999", "PHONE_NUMBER": CARMEN, "TYPE": "2"}, 400),
        ("register", {"USER_ID": "101", "PHONE_NUMBER": "12", "TYPE": "2"}, 400),
        ("register", {"USER_ID": "101", "PHONE_NUMBER": CARMEN, "TYPE": "9"}, 400),
        ("register", {"USER_ID": "101", "PHONE_NUMBER": CARMEN, "TYPE": "2", "CALL_START_DATE": "soon"}, 400),
        ("finish", {"USER_ID": "101", "CALL_ID": "nothing", "DURATION": "1"}, 400),
        ("finish", {"USER_ID": "101", "DURATION": "1"}, 400),
        ("attachrecord", {"CALL_ID": "nothing", "FILE_CONTENT": "?"}, 400),
        ("erase", {}, 404),
    ],
)
async def test_what_does_not_fit_is_refused_in_their_words(
    script: Script, method: str, fields: dict[str, str], status: int
) -> None:
    assert await script.asks(method, status, **fields)


async def test_a_call_of_our_own_cannot_be_finished_from_there(script: Script) -> None:
    from tests.unit.web.events import event, started

    await script.house.happen(event(started(CARMEN), "ours"))
    await script.asks("finish", 400, CALL_ID="ours", USER_ID="101", DURATION="5")


async def test_only_who_sees_everybodys_calls_logs_some(script: Script) -> None:
    house = script.house
    for login, body in (("ana", {"name": "x"}), ("sofia", {"name": "x", "is_read_only": True})):
        made = await house.ask(login, "POST", "/tokens", json=body)
        script.token = (await made.json())["token"]
        assert await script.asks("searchcrmentities", 403, PHONE_NUMBER=CARMEN) == "ACCESS_DENIED"
    script.token = "ct_wrong"
    assert await script.asks("searchcrmentities", 401, PHONE_NUMBER=CARMEN) == "NO_AUTH_FOUND"
