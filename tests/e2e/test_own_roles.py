"""A role of the company's own: the page offers what it permits, not what the role it is based on does."""

from __future__ import annotations

import re

import pytest
from playwright.async_api import expect

from tests.e2e.browser import chromium, needs_chromium, sign_in
from tests.e2e.house import House
from tests.e2e.test_page import talk

pytestmark = [pytest.mark.browser, needs_chromium]

COACH = {
    "name": "coach",
    "based_on": "agent",
    "permissions": {
        "calls.list": "all",
        "calls.read": "all",
        "calls.events": "all",
        "events": "all",
        "calls.supervise": "all",
        "settings.queues.list": "all",
        "settings.queues.read": "all",
    },
}


async def test_buttons_follow_the_permissions(house: House) -> None:
    kept = (await house.admin.get("/settings/people/marta"))["value"]
    await house.admin.post("/settings/roles", COACH)
    await house.admin.put("/settings/people/marta", {**kept, "role": "coach"})
    try:
        ana = await house.agent("ana")
        async with chromium() as browser:
            page, errors = await sign_in(browser, house.server.base, "marta")
            await talk(house, ana)
            row = page.get_by_test_id("live-call").first
            await expect(row.get_by_role("button", name="Listen", exact=True)).to_be_visible()
            await expect(row.get_by_role("button", name="Take over", exact=True)).to_have_count(0)
            await expect(page.get_by_role("button", name=re.compile("^Change "))).to_have_count(0)
            assert errors == []
            await row.get_by_role("link").first.click()
            await expect(page.get_by_test_id("story")).to_be_visible()
            await expect(page.get_by_test_id("trace")).to_have_count(0)

            # What one may look at is shown as it is, with nothing that would be refused; the rest is said to be closed.
            await page.goto(f"{house.server.base}/settings/queues")
            await page.get_by_role("link", name="Ventas").click()
            await expect(page.get_by_text("your role does not let you change it")).to_be_visible()
            await expect(page.get_by_role("textbox", name="Title")).to_be_disabled()
            for button in ("Save", "Delete", "Add"):
                await expect(page.get_by_role("button", name=button, exact=True)).to_have_count(0)
            for closed in ("queues/new", "people", "people/ana", "recordings"):
                await page.goto(f"{house.server.base}/settings/{closed}")
                await expect(page.get_by_text("Your account may not see this.")).to_be_visible()
            assert errors == []
    finally:
        await house.admin.put("/settings/people/marta", kept)
        await house.admin.request("DELETE", "/settings/roles/coach")
