"""Recordings and voicemail over the API: the sound, ranges, whose they are, deletion."""

from __future__ import annotations

import asyncio
import io
import wave
from pathlib import Path

from sqlalchemy import update

from pbx.events import RecordingStarted
from recordings.catalogue import forget_deleted
from recordings.tables import FINISHING, READY, Recording, Voicemail
from tests.unit.web.conftest import NOW, House
from tests.unit.web.events import CARMEN, answered, ended, event, started


def sound(path: Path, channels: int) -> bytes:
    path.parent.mkdir(parents=True, exist_ok=True)
    with wave.open(str(path), "wb") as file:
        file.setnchannels(channels)
        file.setsampwidth(2)
        file.setframerate(8000)
        file.writeframes(bytes(range(256)) * 40 * channels)
    return path.read_bytes()


async def a_recording(house: House) -> bytes:
    await house.happen(event(started(CARMEN), "call", NOW), event(answered("ana"), "call", NOW + 1))
    row = Recording(
        id="rec",
        call_id="call",
        spool="rec.spool",
        path="2027/01/15/rec.wav",
        state=READY,
        channels=2,
        started_at=NOW,
        duration_s=0.64,
        size=10,
        missing=[[1.0, 2.0]],
        pauses=[{"from": NOW + 1, "to": None, "by": "ana"}],
    )
    async with house.office.database.transaction() as session:
        session.add(row)
    return sound(house.office.archive.file(row, "2027/01/15/rec.wav"), 2)


async def a_message(house: House, box: str, id_: str) -> bytes:
    row = Voicemail(
        id=id_,
        box=box,
        call_id=None,
        caller_number=CARMEN,
        spool="x",
        path=f"{box}/{id_}.wav",
        state=READY,
        received_at=NOW,
        duration_s=0.64,
        is_read=False,
    )
    async with house.office.database.transaction() as session:
        session.add(row)
    return sound(house.office.archive.file(row, f"{box}/{id_}.wav"), 1)


async def test_a_recording_is_described_and_heard(house: House) -> None:
    content = await a_recording(house)
    shown = await house.get("ana", "/recordings/rec")
    assert (shown["call_id"], shown["channels"], shown["missing"]) == ("call", 2, [[1.0, 2.0]])
    assert shown["pauses"] == [{"from": "2027-01-15T08:00:01.000Z", "to": None, "by": "ana"}]
    response = await house.ask("ana", "GET", "/recordings/rec/audio")
    assert response.content_type == "audio/wav"
    assert await response.read() == content
    assert [one["id"] for one in (await house.get("sofia", "/recordings?call_id=call"))["items"]] == ["rec"]


async def test_a_part_of_the_sound(house: House) -> None:
    content = await a_recording(house)
    response = await house.ask("ana", "GET", "/recordings/rec/audio", headers={"Range": "bytes=44-143"})
    assert response.status == 206
    assert await response.read() == content[44:144]
    assert response.headers["Content-Range"] == f"bytes 44-143/{len(content)}"
    beyond = await house.ask("ana", "GET", "/recordings/rec/audio", headers={"Range": "bytes=9999999-"})
    assert beyond.status == 416
    assert beyond.content_type == "application/problem+json"
    assert beyond.headers["Content-Range"].startswith("bytes */")


async def test_ogg_when_it_is_preferred(house: House) -> None:
    await a_recording(house)
    accept = {"Accept": "audio/ogg, audio/wav;q=0.5"}
    response = await house.ask("ana", "GET", "/recordings/rec/audio", headers=accept)
    assert response.status == 200
    assert response.content_type == "audio/ogg"
    assert (await response.read())[:4] == b"OggS"
    neither = await house.ask("ana", "GET", "/recordings/rec/audio", headers={"Accept": "audio/mpeg"})
    assert neither.status == 406


async def test_a_recording_is_for_who_took_part(house: House) -> None:
    await a_recording(house)
    for path in ("/recordings/rec", "/recordings/rec/audio"):
        assert (await house.ask("luis", "GET", path)).status == 404
    assert (await house.get("luis", "/recordings"))["items"] == []
    assert (await house.ask("ana", "DELETE", "/recordings/rec")).status == 403


async def test_a_deleted_recording_is_gone_for_good(house: House) -> None:
    await a_recording(house)
    file = house.office.archive.recordings_dir / "2027/01/15/rec.wav"
    assert (await house.ask("admin", "DELETE", "/recordings/rec")).status == 204
    assert not file.exists()
    assert (await house.ask("admin", "GET", "/recordings/rec")).status == 404
    assert (await house.ask("admin", "DELETE", "/recordings/rec")).status == 404


async def test_what_named_a_deleted_recording_names_none(house: House) -> None:
    await a_recording(house)
    start = event(RecordingStarted("rec", "rec.spool"), "call", NOW + 1)
    await house.happen(start, event(ended(CARMEN, login="ana", recording_id="rec"), "call", NOW + 9))

    async def named() -> set[str | None]:
        (call,), (activity,) = [(await house.get("admin", path))["items"] for path in ("/calls", "/activities")]
        one = await house.get("admin", f"/activities/{activity['id']}")
        return {shown["recording_id"] for shown in (call, activity, one, await house.get("admin", "/calls/call"))}

    assert await named() == {"rec"}
    assert (await house.ask("admin", "DELETE", "/recordings/rec")).status == 204
    assert await named() == {None}
    async with house.office.database.transaction() as session:
        await forget_deleted(session, NOW + 1_000_000)
    assert await named() == {None}


async def test_messages_of_my_box_are_mine(house: House) -> None:
    content = await a_message(house, "101", "for-ana")
    await a_message(house, "100", "for-all")
    (message,) = (await house.get("ana", "/voicemails"))["items"]
    assert (message["id"], message["caller_name"]) == ("for-ana", "Carmen Ruiz")
    assert (await house.get("ana", f"/contacts/{message['contact_id']}"))["numbers"] == [CARMEN]
    assert (await house.get("ana", "/voicemails?box=100"))["items"] == []
    assert [len((await house.get("ana", f"/voicemails?is_read={on}"))["items"]) for on in ("false", "true")] == [1, 0]
    assert len((await house.get("sofia", "/voicemails"))["items"]) == 2
    response = await house.ask("ana", "GET", "/voicemails/for-ana/audio")
    assert (await response.read(), response.content_type) == (content, "audio/wav")
    with wave.open(io.BytesIO(content)) as file:
        assert file.getnchannels() == 1
    assert (await house.ask("ana", "GET", "/voicemails/for-all/audio")).status == 404


async def test_a_message_is_marked_as_heard_and_deleted(house: House) -> None:
    await a_message(house, "101", "for-ana")
    assert await house.exchange.ask("mailbox", box="101") == {"new": 1, "old": 0}
    response = await house.ask("ana", "PATCH", "/voicemails/for-ana", json={"is_read": True})
    assert house.exchange.told("mailbox_changed") == [{"box": "101"}]
    assert await house.exchange.ask("mailbox", box="101") == {"new": 0, "old": 1}
    assert (await response.json())["is_read"] is True
    assert (await house.get("ana", "/voicemails"))["items"][0]["is_read"] is True
    assert (await house.ask("ana", "DELETE", "/voicemails/for-ana")).status == 204
    assert (await house.get("ana", "/voicemails"))["items"] == []
    assert house.exchange.told("mailbox_changed") == [{"box": "101"}] * 2
    assert await house.exchange.ask("mailbox", box="101") == {"new": 0, "old": 0}


async def test_sound_that_is_being_made_is_waited_for(house: House) -> None:
    await a_recording(house)

    async def becomes(state: str) -> None:
        async with house.office.database.transaction() as session:
            await session.execute(update(Recording).values(state=state))

    await becomes(FINISHING)
    asking = asyncio.create_task(house.ask("ana", "GET", "/recordings/rec/audio"))
    assert (await house.get("ana", "/recordings/rec"))["state"] == FINISHING
    await becomes(READY)
    assert (await asking).status == 200
