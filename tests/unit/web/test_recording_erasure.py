"""Erasing what was recorded of somebody, and holding what is not to be erased, over the API."""

from __future__ import annotations

from pathlib import Path

from tests.unit.web.conftest import House
from tests.unit.web.events import CARMEN
from tests.unit.web.test_recordings import a_message, a_recording

OWN = "+34910000002"


def file_of(house: House) -> Path:
    return house.office.archive.recordings_dir / "2027/01/15/rec.wav"


async def test_everything_of_a_number_is_erased_after_a_look_at_how_much_it_is(house: House) -> None:
    await a_recording(house)
    await a_message(house, "101", "message")
    look = {"number": "600 111 222", "preview": True}
    found = {"recordings": 1, "voicemails": 1, "held": 0, "left": 0}
    assert await (await house.ask("admin", "POST", "/recordings/erase", json=look)).json() == found
    assert file_of(house).exists()
    asked = await house.ask("admin", "POST", "/recordings/erase", json={"number": CARMEN})
    assert (asked.status, await asked.json()) == (200, found)
    assert not file_of(house).exists()
    for path in ("/recordings/rec", "/recordings/rec/audio", "/voicemails/message/audio"):
        assert (await house.ask("admin", "GET", path)).status == 404
    noted = (await house.get("admin", "/audit"))["items"]
    assert {(one["action"], one["kind"], one["name"], one["by"]) for one in noted} == {
        ("erased", "recording", CARMEN, "admin"),
        ("erased", "voicemail", CARMEN, "admin"),
    }


async def test_everything_of_a_contact_is_erased(house: House) -> None:
    await a_recording(house)
    await a_message(house, "101", "message")
    made = await house.ask("admin", "POST", "/contacts", json={"name": "Carmen", "numbers": [CARMEN]})
    contact = (await made.json())["id"]
    ask = {"contact_id": contact, "voicemails": False}
    erased = await (await house.ask("admin", "POST", "/recordings/erase", json=ask)).json()
    assert (erased["recordings"], erased["voicemails"]) == (1, 0)
    missing = await house.ask("admin", "POST", "/recordings/erase", json={"contact_id": "nobody"})
    assert missing.status == 404


async def test_what_would_erase_too_much_or_nothing_is_refused(house: House) -> None:
    for body in ({}, {"number": CARMEN, "contact_id": "x"}, {"number": OWN}, {"number": "(-)"}):
        assert (await house.ask("admin", "POST", "/recordings/erase", json=body)).status == 422, body
    for login in ("sofia", "ana"):
        asked = await house.ask(login, "POST", "/recordings/erase", json={"number": CARMEN})
        assert asked.status == 403


async def test_a_held_recording_stays_until_it_is_released(house: House) -> None:
    await a_recording(house)
    held = await house.ask("sofia", "PUT", "/recordings/rec/hold", json={"on": True, "note": "Case 7"})
    assert (await held.json())["held_by"] == "sofia"
    assert [one["id"] for one in (await house.get("admin", "/recordings?held=true"))["items"]] == ["rec"]
    assert (await house.ask("admin", "DELETE", "/recordings/rec")).status == 409
    asked = await house.ask("admin", "POST", "/recordings/erase", json={"number": CARMEN})
    assert await asked.json() == {"recordings": 0, "voicemails": 0, "held": 1, "left": 0}
    assert file_of(house).exists()
    await house.ask("admin", "PUT", "/recordings/rec/hold", json={"on": False})
    assert (await house.ask("admin", "DELETE", "/recordings/rec")).status == 204
    noted = [(one["action"], one["by"], one["detail"]) for one in (await house.get("admin", "/audit"))["items"]]
    assert noted == [("deleted", "admin", {}), ("released", "admin", {}), ("held", "sofia", {"note": "Case 7"})]


async def test_who_did_not_take_part_hears_and_holds_nothing(house: House) -> None:
    await a_recording(house)
    assert (await house.ask("ana", "PUT", "/recordings/rec/hold", json={"on": True})).status == 403
    assert (await house.ask("luis", "GET", "/recordings/rec/audio", headers={"Range": "bytes=0-9"})).status == 404
    policy = {"by_default": True, "rules": [], "keep_days": 30}
    for login in ("ana", "sofia"):
        assert (await house.ask(login, "GET", "/settings/recordings")).status == 403
        assert (await house.ask(login, "PUT", "/settings/recordings", json=policy)).status == 403


async def test_the_policy_is_read_changed_and_taken_back(house: House) -> None:
    part = await house.get("admin", "/settings/recordings")
    assert (part["name"], part["version"], part["value"]["by_default"]) == ("recordings", 1, True)
    rule = {"title": "Ventas", "queues": ["sales"], "record": False}
    changed = await house.ask("admin", "PUT", "/settings/recordings?version=1", json={"rules": [rule]})
    assert changed.status == 200
    assert house.office.company.recordings.rules[0].title == "Ventas"
    wrong = {"rules": [{"title": "Ventas", "queues": ["nothing"]}]}
    refused = await house.ask("admin", "PUT", "/settings/recordings", json=wrong)
    assert [fault["field"] for fault in (await refused.json())["errors"]] == ["rules.0.queues"]
    entry = (await house.get("admin", "/audit?kind=recordings"))["items"][0]
    assert entry["can_undo"]
    assert (await house.ask("admin", "POST", f"/audit/{entry['id']}/undo")).status == 204
    assert house.office.company.recordings.rules == ()
