"""What a list shows stands in its address: after a reload and on the way back it is the same list."""

from __future__ import annotations

import pytest
from playwright.async_api import Page, expect

from tests.e2e.browser import chromium, needs_chromium, overflows, sign_in
from tests.e2e.house import House

pytestmark = [pytest.mark.browser, needs_chromium]


async def _is_ordered(page: Page, column: str, order: str) -> None:
    head = page.get_by_role("columnheader", name=column, exact=True)
    await expect(head).to_have_attribute("aria-sort", order)


async def test_a_list_is_the_same_after_a_reload_and_on_the_way_back(house: House) -> None:
    await house.admin.post("/contacts", {"name": "Ázahara de la Lista", "numbers": ["+34955020201"]})
    async with chromium() as browser:
        page, errors = await sign_in(browser, house.server.base, "admin", language="es-ES")
        await page.goto(house.server.base + "/customers?q=lista")
        await page.get_by_role("columnheader", name="Nombre").get_by_role("button").click()
        await _is_ordered(page, "Nombre", "ascending")
        await page.get_by_test_id("customer-row").get_by_role("link", name="Ázahara de la Lista").click()
        await expect(page.get_by_role("heading", level=1)).to_have_text("Ázahara de la Lista")
        await page.go_back()
        await expect(page.get_by_role("searchbox")).to_have_value("lista")
        await _is_ordered(page, "Nombre", "ascending")

        await page.goto(house.server.base + "/settings/prompts")
        rows = page.locator("ul.history > li")
        await page.get_by_role("button", name="Ver más").click()
        await expect(rows).not_to_have_count(40)
        count = await rows.count()
        await page.reload()
        await expect(rows).to_have_count(count)

        await page.goto(house.server.base + "/calls")
        await page.get_by_label("Resultado").select_option("busy")
        await page.reload()
        await expect(page.get_by_label("Resultado")).to_have_value("busy")

        await page.goto(house.server.base + "/voicemail")
        await page.get_by_text("Sin escuchar", exact=True).first.click()
        await page.reload()
        await expect(page.get_by_role("radio", name="Sin escuchar")).to_be_checked()
        assert not await overflows(page)
        assert errors == []
