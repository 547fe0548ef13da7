"""A department's box: its people see the lamp, hear the message by telephone and at the page; nobody else does."""

from __future__ import annotations

from urllib.parse import quote

from tests.e2e.company_parts import part
from tests.e2e.house import CALLER_HZ, House
from tests.e2e.test_voicemail import message_from
from tests.kit import CallerScript
from tests.kit.api import eventually
from tests.kit.watching import Box

SHOP, SOMEBODY = "+34910000009", "+34600998501"


async def test_a_box_is_heard_by_who_shares_it(house: House) -> None:
    luis, ana, page = await house.phone("102"), await house.phone("101"), await house.api("luis")
    box = {"box": "200", "title": "Tienda", "shared_with": ["luis"]}
    number = {"number": SHOP, "destination": {"kind": "voicemail", "target": "200"}}
    async with part(house, "voicemail_boxes", "200", box), part(house, "numbers", quote(SHOP), number):
        lamp = await Box.start(luis, "200")
        call = await house.place(SHOP, SOMEBODY)
        await CallerScript(call).is_answered().hears_speech(within=4, seconds=0.6).hears_silence(8, 0.5).run()
        call.say_tone(CALLER_HZ)
        await CallerScript(call).waits(1.5).hangs_up().run()
        message = await message_from(house, SOMEBODY, "200")
        await lamp.holds(1, 0)
        assert message["id"] in [one["id"] for one in await page.items("/voicemails")]
        assert message["id"] not in [one["id"] for one in await (await house.api("ana")).items("/voicemails")]
        assert await ana.call("*97200").refused() == 403
        heard = await luis.call("*97200").answered()
        await CallerScript(heard).hears_speech(within=6, seconds=0.6).hears_tone(CALLER_HZ, within=8).run()
        await lamp.holds(0, 1)
        await heard.press("3")

        async def gone() -> bool | None:
            return message["id"] not in [one["id"] for one in await page.items("/voicemails")] or None

        await eventually(gone, 5, "deleted by telephone, gone from the page")
        await lamp.holds(0, 0)
        await heard.hang_up()
