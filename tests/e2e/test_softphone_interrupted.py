"""A page that goes in the middle of things: in a conference, between two calls, while somebody rings, with a crash."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.async_api import Error, Page, expect

from tests.e2e.browser import needs_chromium
from tests.e2e.house import AGENT_HZ, CALLER_HZ, House
from tests.e2e.softphone import until_true
from tests.e2e.test_softphone import BROWSER_HZ, PLAYERS, at_the_phone, headset, hears
from tests.kit import CallerScript
from tests.kit.phone import answers

# The microphone is busy when the page asks for it for the first time.
BUSY_AT_FIRST = """if (!sessionStorage.getItem("asked")) {
  const devices = navigator.mediaDevices, plain = devices.getUserMedia.bind(devices);
  devices.getUserMedia = async (wanted) => {
    if (sessionStorage.getItem("asked")) return plain(wanted);
    sessionStorage.setItem("asked", "yes");
    throw new DOMException("", "NotReadableError");
  };
}"""
pytestmark = [pytest.mark.browser, needs_chromium]


async def test_a_reload_in_a_conference_and_while_somebody_else_rings(house: House, tmp_path: Path) -> None:
    luis, marta = await house.phone("102"), await house.phone("103")
    async with headset(tmp_path) as browser:
        page, _ = await at_the_phone(browser, house)
        member = luis.call("700")
        await member.answered()
        member.say_tone(CALLER_HZ)
        await page.get_by_role("textbox", name="Number, extension or name").fill("700")
        await page.keyboard.press("Enter")
        await hears(page, CALLER_HZ)
        await CallerScript(member).hears_tone(BROWSER_HZ, within=8).run()
        await page.add_init_script(BUSY_AT_FIRST)
        await page.reload()
        await until_true(lambda: page.evaluate("sessionStorage.getItem('asked')"), 10, "a microphone that is busy")
        await hears(page, CALLER_HZ)
        await CallerScript(member).hears_tone(BROWSER_HZ, within=8).run()

        second = marta.call("101")
        card = page.get_by_test_id("incoming")
        await expect(card).to_contain_text("Marta")
        await page.reload()
        await expect(card).to_contain_text("Marta")
        await hears(page, CALLER_HZ)
        await card.get_by_role("button", name="Answer").click()
        await second.answered()
        second.say_tone(AGENT_HZ)
        await hears(page, AGENT_HZ)
        await expect(page.get_by_test_id("other-call")).to_contain_text("On hold")
        await second.hang_up()
        await member.hang_up()


async def test_a_reload_while_one_calls_and_between_asking_and_transferring(house: House, tmp_path: Path) -> None:
    luis, marta = await house.phone("102"), await house.phone("103", answers(AGENT_HZ))
    async with headset(tmp_path) as browser:
        page, _ = await at_the_phone(browser, house)
        bar = page.get_by_test_id("call-bar")
        await page.get_by_role("button", name="Luis").first.click()
        called = await luis.incoming()
        called.ring()
        await expect(bar).to_contain_text("Ringing…")
        await page.reload()
        await expect(bar.get_by_test_id("call-who")).to_have_text("Luis")
        await expect(bar).to_contain_text("Ringing…")
        await called.answer()
        called.say_tone(CALLER_HZ)
        await hears(page, CALLER_HZ)
        await bar.get_by_role("button", name="Transfer").click()
        await page.get_by_role("textbox", name="Transfer to").fill("mart")
        await bar.get_by_role("button", name=re.compile("^Marta 103")).click()
        await page.get_by_role("button", name="Ask first").click()
        await hears(page, AGENT_HZ)
        await page.reload()
        await expect(bar.get_by_test_id("call-who")).to_have_text("Marta")
        other = page.get_by_test_id("other-call")
        await expect(other).to_contain_text("Luis · On hold")
        await hears(page, AGENT_HZ)
        await other.get_by_role("button", name="Connect both").click()
        await expect(bar).to_have_count(0)
        await CallerScript(luis.latest).hears_tone(AGENT_HZ, within=8).run()
        await CallerScript(marta.latest).hears_tone(CALLER_HZ, within=8).run()


async def test_the_call_moves_from_tab_to_tab_outlives_a_crash_and_ends_by_command(
    house: House, tmp_path: Path
) -> None:
    luis = await house.phone("102", answers(CALLER_HZ))
    async with headset(tmp_path) as browser:
        first, _ = await at_the_phone(browser, house)
        context = first.context

        async def another_tab() -> Page:
            page = await context.new_page()
            await page.add_init_script(PLAYERS)
            await page.goto(house.server.base + "/phone")
            return page

        async def both_hear(page: Page) -> None:
            await expect(page.get_by_test_id("call-who")).to_have_text("Luis")
            await hears(page, CALLER_HZ)
            await CallerScript(luis.latest).hears_tone(BROWSER_HZ, within=8).run()

        await first.get_by_role("button", name="Luis").first.click()
        await both_hear(first)
        call_id = await house.call_id(direction="internal")
        second = await another_tab()
        await second.get_by_role("button", name="Use this tab").click()
        await both_hear(second)
        await expect(first.get_by_test_id("call-bar")).to_have_count(0)
        await second.close()
        await both_hear(first)

        house.events.forget()
        with pytest.raises(Error, match="crash"):
            await first.goto("chrome://crash")
        gone = await house.events.next("device.unregistered", 10, login="ana")
        assert gone.event["cause"] == "connection_lost"
        third = await another_tab()
        await both_hear(third)

        house.events.forget()
        await third.close()
        gone = await house.events.next("device.unregistered", 3, login="ana")
        assert (gone.event["extension"], gone.event["cause"]) == ("101", "connection_lost")
        ana = next(agent for agent in await house.admin.items("/agents") if agent["login"] == "ana")
        assert not ana["reachable"]
        await house.admin.post(f"/calls/{call_id}/hangup", {})
        await luis.latest.ended(3)
        logged = await house.logged(call_id)
        assert (logged["reason"], logged["ended_by"]) == ("hung_up_by_command", "system")
