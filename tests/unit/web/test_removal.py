"""What is removed is gone for everybody at once, comes back for a minute, and is deleted for good after that."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from pbx.greeting_files import greeting_file
from recordings.removal import RESTORE_S, RemovedErasure
from recordings.tables import DELETED, FINISHING, Voicemail
from tests.unit.web.conftest import NOW, House
from tests.unit.web.test_recordings import a_message, sound
from web.api.mailbox_questions import MailboxQuestions


def erasure(house: House) -> RemovedErasure:
    return RemovedErasure(house.office.database, house.office.archive, clock=house.clock)


def files(house: House) -> list[str]:
    folder = house.office.archive.voicemail_dir
    return sorted(str(file.relative_to(folder)) for file in folder.rglob("*.wav"))


async def row(house: House, id_: str) -> Voicemail:
    async with house.office.database.session() as session:
        found = await session.get(Voicemail, id_)
    assert found is not None
    return found


async def status(house: House, login: str, method: str, path: str) -> int:
    return (await house.ask(login, method, path)).status


def telephone(house: House) -> MailboxQuestions:
    office = house.office
    return MailboxQuestions(office.database, office.archive, office.mailbox_changed, house.clock)


async def heard_by_telephone(house: House, box: str) -> list[str]:
    return [one["id"] for one in await telephone(house).messages(box) or ()]


async def test_a_removed_message_is_gone_for_everybody_and_comes_back_as_it_was(house: House) -> None:
    content = await a_message(house, "101", "msg")
    before = await house.get("ana", "/voicemails")
    assert await heard_by_telephone(house, "101") == ["msg"]
    assert await status(house, "ana", "DELETE", "/voicemails/msg") == 204
    for login in ("ana", "admin"):
        assert (await house.get(login, "/voicemails"))["items"] == []
        assert await status(house, login, "GET", "/voicemails/msg/audio") == 404
        assert await status(house, login, "DELETE", "/voicemails/msg") == 404
    assert (await house.ask("ana", "PATCH", "/voicemails/msg", json={"is_read": True})).status == 404
    assert await heard_by_telephone(house, "101") == []
    assert await house.exchange.ask("mailbox", box="101") == {"new": 0, "old": 0}
    assert files(house) == ["removed/msg.wav"]
    house.clock.now += RESTORE_S - 1
    await erasure(house).round()
    assert await status(house, "luis", "POST", "/voicemails/msg/restore") == 404
    assert await status(house, "ana", "POST", "/voicemails/msg/restore") == 204
    assert await status(house, "ana", "POST", "/voicemails/msg/restore") == 404
    assert await house.get("ana", "/voicemails") == before
    assert await (await house.ask("ana", "GET", "/voicemails/msg/audio")).read() == content
    assert await house.exchange.ask("mailbox", box="101") == {"new": 1, "old": 0}
    assert house.exchange.told("mailbox_changed") == [{"box": "101"}] * 2
    house.clock.now += 2 * RESTORE_S
    assert await erasure(house).round() == 0


async def test_after_a_minute_the_message_is_deleted_for_good_also_by_a_server_that_was_started_since(
    house: House,
) -> None:
    await a_message(house, "101", "msg")
    await a_message(house, "101", "other")
    assert await status(house, "ana", "DELETE", "/voicemails/msg") == 204
    house.clock.now += RESTORE_S
    assert await status(house, "ana", "POST", "/voicemails/msg/restore") == 404
    assert await erasure(house).round() == 1
    assert files(house) == ["101/other.wav"]
    gone = await row(house, "msg")
    assert (gone.state, gone.deleted_by, gone.caller_number, gone.path) == (DELETED, "ana", None, None)
    assert await status(house, "admin", "POST", "/voicemails/msg/restore") == 404


async def test_a_message_removed_by_telephone_is_deleted_like_one_removed_at_the_page(house: House) -> None:
    await a_message(house, "101", "msg")
    assert await telephone(house).change("101", "msg", "delete", to="", by="ana")
    assert await heard_by_telephone(house, "101") == []
    house.clock.now += RESTORE_S
    assert await erasure(house).round() == 1
    assert files(house) == []


async def test_a_message_that_is_being_filed_comes_back_to_be_filed(house: House) -> None:
    await a_message(house, "101", "msg")
    async with house.office.database.transaction() as session:
        message = await session.get(Voicemail, "msg")
        assert message is not None
        message.state, message.path = FINISHING, None
    assert await status(house, "ana", "DELETE", "/voicemails/msg") == 204
    assert await status(house, "ana", "POST", "/voicemails/msg/restore") == 204
    assert (await row(house, "msg")).state == FINISHING


async def test_the_right_to_be_forgotten_reaches_what_was_removed(house: House) -> None:
    await a_message(house, "101", "msg")
    assert await status(house, "ana", "DELETE", "/voicemails/msg") == 204
    erased = await house.ask("admin", "POST", "/recordings/erase", json={"number": "+34600111222"})
    assert (await erased.json())["voicemails"] == 1
    assert files(house) == []
    assert await status(house, "ana", "POST", "/voicemails/msg/restore") == 404


def recorded(house: House, box: str, at: float = NOW - 3600) -> bytes:
    file: Path = greeting_file(house.office.archive.voicemail_dir, box)
    content = sound(file, 1)
    os.utime(file, (at, at))
    return content


async def test_a_removed_greeting_comes_back_as_it_was(house: House) -> None:
    content = recorded(house, "101")
    before = await house.get("ana", "/greetings")
    assert await status(house, "ana", "DELETE", "/greetings/101") == 204
    assert [one["recorded_at"] for one in (await house.get("ana", "/greetings"))["items"]] == [None]
    assert await status(house, "ana", "GET", "/greetings/101") == 404
    assert await status(house, "ana", "DELETE", "/greetings/101") == 404
    house.clock.now += RESTORE_S - 1
    assert await erasure(house).round() == 0
    assert await status(house, "luis", "POST", "/greetings/101/restore") == 404
    assert await status(house, "ana", "POST", "/greetings/101/restore") == 204
    assert await house.get("ana", "/greetings") == before
    assert await (await house.ask("ana", "GET", "/greetings/101")).read() == content
    assert house.exchange.told("mailbox_changed") == [{"box": "101"}] * 2
    said = [(one["action"], one["by"]) for one in (await house.get("admin", "/audit?kind=greeting"))["items"]]
    assert said == [("restored", "ana"), ("deleted", "ana")]


async def test_after_a_minute_the_greeting_is_deleted(house: House) -> None:
    recorded(house, "101")
    assert await status(house, "ana", "DELETE", "/greetings/101") == 204
    house.clock.now += RESTORE_S
    assert await status(house, "ana", "POST", "/greetings/101/restore") == 404
    assert await erasure(house).round() == 1
    assert files(house) == []


async def test_a_greeting_recorded_since_is_not_replaced(house: House) -> None:
    recorded(house, "101")
    assert await status(house, "ana", "DELETE", "/greetings/101") == 204
    recorded(house, "101", NOW)
    assert await status(house, "ana", "POST", "/greetings/101/restore") == 409
    assert await status(house, "ana", "DELETE", "/greetings/101") == 204
    assert await status(house, "ana", "POST", "/greetings/101/restore") == 204
    assert greeting_file(house.office.archive.voicemail_dir, "101").stat().st_mtime == NOW


@pytest.mark.parametrize("path", ["/voicemails/none/restore", "/greetings/101/restore", "/greetings/999/restore"])
async def test_what_was_not_removed_does_not_come_back(house: House, path: str) -> None:
    assert await status(house, "ana", "POST", path) == 404
