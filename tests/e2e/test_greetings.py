"""A greeting is uploaded, or recorded in the page, heard by the next caller, and gives way to the one for the night."""

from __future__ import annotations

import io
import re
import wave
from pathlib import Path

import aiohttp
import numpy as np
import pytest
from playwright.async_api import expect

from tests.e2e.browser import needs_chromium, signed_in
from tests.e2e.house import House
from tests.e2e.test_softphone import headset
from tests.kit import CallerScript
from tests.kit.api import Api

HZ = 620.0


def tone(seconds: float, hertz: float = HZ) -> bytes:
    """A WAV file."""
    time = np.arange(int(seconds * 16_000)) / 16_000
    written = io.BytesIO()
    with wave.open(written, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(16_000)
        sound.writeframes((9000 * np.sin(2 * np.pi * hertz * time)).astype("<i2").tobytes())
    return written.getvalue()


async def upload(api: Api, path: str, sound: bytes) -> int:
    headers = {"Authorization": f"Bearer {api.token}", "Content-Type": "audio/wav"}
    url = f"{api.base}/api/v1{path}"
    async with aiohttp.ClientSession() as session, session.put(url, data=sound, headers=headers) as response:
        return response.status


async def test_an_uploaded_greeting_is_heard_and_the_hours_have_their_own(house: House) -> None:
    marta, ana = await house.api("marta"), await house.phone("101")
    assert await upload(marta, "/greetings/103", tone(2.5)) == 200
    try:
        (shown,) = await marta.items("/greetings")
        assert (shown["box"], shown["recorded_at"] is not None) == ("103", True)
        call = await ana.call("103").answered()
        await CallerScript(call).hears_tone(HZ, within=5).hangs_up().run()
        night = {"box": "103", "night_greeting": {"es": "Hoy está cerrado."}, "hours": {"weekly": {}}}
        await house.admin.post("/settings/voicemail_boxes", night)
        call = await ana.call("103").answered()
        await CallerScript(call).hears_speech(within=6).hangs_up().run()
        assert await upload(marta, "/greetings/103", b"RIFF and nothing behind it") == 422
        assert await upload(marta, "/greetings/102", tone(1.0)) == 404
    finally:
        await marta.json("DELETE", "/greetings/103")
        await house.admin.json("DELETE", "/settings/voicemail_boxes/103")


@pytest.mark.browser
@needs_chromium
async def test_a_greeting_recorded_in_the_page_is_what_callers_hear(house: House, tmp_path: Path) -> None:
    ana, marta = await house.phone("101"), await house.api("marta")
    async with headset(tmp_path, HZ) as browser:
        page = await signed_in(browser, house.server.base, "marta", language="en-GB", scheme="light", width=1440)
        await page.goto(house.server.base + "/voicemail")
        greeting = page.get_by_test_id("greeting-103")
        await greeting.get_by_role("button", name=re.compile("^Record")).click()
        stop = greeting.get_by_role("button", name="Stop and keep")
        await expect(stop).to_contain_text("0:02")
        await stop.click()
        await expect(greeting.locator("audio")).to_have_count(1)
    try:
        call = await ana.call("103").answered()
        await CallerScript(call).hears_tone(HZ, within=5).hangs_up().run()
    finally:
        await marta.json("DELETE", "/greetings/103")
