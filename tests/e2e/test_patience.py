"""Stories whose point is a long wait, told side by side because they concern different people."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import Any

from tests.e2e.conftest import ServerFactory
from tests.e2e.house import AGENT_HZ, CARMEN, SALES, House, both_hear_each_other, side_by_side
from tests.e2e.test_lifecycle import stopped
from tests.kit import CallerScript, Server
from tests.kit.phone import answers, ignores, rings

OpenHouse = Callable[[Server], Any]


async def test_four_long_waits(house: House, own_server: ServerFactory, open_house: OpenHouse) -> None:
    await side_by_side(
        vanished=an_agent_who_vanishes_ends_the_call_after_30_s_without_sound(house),
        silent=a_silent_carrier_is_given_up_in_the_end(house),
        unanswered=a_person_rings_20_s_and_then_has_voicemail(house),
        drained=sigterm_ends_a_call_that_goes_on_after_30_s(own_server, open_house),
    )


async def an_agent_who_vanishes_ends_the_call_after_30_s_without_sound(house: House) -> None:
    ana = await house.agent("ana")
    call = await house.place(SALES)
    incoming = await ana.phone.incoming()
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


async def a_person_rings_20_s_and_then_has_voicemail(house: House) -> None:
    sofia = await house.phone("110", rings)
    admin = await house.phone("100")
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
