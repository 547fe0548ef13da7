"""Headless Chromium as an agent's or a supervisor's browser, and what a page must always be."""

from __future__ import annotations

import os
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from playwright.async_api import Browser, Page, async_playwright

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
needs_chromium = pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed (Debian package: chromium)")
AXE = Path(__file__).resolve().parents[2] / "web/ui/node_modules/axe-core/axe.min.js"
PATIENCE_MS = 10_000
SCREENS = Path(os.environ.get("CENTRALITA_SCREENS", ""))
SETTLED_MS = 2000


@asynccontextmanager
async def chromium() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        try:
            yield browser
        finally:
            await browser.close()


async def sign_in(
    browser: Browser,
    url: str,
    login: str,
    *,
    password: str = "demo",
    language: str = "en-GB",
    scheme: str = "light",
    width: int = 1440,
) -> tuple[Page, list[str]]:
    """A signed-in page, and the list that its console errors go to."""
    page = await signed_in(browser, url, login, password=password, language=language, scheme=scheme, width=width)
    await page.goto(url)
    await page.locator("[data-testid^=queue-], [data-testid^=agent-]").first.wait_for()
    return page, faults_of(page)


async def signed_in(
    browser: Browser, url: str, login: str, *, password: str = "demo", language: str, scheme: str, width: int
) -> Page:
    """An empty page of somebody who has signed in (by the form: test_page)."""
    context = await browser.new_context(
        viewport={"width": width, "height": 900 if width > 500 else 740},
        locale=language,
        color_scheme="dark" if scheme == "dark" else "light",
        reduced_motion="reduce",
    )
    context.set_default_timeout(PATIENCE_MS)
    answer = await context.request.post(f"{url}/api/v1/session", data={"login": login, "password": password})
    assert answer.ok, await answer.text()
    return await context.new_page()


def faults_of(page: Page) -> list[str]:
    """What goes wrong in the page from now on, as its console says."""
    errors: list[str] = []
    page.on(
        "console", lambda said: errors.append(f"{said.text} {said.location['url']}") if said.type == "error" else None
    )
    page.on("pageerror", lambda error: errors.append(str(error)))
    return errors


async def overflows(page: Page) -> bool:
    """Whether the page has a horizontal scroll bar."""
    return bool(await page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"))


async def barriers(page: Page) -> list[Any]:
    """What axe-core finds wrong for people who see or point less well: rule, and up to three places."""
    if not await page.evaluate("'axe' in window"):
        await page.evaluate(AXE.read_text(encoding="utf-8"))
    found: list[Any] = await page.evaluate(
        """async () => (await axe.run({ resultTypes: ["violations"] })).violations.map(({ id, nodes }) =>
            [id, nodes.slice(0, 3).map((node) => [node.html.slice(0, 160), node.failureSummary])])"""
    )
    return found


async def picture(page: Page, name: str) -> None:
    """Keep a picture, in 256 colours, when CENTRALITA_SCREENS names a folder for them."""
    if SCREENS.name:
        SCREENS.mkdir(parents=True, exist_ok=True)
        await page.wait_for_timeout(SETTLED_MS)
        shot = Image.open(BytesIO(await page.screenshot(animations="disabled"))).convert("RGB")
        shot.quantize(256).save(SCREENS / f"{name}.png", optimize=True)
