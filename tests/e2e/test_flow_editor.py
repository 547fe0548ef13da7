"""An administrator draws a menu in a browser, tries it, publishes it, and callers hear it; then rolls it back."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest
from playwright.async_api import Page, expect

from tests.e2e.browser import barriers, chromium, needs_chromium, overflows, picture, sign_in
from tests.e2e.house import House
from tests.kit import CallerScript

pytestmark = [pytest.mark.browser, needs_chromium]
expect.set_options(timeout=10_000)

NUMBER = "+34910000077"
MENU = "bakery"
WELCOME = "Welcome to the bakery, where bread is fresh from six in the morning until late in the evening."


@pytest.fixture
async def administrator(house: House) -> AsyncIterator[House]:
    """The house, and afterwards neither the menu nor its number."""
    yield house
    for path in (f"/settings/numbers/{NUMBER}", f"/settings/menus/{MENU}"):
        await house.admin.request("DELETE", path)


async def opened(browser: Any, house: House, path: str, **how: Any) -> tuple[Page, list[str]]:
    page, errors = await sign_in(browser, house.server.base, "admin", **how)
    await page.goto(house.server.base + path)
    return page, errors


async def join(page: Page, source: str, way: int, target: str) -> None:
    """Draw a line from the dot of a way to another card."""
    dot = page.get_by_test_id(f"step-{source}").locator(f".react-flow__handle[data-handleid='{way}']")
    await dot.drag_to(page.get_by_test_id(f"step-{target}").locator(".react-flow__handle-left"))


async def test_a_menu_is_drawn_tried_published_dialled_and_rolled_back(administrator: House) -> None:
    house = administrator
    async with chromium() as browser:
        page, errors = await opened(browser, house, "/settings/menus")
        await expect(page.get_by_test_id("menu-main")).to_be_visible()
        await page.get_by_role("button", name="New menu").click()
        await page.get_by_label("Name of the menu").fill(MENU)
        await page.get_by_role("button", name="Create").click()
        await expect(page.get_by_test_id("step-options")).to_be_visible()
        await expect(page.get_by_test_id("draft-state")).to_have_text("Published, version 1")

        await page.get_by_role("button", name="Add a step").click()
        await page.get_by_role("menuitem", name="Say", exact=True).click()
        await page.get_by_label("In English").fill(WELCOME)
        await page.get_by_label("In Spanish").fill(
            "Bienvenido a la panadería, con pan caliente desde las seis de la mañana."
        )
        await expect(page.get_by_test_id("pin-say")).to_be_visible()
        await join(page, "options", 0, "say")
        await expect(page.get_by_test_id("pin-say")).to_have_count(0)
        await expect(page.get_by_test_id("fault-count")).to_have_text("No faults")
        await picture(page, "menu-editor-light")

        await page.get_by_role("tab", name="Try").click()
        await page.get_by_role("combobox", name="Language").click()
        await page.get_by_role("option", name="English").click()
        await page.get_by_role("button", name="Call", exact=True).click()
        heard = page.get_by_test_id("heard")
        await expect(heard).to_contain_text("press one")
        await page.keyboard.press("1")
        await expect(heard).to_contain_text(WELCOME)
        await expect(page.get_by_test_id("arrived")).to_have_text("The call ends")

        await page.get_by_role("button", name="Publish").click()
        await expect(page.get_by_test_id("draft-state")).to_have_text("Published, version 2")
        number = {"number": NUMBER, "destination": {"kind": "menu", "target": MENU}}
        assert (await house.admin.request("POST", "/settings/numbers", number))[0] == 201
        call = await house.place(NUMBER)
        await CallerScript(call).is_answered().hears_speech(within=5).presses("1").hears_speech(within=5).run()
        await call.hang_up()

        await page.get_by_role("tab", name="Step").click()
        await page.get_by_test_id("step-options").click()
        await page.get_by_role("combobox", name="Key 1").click()
        await page.get_by_role("option", name="Queue").click()
        await page.get_by_role("combobox", name="Queue", exact=True).fill("nowhere")
        await expect(page.get_by_test_id("pin-options")).to_be_visible()
        await expect(page.get_by_role("button", name="Publish")).to_be_disabled()
        await page.reload()
        await expect(page.get_by_test_id("pin-options")).to_be_visible()
        await page.get_by_role("button", name="Discard changes").click()
        await expect(page.get_by_test_id("draft-state")).to_have_text("Published, version 2")

        await page.get_by_role("tab", name="Versions").click()
        first = page.get_by_test_id("version-1")
        await first.get_by_role("button", name="Compare with the draft").click()
        await expect(page.get_by_test_id("difference")).to_contain_text("bakery")
        await first.get_by_role("button", name="Back to this version").click()
        await expect(page.get_by_test_id("draft-state")).to_have_text("Published, version 3")
        await expect(page.get_by_test_id("step-say")).to_have_count(0)
        await page.get_by_role("link", name="Voice menus").click()
        await page.get_by_role("button", name=f"Remove the menu {MENU}").click()
        await page.get_by_role("button", name="Delete", exact=True).click()
        await expect(page.get_by_role("alert").filter(has_text="still used")).to_contain_text(NUMBER)
        await page.get_by_role("button", name="Cancel").click()
        assert [one for one in errors if "409" not in one] == []


TEXT = """flow: bakery
title: Bakery
languages: [en]
start: hello
nodes:
  hello:
    say: {prompt: {en: Welcome to the bakery.}, next: hang_up}
"""


async def choose(page: Page, field: str, option: str) -> None:
    """Choose in a field by keyboard."""
    box = page.get_by_role("combobox", name=field, exact=True)
    await box.focus()
    await page.keyboard.press("ArrowDown")
    await page.get_by_role("option", name=option, exact=True).wait_for()
    await box.fill(option)
    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("Enter")


async def test_a_condition_is_drawn_by_keyboard_and_two_administrators_lose_nothing(administrator: House) -> None:
    house = administrator
    assert (await house.admin.request("POST", "/settings/menus", {"name": MENU, "text": TEXT}))[0] == 201
    version = (await house.admin.get(f"/settings/menus/{MENU}"))["version"]
    async with chromium() as browser:
        page, errors = await opened(browser, house, f"/menus/{MENU}")
        await page.get_by_role("button", name="Add a step").focus()
        await page.keyboard.press("Enter")
        await page.get_by_role("menuitem", name="Depending on").focus()
        await page.keyboard.press("Enter")
        case = page.get_by_test_id("case-1")
        await case.get_by_label("With what").fill("+4420")
        await choose(page, "Then go to", "hello")
        await expect(page.get_by_test_id("step-depending-on")).to_contain_text("Caller's number begins with +4420")
        await case.get_by_role("button", name="Write it as an expression").press("Enter")
        expression = case.get_by_label("Case 1: Expression")
        await expression.fill("starts_with(number, '+44') and visits > 2")
        await expect(case).to_contain_text("No variable 'visits'")
        await expect(page.get_by_role("button", name="Publish")).to_be_disabled()
        await expression.fill("starts_with(number, '+44') or number in ['112']")
        await case.get_by_role("button", name="Edit as rows").press("Enter")
        await expect(case.get_by_text("Any of them")).to_be_visible()
        await page.get_by_role("button", name="Begin here").press("Enter")
        await expect(page.get_by_test_id("fault-count")).to_have_text("No faults")

        card = page.get_by_test_id("rf__node-card hello")
        before = await card.bounding_box()
        await card.focus()
        await page.keyboard.press("Enter")
        await page.keyboard.press("ArrowRight")
        await page.get_by_role("button", name="Arrange").wait_for()
        assert before != await card.bounding_box()
        await card.focus()
        await page.keyboard.press("Delete")
        await expect(page.get_by_test_id("step-hello")).to_have_count(0)
        await expect(page.get_by_test_id("pin-depending-on")).to_be_visible()
        await page.keyboard.press("Control+z")
        await expect(page.get_by_test_id("step-hello")).to_be_visible()

        theirs = {"name": MENU, "text": TEXT.replace("Welcome to the bakery", "Good morning")}
        assert (await house.admin.request("PUT", f"/settings/menus/{MENU}?version={version}", theirs))[0] == 200
        await page.get_by_role("button", name="Publish").click()
        conflict = page.get_by_test_id("conflict")
        await conflict.get_by_role("button", name="See what they changed").click()
        await expect(conflict).to_contain_text("Changed: hello")
        await page.reload()
        await conflict.get_by_role("button", name="Join both").click()
        await page.get_by_role("button", name="Publish").click()
        await expect(page.get_by_test_id("draft-state")).to_have_text(f"Published, version {version + 2}")
        text = (await house.admin.get(f"/settings/menus/{MENU}"))["value"]["text"]
        assert "Good morning" in text
        assert "starts_with(number, '+44') or number in ['112']" in text
        assert [one for one in errors if "409" not in one] == []


@pytest.mark.parametrize(("width", "scheme"), [(1440, "light"), (768, "dark"), (360, "dark")])
async def test_the_editor_is_open_to_everybody(house: House, width: int, scheme: str) -> None:
    async with chromium() as browser:
        for path, ready in (("/settings/menus", "menu-main"), ("/menus/main", "step-options")):
            page, errors = await opened(browser, house, path, width=width, scheme=scheme, language="es-ES")
            await expect(page.get_by_test_id(ready)).to_be_attached()
            assert not await overflows(page)
            if path.endswith("main"):
                await page.get_by_test_id("step-options").dispatch_event("click")
                await page.get_by_label("Nombre del paso").wait_for()
                await picture(page, f"menu-editor-{scheme}-{width}")
            assert await barriers(page) == []
            assert errors == []


async def test_an_agent_does_not_get_in(house: House) -> None:
    async with chromium() as browser:
        page, _ = await sign_in(browser, house.server.base, "ana")
        await page.goto(house.server.base + "/menus/main")
        await expect(page.get_by_test_id("queue-sales")).to_be_visible()
        await expect(page.get_by_test_id("canvas")).to_have_count(0)
