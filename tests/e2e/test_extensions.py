"""Calls between people: both ways, hold with music, several devices, UDP and TCP, voicemail when nobody is there."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from tests.e2e.house import (
    AGENT_HZ,
    CALLER_HZ,
    House,
    both_hear_each_other,
    check_recording,
    check_sound_came_unbroken,
)
from tests.kit import Call, CallerScript, CallFailedError, Phone, analysis
from tests.kit.phone import answers, rejects, rings, until


async def connected(house: House, **options: Any) -> tuple[Call, Call]:
    """Ana has called Luis, who has answered."""
    ana = await house.phone("101", **options)
    luis = await house.phone("102")
    call = ana.call("102")
    incoming = await luis.incoming()
    incoming.ring()
    await call.ringing()
    await incoming.answer()
    await call.answered()
    return call, incoming


async def test_from_extension_to_extension_recorded_with_who_dialled_on_the_left(house: House) -> None:
    call, incoming = await connected(house)
    assert incoming.caller_number == "101"
    assert incoming.caller_name == "Ana"
    await both_hear_each_other(call, incoming)
    await incoming.hang_up()
    await call.ended()
    check_sound_came_unbroken(call)
    check_sound_came_unbroken(incoming)
    logged = await house.logged(await house.call_id(direction="internal"))
    assert (logged["caller"]["number"], logged["dialled"]) == ("101", "102")
    assert (logged["result"], logged["ended_by"], logged["queue"]) == ("answered", "callee", None)
    check_recording(await house.recording(logged["recording_id"]))


@pytest.mark.parametrize("direction", ["sendonly", "inactive"])
async def test_who_is_held_hears_music_and_then_the_other_again(house: House, direction: str) -> None:
    call, incoming = await connected(house)
    await both_hear_each_other(call, incoming)
    await call.hold(direction)
    await CallerScript(incoming).hears_music(within=5).run()
    assert analysis.tone_level(incoming.heard.last(1.0), CALLER_HZ) < -50
    assert (await house.events.next("call.held")).event["by"] in ("ana", "101")
    await call.resume()
    await both_hear_each_other(call, incoming)
    await house.events.next("call.resumed")
    check_sound_came_unbroken(call)
    check_sound_came_unbroken(incoming)
    await call.hang_up()
    await incoming.ended()


async def test_the_called_side_can_hold_too_and_by_the_old_address_of_zeros(house: House) -> None:
    call, incoming = await connected(house)
    await both_hear_each_other(call, incoming)
    await incoming.hold("sendrecv", address="0.0.0.0")
    await CallerScript(call).hears_music(within=5).run()
    await incoming.resume()
    await both_hear_each_other(call, incoming)
    await call.hang_up()


async def test_an_update_changes_nothing_that_is_heard(house: House) -> None:
    call, incoming = await connected(house)
    await call.reoffer("sendrecv", method="UPDATE")
    await both_hear_each_other(call, incoming)
    await call.hang_up()


@pytest.mark.parametrize("codecs", [("PCMA",), ("PCMU",)])
async def test_phones_with_different_codecs_hear_each_other(house: House, codecs: tuple[str, ...]) -> None:
    other = "PCMU" if codecs == ("PCMA",) else "PCMA"
    ana = await house.phone("101", codecs=codecs)
    luis = await house.phone("102", answers(AGENT_HZ), codecs=(other,))
    call = await ana.call("102").answered()
    await both_hear_each_other(call, luis.latest)
    await call.hang_up()


async def test_keys_pressed_during_a_call_reach_the_other_side(house: House) -> None:
    call, incoming = await connected(house)
    await both_hear_each_other(call, incoming)
    await call.press("159#")
    await until(lambda: incoming.heard.digits == "159#", 5, "the keys at the other side")
    await call.hang_up()


async def test_a_phone_on_tcp_calls_and_is_called(house: House) -> None:
    marta = await house.phone("103", transport="tcp")
    luis = await house.phone("102", answers(AGENT_HZ))
    call = await marta.call("102").answered()
    await both_hear_each_other(call, luis.latest)
    await call.hang_up()
    await luis.latest.ended()
    back = luis.call("103")
    incoming = await marta.incoming()
    await incoming.answer()
    await back.answered()
    await both_hear_each_other(back, incoming)
    await incoming.hang_up()
    await back.ended()


async def test_all_devices_of_a_person_ring_and_the_first_to_answer_has_the_call(house: House) -> None:
    desk = await house.phone("101", rings)
    mobile = await house.phone("101", answers(AGENT_HZ, after=0.5))
    luis = await house.phone("102")
    call = await luis.call("101").answered()
    await both_hear_each_other(call, mobile.latest)
    await desk.latest.ended()
    assert desk.latest.failure == (487, "cancelled")
    assert "elsewhere" in (desk.latest.end_reason or "")
    await call.hang_up()


async def test_a_person_who_is_busy_or_not_there_has_voicemail_at_once(house: House) -> None:
    luis = await house.phone("102")
    await CallerScript(luis.call("103")).is_answered(5).hears_speech(within=3).hangs_up().run()


async def test_an_unknown_extension_is_404(house: House) -> None:
    luis = await house.phone("102")
    assert await luis.call("199").refused() == 404


async def test_registration_takes_both_digests_lists_bindings_and_ends(house: House) -> None:
    for algorithm in ("MD5", "SHA-256"):
        phone = await house.phone("103", register=False, algorithm=algorithm)
        await phone.register(expires=120)
        assert any(phone.contact.strip("<>").split(";")[0] in line for line in await phone.bindings())
        await phone.unregister()
        assert not any(phone.contact.strip("<>").split(";")[0] in line for line in await phone.bindings())


async def test_a_wrong_password_is_refused_and_nobody_calls_as_somebody_else(house: House) -> None:
    async with await Phone.start(house.server.sip, "101", "wrong") as phone:
        with pytest.raises(CallFailedError) as refusal:
            await phone.register()
        assert refusal.value.status in (401, 403)
        assert await phone.call("102").refused() in (401, 403)
    ana = await house.phone("101")
    call = ana.call("102", from_=f"<sip:102@{ana.domain}>")
    assert await call.refused() == 403


async def test_a_registered_phone_answers_options_and_so_does_the_exchange(house: House) -> None:
    phone = await house.phone("101")
    response = await phone.options()
    assert response.status == 200
    assert "INVITE" in (response.get("Allow") or "")


async def test_two_calls_at_once_are_two_conversations(house: House) -> None:
    first = await connected(house)
    marta = await house.phone("103", answers(1000))
    sofia = await house.phone("110")
    second = await sofia.call("103").answered()
    second.say_tone(1300)
    await asyncio.gather(
        both_hear_each_other(*first),
        CallerScript(second).hears_tone(1000, within=5).run(),
        CallerScript(marta.latest).hears_tone(1300, within=5).run(),
    )
    assert analysis.tone_level(first[0].heard.last(1.0), 1000) < -50
    await first[0].hang_up()
    await CallerScript(second).hears_tone(1000, within=2).hangs_up().run()


async def test_a_busy_person_is_not_rung_over_and_over(house: House) -> None:
    marta = await house.phone("103", rejects(486))
    luis = await house.phone("102")
    await CallerScript(luis.call("103")).is_answered(5).hears_speech(within=3).hangs_up().run()
    assert marta.incoming_count == 1
