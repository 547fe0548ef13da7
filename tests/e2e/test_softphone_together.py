"""More than two who talk, from browsers: a conference of two calls, a supervisor who whispers and takes over."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from playwright.async_api import expect

from tests.e2e.browser import AXE, barriers, needs_chromium
from tests.e2e.house import AGENT_HZ, CALLER_HZ, SALES, House
from tests.e2e.test_softphone import BROWSER_HZ, at_the_phone, headset, hears
from tests.kit import CallerScript
from tests.kit.phone import answers

pytestmark = [pytest.mark.browser, needs_chromium]


async def test_two_calls_become_one_conversation_and_one_is_parked(house: House, tmp_path: Path) -> None:
    luis = await house.phone("102", answers(CALLER_HZ))
    marta = await house.phone("103", answers(AGENT_HZ))
    async with headset(tmp_path) as browser:
        page, errors = await at_the_phone(browser, house)
        await page.get_by_role("button", name="Luis").first.click()
        await hears(page, CALLER_HZ)
        await page.get_by_role("button", name="Marta").first.click()
        await hears(page, AGENT_HZ)
        await page.get_by_test_id("other-call").get_by_role("button", name="Bring in").click()
        await house.events.next("call.joined", 5)
        bar = page.get_by_test_id("call-bar")
        await page.reload()
        await expect(page.get_by_test_id("other-call")).to_contain_text("Luis · On hold")
        await expect(bar.get_by_test_id("call-who")).to_have_text("Marta")
        await hears(page, AGENT_HZ)
        await page.keyboard.press("m")
        await expect(bar.get_by_role("button", name="Unmute")).to_be_visible()
        await CallerScript(luis.latest).hears_tone(AGENT_HZ, within=8).run()
        await CallerScript(marta.latest).hears_tone(CALLER_HZ, within=8).run()
        await page.keyboard.press("m")
        await luis.latest.hang_up()
        await expect(page.get_by_test_id("other-call")).to_have_count(0)
        await CallerScript(marta.latest).hears_tone(BROWSER_HZ, within=8).run()

        await page.keyboard.press("p")
        parked = await house.events.next("call.parked", 5)
        await expect(page.get_by_text("Parked in slot")).to_be_visible()
        await expect(bar).to_have_count(0)
        await CallerScript(marta.latest).hears_music(within=5).run()
        await page.get_by_role("textbox", name="Number, extension or name").fill(f"*70{parked.event['slot']}")
        await page.keyboard.press("Enter")
        await hears(page, AGENT_HZ)
        await bar.get_by_test_id("call-who").click()
        await page.keyboard.press("e")
        await marta.latest.ended(5)
        assert errors == []


async def test_a_colleagues_call_is_picked_up_and_the_last_number_called_again(house: House, tmp_path: Path) -> None:
    luis, marta = await house.phone("102"), await house.phone("103")
    async with headset(tmp_path) as browser:
        page, errors = await at_the_phone(browser, house)
        caller = marta.call("102")
        (await luis.incoming()).ring()
        await page.get_by_role("button", name="Pick up the call for Luis").click()
        await caller.answered(10)
        caller.say_tone(AGENT_HZ)
        await hears(page, AGENT_HZ)
        await CallerScript(caller).hears_tone(BROWSER_HZ, within=8).run()
        await caller.hang_up()
        await expect(page.get_by_test_id("call-bar")).to_have_count(0)

        await page.get_by_role("textbox", name="Number, extension or name").fill("103")
        await page.keyboard.press("Enter")
        again = await marta.incoming()
        await again.answer()
        await again.hang_up()
        await expect(page.get_by_test_id("call-bar")).to_have_count(0)
        await page.get_by_role("button", name="Call 103 again").click()
        again = await marta.incoming()
        await again.answer()
        again.say_tone(AGENT_HZ)
        await hears(page, AGENT_HZ)
        await again.hang_up()
        assert errors == []


async def test_a_supervisor_listens_whispers_barges_in_and_takes_over_by_keys(house: House, tmp_path: Path) -> None:
    ana = await house.agent("ana", answers(AGENT_HZ))
    call = await house.place(SALES)
    call.say_tone(CALLER_HZ)
    await CallerScript(call).hears_tone(AGENT_HZ, within=8).run()
    agent = ana.phone.latest
    async with headset(tmp_path) as browser:
        page, errors = await at_the_phone(browser, house, "sofia")
        await page.goto(house.server.base + "/live")
        await expect(page.get_by_test_id("phone-lamp")).to_have_attribute("data-health", "ready")
        row = page.get_by_test_id("live-call").first
        await row.focus()
        await page.keyboard.press("l")
        await hears(page, CALLER_HZ, AGENT_HZ)
        agent.say_silence()
        call.say_silence()
        await asyncio.gather(*(CallerScript(one).hears_silence(within=5).run() for one in (call, agent)))
        await row.focus()
        await page.keyboard.press("w")
        await CallerScript(agent).hears_tone(BROWSER_HZ, within=8).run()
        await CallerScript(call).hears_silence(within=5).run()
        await page.keyboard.press("b")
        await CallerScript(call).hears_tone(BROWSER_HZ, within=8).run()
        await CallerScript(agent).hears_tone(BROWSER_HZ, within=5).run()
        call.say_tone(CALLER_HZ)
        await page.keyboard.press("t")
        await agent.ended(5)
        await CallerScript(call).hears_tone(BROWSER_HZ, within=8).run()
        await hears(page, CALLER_HZ)
        if AXE.is_file():
            assert await barriers(page) == []
        await page.get_by_test_id("call-bar").get_by_role("button", name="Hang up").click()
        await call.ended(5)
        assert errors == []
