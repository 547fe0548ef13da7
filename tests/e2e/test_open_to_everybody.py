"""Every page, to everybody: nothing that axe-core finds, no horizontal bar in three widths, both themes and languages.

One page of the browser for each role and theme goes from place to place as a link does, without being loaded anew.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any, TypeVar

import pytest
from playwright.async_api import Browser, Page, expect

from tests.e2e.browser import AXE, barriers, chromium, needs_chromium, overflows, picture, sign_in
from tests.e2e.company_parts import part
from tests.e2e.house import CARMEN, House
from tests.e2e.test_page import talk

pytestmark = [pytest.mark.browser, needs_chromium]
expect.set_options(timeout=10_000)

Found = TypeVar("Found")
SETTLED_MS = 800
LOOKS_AGAIN = 5  # a page that comes slowly is looked at again, and only that costs time
WIDTHS = {1440: 900, 768: 900, 360: 740}
LOOKS = (("en-GB", "light", 1440), ("es-ES", "dark", 360))
FLOOR = ("live", "calls", "customers", "voicemail", "campaigns", "reports")
AGENT = ("live", "calls", "customers", "voicemail", "account")
SETTINGS = (
    *("setup", "system", "audit", "company", "people", "people/new", "people/ana", "roles", "roles/new", "devices"),
    *("queues", "queues/sales", "prompts", "blocklist", "trunks/carrier", "tokens", "menus", "hours", "do_not_call"),
    *("recordings", "crm_rules", "report_mails"),
    *("numbers/new", "ring_groups/reception", "webhooks/new", "webhooks/till", "report_mails/new"),
)
PICTURED_ELSEWHERE = ("live", "account", "settings/audit", "settings/blocklist", "settings/hours")  # with more on them
IN_THE_DARK = ("call", "live", "menus/main", "reports", "settings/queues/sales", "settings/system")


async def go(page: Page, path: str) -> None:
    """As a link of the page does."""
    step = "(to) => { history.pushState({}, '', to); dispatchEvent(new PopStateEvent('popstate')); }"
    await page.evaluate(step, path)
    await page.wait_for_timeout(50)
    await expect(page.get_by_role("heading", level=1).first, path).to_be_visible()
    await expect(page.locator(".mantine-Skeleton-root"), path).to_have_count(0)


async def once_settled(page: Page, look: Callable[[Page], Awaitable[Found]]) -> Found:
    """What is found, and still is when whatever was coming has come."""
    found = await look(page)
    for _ in range(LOOKS_AGAIN):
        if not found:
            break
        await page.wait_for_timeout(SETTLED_MS)
        found = await look(page)
    return found


async def walk(
    browser: Browser, house: House, login: str, places: dict[str, str], look: tuple[str, str, int]
) -> list[Any]:
    """What is wrong on these pages for ``login``."""
    language, scheme, axe_width = look
    page, errors = await sign_in(browser, house.server.base, login, language=language, scheme=scheme)
    faults: list[Any] = []
    for name, path in places.items():
        await go(page, path)
        for width, height in WIDTHS.items():
            await page.set_viewport_size({"width": width, "height": height})
            if await once_settled(page, overflows):
                faults.append((login, name, scheme, f"{width} pixels have a horizontal bar"))
            if AXE.is_file() and width == axe_width:
                faults += [(login, name, scheme, barrier) for barrier in await once_settled(page, barriers)]
            if width == 1440 and login != "ana" and _is_pictured(name, scheme):
                await picture(page, f"{name.replace('/', '-')}-{scheme}")
    await page.context.close()
    return [*faults, *((login, scheme, error) for error in errors)]


def _is_pictured(name: str, scheme: str) -> bool:
    return name in IN_THE_DARK if scheme == "dark" else name not in PICTURED_ELSEWHERE


async def faults_in(house: House, people: dict[str, dict[str, str]]) -> list[Any]:
    """What is wrong anywhere on these pages, by login, in both looks."""
    faults: list[Any] = []
    async with chromium() as browser:
        for login, places in people.items():
            found = await asyncio.gather(*(walk(browser, house, login, places, look) for look in LOOKS))
            faults += [fault for some in found for fault in some]
    return faults


async def test_what_agents_and_supervisors_see_is_open_to_everybody_in_every_size_language_and_theme(
    house: House,
) -> None:
    ana = await house.agent("ana")
    call, incoming = await talk(house, ana)
    call_id = (await house.live_calls())[0]["id"]
    await call.hang_up()
    await incoming.ended(5)
    (carmen,) = await house.admin.items("/contacts", number=CARMEN)
    floor = {name: f"/{name}" for name in FLOOR}
    floor |= {"call": f"/calls?call={call_id}", "customer": f"/customers/{carmen['id']}", "wall": "/live?wall=1"}
    assert await faults_in(house, {"sofia": floor, "ana": {name: f"/{name}" for name in AGENT}}) == []


@asynccontextmanager
async def something_in_every_list(house: House) -> AsyncIterator[None]:
    """A webhook that has been sent something, a token and a number that is blocked."""
    till = {"name": "till", "url": "http://127.0.0.1:9/", "events": ["call.rated"]}
    async with part(house, "webhooks", "till", till):
        await house.admin.post("/settings/webhooks/till/test")
        token = await house.admin.post("/tokens", {"name": "The till of the coffee house", "is_read_only": True})
        rule = await house.admin.post("/blocklist", {"number": "+34803*", "note": "Sells what nobody wants to buy"})
        try:
            yield
        finally:
            await house.admin.json("DELETE", f"/tokens/{token['id']}")
            await house.admin.json("DELETE", f"/blocklist/{rule['id']}")


@pytest.mark.parametrize("half", [0, 1])
async def test_what_administrators_see_is_open_to_everybody_in_every_size_language_and_theme(
    house: House, half: int
) -> None:
    settings = {f"settings/{place}": f"/settings/{place}" for place in SETTINGS} | {"menus/main": "/menus/main"}
    async with something_in_every_list(house):
        assert await faults_in(house, {"admin": dict(list(settings.items())[half::2])}) == []
