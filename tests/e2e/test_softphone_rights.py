"""What a person may, and who a person is, changes in mid-call: what happens to the call and to the telephone."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.async_api import expect

from tests.e2e.browser import needs_chromium
from tests.e2e.house import CALLER_HZ, House, change_part
from tests.e2e.test_softphone import BROWSER_HZ, at_the_phone, headset, hears
from tests.kit import CallerScript
from tests.kit.api import Api
from tests.kit.phone import answers

pytestmark = [pytest.mark.browser, needs_chromium]

FIRST, SECOND = "151", "152"
PASSWORD, FRESH = "tortuga-verde-81", "lagarto-azul-27"
PILAR = {"login": "pilar", "name": "Pilar", "extension": FIRST, "role": "supervisor", "password": PASSWORD}
NEW_PASSWORD = """async ([password, fresh]) => (await fetch("/api/v1/session/password", {
    method: "PUT",
    headers: {
        "Content-Type": "application/json",
        "X-CSRF-Token": document.cookie.match(/centralita_csrf=([^;]*)/)[1],
    },
    body: JSON.stringify({ password, fresh }),
})).status"""


async def test_a_call_outlives_a_new_role_password_and_extension_and_ends_with_the_account(
    house: House, tmp_path: Path
) -> None:
    luis = await house.phone("102", answers(CALLER_HZ))
    await house.admin.post("/settings/people", PILAR)
    try:
        async with headset(tmp_path) as browser:
            page, _ = await at_the_phone(browser, house, "pilar", password=PASSWORD)
            await page.get_by_role("button", name="Luis").first.click()
            await hears(page, CALLER_HZ)
            at_luis, call_id = luis.latest, await house.call_id(direction="internal")
            await change_part(house.admin, "people/pilar", role="agent")
            async with await Api.sign_in(house.server.base, "pilar", PASSWORD) as elsewhere:
                assert await page.evaluate(NEW_PASSWORD, [PASSWORD, FRESH]) == 204
                assert (await elsewhere.request("GET", "/session"))[0] == 401
            await change_part(house.admin, "people/pilar", extension=SECOND)
            await house.events.next("device.registered", 15, login="pilar", extension=SECOND)
            await expect(page.get_by_test_id("phone-lamp")).to_have_attribute("data-health", "ready")
            await hears(page, CALLER_HZ)
            await CallerScript(at_luis).hears_tone(BROWSER_HZ, within=8).run()
            other = luis.call(SECOND)
            await expect(page.get_by_test_id("incoming")).to_be_visible()
            await other.hang_up()

            await change_part(house.admin, "people/pilar", is_active=False)
            await at_luis.ended(3)
            await expect(page.locator("input[name=password]")).to_be_visible()
            logged = await house.logged(call_id)
            assert (logged["reason"], logged["ended_by"]) == ("signed_out", "system")
    finally:
        await house.admin.json("DELETE", "/settings/people/pilar?detach=true")
