"""The page as an agent's telephone in real Chromium: turned on, rung, answered and heard; calling; in one tab only."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser, Page, async_playwright, expect

from tests.e2e.browser import (
    AXE,
    CHROMIUM,
    FLAGS,
    barriers,
    faults_of,
    needs_chromium,
    overflows,
    picture,
    sign_in,
    signed_in,
)
from tests.e2e.house import AGENT_HZ, CALLER_HZ, SALES, House
from tests.e2e.softphone import MEDIA_FLAGS, until_true, write_tone
from tests.kit import CallerScript
from tests.kit.phone import answers, until

BROWSER_HZ = 900
pytestmark = [pytest.mark.browser, needs_chromium]
expect.set_options(timeout=10_000)

PLAYERS = """window.players = [];
const Plain = window.Audio;
window.Audio = function () { const player = new Plain(); window.players.push(player); return player; };
window.notes = [];
window.OscillatorNode = class extends OscillatorNode {
  constructor(context, options) { super(context, options); window.notes.push(options.frequency); }
};"""
HEARD = """(wanted) => {
  const streams = window.players.map((player) => player.srcObject).filter((one) => one?.getTracks().length > 0);
  if (streams.length === 0) return false;
  const context = window.ear ??= new AudioContext();
  const analyser = window.analyser ??= new AnalyserNode(context, { fftSize: 8192, smoothingTimeConstant: 0 });
  const heard = window.heard ??= new Map();
  for (const [stream, source] of heard) if (!streams.includes(stream)) { source.disconnect(); heard.delete(stream); }
  for (const stream of streams) {
    if (heard.has(stream)) continue;
    const source = context.createMediaStreamSource(stream);
    source.connect(analyser);
    heard.set(stream, source);
  }
  const levels = new Float32Array(analyser.frequencyBinCount);
  analyser.getFloatFrequencyData(levels);
  const width = context.sampleRate / analyser.fftSize;
  const peaks = wanted.map((hz) => Math.max(...levels.slice((hz - 20) / width, (hz + 20) / width)));
  const others = levels.filter((_, bin) => wanted.every((hz) => Math.abs(bin * width - hz) > 60));
  return peaks.every((peak) => peak > -60 && peak > Math.max(...others));
}"""
# A tone is noise to a browser that takes noise out.
AS_IT_IS = """if (!localStorage.getItem("centralita.phone")) {
  localStorage.setItem("centralita.phone", JSON.stringify({ on: false, cleansed: false }));
}"""


@asynccontextmanager
async def headset(tmp_path: Path, hz: float = BROWSER_HZ) -> AsyncIterator[Browser]:
    """A browser whose microphone plays a tone."""
    voice = tmp_path / f"voice-{hz:.0f}.wav"
    write_tone(voice, hz)
    flags = [*FLAGS, *MEDIA_FLAGS, f"--use-file-for-fake-audio-capture={voice}"]
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=flags)
        try:
            yield browser
        finally:
            await browser.close()


async def at_the_phone(
    browser: Browser,
    house: House,
    login: str = "ana",
    base: str = "",
    *,
    password: str = "demo",
    language: str = "en-GB",
    scheme: str = "light",
    width: int = 1440,
) -> tuple[Page, list[str]]:
    """Signed in, on the telephone's page, the telephone turned on; ``base``: the page by another way."""
    base = base or house.server.base
    page = await signed_in(browser, base, login, password=password, language=language, scheme=scheme, width=width)
    await page.add_init_script(AS_IT_IS)
    await page.add_init_script(PLAYERS)
    errors = faults_of(page)
    await page.goto(base + "/phone")
    await page.get_by_role("button", name=re.compile("Use this browser as my phone|Usar este navegador")).first.click()
    await expect(page.get_by_test_id("phone-state")).to_have_text(re.compile("Ready for calls|Listo para llamadas"))
    return page, errors


async def hears(page: Page, *hz: float) -> None:
    """Raises NothingCameError unless these tones, and nothing else as loud, are what the page hears."""
    await until_true(lambda: page.evaluate(HEARD, hz), 20, f"{hz} Hz in the page")


async def test_a_caller_in_the_queue_is_announced_answered_held_and_ended(house: House, tmp_path: Path) -> None:
    async with headset(tmp_path) as browser:
        page, errors = await at_the_phone(browser, house)
        await (await house.api("ana")).put("/agents/me", {"state": "available"})
        call = await house.place(SALES)
        pop = page.get_by_test_id("screen-pop")
        await expect(pop).to_contain_text("Carmen Ruiz")
        await expect(pop.get_by_role("button", name="Answer")).to_be_focused()
        await picture(page, "incoming-light")
        if AXE.is_file():
            assert await barriers(page) == []
        await page.keyboard.press("Enter")
        bar = page.get_by_test_id("call-bar")
        await expect(bar.get_by_test_id("call-who")).to_have_text("Carmen Ruiz")
        call.say_tone(CALLER_HZ)
        await hears(page, CALLER_HZ)
        await CallerScript(call).hears_tone(BROWSER_HZ, within=8).run()
        await expect(bar.get_by_test_id("quality")).to_be_visible()

        await page.get_by_role("link", name="Customers", exact=True).click()
        await page.keyboard.press("h")
        await expect(bar).to_contain_text("On hold")
        await CallerScript(call).hears_music(within=5).run()
        await page.keyboard.press("h")
        await CallerScript(call).hears_tone(BROWSER_HZ, within=8).run()
        await page.keyboard.press("m")
        await expect(bar.get_by_role("button", name="Unmute")).to_be_visible()
        await CallerScript(call).hears_silence(within=5).run()
        await page.keyboard.press("m")

        await bar.get_by_role("button", name="Pause the recording").click()
        await house.events.next("recording.paused")
        await bar.get_by_role("button", name="Go on recording").click()
        await house.events.next("recording.resumed")
        if AXE.is_file():
            assert await barriers(page) == []
        await bar.get_by_role("button", name="Hang up").click()
        await call.ended(5)
        await expect(bar).to_have_count(0)
        assert errors == []


async def test_of_two_tabs_one_rings_on_when_loaded_anew_and_the_other_takes_over(house: House, tmp_path: Path) -> None:
    luis = await house.phone("102")
    async with headset(tmp_path) as browser:
        first, _ = await at_the_phone(browser, house)
        second = await first.context.new_page()
        await second.goto(house.server.base + "/phone")
        await expect(second.get_by_test_id("phone-state")).to_have_text("The phone is in another tab")
        call = luis.call("101")
        card = first.get_by_test_id("incoming")
        await expect(card).to_contain_text("Luis")
        await expect(second.get_by_test_id("incoming")).to_have_count(0)
        await call.hang_up()
        await expect(card).to_have_count(0)
        await second.get_by_role("button", name="Use this tab").click()
        await expect(second.get_by_test_id("phone-state")).to_have_text("Ready for calls")
        await expect(first.get_by_test_id("phone-state")).to_have_text("The phone is in another tab")
        await second.close()
        await expect(first.get_by_test_id("phone-state")).to_have_text("Ready for calls")

        call = luis.call("101")
        await expect(card).to_contain_text("Luis")
        await first.reload()
        await expect(card).to_contain_text("Luis")
        await until_true(lambda: first.evaluate("window.notes.includes(659)"), 5, "ringing")
        await until_true(lambda: first.evaluate("document.title.startsWith('Incoming call')"), 5, "a title that blinks")
        await first.keyboard.press("Escape")
        await expect(card).to_have_count(0)
        await CallerScript(call).is_answered(5).hears_speech(within=4).hangs_up().run()


async def test_a_call_is_made_from_the_keypad_and_transferred_after_asking(house: House, tmp_path: Path) -> None:
    luis = await house.phone("102", answers(CALLER_HZ))
    await house.phone("103", answers(AGENT_HZ))
    async with headset(tmp_path) as browser:
        page, errors = await at_the_phone(browser, house)
        for key in "102":
            await page.get_by_role("button", name=key, exact=True).click()
        await page.get_by_role("button", name="Call", exact=True).click()
        bar = page.get_by_test_id("call-bar")
        await expect(bar.get_by_test_id("call-who")).to_have_text("Luis")
        await hears(page, CALLER_HZ)
        await CallerScript(luis.latest).hears_tone(BROWSER_HZ, within=8).run()
        await bar.get_by_role("button", name="Keypad").click()
        await page.keyboard.press("7")
        await page.keyboard.press("#")
        await expect(bar.get_by_role("group", name="Keypad").get_by_role("status")).to_have_text("7#")
        await until(lambda: len(luis.latest.heard.digits) >= 2, 10, "the keys at the phone")
        assert luis.latest.heard.digits == "7#"
        await page.keyboard.press("Escape")

        await bar.get_by_role("button", name="Transfer").click()
        await page.get_by_role("textbox", name="Transfer to").fill("mart")
        await bar.get_by_role("button", name=re.compile("^Marta 103")).click()
        if AXE.is_file():
            assert await barriers(page) == []
        await page.get_by_role("button", name="Ask first").click()
        await expect(bar.get_by_test_id("call-who")).to_have_text("Marta")
        await hears(page, AGENT_HZ)
        other = page.get_by_test_id("other-call")
        await expect(other).to_contain_text("Luis · On hold")
        await other.get_by_role("button", name="Speak here").click()
        await expect(bar.get_by_test_id("call-who")).to_have_text("Luis")
        await other.get_by_role("button", name="Connect both").click()
        await expect(bar).to_have_count(0)
        await CallerScript(luis.latest).hears_tone(AGENT_HZ, within=8).run()
        await luis.latest.hang_up()
        assert errors == []


async def test_a_blocked_microphone_explains_itself(house: House, tmp_path: Path) -> None:
    async with headset(tmp_path) as browser:
        page, _ = await sign_in(browser, house.server.base, "ana")
        refuse = "navigator.mediaDevices.getUserMedia = async () => { throw new DOMException('', 'NotAllowedError'); }"
        await page.add_init_script(refuse)
        await page.goto(house.server.base + "/phone")
        await page.get_by_role("button", name="Use this browser as my phone").click()
        await expect(page.get_by_role("alert")).to_contain_text("allow the microphone for this site")


async def test_the_phone_is_open_to_everybody_in_every_size_language_and_theme(house: House, tmp_path: Path) -> None:
    faults: list[Any] = []
    await house.phone("102", answers(CALLER_HZ))
    async with headset(tmp_path) as browser:
        for language, scheme, width in (("en-GB", "light", 1440), ("es-ES", "dark", 360)):
            page, errors = await at_the_phone(browser, house, language=language, scheme=scheme, width=width)
            await page.get_by_test_id("phone-lamp").click()
            await expect(page.get_by_test_id("level")).to_be_visible()
            if AXE.is_file():
                faults += await barriers(page)
            await page.keyboard.press("Escape")
            await page.get_by_role("button", name=re.compile("Luis")).first.click()
            await expect(page.get_by_test_id("quality")).to_be_visible()
            bar = page.get_by_test_id("call-bar")
            await expect(bar.get_by_role("button", name=re.compile("Pause the rec|Pausar la grab"))).to_be_visible()
            if AXE.is_file():
                faults += await barriers(page)
            for size in (1440, 768, 360):
                await page.set_viewport_size({"width": size, "height": 900})
                if await overflows(page):
                    faults.append(f"{language} at {size} pixels has a horizontal bar")
            await page.set_viewport_size({"width": width, "height": 900 if width > 500 else 740})
            await picture(page, f"phone-{scheme}")
            await bar.get_by_role("button", name=re.compile("^Transfer")).click()
            await expect(page.get_by_role("textbox", name=re.compile("^Transfer"))).to_be_focused()
            if await overflows(page):
                faults.append(f"a transfer at {width} pixels has a horizontal bar")
            await picture(page, f"transfer-{scheme}")
            await page.keyboard.press("Escape")
            await bar.get_by_role("button", name=re.compile("Hang up|Colgar")).click()
            assert errors == []
            await page.context.close()
    assert faults == []
