"""The agent's desk around a call, and the supervisor's hand on the floor, in real Chromium."""

from __future__ import annotations

import re

import pytest
from playwright.async_api import expect

from tests.e2e.browser import AXE, barriers, chromium, needs_chromium, overflows, picture, sign_in
from tests.e2e.house import SALES, House
from tests.e2e.test_page import talk

pytestmark = [pytest.mark.browser, needs_chromium]


async def test_an_agent_reads_the_script_writes_and_says_what_the_call_came_to(house: House) -> None:
    async with chromium() as browser:
        page, errors = await sign_in(browser, house.server.base, "ana")
        agent = await house.agent("ana")
        call, _ = await talk(house, agent)
        call_id = await house.call_id(direction="inbound")
        pop = page.get_by_test_id("screen-pop")
        await expect(pop.get_by_test_id("script")).to_contain_text("How many kilos a month?")
        await pop.get_by_role("textbox", name="Add a note").fill("Wants three kilos")
        await expect(pop.get_by_test_id("note-saved")).to_have_text("Saved")
        await pop.get_by_role("textbox", name="Add a note").press_sequentially(" a week")
        await pop.get_by_role("textbox", name="New task").fill("Send the sample box")
        await page.keyboard.press("Enter")
        await expect(pop).to_contain_text("Send the sample box")
        await page.reload()
        await expect(pop.get_by_role("textbox", name="Add a note")).to_have_value("Wants three kilos a week")
        await call.hang_up()
        outcome = pop.get_by_test_id("outcome")
        await expect(pop).to_contain_text("After the call")
        await expect(outcome).to_contain_text("Wrap-up")
        await outcome.get_by_role("button", name="Call again").click()
        await expect(outcome.get_by_role("button", name="Save the outcome")).to_be_disabled()
        await outcome.get_by_role("textbox", name="Comment").fill("On Monday at ten")
        if AXE.is_file():
            assert await barriers(page) == []
        await picture(page, "desk-light")
        for width in (360, 1440):
            await page.set_viewport_size({"width": width, "height": 900})
            assert not await overflows(page)
        await outcome.get_by_role("button", name="Save the outcome").click()
        await expect(pop).to_have_count(0)
        assert await page.evaluate("document.activeElement !== document.body")
        assert (await agent.api.agent("ana"))["state"] == "available"
        kept = await house.admin.get(f"/calls/{call_id}/disposition")
        assert (kept["code"], kept["note"], kept["author"]) == ("call_again", "On Monday at ten", "ana")
        (note,) = await house.admin.items(f"/calls/{call_id}/notes")
        assert note["text"] == "Wants three kilos a week"
        assert (await house.events.next("call.disposed", 5)).event["code"] == "call_again"
        assert errors == []


async def test_a_supervisor_moves_a_caller_and_changes_an_agent(house: House) -> None:
    async with chromium() as browser:
        page, errors = await sign_in(browser, house.server.base, "sofia", scheme="dark")
        await page.get_by_role("button", name="Alerts").click()
        await page.get_by_role("textbox", name="Callers waiting").fill("1")
        await page.keyboard.press("Escape")
        call = await house.place(SALES)
        await expect(page.get_by_test_id("queue-sales")).to_contain_text("many callers wait")
        row = page.get_by_test_id("live-call").first
        await row.get_by_role("button", name="Move the caller").click()
        await page.get_by_role("menuitem", name="Soporte").click()
        await expect(page.get_by_test_id("queue-support").get_by_test_id("waiting")).to_have_text("1")
        await picture(page, "wall-dark")
        if AXE.is_file():
            assert await barriers(page) == []
        luis = await house.phone("102")
        await page.get_by_role("button", name="Change Luis").click()
        await page.get_by_role("menuitem", name="Available").click()
        incoming = await luis.incoming(10)
        await incoming.answer()
        await call.hang_up()
        await page.get_by_role("button", name="Change Luis").click()
        sales = page.get_by_role("menuitemcheckbox", name="Ventas")
        await sales.click()
        await expect(sales).to_have_attribute("aria-checked", "false")
        await expect(page.get_by_test_id("agent-luis")).not_to_contain_text("Ventas")
        await sales.click()
        await expect(sales).to_have_attribute("aria-checked", "true")
        await page.keyboard.press("Escape")
        await expect(page.get_by_test_id("agent-luis")).to_contain_text(re.compile("Ventas"))
        assert errors == []
