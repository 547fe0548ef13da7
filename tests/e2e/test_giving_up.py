"""The caller gives up in the menu, in the queue, while an agent's phone rings; what the log says of it."""

from __future__ import annotations

from tests.e2e.house import CARMEN, MAIN, SALES, House
from tests.kit import CallerScript
from tests.kit.phone import rings, until


async def test_in_the_menu(house: House) -> None:
    call = await house.place(MAIN)
    await CallerScript(call).is_answered().hears_speech(within=3).hangs_up().run()
    logged = await house.logged(await house.call_id(caller_number=CARMEN))
    assert (logged["result"], logged["ended_by"], logged["queue"]) == ("abandoned", "caller", None)
    assert logged["answered_at"] is None
    assert logged["talk_s"] == 0
    assert logged["recording_id"] is None


async def test_in_the_queue(house: House) -> None:
    call = await house.place(SALES)
    await CallerScript(call).is_answered().hears_music(within=8).run()
    assert (await house.admin.get("/queues/sales"))["waiting"] == 1
    await call.hang_up()
    logged = await house.logged(await house.call_id(caller_number=CARMEN))
    assert (logged["result"], logged["ended_by"], logged["queue"]) == ("abandoned", "caller", "sales")
    assert logged["wait_s"] >= 2
    await house.events.next("queue.left", cause="abandoned")
    assert (await house.admin.get("/queues/sales"))["waiting"] == 0


async def test_while_the_agent_rings(house: House) -> None:
    ana = await house.agent("ana", rings)
    call = await house.place(SALES)
    await call.answered()
    incoming = await ana.phone.incoming()
    assert (await ana.api.agent("ana"))["state"] == "ringing"
    await call.hang_up()
    await incoming.ended(5)
    assert incoming.failure == (487, "cancelled")
    logged = await house.logged(await house.call_id(caller_number=CARMEN))
    assert (logged["result"], logged["queue"], logged["agent"]) == ("abandoned", "sales", None)
    await ana.api.become("available")


async def test_while_a_directly_called_person_rings(house: House) -> None:
    ana = await house.phone("101", rings)
    call = await house.place("+34910000003")
    await call.ringing()
    await until(lambda: ana.incoming_count == 1, 5, "Ana rings")
    await call.hang_up()
    assert await call.refused() == 487
    await ana.latest.ended()
    logged = await house.logged(await house.call_id(caller_number=CARMEN))
    assert (logged["result"], logged["ended_by"]) == ("missed", "caller")


async def test_an_outgoing_call_given_up_is_cancelled(house: House) -> None:
    carrier = await house.carrier()
    carrier.behaviour = rings
    luis = await house.phone("102")
    call = await luis.call("0600111222").ringing()
    await call.hang_up()
    await carrier.latest.ended()
    logged = await house.logged(await house.call_id(direction="outbound"))
    assert (logged["result"], logged["ended_by"]) == ("cancelled", "caller")
