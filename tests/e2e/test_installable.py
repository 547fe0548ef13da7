"""The page as an application of its own: installable, with a service worker under the strict policy."""

from __future__ import annotations

import pytest

from tests.e2e.browser import chromium, needs_chromium, sign_in
from tests.e2e.house import House

pytestmark = [pytest.mark.browser, needs_chromium]


async def test_the_page_can_be_installed_and_says_so_when_the_server_is_away(house: House) -> None:
    async with chromium() as browser:
        page, errors = await sign_in(browser, house.server.base, "ana")
        await page.evaluate("navigator.serviceWorker.ready.then(() => true)")
        session = await page.context.new_cdp_session(page)
        manifest = await session.send("Page.getAppManifest")
        assert manifest["url"].endswith("/manifest.webmanifest")
        assert manifest["errors"] == []
        wanting = (await session.send("Page.getInstallabilityErrors"))["installabilityErrors"]
        assert [one["errorId"] for one in wanting if one["errorId"] != "in-incognito"] == []
        assert errors == []
        await page.reload()
        await page.context.set_offline(True)
        await page.goto(house.server.base + "/calls")
        assert "There is no connection to the exchange" in await page.inner_text("body")
