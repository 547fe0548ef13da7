"""What browsers do to a telephone: pages loaded anew, tabs, networks that vanish; the call goes on."""

from __future__ import annotations

from pathlib import Path

import psutil
import pytest
from playwright.async_api import Page, expect

from tests.e2e.browser import needs_chromium
from tests.e2e.changing_network import changing_network
from tests.e2e.house import AGENT_HZ, CALLER_HZ, SALES, House
from tests.e2e.softphone import until_true
from tests.e2e.test_softphone import BROWSER_HZ, at_the_phone, headset, hears
from tests.kit import Call, CallerScript
from tests.kit.phone import answers, until

LINKS = """() => {
  window.links = [];
  window.RTCPeerConnection = class extends RTCPeerConnection {
    constructor(...all) { super(...all); window.links.push(this); }
  };
}"""
# What a browser names its ways by; another name is another search for them (RFC 8445 §9).
WAY = "() => window.links.at(-1).localDescription.sdp.match(/ice-ufrag:(\\S*)/)[1]"
pytestmark = [pytest.mark.browser, needs_chromium]


async def answered(house: House, page: Page) -> Call:
    """A caller of the queue whom the page's agent has answered; both hear each other."""
    await (await house.api("ana")).put("/agents/me", {"state": "available"})
    call = await house.place(SALES)
    await page.get_by_test_id("screen-pop").get_by_role("button", name="Answer").click()
    call.say_tone(CALLER_HZ)
    await hears(page, CALLER_HZ)
    await CallerScript(call).hears_tone(BROWSER_HZ, within=8).run()
    return call


async def both_still_hear(call: Call, page: Page) -> None:
    await hears(page, CALLER_HZ)
    await CallerScript(call).hears_tone(BROWSER_HZ, within=8).run()


async def test_a_page_loaded_anew_takes_its_call_up_again(house: House, tmp_path: Path) -> None:
    async with headset(tmp_path) as browser:
        page, _ = await at_the_phone(browser, house)
        call = await answered(house, page)
        bar = page.get_by_test_id("call-bar")
        call_id = await house.call_id(direction="inbound")
        await page.reload()
        await expect(bar.get_by_test_id("call-who")).to_have_text("Carmen Ruiz")
        await hears(page, CALLER_HZ)
        await both_still_hear(call, page)
        assert call.quality.is_continuous, call.quality

        await page.keyboard.press("h")
        await expect(bar).to_contain_text("On hold")
        await CallerScript(call).hears_music(within=5).run()
        await page.reload()
        await expect(bar).to_contain_text("On hold")
        await CallerScript(call).hears_music(within=5).run()
        await page.keyboard.press("h")
        await both_still_hear(call, page)
        await bar.get_by_role("button", name="Hang up").click()
        await call.ended(5)
        await expect(bar).to_have_count(0)
        logged = await house.logged(call_id)
        assert (logged["result"], logged["agent"], logged["transfers"]) == ("answered", "ana", 0)
        assert logged["ended_by"] == "callee"
        await house.events.next("agent.state", 5, login="ana", state="wrap_up")


async def test_a_machine_that_falls_asleep_is_passed_over_and_available_when_it_wakes(
    house: House, tmp_path: Path
) -> None:
    luis = await house.agent("luis", answers(AGENT_HZ))
    async with headset(tmp_path) as browser:
        await at_the_phone(browser, house)
        await (await house.api("ana")).put("/agents/me", {"state": "available"})
        await luis.api.put("/agents/me", {"state": "break"})
        house.events.forget()
        machine = [process for process in psutil.Process().children(recursive=True) if "chrom" in process.name()]
        for process in machine:
            process.suspend()
        try:
            call = await house.place(SALES)
            await call.answered()
            await luis.api.put("/agents/me", {"state": "available"})
            gone = await house.events.next("device.unregistered", 12)
            assert (gone.event["login"], gone.event["cause"]) == ("ana", "connection_lost")
            await CallerScript(call).hears_tone(AGENT_HZ, within=8).run()
            await call.hang_up()
        finally:
            for process in machine:
                process.resume()
        await house.events.next("device.registered", 20, login="ana")
        ana = next(agent for agent in await house.admin.items("/agents") if agent["login"] == "ana")
        assert (ana["state"], ana["reachable"]) == ("available", True)


async def test_a_call_goes_on_when_the_network_was_gone_and_in_another_one(house: House, tmp_path: Path) -> None:
    """Then every connection of the page breaks, and its sound comes from another port from then on."""
    async with changing_network(house.server.http_port) as network, headset(tmp_path) as browser:
        page, _ = await at_the_phone(browser, house, base=network.base)
        await page.add_init_script(network.detour)
        await page.add_init_script(f"({LINKS})()")
        await page.reload()
        lamp = page.get_by_test_id("phone-lamp")
        await expect(lamp).to_have_attribute("data-health", "ready")
        await (await house.api("ana")).put("/agents/me", {"state": "available"})
        call = await house.place(SALES)
        await page.get_by_test_id("screen-pop").get_by_role("button", name="Answer").click()
        call.say_tone(CALLER_HZ)
        await until_true(lambda: page.evaluate("window.ways.length > 0"), 10, "the server's address in the page")
        network.to(await page.evaluate("window.ways"))
        await both_still_hear(call, page)

        before = await page.evaluate(WAY)
        await page.context.set_offline(True)
        await expect(lamp).not_to_have_attribute("data-health", "ready", timeout=20_000)
        await expect(page.get_by_test_id("call-who")).to_have_text("Carmen Ruiz")
        await page.context.set_offline(False)
        await expect(lamp).to_have_attribute("data-health", "ready", timeout=20_000)
        await until_true(lambda: page.evaluate(f"({WAY})() !== {before!r}"), 10, "another offer of the browser's ways")
        network.to(await page.evaluate("window.ways"))
        await both_still_hear(call, page)

        await network.change()
        await expect(lamp).to_have_attribute("data-health", "ready", timeout=20_000)
        network.to(await page.evaluate("window.ways"))
        await until(lambda: network.came > 100, 20, "two seconds of sound in the new network")
        await both_still_hear(call, page)
        await page.keyboard.press("h")
        await CallerScript(call).hears_music(within=8).run()
        assert (len(call.quality.ssrcs), call.quality.duplicates) == (1, 0), call.quality
        await page.get_by_test_id("call-bar").get_by_role("button", name="Hang up").click()
        await call.ended(8)
        await house.events.next("agent.state", 5, login="ana", state="wrap_up")
