"""What is measured in Chromium: the page's size, how soon one can call, how soon an event is seen, memory."""

from __future__ import annotations

import asyncio
import contextlib
import gzip
import statistics
from datetime import datetime

import psutil
from playwright.async_api import Browser, Page, Response

from tests.e2e.browser import sign_in
from tests.kit import Api, Server

PHONE_ON = "localStorage.setItem('centralita.phone', JSON.stringify({ on: true, cleansed: false }))"
CONTROLS_MS = 5000
READY = "[data-testid=phone-lamp][data-health=ready]"
SEEN = """() => {
  window.seen = [];
  const note = (card) => {
    const state = card.dataset.state, login = card.dataset.testid.slice(6);
    requestAnimationFrame(() => window.seen.push([login, state, performance.timeOrigin + performance.now()]));
  };
  new MutationObserver((changes) => changes.forEach(({ target }) => note(target)))
    .observe(document.querySelector("#content"), { subtree: true, attributeFilter: ["data-state"] });
}"""


async def at_the_desk(browser: Browser, server: Server, login: str) -> Page:
    """The telephone's page, registered."""
    page, _ = await sign_in(browser, server.base, login)
    await page.context.grant_permissions(["microphone"])
    await page.evaluate(PHONE_ON)
    await page.goto(server.base + "/phone")
    await page.locator(READY).wait_for()
    return page


async def bundle(browser: Browser, server: Server) -> float:
    """kB of scripts and styles of the agent's desk with its telephone and the controls of a call, each file by gzip."""
    page = await at_the_desk(browser, server, "ana")
    sizes: dict[str, int] = {}

    async def weigh(response: Response) -> None:
        if "/assets/" in response.url and response.ok:
            sizes[response.url] = len(gzip.compress(await response.body(), 9))

    page.on("response", weigh)
    await page.reload()
    await page.locator(READY).wait_for()
    await page.wait_for_timeout(CONTROLS_MS)
    await page.context.close()
    return sum(sizes.values()) / 1024


async def ready(browser: Browser, server: Server, times: int = 7) -> tuple[float, float]:
    """Milliseconds from opening the page to its first paint and to a registered telephone; medians."""
    page = await at_the_desk(browser, server, "ana")
    paints, readies = [], []
    for _ in range(times):
        await page.reload(wait_until="commit")
        await page.locator(READY).wait_for()
        readies.append(float(await page.evaluate("performance.now()")))
        paint = await page.evaluate("performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? 0")
        paints.append(float(paint))
    await page.context.close()
    return statistics.median(paints), statistics.median(readies)


async def event_to_screen(browser: Browser, server: Server, admin: Api, logins: list[str], changes: int) -> list[float]:
    """Milliseconds from an agent's change of state to its being painted on the wall."""
    page, _ = await sign_in(browser, server.base, "sofia")
    await page.goto(server.base + "/live")
    await page.get_by_test_id(f"agent-{logins[-1]}").wait_for()
    await page.wait_for_timeout(2000)
    await page.evaluate(SEEN)
    events = await admin.events()
    async with events:
        for index in range(changes):
            login = logins[index % len(logins)]
            state = ("break", "offline")[index // len(logins) % 2]
            await admin.put(f"/agents/{login}", {"state": state})
            await asyncio.sleep(0.05)
        await page.wait_for_timeout(2000)
        happened = events.all("agent.state")
    seen: dict[tuple[str, str], list[float]] = {}
    for login, state, at in await page.evaluate("window.seen"):
        seen.setdefault((login, state), []).append(at)
    await page.context.close()
    delays = []
    for event in happened:
        at = datetime.fromisoformat(event["at"]).timestamp() * 1000
        later = [one for one in seen.get((event["login"], event["state"]), []) if one >= at - 1]
        delays.append(min(later) - at if later else float("inf"))
    return delays


def renderer_mb() -> float:
    """Memory that the largest of our browser's tabs shares with no other process."""
    sizes = []
    for process in psutil.Process().children(recursive=True):
        with contextlib.suppress(psutil.Error):
            if "--type=renderer" in process.cmdline():
                sizes.append(process.memory_full_info().uss)
    return max(sizes, default=0) / 2**20
