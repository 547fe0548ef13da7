"""Messages: the company's box from the menu, a person's own, what counts as a message."""

from __future__ import annotations

from typing import Any

from tests.e2e.house import CARMEN, MAIN, House
from tests.kit import CallerScript, analysis
from tests.kit.api import eventually


async def message_from(house: House, number: str, box: str) -> dict[str, Any]:
    """The newest message of ``number`` in ``box``."""

    async def look() -> dict[str, Any] | None:
        return next(
            (
                message
                for message in await house.admin.items("/voicemails")
                if (message["caller_number"], message["box"], message["state"]) == (number, box, "ready")
            ),
            None,
        )

    return await eventually(look, 3, f"a message of {number} in box {box}")


async def test_menu_option_3_stores_what_was_said_in_box_100_and_the_log_says_so(house: House) -> None:
    number = "+34600999020"
    call = await house.place(MAIN, number)
    script = CallerScript(call).is_answered().hears_speech(within=3).presses("3").waits(0.5)
    await script.hears_speech(within=3).hears_silence(within=8, seconds=0.5).run()
    await CallerScript(call).says_tone(440, seconds=2.5).hangs_up().run()
    logged = await house.logged(await house.call_id(caller_number=number))
    assert (logged["result"], logged["ended_by"]) == ("voicemail", "caller")
    assert logged["answered_at"] is not None
    message = await message_from(house, number, "100")
    wav = analysis.read_wav(await house.admin.content(f"/voicemails/{message['id']}/audio"))
    spans = analysis.tone_spans(wav.left, 440)
    assert spans
    assert sum(end - start for start, end in spans) > 2
    assert not analysis.is_speech(wav.left), "the greeting is not part of the message"


async def test_less_than_a_second_is_no_message(house: House) -> None:
    number = "+34600999021"
    call = await house.place(MAIN, number)
    script = CallerScript(call).is_answered().hears_speech(within=3).presses("3").waits(0.5)
    await script.hears_speech(within=3).hears_silence(within=8, seconds=0.3).hangs_up().run()
    await house.logged(await house.call_id(caller_number=number))
    assert not [one for one in await house.admin.items("/voicemails") if one["caller_number"] == number]


async def test_a_colleague_leaves_a_message_for_somebody_without_a_phone(house: House) -> None:
    luis = await house.phone("102")
    call = await luis.call("103").answered()
    await CallerScript(call).hears_speech(within=3).hears_silence(within=8, seconds=0.5).run()
    await CallerScript(call).says_tone(700, seconds=2).hangs_up().run()
    message = await message_from(house, "102", "103")
    assert message["duration_s"] >= 1
    logged = await house.logged(await house.call_id(direction="internal"))
    assert logged["result"] == "voicemail"
    marta = await house.api("marta")
    assert message["id"] in [one["id"] for one in await marta.items("/voicemails")]
    ana = await house.api("ana")
    assert message["id"] not in [one["id"] for one in await ana.items("/voicemails")], "it is Marta's own"


async def test_nobody_at_reception_ends_in_the_box_of_the_company(house: House) -> None:
    call = await house.place(MAIN, CARMEN)
    script = CallerScript(call).is_answered().hears_speech(within=3).presses("0").waits(0.5)
    await script.hears_speech(within=24).hangs_up().run()
