"""The exchange and then the office are killed under an open wall and a browser's call: both pages are right again."""

from __future__ import annotations

import asyncio
from pathlib import Path

import psutil
import pytest
from playwright.async_api import Page, expect

from tests.e2e.browser import needs_chromium, sign_in
from tests.e2e.house import CALLER_HZ, JOHN, SALES, House
from tests.e2e.test_softphone import BROWSER_HZ, at_the_phone, headset, hears
from tests.kit import Call, CallerScript, Server

pytestmark = [pytest.mark.browser, needs_chromium]
BACK_MS = 40_000


def kill(server: Server, module: str) -> None:
    assert server.process is not None
    for process in psutil.Process(server.process.pid).children(recursive=True):
        if module in process.cmdline():
            process.kill()


async def both_hear(page: Page, call: Call) -> None:
    await CallerScript(call).hears_tone(BROWSER_HZ, within=8).run()
    await hears(page, CALLER_HZ)


async def wall_shows(wall: Page, *, waiting: int, calls: int) -> None:
    await expect(wall.get_by_test_id("queue-sales").get_by_test_id("waiting")).to_have_text(str(waiting))
    await expect(wall.locator("[data-testid=live-call]:not([data-gone])")).to_have_count(calls)
    await expect(wall.get_by_test_id("agent-ana")).to_contain_text("Talking")


async def test_a_wall_and_a_call_outlive_the_exchange_and_the_office(house: House, tmp_path: Path) -> None:
    server = house.server
    async with headset(tmp_path) as browser:
        (ana, _), (wall, _) = await asyncio.gather(at_the_phone(browser, house), sign_in(browser, server.base, "sofia"))
        await wall.goto(server.base + "/live")
        lamp = ana.get_by_test_id("phone-lamp")
        await (await house.api("ana")).put("/agents/me", {"state": "available"})
        call = await house.place(SALES)
        await ana.get_by_test_id("screen-pop").get_by_role("button", name="Answer").click()
        call.say_tone(CALLER_HZ)
        call_id = await house.call_id()
        waits = await (await house.place(SALES, JOHN)).answered()
        await both_hear(ana, call)
        await wall_shows(wall, waiting=1, calls=2)

        kill(server, "centralita.exchange")
        await expect(lamp).not_to_have_attribute("data-health", "ready")
        await both_hear(ana, call)
        await waits.ended(20)
        await expect(lamp).to_have_attribute("data-health", "ready", timeout=BACK_MS)
        await wall_shows(wall, waiting=0, calls=1)

        waits = await (await house.place(SALES, JOHN)).answered()
        await wall_shows(wall, waiting=1, calls=2)
        kill(server, "centralita.office")
        for page in (ana, wall):
            await expect(page.get_by_test_id("offline")).to_be_visible()
        await waits.hang_up()
        await both_hear(ana, call)
        for page in (ana, wall):
            await expect(page.get_by_test_id("offline")).to_have_count(0, timeout=BACK_MS)
        await wall_shows(wall, waiting=0, calls=1)
        await expect(lamp).to_have_attribute("data-health", "ready", timeout=BACK_MS)

        await ana.keyboard.press("h")
        await CallerScript(call).hears_music(within=5).run()
        await ana.get_by_test_id("call-bar").get_by_role("button", name="Hang up").click()
        await call.ended(5)
        logged = await house.logged(call_id, timeout=5)
        assert (logged["result"], logged["agent"], logged["ended_by"]) == ("answered", "ana", "callee")
        await ana.get_by_role("textbox", name="Number, extension or name").fill("*43")
        await ana.keyboard.press("Enter")
        await hears(ana, BROWSER_HZ)
