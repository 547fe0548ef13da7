"""The page on a telephone's screen, in Spanish: every word of the bar is whole, every page reached, days are ours."""

from __future__ import annotations

import pytest
from playwright.async_api import expect

from tests.e2e.browser import AXE, barriers, chromium, needs_chromium, overflows, picture, sign_in
from tests.e2e.house import House

pytestmark = [pytest.mark.browser, needs_chromium]

# Words wider than their place in the bar, and what of the top bar is beyond the edge.
CUT = """() => [
    ...[...document.querySelectorAll(".bar-link")].filter((one) => one.scrollWidth > one.clientWidth + 1),
    ...[...document.querySelectorAll("header button")].filter((one) => one.getBoundingClientRect().right > innerWidth),
  ].map((one) => one.textContent || one.ariaLabel)"""

# What a thumb misses.
SMALL = """() => [...document.querySelectorAll("button, input, select")]
    .map((one) => [one, one.getBoundingClientRect()])
    .filter(([, { width, height }]) => width > 0 && Math.min(width, height) < 39.5)
    .map(([one]) => one.textContent || one.ariaLabel)"""


async def test_every_page_is_reached_and_days_are_written_as_in_spain(house: House) -> None:
    async with chromium() as browser:
        page, _ = await sign_in(browser, house.server.base, "ana", language="es-ES", width=360)
        bar = page.get_by_role("navigation", name="Menú")
        await expect(bar.get_by_role("link")).to_have_text(["Teléfono", "En vivo", "Llamadas", "Clientes", "Buzón"])
        assert await page.evaluate(CUT) == []
        assert await page.evaluate(SMALL) == []
        await picture(page, "bar-agent")
        await page.context.close()

        page, errors = await sign_in(browser, house.server.base, "admin", language="es-ES", width=360)
        bar = page.get_by_role("navigation", name="Menú")
        assert await page.evaluate(CUT) == []
        await bar.get_by_role("button", name="Más").click()
        await page.get_by_role("menuitem", name="Informes").click()
        since = page.get_by_role("textbox", name="Desde")
        await since.fill("1/3/26")
        await page.keyboard.press("Enter")
        await expect(since).to_have_value("01/03/2026")
        await page.wait_for_url("**from=2026-03-01**")
        await since.fill("31/2/2026")
        await page.keyboard.press("Enter")
        await expect(since).to_have_attribute("aria-invalid", "true")
        assert not await overflows(page)
        if AXE.is_file():
            assert await barriers(page) == []
        await picture(page, "bar-administrator")
        assert errors == []
