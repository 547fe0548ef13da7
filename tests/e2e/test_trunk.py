"""The carrier: calls out with the right caller ID and number, its refusals and its silence, and who may come in."""

from __future__ import annotations

import pytest

from tests.e2e.house import CALLER_HZ, CARMEN, MAIN, House, both_hear_each_other, check_recording
from tests.kit import CallerScript, Carrier, analysis
from tests.kit.phone import answers, rejects, rings


@pytest.mark.parametrize(
    ("dialled", "number"),
    [
        ("0600111222", "+34600111222"),
        ("000442079460123", "+442079460123"),
        ("+34600111222", "+34600111222"),
        ("112", "112"),
        ("0112", "112"),
    ],
)
async def test_what_is_dialled_is_what_the_carrier_gets(house: House, dialled: str, number: str) -> None:
    carrier = await house.carrier()
    ana = await house.phone("101")
    call = ana.call(dialled)
    incoming = await carrier.incoming()
    assert incoming.dialled == number
    assert incoming.caller_number == MAIN
    incoming.ring()
    await call.ringing()
    await call.hang_up()
    await incoming.ended()


async def test_a_call_out_has_sound_a_recording_and_a_place_in_the_log(house: House) -> None:
    carrier = await house.carrier()
    ana = await house.phone("101")
    call = ana.call("0600111222")
    incoming = await carrier.incoming()
    incoming.ring()
    await incoming.answer()
    await call.answered()
    await both_hear_each_other(incoming, call)
    await call.hang_up()
    await incoming.ended()
    logged = await house.logged(await house.call_id(direction="outbound"))
    assert (logged["result"], logged["agent"], logged["ended_by"]) == ("answered", "ana", "caller")
    assert logged["trunk"] == "carrier"
    check_recording(await house.recording(logged["recording_id"]))


async def test_early_sound_of_the_carrier_reaches_the_phone(house: House) -> None:
    carrier = await house.carrier()
    ana = await house.phone("101")
    call = ana.call("0600111222")
    incoming = await carrier.incoming()
    incoming.ring_early()
    incoming.say_tone(425)
    await CallerScript(call).hears_tone(425, within=5).run()
    assert not call.is_answered
    await incoming.answer()
    await call.answered()
    await both_hear_each_other(incoming, call)


@pytest.mark.parametrize(("status", "result"), [(486, "busy"), (503, "failed"), (404, "failed")])
async def test_a_refusal_of_the_carrier_reaches_the_phone_and_the_log(house: House, status: int, result: str) -> None:
    carrier = await house.carrier()
    carrier.behaviour = rejects(status)
    ana = await house.phone("101")
    call = ana.call("0600111222")
    refusal = await call.refused()
    assert refusal == 486 if status == 486 else refusal >= 400
    logged = await house.logged(await house.call_id(direction="outbound"))
    assert logged["result"] == result
    assert logged["answered_at"] is None


async def test_an_unknown_number_is_404_and_a_code_cannot_be_dialled_from_outside(house: House) -> None:
    for number in ("+34919999999", "*43", "101"):
        call = await house.place(number)
        assert await call.refused() == 404


async def test_a_stranger_is_asked_for_a_password_and_one_who_knows_it_may_call(house: House) -> None:
    async with await Carrier.listen(house.server.sip) as stranger:
        assert await stranger.place(MAIN, CARMEN).refused() == 401
    async with await Carrier.listen(house.server.sip, auth_user="carrier", password="demo-carrier") as known:
        call = known.place(MAIN, CARMEN)
        await CallerScript(call).is_answered().hears_speech(within=3).hangs_up().run()


async def test_the_number_in_from_counts_when_no_identity_is_asserted(house: House) -> None:
    call = await house.place(MAIN, "+34600999010", asserted=False)
    await call.answered()
    await house.call_id(caller_number="+34600999010")
    await call.hang_up()


async def test_a_caller_whose_sound_comes_from_elsewhere_is_found_by_latching(house: House) -> None:
    """Behind a NAT the announced port is not the one that the packets come from."""
    ana = await house.phone("101", answers(700))
    carrier = await house.carrier()
    call = carrier.call("+34910000003", from_=f"<sip:{CARMEN}@127.0.0.1>", announced=("127.0.0.1", 9))
    await call.answered()
    call.say_tone(CALLER_HZ)
    await CallerScript(ana.latest).hears_tone(CALLER_HZ, within=5).run()
    await CallerScript(call).hears_tone(700, within=5).run()
    assert analysis.is_tone(call.heard.last(0.5), 700)
    await call.hang_up()


async def test_ringing_is_passed_on_before_the_answer(house: House) -> None:
    carrier = await house.carrier()
    carrier.behaviour = rings
    ana = await house.phone("101")
    call = await ana.call("0600111222").ringing()
    assert 180 in [status for _, status in call.provisionals] or 183 in [status for _, status in call.provisionals]
    await call.hang_up()
