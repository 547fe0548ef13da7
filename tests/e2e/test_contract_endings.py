"""How a call ends, in the words of the call log: result, who ended it, who was there, and what the report says."""

from __future__ import annotations

from typing import Any

from tests.e2e.house import AGENT_HZ, CALLER_HZ, CARMEN, MAIN, SALES, House
from tests.kit import CallerScript, Phone
from tests.kit.phone import answers, rejects, rings, until

ANA = "+34910000003"


def told(logged: dict[str, Any]) -> tuple[str, str, str | None]:
    return logged["result"], logged["ended_by"], logged["agent"]


async def log_of(house: House, **started: Any) -> dict[str, Any]:
    return await house.logged(await house.call_id(**started))


async def dials_code(phone: Phone, code: str) -> None:
    """Dial a code that does something and hangs up."""
    await (await phone.call(code).answered()).ended(10)


async def test_a_callback_is_promised_and_logged_as_such(house: House) -> None:
    number = "+34600888003"
    call = await house.place(MAIN, number)
    await CallerScript(call).is_answered().hears_speech(within=3).presses("4").hears_speech(within=3).run()
    await call.ended(15)
    logged = await log_of(house, caller_number=number)
    assert told(logged) == ("callback", "system", None)
    assert (logged["answered_at"], logged["talk_s"]) == (None, 0)
    requested = await house.events.next("callback.requested")
    assert (requested.event["queue"], requested.event["number"]) == ("sales", number)


async def test_a_queue_call_that_a_colleague_picks_up_is_answered_in_the_report_too(house: House) -> None:
    ana, luis = await house.agent("ana", rings), await house.phone("102")
    call = await house.place(SALES)
    await call.answered()
    await ana.phone.incoming()
    picked = await luis.call("*8").answered()
    picked.say_tone(AGENT_HZ)
    await CallerScript(call).hears_tone(AGENT_HZ, within=5).hangs_up().run()
    assert told(await log_of(house, caller_number=CARMEN)) == ("answered", "caller", "luis")
    assert (await house.events.next("queue.left")).event["cause"] == "answered"


async def test_click_to_call_ends_busy_cancelled_or_answered(house: House) -> None:
    carrier = await house.carrier()
    ana = await house.agent("ana", answers(AGENT_HZ), state="offline")

    async def dialled() -> dict[str, Any]:
        house.events.forget()
        await ana.api.post("/calls", {"to": CARMEN})
        return {}

    carrier.behaviour = rejects(486)
    await dialled()
    assert told(await log_of(house, direction="outbound")) == ("busy", "system", "ana")
    await ana.phone.latest.ended(5)
    carrier.behaviour = rings
    await dialled()
    await until(lambda: carrier.incoming_count == 2, 5, "the carrier rings")
    await ana.phone.latest.hang_up()
    assert told(await log_of(house, direction="outbound")) == ("cancelled", "caller", "ana")
    ana.phone.behaviour = rejects(486)
    await dialled()
    logged = await log_of(house, direction="outbound")
    assert (logged["result"], logged["answered_at"]) == ("cancelled", None)
    assert carrier.incoming_count == 2


async def test_a_colleague_who_is_not_there_in_time_has_missed_the_call(house: House) -> None:
    luis = await house.phone("102", rings)
    call = await (await house.phone("101")).call("102").ringing()
    await call.hang_up()
    await luis.latest.ended(5)
    logged = await log_of(house, direction="internal", dialled="102")
    assert (logged["result"], logged["ended_by"], logged["answered_at"]) == ("missed", "caller", None)
    assert logged["caller"]["number"] == "101"


async def test_a_forwarding_loop_ends_with_482_and_forwarding_outside_shows_the_company(house: House) -> None:
    carrier = await house.carrier()
    ana, luis, marta = [await house.phone(extension) for extension in ("101", "102", "103")]
    try:
        await dials_code(ana, "*21102")
        await dials_code(luis, "*21101")
        assert await marta.call("101").refused() == 482
        assert await (await house.place(ANA, "+34600888021")).refused() == 482
        logged = await log_of(house, caller_number="+34600888021")
        assert (logged["result"], logged["reason"]) == ("failed", "forwarding_loop")
        await dials_code(ana, "*210600111222")
        carrier.behaviour = answers(CALLER_HZ)
        call = await marta.call("101").answered()
        assert (carrier.latest.dialled, carrier.latest.caller_number) == (CARMEN, MAIN)
        await CallerScript(call).hears_tone(CALLER_HZ, within=5).hangs_up().run()
    finally:
        for phone in (ana, luis):
            await dials_code(phone, "*21")
