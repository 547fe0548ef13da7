"""Where one's own calls go, and the night switch, set at the page in real Chromium and believed by telephones."""

from __future__ import annotations

import pytest
from playwright.async_api import expect

from tests.e2e.browser import AXE, barriers, chromium, needs_chromium, overflows, sign_in
from tests.e2e.house import AGENT_HZ, House
from tests.kit import CallerScript
from tests.kit.phone import answers, rings

pytestmark = [pytest.mark.browser, needs_chromium]
SWITCH = {"name": "wall-night", "number": 77, "title": "Noche"}


async def test_forwards_are_set_with_the_keyboard_and_the_next_call_follows(house: House) -> None:
    luis = await house.phone("102", answers(AGENT_HZ))
    ana, marta = await house.phone("101", rings), await house.phone("103")
    api = await house.api("ana")
    async with chromium() as browser:
        page, errors = await sign_in(browser, house.server.base, "ana")
        try:
            await page.goto(house.server.base + "/account")
            await page.get_by_role("textbox", name="Forward all calls to").focus()
            await page.keyboard.type("102")
            await page.keyboard.press("Enter")
            await expect(page.get_by_text("It counts for the next call")).to_be_visible()
            call = await marta.call("101").answered()
            await CallerScript(call).hears_tone(AGENT_HZ, within=5).hangs_up().run()
            assert (luis.incoming_count, ana.incoming_count) == (1, 0)
            await page.get_by_role("textbox", name="Forward all calls to").fill("")
            await page.keyboard.press("Enter")
            await page.get_by_role("switch", name="Do not disturb").focus()
            await page.keyboard.press("Space")
            await expect(page.get_by_role("switch", name="Do not disturb")).to_be_checked()
            now = await api.get("/forwards/me")
            assert (now["always"], now["do_not_disturb"]) == (None, True)
            if AXE.is_file():
                assert await barriers(page) == []
            await page.set_viewport_size({"width": 360, "height": 740})
            assert not await overflows(page)
            assert errors == []
        finally:
            await api.json("PATCH", "/forwards/me", {"always": None, "do_not_disturb": False})


async def test_a_supervisor_turns_the_night_switch_at_the_wall(house: House) -> None:
    await house.admin.post("/settings/switches", SWITCH)
    async with chromium() as browser:
        try:
            page, errors = await sign_in(browser, house.server.base, "sofia", language="es-ES", scheme="dark")
            night = page.get_by_role("switch", name="Noche")
            await expect(night).not_to_be_checked()
            await night.focus()
            await page.keyboard.press("Space")
            await expect(night).to_be_checked()
            await expect(page.get_by_test_id("night-switches")).to_contain_text("están cerrados")
            assert [one["on"] for one in (await house.admin.get("/switches"))["items"] if one["name"] == "wall-night"]
            if AXE.is_file():
                assert await barriers(page) == []
            await page.keyboard.press("Space")
            await expect(night).not_to_be_checked()
            assert errors == []
        finally:
            await house.admin.json("DELETE", "/settings/switches/wall-night")
