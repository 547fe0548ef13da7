"""The page in a real browser: sign-in, live floor, pop-up, call log with player; and the pictures of the README."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from playwright.async_api import expect

from tests.e2e.browser import chromium, needs_chromium, overflows, sign_in
from tests.e2e.house import AGENT_HZ, SALES, House
from tests.kit import CallerScript
from tests.kit.api import eventually

SCREENS = Path(os.environ.get("CENTRALITA_SCREENS", ""))
pytestmark = [pytest.mark.browser, needs_chromium]


async def picture(page, name: str) -> None:
    """Keep a picture when CENTRALITA_SCREENS names a folder for them."""
    if SCREENS.name:
        SCREENS.mkdir(parents=True, exist_ok=True)
        await page.screenshot(path=SCREENS / f"{name}.png")


async def test_a_wrong_password_is_said_and_a_right_one_opens_the_floor(house: House) -> None:
    async with chromium() as browser:
        page = await browser.new_page(locale="es-ES")
        await page.goto(house.server.base)
        await page.locator("input[name=login]").fill("ana")
        await page.locator("input[name=password]").fill("nonsense")
        await page.keyboard.press("Enter")
        await expect(page.get_by_role("alert")).to_contain_text("incorrectos")
        await page.locator("input[name=password]").fill("demo")
        await page.keyboard.press("Enter")
        await expect(page.get_by_test_id("queue-sales")).to_be_visible()
        await page.get_by_role("button", name="Salir").click()
        await expect(page.locator("input[name=password]")).to_be_visible()


async def test_an_agent_sets_the_state_sees_who_calls_and_finds_the_call_in_the_log(house: House) -> None:
    ana = await house.agent("ana", state="offline")
    async with chromium() as browser:
        page, errors = await sign_in(browser, house.server.base, "ana")
        await page.get_by_role("button", name="My state").click()
        await page.get_by_role("menuitem", name="Available").click()
        await expect(page.get_by_test_id("agent-ana")).to_contain_text("Available")
        assert (await ana.api.agent("ana"))["state"] == "available"

        call = await house.place(SALES)
        incoming = await ana.phone.incoming()
        pop = page.get_by_test_id("screen-pop")
        await expect(pop).to_contain_text("Carmen Ruiz")
        await expect(pop).to_contain_text("Librería Sol")
        await picture(page, "pop-up-light")
        incoming.ring()
        await incoming.answer()
        incoming.say_tone(AGENT_HZ)
        await CallerScript(call).hears_tone(AGENT_HZ, within=10, seconds=0.4).run()
        await expect(page.get_by_test_id("agent-ana")).to_contain_text("Talking")
        await call.hang_up()
        await incoming.ended(5)

        await page.get_by_role("link", name="Calls").first.click()
        row = page.get_by_test_id("call-row").first
        await expect(row).to_contain_text("Carmen Ruiz")
        await expect(row).to_contain_text("Answered")
        await row.get_by_role("button", name="Listen").click()
        player = page.locator("audio").first
        await expect(player).to_be_visible()

        async def sounds() -> bool | None:
            return await page.evaluate("document.querySelector('audio').duration > 0.3") or None

        await eventually(sounds, 5, "a recording that plays")
        await row.get_by_role("button", name="Story").click()
        await expect(page.get_by_role("dialog")).to_contain_text("queue.joined")
        await picture(page, "call-story-light")
        assert errors == []


async def test_a_waiting_caller_is_on_the_wall_at_once_in_every_size_language_and_theme(house: House) -> None:
    await house.agent("luis")
    async with chromium() as browser:
        page, errors = await sign_in(browser, house.server.base, "sofia")
        await expect(page.get_by_test_id("agent-luis")).to_contain_text("Available")
        await (await house.api("luis")).put("/agents/me", {"state": "break", "reason": "lunch"})
        await expect(page.get_by_test_id("agent-luis")).to_contain_text("Break")
        call = await house.place(SALES)
        await expect(page.get_by_test_id("queue-sales").get_by_text("1", exact=True)).to_be_visible()
        for language, scheme in (("en-GB", "light"), ("es-ES", "dark")):
            for width in (360, 768, 1440):
                sized, faults = await sign_in(
                    browser, house.server.base, "sofia", language=language, scheme=scheme, width=width
                )
                for path in ("/live", "/calls"):
                    await sized.goto(house.server.base + path)
                    await sized.get_by_role("heading", level=2).first.wait_for()
                    assert not await overflows(sized), f"{path} at {width} pixels"
                    await sized.wait_for_load_state("networkidle")
                    await picture(sized, f"{path[1:]}-{scheme}{'' if width == 1440 else f'-{width}'}")
                assert faults == []
                await sized.context.close()
        await call.hang_up()
        await expect(page.get_by_test_id("queue-sales").get_by_text("0", exact=True)).to_be_visible()
        assert errors == []


async def test_the_page_catches_up_after_the_office_was_gone(house: House) -> None:
    async with chromium() as browser:
        page, _ = await sign_in(browser, house.server.base, "sofia")
        await page.context.set_offline(True)
        await page.evaluate("() => 0")
        luis = await house.agent("luis")
        await page.context.set_offline(False)
        await expect(page.get_by_test_id("agent-luis")).to_contain_text("Available", timeout=15_000)
        assert luis.login == "luis"


async def test_unknown_callers_are_announced_as_such(house: House) -> None:
    ana = await house.agent("ana")
    async with chromium() as browser:
        page, _ = await sign_in(browser, house.server.base, "ana")
        call = await house.place(SALES, "+34699000111")
        await ana.phone.incoming()
        pop = page.get_by_test_id("screen-pop")
        await expect(pop).to_contain_text("Unknown number")
        await call.hang_up()
        await expect(pop).to_be_hidden()
