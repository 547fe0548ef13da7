"""The page's own telephone in headless Chromium: it speaks a tone and tells what it hears."""

from __future__ import annotations

import json
import shutil
import subprocess
import wave
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from playwright.async_api import Page, async_playwright

from tests.e2e.browser import CHROMIUM, FLAGS
from tests.kit.api import eventually

UI = Path(__file__).parents[2] / "web" / "ui"
MEDIA_FLAGS = [
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
    "--autoplay-policy=no-user-gesture-required",
    "--disable-features=WebRtcHideLocalIpsWithMdns",
]
BUILD = """
const {{ build }} = await import({vite});
await build({{
  configFile: false, root: {root}, logLevel: "error", publicDir: false,
  build: {{
    lib: {{ entry: "src/phone/phone.ts", formats: ["iife"], name: "telephone", fileName: () => "phone.js" }},
    outDir: {out}, emptyOutDir: true, target: "es2022", minify: false,
  }},
}});
"""
SIGN_IN = """async (login) => {
  const body = JSON.stringify({ login, password: "demo" });
  const headers = { "Content-Type": "application/json" };
  return (await fetch("/api/v1/session", { method: "POST", body, headers })).status;
}"""
START = """async () => {
  const phone = window.phone = new telephone.Phone();
  phone.microphone = () => ({ echoCancellation: false, noiseSuppression: false, autoGainControl: false });
  window.ears = new Map();
  window.rung = [];
  phone.on("incoming", (call) => window.rung.push(call));
  await phone.start();
}"""
HEARS = """(index) => {
  const call = window.all[index];
  if (!window.ears.has(call)) {
    if (call.sound.getTracks().length === 0) return null;
    const context = new AudioContext();
    const analyser = context.createAnalyser();
    analyser.fftSize = 8192;
    analyser.smoothingTimeConstant = 0;
    context.createMediaStreamSource(call.sound).connect(analyser);
    window.ears.set(call, [context, analyser]);
  }
  const [context, analyser] = window.ears.get(call);
  const levels = new Float32Array(analyser.frequencyBinCount);
  analyser.getFloatFrequencyData(levels);
  let loudest = 1;
  for (let bin = 2; bin < levels.length; bin++) if (levels[bin] > levels[loudest]) loudest = bin;
  return [loudest * context.sampleRate / analyser.fftSize, levels[loudest]];
}"""
RECEIVED = """async (index) => {
  let received = null;
  (await window.all[index].connection.getStats()).forEach((report) => {
    if (report.type === "inbound-rtp") received = { packets: report.packetsReceived, lost: report.packetsLost };
  });
  return received;
}"""


def node() -> str | None:
    """Node.js, by which the page was built."""
    return shutil.which("node")


needs_browser = pytest.mark.skipif(
    CHROMIUM is None or node() is None or not (UI / "node_modules").is_dir(),
    reason="Chromium (Debian package: chromium) and a built page are needed",
)


def bundle(folder: Path) -> str:
    """The telephone alone, without the page around it, as one script."""
    values = {
        "vite": json.dumps(str(UI / "node_modules" / "vite" / "dist" / "node" / "index.js")),
        "root": json.dumps(str(UI)),
        "out": json.dumps(str(folder)),
    }
    found = node()
    assert found is not None
    command = [found, "--input-type=module", "-e", BUILD.format(**values)]
    subprocess.run(command, check=True, timeout=60, capture_output=True, cwd=UI)
    return (folder / "phone.js").read_text()


def write_tone(file: Path, hz: float, seconds: float = 10.0) -> None:
    """A WAV that a fake microphone plays over and over: whole periods, so that it has no seam."""
    samples = 12000 * np.sin(2 * np.pi * hz * np.arange(int(48000 * seconds)) / 48000)
    with wave.open(str(file), "wb") as wav:
        wav.setnchannels(1)
        wav.setsampwidth(2)
        wav.setframerate(48000)
        wav.writeframes(samples.astype(np.int16).tobytes())


class Softphone:
    """A page with a registered telephone. Calls are told apart by their place in the order in which they began."""

    def __init__(self, page: Page, login: str) -> None:
        self.page = page
        self.login = login

    async def state(self) -> str:
        return str(await self.page.evaluate("window.phone.state"))

    async def ready(self) -> None:
        await until_true(lambda: self.page.evaluate("window.phone.state === 'ready'"), 10, f"{self.login} registered")

    async def call(self, to: str) -> SoftphoneCall:
        index = await self.page.evaluate("(to) => (window.all ??= []).push(window.phone.call(to)) - 1", to)
        return SoftphoneCall(self.page, int(index))

    async def incoming(self, timeout: float = 10.0) -> SoftphoneCall:
        """The next call that nobody has taken from here yet."""
        await until_true(lambda: self.page.evaluate("window.rung.length > 0"), timeout, f"a call for {self.login}")
        index = await self.page.evaluate("(window.all ??= []).push(window.rung.shift()) - 1")
        return SoftphoneCall(self.page, int(index))


class SoftphoneCall:
    """One call of a page."""

    def __init__(self, page: Page, index: int) -> None:
        self.page = page
        self.index = index

    async def get(self, name: str) -> Any:
        return await self.page.evaluate(f"window.all[{self.index}].{name}")

    async def do(self, what: str) -> None:
        """Such as ``answer()``, ``hold(true)``, ``press("12")``."""
        await self.page.evaluate(f"void window.all[{self.index}].{what}")

    async def is_in(self, state: str, timeout: float = 10.0) -> None:
        await until_true(
            lambda: self.page.evaluate(f"window.all[{self.index}].state === '{state}'"), timeout, f"the call {state}"
        )

    async def hears(self, hz: float, timeout: float = 8.0) -> None:
        """Raises NothingCameError unless the loudest that it hears becomes that frequency."""

        async def look() -> bool:
            heard = await self.heard()
            return heard is not None and abs(heard[0] - hz) < 20 and heard[1] > -60

        await until_true(look, timeout, f"{hz} Hz in the browser")

    async def hears_silence(self, timeout: float = 8.0) -> None:
        async def look() -> bool:
            heard = await self.heard()
            return heard is None or heard[1] < -80

        await until_true(look, timeout, "silence in the browser")

    async def heard(self) -> tuple[float, float] | None:
        """Frequency and level (dB) of the loudest; None without sound."""
        found = await self.page.evaluate(HEARS, self.index)
        return (float(found[0]), float(found[1] if found[1] is not None else -200)) if found else None

    async def received(self) -> dict[str, int]:
        return dict(await self.page.evaluate(RECEIVED, self.index))


async def until_true(look: Callable[[], Awaitable[Any]], timeout: float, what: str) -> None:
    """Ask the page again and again. Raises NothingCameError."""

    async def ask() -> bool | None:
        return True if await look() else None

    await eventually(ask, timeout, what)


@asynccontextmanager
async def softphone(base: str, login: str, script: str, tone: Path) -> AsyncIterator[Softphone]:
    """A browser of its own, signed in as ``login``, whose microphone plays ``tone``."""
    async with async_playwright() as playwright:
        flags = [*FLAGS, *MEDIA_FLAGS, f"--use-file-for-fake-audio-capture={tone}"]
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=flags)
        try:
            context = await browser.new_context(bypass_csp=True)
            page = await context.new_page()
            await page.goto(base)
            assert await page.evaluate(SIGN_IN, login) == 200
            await page.add_script_tag(content=script)
            await page.evaluate(START)
            phone = Softphone(page, login)
            await phone.ready()
            yield phone
        finally:
            await browser.close()
