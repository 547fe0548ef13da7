"""Reception rings its phones together, and the first has the call (nobody for 20 s: test_patience)."""

from __future__ import annotations

from tests.e2e.house import AGENT_HZ, CARMEN, MAIN, House, both_hear_each_other
from tests.kit import CallerScript
from tests.kit.phone import answers, rings, until


async def test_0_rings_all_of_reception_and_the_first_to_answer_has_the_call(house: House) -> None:
    admin = await house.phone("100", rings)
    ana = await house.phone("101", answers(AGENT_HZ, after=1.0))
    call = await house.place(MAIN)
    await CallerScript(call).is_answered().hears_speech(within=8).presses("0").run()
    await until(lambda: admin.incoming_count == 1 and ana.incoming_count == 1, 5, "both ring")
    await CallerScript(call).hears_tone(AGENT_HZ, within=10).run()
    await both_hear_each_other(call, ana.latest)
    await admin.latest.ended()
    assert "elsewhere" in (admin.latest.end_reason or "")
    await call.hang_up()
    logged = await house.logged(await house.call_id(caller_number=CARMEN))
    assert (logged["result"], logged["agent"]) == ("answered", "ana")


async def test_three_wrong_answers_lead_to_reception(house: House) -> None:
    ana = await house.phone("101", answers(AGENT_HZ))
    call = await house.place(MAIN)
    await call.answered()
    for _ in range(3):
        await CallerScript(call).hears_speech(within=8).presses("7#").run()
        await house.events.next("menu.choice", outcome="wrong")
        house.events.forget()
    await CallerScript(call).hears_tone(AGENT_HZ, within=10).run()
    assert ana.incoming_count == 1
    await call.hang_up()


async def test_a_group_that_follows_forwards_rings_where_its_members_are(house: House) -> None:
    marta, ana = await house.phone("103", answers(AGENT_HZ)), await house.phone("101", rings)
    api = await house.api("ana")
    shown = await house.admin.get("/settings/ring_groups/reception")
    path, plain = f"/settings/ring_groups/reception?version={shown['version']}", shown["value"]
    kept = await house.admin.put(path, {**plain, "follow_forwards": True})
    try:
        await api.json("PATCH", "/forwards/me", {"always": "103"})
        call = await house.place(MAIN)
        await CallerScript(call).is_answered().hears_speech(within=8).presses("0").run()
        await house.events.next("menu.choice", 8, outcome="option")
        await CallerScript(call).hears_tone(AGENT_HZ, within=10).hangs_up().run()
        assert (marta.incoming_count, ana.incoming_count) == (1, 0)
    finally:
        await api.json("PATCH", "/forwards/me", {"always": None})
        await house.admin.put(f"/settings/ring_groups/reception?version={kept['version']}", plain)
