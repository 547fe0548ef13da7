"""From the carrier to the menu, the queue, an agent who knows who is calling, and all that is left behind."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from tests.e2e.house import (
    CARMEN,
    MAIN,
    SALES,
    House,
    both_hear_each_other,
    check_recording,
    check_sound_came_unbroken,
    wall,
)
from tests.kit import CallerScript, analysis
from tests.kit.api import eventually
from tests.kit.phone import answers


async def queue_report(house: House, queue: str) -> dict[str, Any]:
    rows = await house.admin.items("/reports/queues")
    return next((row for row in rows if row.get("queue") == queue), {})


@pytest.mark.parametrize("who_hangs_up", ["caller", "agent"])
async def test_menu_queue_agent_recording_and_all_that_is_written_down(house: House, who_hangs_up: str) -> None:
    before = await queue_report(house, "sales")
    ana = await house.agent("ana")
    call = await house.place(MAIN)
    script = CallerScript(call).is_answered().hears_sound(within=1.0).hears_speech(within=2.0)
    await script.presses("1").hears_music(within=8).run()

    incoming = await ana.phone.incoming()
    pop = await ana.events.next("screen_pop")
    assert "Carmen Ruiz" in str(pop.event)
    assert pop.event["number"] == CARMEN
    assert pop.event["queue"] == "sales"
    assert datetime.fromisoformat(pop.event["at"]).timestamp() <= wall(incoming.invited_at)
    assert pop.at <= incoming.invited_at + 0.1
    assert incoming.caller_number == CARMEN

    incoming.ring()
    await incoming.answer()
    await both_hear_each_other(call, incoming)
    assert (await ana.api.agent("ana"))["state"] == "talking"

    hanging, other = (call, incoming) if who_hangs_up == "caller" else (incoming, call)
    await hanging.hang_up()
    await other.ended(5)
    assert other.ended_by_peer
    check_sound_came_unbroken(call)
    check_sound_came_unbroken(incoming)

    call_id = await house.call_id(caller_number=CARMEN)
    logged = await house.logged(call_id)
    assert logged["direction"] == "inbound"
    assert logged["caller"]["number"] == CARMEN
    assert logged["caller"]["name"] == "Carmen Ruiz"
    assert logged["caller"]["contact_id"]
    assert logged["dialled"] == MAIN
    assert logged["queue"] == "sales"
    assert logged["agent"] == "ana"
    assert logged["trunk"] == "carrier"
    assert logged["result"] == "answered"
    assert logged["ended_by"] == ("caller" if who_hangs_up == "caller" else "callee")
    assert logged["wait_s"] > 0
    assert logged["talk_s"] >= 1
    assert logged["transfers"] == 0

    check_recording(await house.recording(logged["recording_id"]))
    await the_activity_and_the_report_agree(house, logged, before)


async def the_activity_and_the_report_agree(house: House, logged: dict[str, Any], before: dict[str, Any]) -> None:
    async def activity() -> dict[str, Any] | None:
        found = await house.admin.items("/activities", call_id=logged["id"])
        return found[0] if found else None

    entry = await eventually(activity, 2, "the call's activity")
    assert entry["call_id"] == logged["id"]
    assert entry["result"] == logged["result"]
    assert entry["recording_id"] == logged["recording_id"]

    async def counted() -> dict[str, Any] | None:
        row = await queue_report(house, "sales")
        return row if row and row["answered"] == before.get("answered", 0) + 1 else None

    row = await eventually(counted, 2, "the call in the report of its queue")
    assert row["offered"] == before.get("offered", 0) + 1
    assert row["abandoned"] == before.get("abandoned", 0)


async def test_an_unknown_caller_becomes_a_lead_of_who_answered(house: House) -> None:
    number = "+34600999001"
    luis = await house.agent("luis", answers(700))
    for _ in range(2):
        await luis.api.become("available")
        call = await house.place(SALES, number)
        await call.answered()
        await CallerScript(call).hears_tone(700, within=8).hangs_up().run()
        call_id = await house.call_id(caller_number=number)
        logged = await house.logged(call_id)
        assert logged["agent"] == "luis"
        house.events.forget()

        async def leads() -> list[dict[str, Any]] | None:
            return [lead for lead in await house.admin.items("/leads") if lead["number"] == number] or None

        found = await eventually(leads, 3, "a lead")
        assert len(found) == 1
        assert found[0]["source"] == SALES
        assert found[0]["responsible"] == "luis"
        assert found[0]["repeat"] is False


async def test_a_known_customer_without_an_open_lead_or_deal_gets_a_repeat_lead(house: House) -> None:
    ana = await house.agent("ana", answers(700))
    call = await house.place(SALES, CARMEN)
    await CallerScript(call).is_answered().hears_tone(700, within=8).hangs_up().run()
    logged = await house.logged(await house.call_id(caller_number=CARMEN))
    assert logged["agent"] == ana.login

    async def repeat() -> dict[str, Any] | None:
        leads = [lead for lead in await house.admin.items("/leads") if lead["number"] == CARMEN]
        return leads[0] if leads else None

    lead = await eventually(repeat, 3, "a repeat lead")
    assert lead["repeat"] is True


async def test_a_customer_with_an_open_deal_gets_no_lead(house: House) -> None:
    luis = await house.agent("luis", answers(700))
    call = await house.place(SALES, "+442079460123")
    await CallerScript(call).is_answered().hears_tone(700, within=8).hangs_up().run()
    pop = await luis.events.next("screen_pop")
    assert "John Smith" in str(pop.event)
    logged = await house.logged(await house.call_id(caller_number="+442079460123"))
    assert logged["caller"]["lead_id"] is None
    assert not [lead for lead in await house.admin.items("/leads") if lead["number"] == "+442079460123"]


async def test_a_withheld_number_is_null_and_reaches_an_agent(house: House) -> None:
    ana = await house.agent("ana", answers(700))
    call = await house.place(SALES, None)
    await CallerScript(call).is_answered().hears_tone(700, within=8).hangs_up().run()
    assert ana.phone.incoming_count == 1
    logged = await house.logged(await house.call_id(dialled=SALES))
    assert logged["caller"]["number"] is None
    assert logged["result"] == "answered"


async def test_the_direct_number_rings_whatever_the_state(house: House) -> None:
    ana = await house.agent("ana", state="offline")
    call = await house.place("+34910000003")
    incoming = await ana.phone.incoming()
    assert not call.is_answered
    incoming.ring()
    await call.ringing()
    await incoming.answer()
    await call.answered()
    await both_hear_each_other(call, incoming)
    await call.hang_up()
    await incoming.ended()
    logged = await house.logged(await house.call_id(caller_number=CARMEN))
    assert (logged["result"], logged["queue"], logged["agent"]) == ("answered", None, "ana")
    assert (await ana.api.agent("ana"))["state"] == "offline"


async def test_a_key_is_heard_by_telephone_event_and_by_info_and_the_menu_speaks_english(house: House) -> None:
    spanish = await house.place(MAIN, "+34600999002")
    await CallerScript(spanish).is_answered().hears_speech(within=3).waits(1.5).run()
    assert spanish.answered_at is not None
    greeting = spanish.heard.between(spanish.answered_at, spanish.answered_at + 2.0)
    english = await house.place(MAIN, "+34600999003")
    await CallerScript(english).is_answered().hears_speech(within=3).run()
    await english.info_digit("8")
    chosen = await house.events.next("menu.choice", keys="8", outcome="option")
    assert chosen.event["call_id"] == await house.call_id(caller_number="+34600999003")
    await CallerScript(english).waits(0.3).hears_speech(within=3).run()
    again = await house.place(MAIN, "+34600999004")
    await CallerScript(again).is_answered().waits(2.5).run()
    piece = greeting[4000:12000]
    assert analysis.find(again.heard.pcm, piece)[1] > 0.9, "the same prompt is the same sound"
    assert analysis.find(english.heard.last(2.0), piece)[1] < 0.5, "after 8 it is another language"
    for call in (spanish, english, again):
        await call.hang_up()
