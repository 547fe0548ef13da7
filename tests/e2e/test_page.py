"""The page in a real browser: the floor, the pop-up, calls and their stories, customers, reports; and its pictures."""

from __future__ import annotations

import re

import pytest
from playwright.async_api import Page, expect

from tests.e2e.browser import AXE, barriers, chromium, needs_chromium, picture, sign_in
from tests.e2e.house import AGENT_HZ, CALLER_HZ, MAIN, SALES, Agent, House
from tests.kit import Call, CallerScript
from tests.kit.api import eventually

pytestmark = [pytest.mark.browser, needs_chromium]
expect.set_options(timeout=10_000)


async def talk(house: House, agent: Agent, number: str = SALES, keys: str = "") -> tuple[Call, Call]:
    """A caller and the agent, connected and heard."""
    call = await house.place(number)
    if keys:
        await CallerScript(call).is_answered().hears_speech(within=5).presses(keys).run()
    incoming = await agent.phone.incoming(10)
    incoming.ring()
    await incoming.answer()
    incoming.say_tone(AGENT_HZ)
    call.say_tone(CALLER_HZ)
    await CallerScript(call).hears_tone(AGENT_HZ, within=10, seconds=0.4).run()
    return call, incoming


async def plays(page: Page) -> None:
    """The player on the page has sound in it, and it advances."""

    async def advances() -> bool | None:
        return await page.evaluate("(document.querySelector('audio')?.currentTime ?? 0) > 0.1") or None

    await eventually(advances, 10, "a recording that plays")


async def test_a_wrong_password_is_said_and_a_right_one_opens_the_floor(house: House) -> None:
    async with chromium() as browser:
        page = await browser.new_page(locale="es-ES")
        await page.goto(house.server.base)
        await page.locator("input[name=login]").fill("ana")
        await page.locator("input[name=password]").fill("nonsense")
        await page.keyboard.press("Enter")
        await expect(page.get_by_role("alert")).to_contain_text("incorrectos")
        await page.locator("input[name=password]").fill("demo")
        await page.keyboard.press("Enter")
        await expect(page.get_by_test_id("queue-sales")).to_be_visible()
        await page.get_by_role("button", name="Salir").click()
        await expect(page.locator("input[name=password]")).to_be_visible()
        stranger = {"login": "nobody-at-all", "password": "nonsense"}
        for _ in range(10):
            await house.admin.request("POST", "/session", stranger)
        await page.locator("input[name=login]").fill(stranger["login"])
        await page.locator("input[name=password]").fill(stranger["password"])
        await page.keyboard.press("Enter")
        await expect(page.get_by_role("alert")).to_contain_text("Demasiados intentos")


async def test_an_agent_sets_the_state_sees_known_and_unknown_callers_and_reads_the_story_afterwards(
    house: House,
) -> None:
    ana = await house.agent("ana", state="offline")
    async with chromium() as browser:
        page, errors = await sign_in(browser, house.server.base, "ana")
        await expect(page.get_by_role("link", name="Reports")).to_have_count(0)
        await page.get_by_role("button", name="My state").click()
        await page.get_by_role("menuitem", name="Available").click()
        await expect(page.get_by_test_id("agent-ana")).to_contain_text("Available")
        assert (await ana.api.agent("ana"))["state"] == "available"

        pop = page.get_by_test_id("screen-pop")
        call = await house.place(SALES, "+34699000111")
        await ana.phone.incoming()
        await expect(pop).to_contain_text("Unknown number")
        await call.hang_up()
        await expect(pop).to_be_hidden()

        call = await house.place(MAIN)
        await CallerScript(call).is_answered().hears_speech(within=5).presses("1").run()
        incoming = await ana.phone.incoming(10)
        await expect(pop).to_contain_text("Carmen Ruiz")
        await expect(pop).to_contain_text("Librería Sol")
        await picture(page, "pop-up-light")
        incoming.ring()
        await incoming.answer()
        incoming.say_tone(AGENT_HZ)
        call.say_tone(CALLER_HZ)
        await CallerScript(call).hears_tone(AGENT_HZ, within=10, seconds=1.0).run()
        await expect(page.get_by_test_id("agent-ana")).to_contain_text("Talking")
        await expect(pop).to_contain_text("In a call")
        await call.hang_up()
        await incoming.ended(5)
        await expect(pop).to_contain_text("After the call")
        await pop.get_by_role("button", name="Close").click()
        await expect(pop).to_be_hidden()

        await page.get_by_role("link", name="Calls", exact=True).first.click()
        row = page.get_by_test_id("call-row").first
        await expect(row).to_contain_text("Carmen Ruiz")
        await expect(row).to_contain_text("Answered")
        await row.get_by_role("button", name="Play").click()
        await plays(page)
        story = page.get_by_test_id("story")
        for sentence in ("Entered the menu main", "Pressed 1", "Waiting in Ventas, position 1", "Ana answered"):
            await expect(story).to_contain_text(sentence)
        await expect(story).not_to_contain_text(re.compile(r"[a-z]+\.[a-z]+|_"))
        await expect(page.locator(".wave-canvas")).to_be_visible()
        await page.get_by_role("textbox", name="Add a note").fill("Wants twelve cups")
        await page.get_by_role("button", name="Add a note").click()
        await expect(page.get_by_test_id("story-panel")).to_contain_text("Wants twelve cups")
        await picture(page, "call-story-light")
        await row.get_by_role("button", name="Carmen Ruiz").focus()
        await page.keyboard.press("Escape")
        await expect(page.get_by_test_id("story-panel")).to_be_hidden()
        assert errors == []


async def test_the_floor_catches_up_and_is_live_its_numbers_open_and_a_supervisor_listens_in(house: House) -> None:
    ana = await house.agent("ana")
    await house.agent("luis", state="offline")
    supervisor_phone = await house.phone("110")
    async with chromium() as browser:
        page, errors = await sign_in(browser, house.server.base, "sofia")
        sales = page.get_by_test_id("queue-sales")
        await page.context.set_offline(True)
        await (await house.api("luis")).put("/agents/me", {"state": "break", "reason": "lunch"})
        await page.context.set_offline(False)
        await expect(page.get_by_test_id("agent-luis")).to_contain_text("Lunch", timeout=15_000)
        errors.clear()  # the browser's own words about the connection that was gone
        first, _ = await talk(house, ana)
        second = await house.place(SALES, "+34911222333")
        await expect(sales.get_by_test_id("waiting")).to_have_text("1")
        await expect(page.get_by_test_id("live-call")).to_have_count(2)
        await picture(page, "live-light")

        row = page.get_by_test_id("live-call").filter(has_text="Carmen Ruiz")
        await row.get_by_role("button", name="Listen").click()
        listening = await supervisor_phone.incoming(5)
        await listening.answer()
        await CallerScript(listening).hears_sound(within=5).run()
        await listening.hang_up()

        await first.hang_up()
        await second.hang_up()
        await expect(sales.get_by_test_id("waiting")).to_have_text("0")
        await expect(page.get_by_text("There is no call right now.")).to_be_visible()
        await sales.get_by_role("link", name="answered today").click()
        await expect(page).to_have_url(re.compile(r"/calls\?figure=queues.answered&figure_of=sales"))
        await expect(page.get_by_test_id("call-row").first).to_contain_text("Carmen Ruiz")

        await page.get_by_role("link", name="Reports").click()
        await page.get_by_role("combobox", name="All queues").select_option("sales")
        await page.get_by_role("columnheader", name="Abandoned").get_by_role("button").click()
        await expect(page).to_have_url(re.compile("only=sales.*sort=-abandoned"))
        await page.get_by_test_id("headline-abandoned").get_by_role("link").click()
        await expect(page).to_have_url(re.compile(r"/calls\?figure=queues.abandoned&figure_of=sales"))
        await expect(page.get_by_test_id("call-row").filter(has_text="911 22 23 33")).not_to_have_count(0)
        assert errors == []


async def test_everything_is_reached_with_the_keyboard(house: House) -> None:
    async with chromium() as browser:
        page, errors = await sign_in(browser, house.server.base, "sofia")
        await page.reload()
        await page.get_by_test_id("queue-sales").wait_for()
        await page.keyboard.press("Tab")
        await expect(page.get_by_role("link", name="Skip to content")).to_be_focused()
        await page.keyboard.press("?")
        await expect(page.get_by_role("dialog", name="Keys")).to_be_visible()
        await page.keyboard.press("Escape")
        await expect(page.get_by_role("dialog")).to_have_count(0)
        await page.keyboard.press("g")
        await page.keyboard.press("c")
        await expect(page).to_have_url(re.compile("/calls$"))
        await page.get_by_role("heading", name="Calls", exact=True).wait_for()
        await page.keyboard.press("/")
        await expect(page.get_by_role("searchbox", name="Number")).to_be_focused()

        await page.keyboard.press("Control+k")
        await page.get_by_role("combobox", name="Search").fill("carm")
        await expect(page.get_by_role("option", name="Carmen Ruiz")).to_have_attribute("aria-selected", "true")
        if AXE.is_file():
            assert await barriers(page) == []
        await picture(page, "palette-light")
        await page.keyboard.press("Enter")
        await expect(page.get_by_role("heading", level=1)).to_have_text("Carmen Ruiz")

        await page.keyboard.press("Control+k")
        await page.get_by_role("combobox", name="Search").fill("break cof")
        await page.keyboard.press("Enter")
        await expect(page.get_by_role("button", name="My state: Break")).to_be_visible()
        assert errors == []
    await (await house.api("sofia")).put("/agents/me", {"state": "offline"})


OPENS = (
    ("", re.compile("^Keys")),
    ("", re.compile("^Search")),
    ("", re.compile("^My state")),
    ("", re.compile("^Phone: ")),
    ("/live", "Alerts"),
    ("/live", "Change Ana"),
    ("/customers", "New customer"),
)
IS_INSIDE = """(opener) => {
  const place = document.activeElement.closest("[role=dialog], [role=menu], [role=group]");
  return place !== null && !place.contains(opener) && document.activeElement !== document.body;
}"""


async def test_what_opens_by_keyboard_takes_the_focus_keeps_it_and_gives_it_back(house: House) -> None:
    async with chromium() as browser:
        page, errors = await sign_in(browser, house.server.base, "sofia")
        for path, name in OPENS:
            if path and not page.url.endswith(path):
                await page.goto(house.server.base + path)
            opener = page.get_by_role("button", name=name, exact=True).first
            await opener.focus()
            await page.keyboard.press("Enter")
            handle = await opener.element_handle()
            await page.wait_for_function(IS_INSIDE, arg=handle)
            for key in ("Tab", "Shift+Tab"):
                await page.keyboard.press(key)
                if await page.evaluate("document.activeElement.closest('[role=menu]') === null"):
                    assert await page.evaluate(IS_INSIDE, handle), f"{name}: {key} leads out of it"
            await page.keyboard.press("Escape")
            await expect(opener, str(name)).to_be_focused()
            await page.wait_for_function(f"(opener) => !({IS_INSIDE})(opener)", arg=handle)
        assert errors == []


async def test_a_customer_is_made_found_and_cared_for(house: House) -> None:
    async with chromium() as browser:
        page, errors = await sign_in(browser, house.server.base, "luis")
        await page.goto(house.server.base + "/customers")
        await page.get_by_role("button", name="New customer").click()
        form = page.get_by_role("dialog")
        await form.get_by_label("Name").fill("Núria Pla")
        await form.get_by_label("Numbers").fill("12")
        await form.get_by_role("button", name="Save").click()
        await expect(form).to_contain_text("not a telephone number")
        errors.clear()
        await form.get_by_label("Numbers").fill("931 234 567")
        await form.get_by_role("button", name="Save").click()
        await expect(page.get_by_role("heading", level=1)).to_have_text("Núria Pla")
        await page.get_by_role("textbox", name="Write a note").fill("Prefers mornings")
        await page.get_by_role("region", name="History").get_by_role("button", name="Add").click()
        await expect(page.get_by_role("region", name="History").get_by_role("listitem")).to_contain_text(
            "Prefers mornings"
        )
        await page.get_by_role("textbox", name="New task").fill("Send the price list")
        await page.keyboard.press("Enter")
        task = page.get_by_role("checkbox", name="Send the price list")
        await task.click()
        await expect(task).to_be_checked()
        await page.goto(house.server.base + "/customers?q=+34931234567".replace("+", "%2B"))
        await expect(page.get_by_test_id("customer-row")).to_contain_text("Núria Pla")
        assert errors == []
