"""Stories whose point is a long wait, told side by side because they concern different people."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import Any

from tests.e2e.conftest import ServerFactory
from tests.e2e.house import AGENT_HZ, CARMEN, MAIN, SALES, House, both_hear_each_other, side_by_side
from tests.e2e.test_lifecycle import stopped
from tests.kit import Call, CallerScript, Phone, Server
from tests.kit.phone import answers, ignores, rings

OpenHouse = Callable[[Server], Any]
FROM_OUTSIDE = "+34600999074"


async def test_five_long_waits(house: House, own_server: ServerFactory, open_house: OpenHouse) -> None:
    admin, ana = await house.phone("100", rings), await house.agent("ana")
    call = await house.place(SALES)
    await side_by_side(
        vanished=an_agent_who_vanishes_ends_the_call_after_30_s_without_sound(house, call, await ana.phone.incoming()),
        silent=a_silent_carrier_is_given_up_in_the_end(house),
        unanswered=a_person_rings_20_s_and_then_has_voicemail(house, admin),
        reception=reception_rings_20_s_and_then_takes_a_message(house, admin),
        drained=sigterm_ends_a_call_that_goes_on_after_30_s(own_server, open_house),
    )


async def an_agent_who_vanishes_ends_the_call_after_30_s_without_sound(
    house: House, call: Call, incoming: Call
) -> None:
    incoming.ring()
    await incoming.answer()
    await both_hear_each_other(call, incoming)
    incoming.vanish()
    gone = time.monotonic()
    await call.ended(45)
    assert call.ended_by_peer
    assert call.ended_at is not None
    assert 28 < call.ended_at - gone < 40
    logged = await house.logged(await house.call_id(caller_number=CARMEN), timeout=5)
    assert (logged["result"], logged["ended_by"]) == ("answered", "system")


async def a_silent_carrier_is_given_up_in_the_end(house: House) -> None:
    carrier = await house.carrier()
    carrier.behaviour = ignores
    marta = await house.phone("103")
    began = time.monotonic()
    call = marta.call("0600111222")
    status = await call.refused(45)
    assert status in (408, 480, 500, 503, 504)
    assert time.monotonic() - began < 40
    logged = await house.logged(await house.call_id(direction="outbound"))
    assert logged["result"] == "failed"
    again = marta.call("0600111222")
    carrier.behaviour = answers(700)
    await CallerScript(again).is_answered().hears_tone(700, within=5).hangs_up().run()


async def reception_rings_20_s_and_then_takes_a_message(house: House, admin: Phone) -> None:
    call = await house.place(MAIN, FROM_OUTSIDE)
    await CallerScript(call).is_answered().hears_speech(within=5).presses("0").run()
    rung = await admin.incoming(8)
    await rung.ended(25)
    assert rung.ended_at is not None
    assert 18 < rung.ended_at - rung.invited_at < 23
    await CallerScript(call).hears_speech(within=6, seconds=0.8).hears_silence(within=8, seconds=0.5).run()
    await CallerScript(call).says_tone(440, seconds=2).hangs_up().run()
    logged = await house.logged(await house.call_id(caller_number=FROM_OUTSIDE), timeout=5)
    assert logged["result"] == "voicemail"


async def a_person_rings_20_s_and_then_has_voicemail(house: House, admin: Phone) -> None:
    sofia = await house.phone("110", rings)
    call = admin.call("110")
    await call.answered(25)
    first = sofia.latest
    await first.ended()
    assert first.ended_at is not None
    assert 18 < first.ended_at - first.invited_at < 23
    await CallerScript(call).hears_speech(within=3).hangs_up().run()


async def sigterm_ends_a_call_that_goes_on_after_30_s(own_server: ServerFactory, open_house: OpenHouse) -> None:
    server = await asyncio.to_thread(own_server)
    house: House = await open_house(server)
    ana = await house.agent("ana", answers(AGENT_HZ))
    call = await house.place(SALES)
    await CallerScript(call).is_answered().hears_tone(AGENT_HZ, within=8).run()
    server.terminate()
    await call.ended(40)
    assert call.ended_by_peer
    assert ana.phone.latest.ended_by_peer
    assert await stopped(server, 20) == 0
