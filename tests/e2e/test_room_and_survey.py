"""The conference room hears everybody but oneself; the survey's answer lands on the call."""

from __future__ import annotations

import asyncio

from tests.e2e.house import House
from tests.kit import CallerScript, analysis
from tests.kit.api import eventually


async def test_in_the_room_everybody_hears_the_others_and_not_oneself(house: House) -> None:
    tones = {"101": 440.0, "102": 1000.0, "outside": 1700.0}
    calls = {extension: (await house.phone(extension)).call("700") for extension in ("101", "102")}
    calls["outside"] = await house.place("+34910000004")
    for who, call in calls.items():
        await call.answered()
        call.say_tone(tones[who], level_db=-15)

    async def all_heard() -> bool | None:
        for who, call in calls.items():
            sound = call.heard.last(1.0)
            for other, tone in tones.items():
                is_loud = analysis.tone_level(sound, tone) > -40
                if is_loud != (other != who):
                    return None
        return True

    await eventually(all_heard, 10, "everybody hears the two others and not oneself")
    told = await house.events.next("room.talking", where=lambda event: len(event["talking"]) == 3, room="700")
    assert {"101", "102"} < {speaker["number"] for speaker in told.event["talking"]}
    await calls["102"].hang_up()
    await CallerScript(calls["101"]).hears_tone(1700, within=6).hangs_up().run()
    await calls["outside"].hang_up()
    logged = await house.logged(await house.call_id(dialled="+34910000004"))
    assert logged["result"] == "answered"
    assert logged["answered_at"] is not None


async def test_a_conference_is_recorded_as_one_mix_under_its_name(house: House) -> None:
    tones = {"101": 440.0, "102": 1000.0, "outside": 1700.0}
    leads = await house.phone("101")
    calls = {"101": await leads.call("700").answered()}
    await calls["101"].press("*6")
    started = (await house.events.next("recording.started", 5)).event
    calls["102"] = await (await house.phone("102")).call("700").answered()
    calls["outside"] = await (await house.place("+34910000004")).answered()
    for who, call in calls.items():
        call.say_tone(tones[who], level_db=-15)

    async def heard() -> bool | None:
        return analysis.tone_level(calls["101"].heard.last(1.0), 1700) > -40 or None

    await eventually(heard, 6, "the one outside is heard")
    await asyncio.sleep(2)
    for call in calls.values():
        await call.hang_up()
    wav = await house.recording(started["recording_id"], 6)
    shown = await house.admin.get(f"/recordings/{started['recording_id']}")
    assert (shown["channels"], shown["room"]) == (1, started["room"])
    assert started["room"] not in {None, ""}
    sound = wav.left[-12_000:-4000]
    assert all(analysis.tone_level(sound, tone) > -40 for tone in tones.values())


async def test_the_survey_stores_its_answer_as_the_rating_of_the_call(house: House) -> None:
    number = "+34600999060"
    call = await house.place("+34910000005", number)
    await CallerScript(call).is_answered().hears_speech(within=3).presses("4").run()
    await house.events.next("call.rated", rating=4)
    await call.ended(15)
    logged = await house.logged(await house.call_id(caller_number=number))
    assert (logged["rating"], logged["result"], logged["ended_by"]) == (4, "answered", "system")
    assert (logged["answered_at"], logged["talk_s"]) == (None, 0.0)


async def test_a_caller_who_rates_and_hangs_up_has_not_abandoned(house: House) -> None:
    number = "+34600999061"
    call = await house.place("+34910000005", number)
    await CallerScript(call).is_answered().hears_speech(within=3).presses("5").run()
    await house.events.next("call.rated", rating=5)
    await call.hang_up()
    logged = await house.logged(await house.call_id(caller_number=number))
    assert (logged["rating"], logged["result"], logged["answered_at"]) == (5, "answered", None)
