"""A network that loses sound and lets it come late: the page says so within seconds, and when it is over again."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Page, expect

from tests.e2e.browser import needs_chromium
from tests.e2e.changing_network import ChangingNetwork, changing_network
from tests.e2e.house import CALLER_HZ, SALES, House
from tests.e2e.softphone import until_true
from tests.e2e.test_softphone import BROWSER_HZ, at_the_phone, headset, hears
from tests.kit import Call, CallerScript

pytestmark = [pytest.mark.browser, needs_chromium]

LOSS, LATE_S = 0.12, (0.0, 0.2)
LINKS = """window.links = [];
window.RTCPeerConnection = class extends RTCPeerConnection {
  constructor(...all) { super(...all); window.links.push(this); }
};"""
AN_HOUR_AHEAD = """const plain = Date.now.bind(Date);
Date.now = () => plain() + 3_600_000;"""
LOST = """async () => {
  let lost = null;
  const reports = await window.links.at(-1).getStats();
  reports.forEach((report) => { if (report.type === "inbound-rtp") lost = report.packetsLost; });
  return lost;
}"""


async def answered(house: House, page: Page, network: ChangingNetwork) -> Call:
    """A caller of the queue whom the page's agent has answered by way of the network."""
    await page.add_init_script(network.detour)
    await page.add_init_script(LINKS)
    await page.add_init_script(AN_HOUR_AHEAD)
    await page.reload()
    await expect(page.get_by_test_id("phone-lamp")).to_have_attribute("data-health", "ready")
    await (await house.api("ana")).put("/agents/me", {"state": "available"})
    call = await house.place(SALES)
    await page.get_by_test_id("screen-pop").get_by_role("button", name="Answer").click()
    call.say_tone(CALLER_HZ)
    await until_true(lambda: page.evaluate("window.ways.length > 0"), 10, "the server's address in the page")
    network.to(await page.evaluate("window.ways"))
    await hears(page, CALLER_HZ)
    return call


async def test_a_network_that_loses_sound_is_told_and_measured_alike_on_both_ends(house: House, tmp_path: Path) -> None:
    async with changing_network(house.server.http_port) as network, headset(tmp_path) as browser:
        page, _ = await at_the_phone(browser, house, base=network.base)
        call = await answered(house, page, network)
        bars, notices = page.get_by_test_id("quality"), page.get_by_test_id("call-notices")
        await expect(bars).to_have_attribute("data-grade", "good")
        await expect(page.get_by_test_id("call-bar").get_by_role("timer")).to_have_text(re.compile("^0?0:[0-5][0-9]$"))

        network.worsen(loss=LOSS, late_s=LATE_S)
        await expect(bars).to_have_attribute("data-grade", "poor", timeout=8_000)
        await expect(notices).to_contain_text(re.compile("The network loses part of what|arrives unevenly"))
        network.worsen()
        await expect(notices).to_be_empty(timeout=20_000)
        await expect(bars).to_have_attribute("data-grade", "good")
        await hears(page, CALLER_HZ)
        await CallerScript(call).hears_tone(BROWSER_HZ, within=5).run()

        lost_here = await page.evaluate(LOST)
        await page.get_by_test_id("call-bar").get_by_role("button", name="Hang up").click()
        await call.ended(5)
        told: dict[str, Any] = (await house.events.next("call.quality", 5, login="ana")).event
        assert lost_here == network.lost["browser"]
        assert told["packets_lost"] == network.lost["server"]
