"""What is dialled with a star: echo, availability, park, pick-up, forwarding."""

from __future__ import annotations

from tests.e2e.house import AGENT_HZ, CALLER_HZ, CARMEN, MAIN, SALES, House, both_hear_each_other
from tests.kit import CallerScript, analysis
from tests.kit.phone import answers, rings, until


async def test_43_echoes_at_once_and_without_announcement(house: House) -> None:
    ana = await house.phone("101")
    call = await ana.call("*43").answered()
    call.say_tone(CALLER_HZ)
    await CallerScript(call).hears_tone(CALLER_HZ, within=3).run()
    assert call.answered_at is not None
    sounds = call.heard.since(call.answered_at)
    assert not analysis.is_speech(sounds[:16000])
    call.say_tone(AGENT_HZ)
    await CallerScript(call).hears_tone(AGENT_HZ, within=3).hangs_up().run()
    logged = await house.logged(await house.call_id(direction="internal", dialled="*43"))
    assert logged["result"] == "answered"
    assert logged["answered_at"] is not None


async def test_45_makes_available_and_offline_in_turn(house: House) -> None:
    ana = await house.agent("ana", state="offline")
    for state in ("available", "offline"):
        call = await ana.phone.call("*45").answered()
        changed = await house.events.next("agent.state", login="ana", state=state)
        assert changed.event["cause"] == "code"
        assert (await ana.api.agent("ana"))["state"] == state
        await call.ended(10)
        house.events.forget()


async def test_8_picks_up_a_ringing_call_of_the_group(house: House) -> None:
    ana = await house.phone("101", rings)
    luis = await house.phone("102")
    caller = await house.place("+34910000003")
    await until(lambda: ana.incoming_count == 1, 5, "Ana rings")
    picked = await luis.call("*8").answered()
    await caller.answered()
    await both_hear_each_other(caller, picked)
    await ana.latest.ended()
    await house.events.next("call.picked_up", by="luis")
    await caller.hang_up()
    await picked.ended()
    logged = await house.logged(await house.call_id(caller_number=CARMEN))
    assert (logged["result"], logged["agent"]) == ("answered", "luis")


async def test_8_with_an_extension_picks_up_that_one(house: House) -> None:
    ana = await house.phone("101", rings)
    marta = await house.phone("103", rings)
    luis = await house.phone("102")
    sofia = await house.phone("110")
    first, second = await house.place("+34910000003"), sofia.call("103")
    await until(lambda: ana.incoming_count == 1 and marta.incoming_count == 1, 5, "both ring")
    picked = await luis.call("*8103").answered()
    await second.answered()
    await both_hear_each_other(second, picked)
    assert not first.is_answered
    await picked.hang_up()
    await first.hang_up()


async def test_picking_up_when_nothing_rings_is_refused(house: House) -> None:
    luis = await house.phone("102")
    assert await luis.call("*8").refused() >= 400


async def test_park_by_transfer_music_and_fetch_from_another_phone(house: House) -> None:
    ana = await house.phone("101", answers(AGENT_HZ))
    luis = await house.phone("102")
    caller = await house.place("+34910000003")
    await caller.answered()
    await both_hear_each_other(caller, ana.latest)
    assert await ana.latest.refer("*70") == 202
    parked = await house.events.next("call.parked")
    assert parked.event["slot"] == 1
    await ana.latest.ended()
    await CallerScript(caller).hears_music(within=5).run()
    fetched = await luis.call("*701").answered()
    await both_hear_each_other(caller, fetched)
    await house.events.next("call.retrieved", slot=1)
    await caller.hang_up()
    await fetched.ended()
    logged = await house.logged(await house.call_id(caller_number=CARMEN))
    assert logged["result"] == "answered"


async def test_21_forwards_and_stops_forwarding(house: House) -> None:
    luis = await house.phone("102", answers(AGENT_HZ))
    ana = await house.phone("101", rings)
    marta = await house.phone("103")
    await (await ana.call("*21102").answered()).ended(10)
    try:
        call = await marta.call("101").answered()
        await CallerScript(call).hears_tone(AGENT_HZ, within=5).hangs_up().run()
        assert (luis.incoming_count, ana.incoming_count) == (1, 0)
    finally:
        await (await ana.call("*21").answered()).ended(10)
    call = await marta.call("101").ringing()
    await until(lambda: ana.incoming_count == 1, 5, "Ana rings again")
    await call.hang_up()


async def test_a_code_in_a_menu_is_a_wrong_answer(house: House) -> None:
    call = await house.place(MAIN)
    await CallerScript(call).is_answered().hears_speech(within=3).presses("*43").run()
    call.say_tone(CALLER_HZ)
    await house.events.next("menu.choice", outcome="wrong")
    await CallerScript(call).hears_speech(within=4).run()
    assert analysis.tone_level(call.heard.last(1.0), CALLER_HZ) < -30, "no echo"
    await call.hang_up()


async def test_an_extension_typed_into_the_menu_rings_that_person(house: House) -> None:
    marta = await house.phone("103", answers(AGENT_HZ))
    call = await house.place(MAIN)
    await CallerScript(call).is_answered().hears_speech(within=3).presses("103").hears_tone(AGENT_HZ, 6).run()
    assert marta.latest.caller_number == CARMEN
    await call.hang_up()
    logged = await house.logged(await house.call_id(caller_number=CARMEN))
    assert (logged["agent"], logged["queue"]) == ("marta", None)


async def test_a_direct_call_to_an_agent_causes_no_wrap_up(house: House) -> None:
    ana = await house.agent("ana", answers(AGENT_HZ))
    luis = await house.phone("102")
    call = await luis.call("101").answered()
    await CallerScript(call).hears_tone(AGENT_HZ, within=5).hangs_up().run()
    await ana.phone.latest.ended()
    assert "wrap_up" not in [event["state"] for event in house.events.all("agent.state", login="ana")]
    call = await house.place(SALES)
    await CallerScript(call).is_answered().hears_tone(AGENT_HZ, within=6).hangs_up().run()
    await house.events.next("agent.state", login="ana", state="wrap_up")
