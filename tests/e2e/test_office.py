"""The office's features with real telephones and real sound: boxes, parking, rooms, intercom, transfer by keys."""

from __future__ import annotations

from typing import Any

import pytest

from tests.e2e.conftest import ServerFactory
from tests.e2e.house import ANA, CARMEN, House, both_hear_each_other, check_recording
from tests.e2e.test_voicemail import message_from
from tests.kit import CallerScript, NothingCameError, analysis
from tests.kit.api import eventually
from tests.kit.phone import answers

IN_THE_ROOM = 20
LOWEST_HZ, STEP_HZ = 400.0, 100.0
ROOM = "+34910000004"


async def test_messages_are_heard_deleted_forwarded_and_answered_by_keys_and_the_page_sees_it(house: House) -> None:
    tones = {"+34600999071": 440.0, "+34600999074": 900.0}
    calls = {number: await house.place(ANA, number) for number in tones}
    for call in calls.values():
        await CallerScript(call).is_answered().hears_speech(within=4, seconds=0.6).run()
    for number, call in calls.items():
        await CallerScript(call).hears_silence(within=8, seconds=0.5).run()
        call.say_tone(tones[number])
    for number, call in calls.items():
        await CallerScript(call).waits(1.5).hangs_up().run()
        await message_from(house, number, "101")
    first, second = [one for one in await house.admin.items("/voicemails") if one["caller_number"] in tones]
    ana, carrier = await house.phone("101"), await house.carrier()
    carrier.behaviour = answers(1000)

    box = await ana.call("*97").answered()
    await (
        CallerScript(box)
        .hears_speech(within=6, seconds=0.6)
        .hears_tone(tones[first["caller_number"]], within=8)
        .presses("5")
        .run()
    )
    await CallerScript(box).hears_speech(within=4, seconds=0.6).presses("3").run()
    await CallerScript(box).hears_tone(tones[second["caller_number"]], within=8).presses("4").run()
    await (
        CallerScript(box)
        .hears_speech(within=4, seconds=0.6)
        .presses("102#")
        .hears_speech(within=5, seconds=0.6)
        .presses("2")
        .run()
    )
    await CallerScript(box).hears_tone(1000, within=8).hangs_up().run()
    assert carrier.latest.dialled == second["caller_number"]

    async def seen() -> bool | None:
        listed = {one["id"]: one for one in await house.admin.items("/voicemails")}
        forwarded = [
            one for one in listed.values() if (one["box"], one["caller_number"]) == ("102", carrier.latest.dialled)
        ]
        return (first["id"] not in listed and listed[second["id"]]["is_read"] and bool(forwarded)) or None

    await eventually(seen, 5, "one deleted, one heard and in a colleague's box, at the page too")


async def test_a_recorded_greeting_is_what_callers_hear(house: House) -> None:
    marta = await house.phone("103")
    box = await marta.call("*97").answered()
    await CallerScript(box).hears_speech(within=4).presses("9").hears_speech(within=4).run()
    await CallerScript(box).hears_silence(within=12, seconds=0.6).says_tone(900, seconds=2).presses("#").run()
    await CallerScript(box).hears_tone(900, within=4).hangs_up().run()
    await marta.unregister()
    call = await house.place("+34910000001", "+34600999072")
    await CallerScript(call).is_answered().waits(0.3).presses("103").hears_tone(900, within=8).hangs_up().run()
    await marta.register()
    box = await marta.call("*97").answered()
    await CallerScript(box).hears_speech(within=4).presses("9").waits(1).presses("3").waits(1).hangs_up().run()


async def test_one_recording_spans_a_parking_slot(house: House) -> None:
    ana, luis = await house.phone("101"), await house.phone("102")
    call = await house.place(ANA, CARMEN)
    answered = await (await ana.incoming()).answer()
    await both_hear_each_other(call, answered)
    id_ = await house.call_id(dialled=ANA)
    await (await house.api("ana")).post(f"/calls/{id_}/park")
    await CallerScript(call).hears_music(within=5).run()
    fetched = await luis.call("*701").answered()
    await both_hear_each_other(call, fetched)
    await call.hang_up()
    logged = await house.logged(id_)
    assert len(house.events.all("recording.started", call_id=id_)) == 1
    wav = await house.recording(logged["recording_id"])
    check_recording(wav)
    assert len(analysis.tone_spans(wav.left, 440)) >= 2, "before and after the slot"


async def test_intercom_speaks_at_once_and_keys_transfer_a_caller(house: House) -> None:
    ana, luis, marta = await house.phone("101"), await house.phone("102"), await house.phone("103")
    spoken = ana.call("*64102")
    heard = await luis.incoming()
    assert heard.invite is not None and "answer-after=0" in (heard.invite.get("Call-Info") or "")
    await heard.answer()
    await spoken.answered()
    await both_hear_each_other(spoken, heard)
    await spoken.hang_up()
    call = await house.place(ANA, CARMEN)
    answered = await (await ana.incoming()).answer()
    await both_hear_each_other(call, answered)
    call.say_silence()
    await answered.press("*2103#")
    asked = await (await marta.incoming()).answer()
    await CallerScript(call).hears_music(within=5).run()
    await both_hear_each_other(answered, asked)
    await answered.hang_up()
    await both_hear_each_other(call, asked)
    await call.hang_up()


async def test_who_is_followed_takes_the_call_at_the_mobile_with_a_key(house: House) -> None:
    luis = await house.phone("102")
    await CallerScript(await luis.call("*79+34600999073").answered()).is_hung_up_on(within=3).run()
    carrier = await house.carrier()
    try:
        marta = await house.phone("103")
        calling = marta.call("102")
        mobile = await carrier.incoming()
        await mobile.answer()
        await CallerScript(mobile).hears_speech(within=4).run()
        await luis.incoming()
        with pytest.raises(NothingCameError):
            await calling.answered(0.5)
        await mobile.press("1")
        await calling.answered()
        await both_hear_each_other(calling, mobile)
        await calling.hang_up()
    finally:
        await CallerScript(await luis.call("*79").answered()).is_hung_up_on(within=3).run()


async def test_twenty_in_a_conference_hear_who_speaks(own_server: ServerFactory, open_house: Any) -> None:
    house: House = await open_house(own_server(media_ports=64))
    luis = await house.phone("102")
    leads = await luis.call("700").answered()
    calls = [await house.place(ROOM, f"+346009980{number:02}") for number in range(IN_THE_ROOM - 1)]
    for call in calls:
        await call.answered()
    calls[0].say_tone(1000)

    async def all_hear(level: float) -> bool | None:
        heard = [analysis.tone_level(call.heard.last(0.6), 1000) > -40 for call in (*calls[1:], leads)]
        return all(heard) if level else not any(heard) or None

    async def hear() -> bool | None:
        return await all_hear(1) or None

    async def hear_nothing() -> bool | None:
        return await all_hear(0)

    await eventually(hear, 8, "nineteen hear the one who speaks")
    await leads.press("*3")
    await eventually(hear_nothing, 5, "all are muted")
    await leads.press("*3")
    await eventually(hear, 5, "and speak again")
    everybody = {LOWEST_HZ + STEP_HZ * place: call for place, call in enumerate((leads, *calls))}
    for hertz, call in everybody.items():
        call.say_tone(hertz, level_db=-30)

    async def each_hears_the_others() -> bool | None:
        for own, call in everybody.items():
            sound = call.heard.last(0.6)
            if any((analysis.tone_level(sound, hertz) > -45) == (hertz == own) for hertz in everybody):
                return None
        return True

    await eventually(each_hears_the_others, 10, "each of twenty hears the sum of the others, and not oneself")
    await leads.press("*4")
    for call in calls:
        await call.ended(5)
