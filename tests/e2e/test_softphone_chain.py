"""One caller's way through two browsers: the menu, the queue, on hold, asked about, handed over and handed back."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from tests.e2e.browser import needs_chromium
from tests.e2e.house import AGENT_HZ, CALLER_HZ, MAIN, House
from tests.e2e.test_softphone import BROWSER_HZ, at_the_phone, headset, hears
from tests.kit import CallerScript, analysis

pytestmark = [pytest.mark.browser, needs_chromium]


async def transfer(page: Page, to: str, how: str) -> None:
    """From the bar of the call, to the colleague named so."""
    bar = page.get_by_test_id("call-bar")
    await bar.get_by_role("button", name="Transfer").click()
    await page.get_by_role("textbox", name="Transfer to").fill(to)
    await bar.get_by_role("button", name=re.compile(f"^{to} ")).click()
    await page.get_by_role("button", name=how).click()


async def test_from_the_carrier_over_the_menu_to_one_browser_to_another_and_back(house: House, tmp_path: Path) -> None:
    async with headset(tmp_path) as one, headset(tmp_path, AGENT_HZ) as other:
        (ana, _), (luis, _) = await asyncio.gather(at_the_phone(one, house), at_the_phone(other, house, "luis"))
        bar, bar_of_luis = ana.get_by_test_id("call-bar"), luis.get_by_test_id("call-bar")
        await (await house.api("ana")).put("/agents/me", {"state": "available"})
        call = await house.place(MAIN)
        await CallerScript(call).is_answered().hears_speech(within=5).presses("1#").run()
        await ana.get_by_test_id("screen-pop").get_by_role("button", name="Answer").click()
        call.say_tone(CALLER_HZ)
        await hears(ana, CALLER_HZ)
        await CallerScript(call).hears_tone(BROWSER_HZ, within=8).run()
        call_id = await house.call_id(direction="inbound")
        await ana.keyboard.press("h")
        await CallerScript(call).hears_music(within=5).run()

        await transfer(ana, "Luis", "Ask first")
        await expect(luis.get_by_test_id("incoming")).to_contain_text("Ana")
        await luis.get_by_role("button", name="Answer").first.click()
        await hears(luis, BROWSER_HZ)
        await hears(ana, AGENT_HZ)
        await CallerScript(call).hears_music(within=5).run()
        await expect(luis.get_by_test_id("screen-pop")).to_have_count(0)
        await ana.get_by_test_id("other-call").get_by_role("button", name="Connect both").click()
        await expect(bar).to_have_count(0)
        pop = luis.get_by_test_id("screen-pop")
        await expect(pop).to_contain_text("Librería Sol")
        await expect(pop).to_have_attribute("data-answered", "true")
        await expect(bar_of_luis.get_by_test_id("call-who")).to_have_text("Carmen Ruiz")
        await hears(luis, CALLER_HZ)
        await CallerScript(call).hears_tone(AGENT_HZ, within=8).run()

        await transfer(luis, "Ana", "Transfer now")
        await ana.get_by_role("button", name="Answer").first.click()
        await expect(bar_of_luis).to_have_count(0)
        await expect(bar.get_by_test_id("call-who")).to_have_text("Carmen Ruiz")
        await hears(ana, CALLER_HZ)
        await CallerScript(call).hears_tone(BROWSER_HZ, within=8).run()
        await call.hang_up()
        await expect(bar).to_have_count(0)

        logged = await house.logged(call_id)
        assert (logged["result"], logged["queue"], logged["transfers"]) == ("answered", "sales", 2)
        transfers = house.events.all("call.transferred", call_id=call_id)
        assert [(one["by"], one["to"], one["mode"]) for one in transfers] == [
            ("ana", "luis", "attended"),
            ("luis", "ana", "blind"),
        ]
        wav = await house.recording(logged["recording_id"])
        assert analysis.tone_spans(wav.left, CALLER_HZ)
        assert max(analysis.tone_level(wav.left, hz) for hz in (BROWSER_HZ, AGENT_HZ)) < -50
        assert analysis.tone_level(wav.right, CALLER_HZ) < -50
        first, last = analysis.tone_spans(wav.right, BROWSER_HZ)[0], analysis.tone_spans(wav.right, BROWSER_HZ)[-1]
        between = analysis.tone_spans(wav.right, AGENT_HZ)[0]
        assert first < between < last, "each of ours in their turn"
        await luis.goto(f"{house.server.base}/calls?call={call_id}")
        story = luis.get_by_test_id("story")
        for sentence in ("Pressed 1", "Ana answered", "Ana transferred the call to Luis", "Luis answered"):
            await expect(story).to_contain_text(sentence)
