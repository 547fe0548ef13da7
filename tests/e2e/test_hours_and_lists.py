"""Hours, whom a block rule protects, and whom no campaign calls: set in the page, and counting at once."""

from __future__ import annotations

import pytest
from playwright.async_api import Page, expect

from tests.e2e.browser import chromium, needs_chromium, picture, sign_in
from tests.e2e.house import House

pytestmark = [pytest.mark.browser, needs_chromium]
expect.set_options(timeout=10_000)
NUISANCE, UNWILLING = "+34600555001", "+34600555002"


async def test_hours_block_rules_and_the_do_not_call_list_are_set_in_the_page(house: House) -> None:
    async with chromium() as browser:
        page, errors = await sign_in(browser, house.server.base, "admin")
        await _hours(page, house)
        await _a_rule_for_one_person(page, house)
        await _do_not_call(page, house)
        assert errors == []


async def _hours(page: Page, house: House) -> None:
    await page.goto(f"{house.server.base}/settings/queues/support")
    await page.get_by_role("button", name="Set hours").click()
    friday = page.get_by_role("combobox", name="Friday")
    await friday.fill("midnight")
    await page.keyboard.press("Enter")
    await expect(page.get_by_text("“midnight” is no span of hours")).to_be_visible()
    await friday.fill("9-15")
    await page.keyboard.press("Enter")
    await page.get_by_role("combobox", name="Public holidays").fill("ES-MD")
    await page.keyboard.press("Tab")
    await picture(page, "settings-hours-light")
    await page.get_by_role("button", name="Save").click()
    await expect(page.get_by_text("Saved. It counts from now on.")).to_be_visible()
    kept = (await house.admin.get("/settings/queues/support"))["value"]["hours"]
    assert kept["holidays"] == "ES-MD"
    assert kept["weekly"]["fri"] == ["09:00-14:00", "09:00-15:00", "16:00-19:00"]
    await page.get_by_role("link", name="Hours and holidays").click()
    await expect(page.get_by_test_id("hours-row").filter(has_text="Soporte")).to_contain_text("Madrid (ES-MD)")
    await page.get_by_role("link", name="Audit log").click()
    await page.get_by_role("button", name="Undo: Soporte").click()
    await expect(page.get_by_test_id("audit-entry").first).to_contain_text("restored")
    assert (await house.admin.get("/settings/queues/support"))["value"]["hours"] is None


async def _a_rule_for_one_person(page: Page, house: House) -> None:
    await page.get_by_role("link", name="Block list").click()
    await page.get_by_role("textbox", name="Number or prefix").fill(NUISANCE)
    await page.get_by_role("combobox", name="For whom").select_option("person:ana")
    await page.get_by_role("button", name="Block", exact=True).click()
    row = page.get_by_test_id("block-rule").filter(has_text=NUISANCE)
    await expect(row).to_contain_text("Only Ana")
    await expect(row).to_contain_text("always")
    (rule,) = await house.admin.items("/blocklist", q=NUISANCE)
    assert rule["scope"] == "person:ana"
    await page.get_by_role("button", name=f"Delete: {NUISANCE}").click()
    await expect(row).to_have_count(0)
    await page.get_by_role("link", name="History of changes").click()
    await expect(page.get_by_test_id("audit-entry").first).to_contain_text(f"took {NUISANCE} off the block list")


async def _do_not_call(page: Page, house: House) -> None:
    await page.get_by_role("link", name="Do not call").click()
    await page.get_by_role("textbox", name="Number").fill("600 555 002")
    await page.get_by_role("textbox", name="Note").fill("asked on the phone")
    await page.get_by_role("button", name="Never call again").click()
    row = page.get_by_test_id("unwanted").filter(has_text=UNWILLING)
    await expect(row).to_contain_text("asked on the phone")
    assert UNWILLING in [one["number"] for one in await house.admin.items("/do-not-call")]
    await page.get_by_role("button", name=f"Delete: {UNWILLING}").click()
    await expect(row).to_have_count(0)
