"""What callers on the block list meet, by the action of their rule; whom a nearer rule lets in; what is told of it."""

from __future__ import annotations

from tests.e2e.house import ANA, House, both_hear_each_other, side_by_side
from tests.e2e.test_voicemail import message_from
from tests.kit import CallerScript
from tests.kit.phone import rings

REJECTED, BUSY, TOLD, ENTERTAINED, ASKED, ALLOWED = (f"+34600998{number}" for number in range(601, 607))
ACTIONS = {BUSY: "busy", TOLD: "announcement", ENTERTAINED: "music", ASKED: "voicemail"}


async def test_each_action_is_heard_and_the_nearest_rule_decides(house: House) -> None:
    ana = await house.phone("101", rings)
    rules = [{"number": "+346009986*", "action": "reject", "note": "a whole range"}]
    rules += [{"number": number, "action": action} for number, action in ACTIONS.items()]
    rules += [{"number": ALLOWED, "action": "allow", "scope": "person:ana"}]
    made = [await house.admin.post("/blocklist", rule) for rule in rules]
    try:
        calls = {number: await house.place(ANA, number) for number in (REJECTED, *ACTIONS)}

        async def heard(number: str, script: CallerScript) -> None:
            await script.run()

        async def leaves_a_message() -> None:
            call = calls[ASKED]
            await CallerScript(call).is_answered().hears_speech(4, 0.6).hears_silence(8, 0.5).run()
            call.say_tone(440)
            await CallerScript(call).waits(1.5).hangs_up().run()
            await message_from(house, ASKED, "101")

        told, entertained = CallerScript(calls[TOLD]), CallerScript(calls[ENTERTAINED])
        assert (await calls[REJECTED].refused(), await calls[BUSY].refused()) == (603, 486)
        await side_by_side(
            told=heard(TOLD, told.is_answered().hears_speech(4, 0.6).is_hung_up_on(10)),
            entertained=heard(ENTERTAINED, entertained.is_answered().hears_music(6).hangs_up()),
            asked=leaves_a_message(),
        )
        assert ana.incoming_count == 0
        fired = {one["rule_id"] for one in house.events.all("call.blocked")}
        assert fired == {rule["id"] for rule in made[:-1]}
        let_in = await house.place(ANA, ALLOWED)
        await both_hear_each_other(let_in, await (await ana.incoming()).answer())
        await let_in.hang_up()
    finally:
        for rule in made:
            await house.admin.json("DELETE", f"/blocklist/{rule['id']}")
