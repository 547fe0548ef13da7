"""The page and the API under a full floor, in real Chromium against the real processes: `make bench-web`.

1. How heavy the agent's desk is, and how soon after opening it one can call.
2. The API at 200 requests a second, of the kinds that pages make, while 100 calls are up.
3. How long from an event to the screen of a supervisor, with 200 agents and 500 live calls.
4. The memory of an agent's tab after the calls of an eight-hour day, one after the other.

The last line is JSON: bundle_kb_gzip, ready_ms, event_to_screen_p99_ms, api_p99_ms, tab_mb (and more).
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
from playwright.async_api import Browser, async_playwright

from benchmarks.web.floor import AGENTS, callers, extras, write_company
from benchmarks.web.page import at_the_desk, bundle, event_to_screen, ready, renderer_mb
from tests.e2e.browser import CHROMIUM, FLAGS
from tests.e2e.softphone import MEDIA_FLAGS
from tests.kit import Api, Server
from tests.kit.carrier import Carrier
from tests.kit.phone import answers

API_RATE = 200
API_S = 10.0
PATHS = ("/calls?limit=20", "/agents", "/queues", "/contacts?limit=20", "/calls?live=true&limit=200")
CHANGES = 400
DAY_CALLS = 96  # eight hours with twelve calls an hour
CALL_S = 0.3
PERSON = "+34910000003"
SILENT_CALLERS_STAY = {"CENTRALITA_MEDIA_TIMEOUT_S": "3600"}  # five hundred who talk would take a core of their own


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


async def api_times(api: Api) -> list[float]:
    """Milliseconds of each request, sent when its time has come whatever became of those before."""
    took: list[float] = []

    async def ask(path: str) -> None:
        began = time.monotonic()
        status, _, _ = await api.request("GET", path)
        assert status == 200, (path, status)
        took.append((time.monotonic() - began) * 1000)

    tasks = []
    due = time.monotonic()
    for index in range(round(API_RATE * API_S)):
        tasks.append(asyncio.create_task(ask(PATHS[index % len(PATHS)])))
        due += 1 / API_RATE
        await asyncio.sleep(max(0.0, due - time.monotonic()))
    await asyncio.gather(*tasks)
    return took


async def a_day(browser: Browser, server: Server) -> tuple[float, float]:
    """MB of an agent's tab before and after the calls of a day, each with its pop-up."""
    page = await at_the_desk(browser, server, "ana")
    await page.wait_for_timeout(2000)
    before = renderer_mb()
    carrier = await Carrier.listen(server.sip, server.carrier_port, sound=False)
    phone = await server.phone("101", behaviour=answers(after=0.0), sound=False)
    async with carrier, phone:
        for index in range(DAY_CALLS):
            call = carrier.place(PERSON, f"+3463{index:07d}")
            await call.answered()
            await asyncio.sleep(CALL_S)
            await call.hang_up()
    session = await page.context.new_cdp_session(page)
    await page.wait_for_timeout(3000)
    await session.send("HeapProfiler.collectGarbage")
    await page.wait_for_timeout(1000)
    after = renderer_mb()
    await page.context.close()
    return before, after


def p99(milliseconds: list[float]) -> float:
    return round(float(np.percentile(milliseconds, 99)), 1)


async def run(directory: Path) -> dict[str, float]:
    server = Server(directory, SILENT_CALLERS_STAY, media_ports=2 * AGENTS)
    write_company(server)
    server.start()
    figures: dict[str, float] = {}
    flags = [*FLAGS, *MEDIA_FLAGS, "--enable-features=NetworkServiceInProcess"]
    try:
        async with async_playwright() as playwright, contextlib.AsyncExitStack() as stack:
            browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=flags)
            stack.push_async_callback(browser.close)
            admin = await stack.enter_async_context(await server.api("admin"))
            figures["bundle_kb_gzip"] = round(await bundle(browser, server), 1)
            paint, usable = await ready(browser, server)
            figures |= {"first_paint_ms": round(paint, 1), "ready_ms": round(usable, 1)}
            say(f"  desk: {figures['bundle_kb_gzip']} kB, painted after {paint:.0f} ms, ready after {usable:.0f} ms")
            before, after = await a_day(browser, server)
            figures |= {"tab_fresh_mb": round(before, 1), "tab_mb": round(after, 1)}
            say(f"  tab: {before:.0f} MB, after {DAY_CALLS} calls {after:.0f} MB")
            waiting = await stack.enter_async_context(callers(server, admin))
            await waiting.until(100)
            took = await api_times(admin)
            figures |= {"api_p50_ms": round(float(np.median(took)), 1), "api_p99_ms": p99(took)}
            say(f"  API at {API_RATE}/s with 100 calls: p50 {figures['api_p50_ms']} ms, p99 {figures['api_p99_ms']} ms")
            await waiting.until(500)
            delays = await event_to_screen(browser, server, admin, extras(AGENTS), CHANGES)
            figures |= {
                "event_to_screen_p50_ms": round(float(np.median(delays)), 1),
                "event_to_screen_p99_ms": p99(delays),
            }
            say(f"  event to screen with 500 calls: p50 {figures['event_to_screen_p50_ms']} ms, p99 {p99(delays)} ms")
    finally:
        server.stop()
    return figures


def main() -> int:
    if CHROMIUM is None:
        say("Chromium is needed: apt-get install chromium")
        return 1
    with tempfile.TemporaryDirectory() as directory:
        figures = asyncio.run(run(Path(directory)))
    print(json.dumps(figures))
    return 0


if __name__ == "__main__":
    sys.exit(main())
