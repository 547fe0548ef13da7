"""A conference behind a PIN, led by keys: all are muted, others are called in, the door is locked."""

from __future__ import annotations

from tests.e2e.company_parts import part
from tests.e2e.house import House
from tests.kit import Call, CallerScript, analysis
from tests.kit.api import eventually
from tests.kit.phone import answers

BOARD = {"extension": "710", "name": "Consejo", "pin": "12", "moderator_pin": "98"}
OUTSIDE_HZ, LUIS_HZ, MARTA_HZ = 1700.0, 440.0, 1000.0
PROMPT_S = 0.6
COMES_HZ = 659.25  # the longer half of the tone for who joins


async def hears(call: Call, hertz: float, on: bool) -> None:
    """Wait until the tone is there, or is not."""

    async def look() -> bool | None:
        return (analysis.tone_level(call.heard.last(0.5), hertz) > -40) == on or None

    await eventually(look, 8, f"{call} {'hears' if on else 'does not hear'} {hertz} Hz")


async def press(call: Call, keys: str) -> None:
    """As fast as a practised finger."""
    await call.press(keys, duration_ms=60, gap_ms=50)


async def test_it_is_led_by_keys(house: House) -> None:
    ana, luis, sofia = [await house.phone(extension) for extension in ("101", "102", "110")]
    await house.phone("103", answers(MARTA_HZ))
    carrier = await house.carrier()
    carrier.behaviour = answers(OUTSIDE_HZ)
    async with part(house, "rooms", "710", BOARD):
        leads = await ana.call("710").answered()
        await CallerScript(leads).hears_speech(within=4, seconds=PROMPT_S).presses("98#").run()
        member = await luis.call("710").answered()
        await (
            CallerScript(member)
            .hears_speech(within=4, seconds=PROMPT_S)
            .presses("11#")
            .hears_speech(within=4, seconds=PROMPT_S)
            .presses("12#")
            .run()
        )
        await CallerScript(leads).hears_tone(COMES_HZ, within=6, seconds=0.1).run()
        member.say_tone(LUIS_HZ)
        await hears(leads, LUIS_HZ, True)

        await press(leads, "*3")
        await hears(leads, LUIS_HZ, False)
        await press(leads, "*3")
        await hears(leads, LUIS_HZ, True)

        await press(leads, "*5103#")
        await hears(member, MARTA_HZ, True)
        await press(leads, "*50600998302#")
        await hears(member, OUTSIDE_HZ, True)
        assert carrier.latest.dialled == "+34600998302"

        await press(leads, "*2")
        late = await sofia.call("710").answered()
        await (
            CallerScript(late)
            .hears_speech(within=4, seconds=PROMPT_S)
            .presses("12#")
            .hears_speech(within=4, seconds=PROMPT_S)
            .run()
        )
        await late.ended(8)

        await press(leads, "*4")
        for call in (leads, member, carrier.latest):
            await call.ended(5)
