"""A running call by the API: supervision, an attended transfer, the parking slot, and how each shows in the log."""

from __future__ import annotations

from tests.e2e.house import AGENT_HZ, CALLER_HZ, CARMEN, SALES, Agent, House
from tests.kit import Call, CallerScript, analysis
from tests.kit.api import eventually
from tests.kit.phone import answers

THIRD_HZ = 1000


async def talking(house: House) -> tuple[Agent, Call, str]:
    """Ana and Carmen talk: Ana, Carmen's call, its id."""
    ana = await house.agent("ana", answers(AGENT_HZ))
    call = await house.place(SALES)
    await CallerScript(call).is_answered().says_tone(CALLER_HZ).hears_tone(AGENT_HZ, within=6).run()
    return ana, call, await house.call_id(caller_number=CARMEN)


async def hears_just(call: Call, *tones: float) -> None:
    """Before long these of the three tones, and none of the others."""

    async def look() -> bool | None:
        sound = call.heard.last(0.5)
        loud = {tone for tone in (CALLER_HZ, AGENT_HZ, THIRD_HZ) if analysis.tone_level(sound, tone) > -40}
        return loud == set(tones) or None

    await eventually(look, 6, f"{call} hears {tones}")


async def test_a_supervisor_listens_whispers_and_joins(house: House) -> None:
    ana, call, call_id = await talking(house)
    telephone, sofia = await house.phone("110", answers(THIRD_HZ)), await house.api("sofia")
    agent = ana.phone.latest
    everyone = {
        "listen": ((AGENT_HZ,), (CALLER_HZ,)),
        "whisper": ((AGENT_HZ,), (CALLER_HZ, THIRD_HZ)),
        "barge": ((AGENT_HZ, THIRD_HZ), (CALLER_HZ, THIRD_HZ)),
    }
    await sofia.post(f"/calls/{call_id}/supervise", {"mode": "listen"})
    supervisor = await telephone.incoming()
    for mode, (caller_hears, agent_hears) in everyone.items():
        await sofia.post(f"/calls/{call_id}/supervise", {"mode": mode})
        await hears_just(supervisor, CALLER_HZ, AGENT_HZ)
        await hears_just(call, *caller_hears)
        await hears_just(agent, *agent_hears)
    status, _, _ = await ana.api.request("POST", f"/calls/{call_id}/supervise", {"mode": "listen"})
    assert status == 403
    await call.hang_up()
    await supervisor.ended(5)
    for leg in (call, agent, supervisor):
        assert leg.quality.is_continuous, leg.quality
    assert (await house.logged(call_id))["agent"] == "ana"


async def test_an_attended_transfer_asks_first_goes_back_and_goes_through(house: House) -> None:
    ana, call, call_id = await talking(house)
    luis = await house.phone("102", answers(THIRD_HZ))
    agent = ana.phone.latest
    for decision in ("cancel", "complete"):
        await ana.api.post(f"/calls/{call_id}/transfer", {"to": "102", "mode": "attended"})
        target = await luis.incoming()
        await hears_just(agent, THIRD_HZ)
        await hears_just(target, AGENT_HZ)
        await CallerScript(call).hears_music(within=5, seconds=1.0).run()
        await ana.api.post(f"/calls/{call_id}/transfer/{decision}")
        await (target if decision == "cancel" else agent).ended(5)
        await hears_just(call, AGENT_HZ if decision == "cancel" else THIRD_HZ)
    await hears_just(target, CALLER_HZ)
    assert call.quality.is_continuous, call.quality
    await target.hang_up()
    await call.ended(5)
    logged = await house.logged(call_id)
    assert (logged["transfers"], logged["agent"], logged["queue"]) == (1, "luis", "sales")
    assert (logged["result"], logged["ended_by"]) == ("answered", "callee")


async def test_a_call_parked_by_the_page_is_fetched_from_its_slot(house: House) -> None:
    ana, call, call_id = await talking(house)
    luis = await house.phone("102")
    slot = (await ana.api.post(f"/calls/{call_id}/park"))["slot"]
    assert (await house.events.next("call.parked", call_id=call_id)).event["slot"] == slot == 1
    await ana.phone.latest.ended(5)
    await CallerScript(call).hears_music(within=5, seconds=1.0).run()
    fetched = await luis.call(f"*70{slot}").answered()
    fetched.say_tone(THIRD_HZ)
    await hears_just(call, THIRD_HZ)
    await hears_just(fetched, CALLER_HZ)
    await fetched.hang_up()
    await call.ended(5)
    logged = await house.logged(call_id)
    assert (logged["result"], logged["agent"], logged["ended_by"]) == ("answered", "luis", "callee")
    assert len(await house.admin.items("/recordings", call_id=call_id)) == 1, "before the slot and after it"


async def test_who_consults_the_parking_slot_hears_its_number_and_is_not_logged_as_failed(house: House) -> None:
    ana = await house.phone("101", answers(AGENT_HZ))
    call = await house.place("+34910000003")
    await CallerScript(call).is_answered().hears_tone(AGENT_HZ, within=5).run()
    first = ana.latest
    await first.hold()
    consultation = await ana.call("*70").answered()
    await CallerScript(consultation).hears_speech(within=3, seconds=0.8).run()
    assert await first.refer("*70", replaces=consultation) == 202
    await first.ended(5)
    parked = (await house.events.next("call.parked")).event
    assert parked["call_id"] == await house.call_id(caller_number=CARMEN)
    await CallerScript(call).hears_music(within=5, seconds=1.0).hangs_up().run()
    assert (await house.logged(await house.call_id(dialled="*70")))["result"] == "answered"
