"""What is removed at the page is gone at once, comes back by Undo, and stays gone when the page is closed."""

from __future__ import annotations

import pytest
from playwright.async_api import expect

from tests.e2e.browser import chromium, needs_chromium, sign_in
from tests.e2e.house import House
from tests.e2e.test_greetings import tone, upload
from tests.kit.api import eventually

pytestmark = [pytest.mark.browser, needs_chromium]


async def test_a_removed_greeting_comes_back_by_undo_and_not_when_the_page_is_closed(house: House) -> None:
    luis = await house.api("luis")
    assert await upload(luis, "/greetings/102", tone(1.0)) == 200

    async def is_there() -> bool:
        (shown,) = await luis.items("/greetings")
        return shown["recorded_at"] is not None

    async def is_gone() -> bool | None:
        return not await is_there() or None

    async with chromium() as browser:
        page, errors = await sign_in(browser, house.server.base, "luis")
        await page.goto(house.server.base + "/voicemail")
        remove = page.get_by_test_id("greeting-102").get_by_role("button", name="Delete the greeting")
        undo = page.get_by_role("button", name="Undo")
        await remove.click()
        await expect(remove).to_be_hidden()
        await undo.click()
        await expect(remove).to_be_visible()
        await expect(undo).to_be_hidden()
        assert await is_there()
        await remove.click()
        await page.close()
        await eventually(is_gone, 10, "a greeting that is removed although the page was closed at that moment")
        assert errors == []
