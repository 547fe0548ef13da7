"""Ways to reach each other in the office: paging, speed dials, names, groups in order, a slot that sends back."""

from __future__ import annotations

from urllib.parse import quote

from tests.e2e.company_parts import company_with, part
from tests.e2e.house import ANA, CARMEN, MAIN, House, both_hear_each_other
from tests.kit import Call, CallerScript, analysis
from tests.kit.api import eventually
from tests.kit.phone import answers, rings

SOMEBODY, SHOP = "+34600998301", "+34910000009"
SHOWN = "+34910000003"


async def test_a_page_is_heard_by_all_who_are_free_and_nobody_hears_them(house: House) -> None:
    ana, sofia = await house.phone("101"), await house.phone("110")
    luis, marta = await house.phone("102", answers(440)), await house.phone("103", answers(1000))
    busy = sofia.call("*43")
    await busy.answered()
    group = {"number": 1, "title": "Tienda", "extensions": ["102", "103", "110", "101"]}
    async with company_with(house, paging_groups=[group]):
        speaking = await ana.call("*661").answered()
        speaking.say_tone(700)

        async def heard() -> bool | None:
            listeners = [phone.latest for phone in (luis, marta) if phone.calls]
            return (len(listeners) == 2 and all(only(one, 700, 440, 1000) for one in listeners)) or None

        await eventually(heard, 8, "both hear the page, and not each other")
        invite = luis.latest.invite
        assert invite is not None and "answer-after=0" in (invite.get("Call-Info") or "")
        assert sofia.incoming_count == 0, "who talks is left out"
        assert analysis.tone_level(speaking.heard.last(0.5), 440) < -50
        await speaking.hang_up()
        await luis.latest.ended(5)
        await marta.latest.ended(5)
    await busy.hang_up()


async def test_speed_dials_and_names_lead_to_people(house: House) -> None:
    ana, marta, carrier = await house.phone("101"), await house.phone("103", answers(440)), await house.carrier()
    carrier.behaviour = answers(1000)
    shown = [{"number": SHOWN, "prefix": "+346009983"}]
    speed_dials = [{"number": 1, "to": "103"}, {"number": 2, "to": "0600998301"}]
    async with company_with(house, speed_dials=speed_dials, caller_ids=shown):
        inside = await ana.call("*001").answered()
        await CallerScript(inside).hears_tone(440, within=5).hangs_up().run()
        outside = await ana.call("*002").answered()
        await CallerScript(outside).hears_tone(1000, within=5).hangs_up().run()
        assert (carrier.latest.dialled, carrier.latest.caller_number) == (SOMEBODY, SHOWN)
        assert await ana.call("*003").refused() == 404
    by_name = await ana.call("*411").answered()
    script = CallerScript(by_name).hears_speech(within=4, seconds=0.6).presses("627#")
    await script.hears_speech(within=5, seconds=0.6).presses("1").run()
    await CallerScript(by_name).hears_tone(440, within=6).hangs_up().run()
    assert marta.incoming_count == 2


async def test_who_is_parked_too_long_comes_back_to_the_parker(house: House) -> None:
    ana = await house.phone("101")
    async with company_with(house, park_s=2):
        call = await house.place(ANA, CARMEN)
        talking = await (await ana.incoming()).answer()
        await both_hear_each_other(call, talking)
        call.say_silence()
        id_ = await house.call_id(dialled=ANA)
        await (await house.api("ana")).post(f"/calls/{id_}/park")
        await CallerScript(call).hears_music(within=5, seconds=1.5).run()
        await talking.ended(5)
        again = await (await ana.incoming(15)).answer()
        await both_hear_each_other(call, again)
        await call.hang_up()


async def test_who_is_not_to_be_disturbed_or_wants_no_second_call_is_not_rung(house: House) -> None:
    ana, luis = await house.phone("101"), await house.phone("102")
    marta = await house.phone("103", answers(440))
    on = await luis.call("*78").answered()
    await CallerScript(on).hears_tone(1000, within=3, seconds=0.2).is_hung_up_on(within=5).run()
    try:
        box = await ana.call("102").answered()
        await CallerScript(box).hears_speech(within=6, seconds=0.6).hangs_up().run()
        assert luis.incoming_count == 0
    finally:
        await CallerScript(await luis.call("*78").answered()).is_hung_up_on(within=5).run()
    await CallerScript(await luis.call("*44").answered()).is_hung_up_on(within=5).run()
    try:
        talking = await luis.call("103").answered()
        await CallerScript(talking).hears_tone(440, within=5).run()
        second = await ana.call("102").answered()
        await CallerScript(second).hears_speech(within=6, seconds=0.6).hangs_up().run()
        assert luis.incoming_count == 0
        await talking.hang_up()
    finally:
        await CallerScript(await luis.call("*44").answered()).is_hung_up_on(within=5).run()
    waits = await luis.call("103").answered()
    third = ana.call("102")
    (await luis.incoming()).ring()
    await (await third.ringing()).hang_up()
    await waits.hang_up()
    assert marta.incoming_count == 2


async def test_groups_ring_in_order_and_by_turns(house: House) -> None:
    """Who declines makes the next one ring: in order always the first, by turns each time another."""
    phones = {extension: await house.phone(extension, rings) for extension in ("101", "102", "103")}
    fallback = {"kind": "voicemail", "target": "100"}
    members = ["101", "102", "103"]

    async def rung() -> list[str]:
        """Who rings, one after the other, each declining."""
        before = {extension: phone.incoming_count for extension, phone in phones.items()}
        order: list[str] = []
        call = await house.place(SHOP)
        for _ in members:

            async def next_() -> Call | None:
                for extension, phone in phones.items():
                    if extension not in order and phone.incoming_count > before[extension]:
                        order.append(extension)
                        return phone.latest
                return None

            there: Call = await eventually(next_, 10, f"somebody rings after {order}")
            there.reject(486)
        await (await call.answered(10)).hang_up()
        return order

    for strategy, expected in (
        ("in_order", [members, members]),
        ("by_turns", [members, ["102", "103", "101"]]),
    ):
        group = {"name": "shop", "extensions": members, "strategy": strategy, "fallback": fallback}
        number = {"number": SHOP, "destination": {"kind": "ring_group", "target": "shop"}}
        async with part(house, "ring_groups", "shop", group), part(house, "numbers", quote(SHOP), number):
            found = [await rung() for _ in expected]
        assert found == expected, strategy


def only(call: Call, wanted: float, *others: float) -> bool:
    """Whether that tone is heard, and none of the others."""
    sound = call.heard.last(0.5)
    return analysis.tone_level(sound, wanted) > -40 and all(analysis.tone_level(sound, one) < -50 for one in others)


async def test_departments_have_numbers_and_the_companys_own_stay_in_the_house(house: House) -> None:
    ana, marta, carrier = await house.phone("101"), await house.phone("103"), await house.carrier()
    carrier.behaviour = answers(1000)
    fallback = {"kind": "voicemail", "target": "100"}
    group = {"name": "shop", "extension": "200", "extensions": ["101"], "fallback": fallback}
    luis = await house.phone("102")
    async with part(house, "ring_groups", "shop", group):
        await CallerScript(await luis.call("*21200").answered()).is_hung_up_on(within=5).run()
        try:
            sent_on = marta.call("102")
            await both_hear_each_other(sent_on, await (await ana.incoming()).answer())
            await sent_on.hang_up()
        finally:
            await CallerScript(await luis.call("*21").answered()).is_hung_up_on(within=5).run()
        typed = await house.place(MAIN)
        await CallerScript(typed).is_answered().hears_speech(within=3, seconds=0.5).presses("200").run()
        await (await ana.incoming()).answer()
        await typed.hang_up()
    house.events.forget()
    own = marta.call("0910000003")
    await both_hear_each_other(own, await (await ana.incoming()).answer())
    await own.hang_up()
    logged = await house.logged(await house.call_id(dialled=ANA))
    assert (logged["direction"], logged["trunk"], logged["result"]) == ("internal", None, "answered")
    assert carrier.incoming_count == 0
    async with company_with(house, own_numbers="trunk"):
        await CallerScript(await marta.call("0910000003").answered()).hears_tone(1000, within=5).hangs_up().run()
        assert carrier.latest.dialled == ANA
