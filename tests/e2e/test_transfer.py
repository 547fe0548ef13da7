"""REFER from a phone: blind, to somebody who answers, who refuses, and with consultation."""

from __future__ import annotations

from tests.e2e.house import AGENT_HZ, CARMEN, House, both_hear_each_other
from tests.kit.phone import answers, rejects, until


async def test_a_blind_transfer_connects_the_caller_and_lets_the_transferor_go(house: House) -> None:
    ana = await house.phone("101", answers(AGENT_HZ))
    luis = await house.phone("102", answers(AGENT_HZ, after=0.5))
    caller = await house.place("+34910000003")
    await caller.answered()
    await both_hear_each_other(caller, ana.latest)
    assert await ana.latest.refer("102") == 202
    await ana.latest.ended(10)
    assert ana.latest.ended_by_peer
    assert ana.latest.notified[-1] == 200
    await both_hear_each_other(caller, luis.latest)
    assert luis.latest.caller_number == CARMEN
    assert caller.quality.is_continuous, caller.quality
    await caller.hang_up()
    await luis.latest.ended()
    logged = await house.logged(await house.call_id(caller_number=CARMEN))
    assert (logged["transfers"], logged["agent"], logged["result"]) == (1, "luis", "answered")
    changed = await house.events.next("call.transferred")
    assert (changed.event["by"], changed.event["to"], changed.event["mode"]) == ("ana", "luis", "blind")
    wav = await house.recording(logged["recording_id"])
    assert wav.seconds >= 2


async def test_a_transfer_that_fails_leaves_the_call_as_it_was(house: House) -> None:
    ana = await house.phone("101", answers(AGENT_HZ))
    await house.phone("102", rejects(486))
    caller = await house.place("+34910000003")
    await caller.answered()
    await both_hear_each_other(caller, ana.latest)
    assert await ana.latest.refer("199") == 202
    await until(lambda: any(status >= 300 for status in ana.latest.notified), 10, "a NOTIFY of the failure")
    await both_hear_each_other(caller, ana.latest)
    assert not ana.latest.is_over
    await ana.latest.hang_up()
    await caller.ended()
    logged = await house.logged(await house.call_id(caller_number=CARMEN))
    assert (logged["transfers"], logged["agent"]) == (0, "ana")


async def test_an_attended_transfer_joins_the_two_others(house: House) -> None:
    ana = await house.phone("101", answers(AGENT_HZ))
    luis = await house.phone("102", answers(AGENT_HZ))
    caller = await house.place("+34910000003")
    await caller.answered()
    first = ana.latest
    await both_hear_each_other(caller, first)
    await first.hold()
    consultation = await ana.call("102").answered()
    await both_hear_each_other(consultation, luis.latest)
    assert await first.refer("102", replaces=consultation) == 202
    await first.ended(10)
    await both_hear_each_other(caller, luis.latest)
    await luis.latest.hang_up()
    await caller.ended()


async def test_a_transfer_to_the_outside_goes_through_the_trunk(house: House) -> None:
    carrier = await house.carrier()
    ana = await house.phone("101")
    luis = await house.phone("102", answers(AGENT_HZ))
    call = await ana.call("102").answered()
    await both_hear_each_other(call, luis.latest)
    carrier.behaviour = answers(AGENT_HZ)
    assert await luis.latest.refer("0600111222") == 202
    await luis.latest.ended(10)
    assert carrier.latest.dialled == CARMEN
    await both_hear_each_other(call, carrier.latest)
    await call.hang_up()
    await carrier.latest.ended()
