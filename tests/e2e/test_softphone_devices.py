"""Headsets that are pulled out in mid-call and plugged in again: the call goes on, and whoever speaks is told."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from tests.e2e.browser import needs_chromium, sign_in
from tests.e2e.house import CALLER_HZ, SALES, House
from tests.e2e.softphone import until_true
from tests.e2e.sound_devices import SoundDevices, browser_at, needs_sound_devices, sound_devices
from tests.kit import CallerScript, analysis

pytestmark = [pytest.mark.browser, needs_chromium, needs_sound_devices]

HEADSET_HZ, DESK_HZ = 900, 700
IDS = """async () => {
  for (const track of (await navigator.mediaDevices.getUserMedia({ audio: true })).getTracks()) track.stop();
  return Object.fromEntries((await navigator.mediaDevices.enumerateDevices()).map((one) => [one.label, one.deviceId]));
}"""


async def choose(page: Page, microphone: str, speaker: str) -> None:
    """The devices of the page's telephone, by their names."""
    ids = await page.evaluate(IDS)
    chosen = {"on": False, "cleansed": False, "microphone": ids[microphone], "speaker": ids[speaker]}
    await page.evaluate("(kept) => localStorage.setItem('centralita.phone', kept)", json.dumps(chosen))


async def is_heard(devices: SoundDevices, speaker: str) -> None:
    """The caller's tone comes out of that speaker."""

    async def look() -> bool:
        return analysis.tone_level(await devices.listen(speaker), CALLER_HZ) > -30

    await until_true(look, 8, f"the caller from {speaker}")


async def test_a_headset_pulled_out_in_mid_call_is_stood_in_for_until_it_is_back(house: House, tmp_path: Path) -> None:
    async with sound_devices(tmp_path) as devices:
        await devices.plug_in_speaker("Loudspeaker")
        await devices.plug_in_speaker("Earphones")
        await devices.plug_in_microphone("Desk", DESK_HZ)
        await devices.plug_in_microphone("Headset", HEADSET_HZ)
        async with browser_at(devices) as browser:
            page, errors = await sign_in(browser, house.server.base, "ana")
            await page.context.grant_permissions(["microphone"])
            await choose(page, "Headset", "Earphones")
            await page.goto(house.server.base + "/phone")
            await page.get_by_role("button", name="Use this browser as my phone").first.click()
            await expect(page.get_by_test_id("phone-state")).to_have_text(re.compile("Ready for calls"))
            await (await house.api("ana")).put("/agents/me", {"state": "available"})
            call = await house.place(SALES)
            await page.get_by_test_id("screen-pop").get_by_role("button", name="Answer").click()
            call.say_tone(CALLER_HZ)
            await CallerScript(call).hears_tone(HEADSET_HZ, within=8).run()
            await is_heard(devices, "Earphones")
            notices = page.get_by_test_id("call-notices")
            await expect(notices).to_be_empty()

            await devices.pull_out("Headset")
            await devices.pull_out("Earphones")
            await CallerScript(call).hears_tone(DESK_HZ, within=4, seconds=0.5).run()
            await is_heard(devices, "Loudspeaker")
            await expect(notices).to_contain_text("Headset is disconnected. They hear you through")
            await expect(notices).to_contain_text("Earphones is disconnected. You hear them through")

            await page.keyboard.press("m")
            await devices.plug_in_microphone("Headset", HEADSET_HZ)
            await expect(notices).not_to_contain_text("Headset")
            await CallerScript(call).hears_silence(within=3).run()
            await page.keyboard.press("m")
            await CallerScript(call).hears_tone(HEADSET_HZ, within=4, seconds=0.5).run()

            await devices.pull_out("Desk")
            await devices.pull_out("Headset")
            await expect(notices).to_contain_text("nobody hears you. Connect one.")
            await devices.plug_in_microphone("Headset", HEADSET_HZ)
            await devices.plug_in_speaker("Earphones")
            await CallerScript(call).hears_tone(HEADSET_HZ, within=8).run()
            await is_heard(devices, "Earphones")
            await expect(notices).to_be_empty()
            assert call.quality.is_continuous, call.quality
            await page.get_by_test_id("call-bar").get_by_role("button", name="Hang up").click()
            await call.ended(5)
            assert errors == []
