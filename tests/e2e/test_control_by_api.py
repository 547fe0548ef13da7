"""What a person does to a call from the page, and who may see what."""

from __future__ import annotations

import pytest

from tests.e2e.house import AGENT_HZ, CALLER_HZ, CARMEN, SALES, House, both_hear_each_other, problem_of
from tests.kit import ApiError, CallerScript, analysis
from tests.kit.api import eventually
from tests.kit.phone import answers


async def test_click_to_call_rings_my_phone_and_then_dials(house: House) -> None:
    carrier = await house.carrier()
    carrier.behaviour = answers(CALLER_HZ)
    ana = await house.agent("ana", answers(AGENT_HZ), state="offline")
    begun = await ana.api.post("/calls", {"to": CARMEN})
    assert (await ana.api.get(f"/calls/{begun['id']}"))["ended_at"] is None
    mine = await ana.phone.incoming()
    theirs = await carrier.incoming()
    assert theirs.dialled == CARMEN
    assert mine.invited_at < theirs.invited_at
    await CallerScript(mine).hears_tone(CALLER_HZ, within=6).run()
    await CallerScript(theirs).hears_tone(AGENT_HZ, within=6).run()

    async def line() -> str | None:
        live = await ana.api.get(f"/calls/{begun['id']}")
        assert live["ended_at"] is None
        return str(live["trunk"]) if live["trunk"] else None

    assert await eventually(line, 3, "the trunk of the live call") == "carrier"
    await theirs.hang_up()
    await mine.ended()
    logged = await house.logged(begun["id"])
    assert (logged["result"], logged["agent"], logged["trunk"]) == ("answered", "ana", "carrier")


async def test_a_call_is_hung_up_in_the_moment_in_which_it_begins(house: House) -> None:
    (await house.carrier()).behaviour = answers(CALLER_HZ)
    ana = await house.agent("ana", answers(AGENT_HZ), state="offline")
    begun = await ana.api.post("/calls", {"to": CARMEN})
    await ana.api.post(f"/calls/{begun['id']}/hangup")
    assert (await house.logged(begun["id"]))["ended_by"] == "caller"


async def test_hang_up_by_api_ends_both_sides(house: House) -> None:
    ana = await house.agent("ana", answers(AGENT_HZ))
    call = await house.place(SALES)
    await CallerScript(call).is_answered().hears_tone(AGENT_HZ, within=6).run()
    call_id = await house.call_id(caller_number=CARMEN)
    await ana.api.post(f"/calls/{call_id}/hangup")
    await call.ended()
    await ana.phone.latest.ended()
    assert (await house.logged(call_id))["result"] == "answered"


async def test_hold_by_api_plays_music_to_the_caller(house: House) -> None:
    ana = await house.agent("ana", answers(AGENT_HZ))
    call = await house.place(SALES)
    await CallerScript(call).is_answered().hears_tone(AGENT_HZ, within=6).run()
    path = f"/calls/{await house.call_id(caller_number=CARMEN)}/hold"
    await ana.api.post(path, {"on": True})
    await CallerScript(call).hears_music(within=5).run()
    await ana.api.post(path, {"on": False})
    await both_hear_each_other(call, ana.phone.latest)
    await call.hang_up()


async def test_transfer_by_api(house: House) -> None:
    ana = await house.agent("ana", answers(AGENT_HZ))
    luis = await house.phone("102", answers(1000))
    call = await house.place(SALES)
    await CallerScript(call).is_answered().hears_tone(AGENT_HZ, within=6).run()
    call_id = await house.call_id(caller_number=CARMEN)
    await ana.api.post(f"/calls/{call_id}/transfer", {"to": "102", "mode": "blind"})
    await CallerScript(call).hears_tone(1000, within=8).run()
    await ana.phone.latest.ended()
    assert luis.incoming_count == 1
    await call.hang_up()


async def test_a_paused_recording_has_silence_instead_of_what_was_said(house: House) -> None:
    ana = await house.agent("ana", answers(AGENT_HZ))
    call = await house.place(SALES)
    await call.answered()
    call.say_tone(CALLER_HZ)
    await CallerScript(call).hears_tone(AGENT_HZ, within=6).waits(0.5).run()
    call_id = await house.call_id(caller_number=CARMEN)
    await ana.api.post(f"/calls/{call_id}/recording", {"state": "pause"})
    call.say_tone(1300)
    await CallerScript(ana.phone.latest).hears_tone(1300, within=3, seconds=1.0).run()
    call.say_tone(CALLER_HZ)
    await CallerScript(ana.phone.latest).hears_tone(CALLER_HZ, within=3).run()
    await ana.api.post(f"/calls/{call_id}/recording", {"state": "on"})
    await CallerScript(call).waits(0.5).hangs_up().run()
    wav = await house.recording((await house.logged(call_id))["recording_id"])
    assert analysis.tone_spans(wav.left, CALLER_HZ)
    assert not analysis.tone_spans(wav.left, 1300)


async def test_an_agent_sees_own_calls_and_may_not_do_what_a_supervisor_may(house: House) -> None:
    ana = await house.agent("ana", answers(AGENT_HZ))
    luis = await house.api("luis")
    call = await house.place(SALES)
    await CallerScript(call).is_answered().hears_tone(AGENT_HZ, within=6).hangs_up().run()
    call_id = await house.call_id(caller_number=CARMEN)
    logged = await house.logged(call_id)
    assert call_id in [one["id"] for one in await ana.api.items("/calls")]
    assert call_id not in [one["id"] for one in await luis.items("/calls")]
    with pytest.raises(ApiError) as refusal:
        await luis.content(f"/recordings/{logged['recording_id']}/audio")
    assert refusal.value.status in (403, 404)
    status, headers, _ = await luis.request("GET", "/calls/no-such-call")
    assert status == 404
    assert headers["content-type"].startswith("application/problem+json")


async def test_without_a_session_there_is_a_problem_document(house: House) -> None:
    with pytest.raises(ApiError) as refusal:
        await house.server.api("nobody")
    assert refusal.value.status == 401
    assert problem_of(refusal)["status"] == 401


async def test_a_stream_can_be_resumed_where_it_was_left(house: House) -> None:
    ana = await house.phone("101", answers(AGENT_HZ))
    luis = await house.phone("102")
    call = await luis.call("101").answered()
    last = (await house.events.next("call.answered")).event["id"]
    await call.hang_up()
    ended = (await house.events.next("call.ended")).event
    async with await house.admin.events(since=last) as resumed:
        assert (await resumed.next("call.ended", call_id=ended["call_id"])).event["id"] == ended["id"]
        assert not resumed.all("call.started")
    assert ana.incoming_count == 1


async def test_a_blocked_number_hears_nothing_and_rings_nobody(house: House) -> None:
    number = "+34600999030"
    await house.admin.post("/blocklist", {"number": number, "note": "asks for it"})
    ana = await house.phone("101", answers(AGENT_HZ))
    call = await house.place("+34910000003", number)
    assert await call.refused() == 603
    assert ana.incoming_count == 0
    logged = await house.logged(await house.call_id(caller_number=number))
    assert logged["result"] == "blocked"
