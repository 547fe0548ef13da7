"""The administrator's desk: the company is changed while it works, over the API and in the page."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyotp
import pytest
from playwright.async_api import Page, expect

from tests.e2e.browser import PATIENCE_MS, chromium, needs_chromium, picture, sign_in
from tests.e2e.conftest import ServerFactory
from tests.e2e.house import SALES, House, both_hear_each_other, change_part
from tests.kit import Api, CallerScript, Phone, Server
from tests.kit.errors import ApiError, CallFailedError

expect.set_options(timeout=10_000)


async def test_the_company_changes_while_calls_are_up_and_drops_none(
    own_server: ServerFactory, open_house: Callable[[Server], Any]
) -> None:
    house: House = await open_house(own_server())
    ana, luis = await house.agent("ana"), await house.agent("luis", state="offline")
    caller = await house.place(SALES)
    incoming = await ana.phone.incoming(10)
    await incoming.answer()
    await both_hear_each_other(caller, incoming)

    # A new person signs in, registers and is called at once.
    made = await house.admin.post("/settings/people", {"login": "pepa", "name": "Pepa", "extension": "104"})
    passwords = made["passwords"]
    async with await Api.sign_in(house.server.base, "pepa", passwords["page"]) as pepa_api:
        assert (await pepa_api.get("/session"))["extension"] == "104"
        pepa = await Phone.start(house.server.sip, "104", passwords["telephone"]["password"])
        async with pepa:
            await pepa.register()
            call = luis.phone.call("104")
            rung = await pepa.incoming(5)
            await rung.answer()
            await both_hear_each_other(call, rung)

            # Who is deactivated in a call stays in it, and is out with everything else.
            await change_part(house.admin, "people/pepa", is_active=False)
            await both_hear_each_other(call, rung)
            with pytest.raises(ApiError):
                await pepa_api.get("/session")
            with pytest.raises(CallFailedError):
                await pepa.register()
            await call.hang_up()
            await rung.ended(5)

    # The queue that serves a call changes, its agent is removed from it and from the company: the call goes on.
    await change_part(house.admin, "queues/sales", title="Sales", max_wait_s=60)
    await house.admin.json("DELETE", "/settings/people/ana?detach=true".replace("ana", "luis"))
    logins = [agent["login"] for agent in await house.admin.items("/agents")]
    assert "luis" not in logins
    await both_hear_each_other(caller, incoming)
    waiting = await house.place(SALES, "+34911222333")
    await waiting.answered(5)
    await change_part(house.admin, "queues/sales", members=[])
    await both_hear_each_other(caller, incoming)
    await CallerScript(waiting).hears_sound(within=5).run()
    await waiting.hang_up()
    await caller.hang_up()
    await incoming.ended(5)

    audit = await house.admin.items("/audit")
    assert {(one["action"], one["kind"], one["name"]) for one in audit} >= {
        ("created", "person", "pepa"),
        ("deleted", "person", "luis"),
        ("changed", "queue", "sales"),
    }
    said = await house.admin.post("/settings/trunks/carrier/test")
    assert said["fault"] == "", said


@pytest.mark.browser
@needs_chromium
async def test_an_administrator_runs_the_company_from_the_page(
    own_server: ServerFactory, open_house: Callable[[Server], Any], tmp_path: Path
) -> None:
    house: House = await open_house(own_server())
    base = house.server.base
    async with chromium() as browser:
        page, errors = await sign_in(browser, base, "admin")
        await page.get_by_role("link", name="Settings").first.click()
        await expect(page.get_by_role("heading", level=1)).to_have_text("People")
        await _a_person(page)
        await _a_queue_and_its_undo(page, house)
        await _the_block_list(page, tmp_path, house)
        await _a_trunk_and_a_role(page)
        await _a_report_by_mail(page)
        await _a_second_factor(page)
        unexpected = [error for error in errors if not re.search(r"status of (422|409|401)", error)]
        assert unexpected == []


async def _a_person(page: Page) -> None:
    await page.get_by_role("button", name="New person").click()
    await page.get_by_role("textbox", name="Name", exact=True).fill("Núria Pla")
    await page.get_by_role("textbox", name="User name").fill("nuria")
    await page.get_by_role("textbox", name="Extension").fill("101")
    await page.get_by_role("button", name="Save").click()
    await expect(page.get_by_text("extension '101' is defined twice").first).to_be_visible()
    await expect(page.get_by_role("textbox", name="Extension")).to_have_attribute("aria-invalid", "true")
    await picture(page, "settings-fault-light")
    await page.get_by_role("textbox", name="Extension").fill("105")
    await page.keyboard.press("Enter")
    await expect(page.get_by_test_id("qr")).to_be_visible()
    await expect(page.get_by_test_id("secret")).to_have_count(5)
    await picture(page, "settings-person-light")
    await page.get_by_role("button", name="Done").click()
    await page.get_by_role("searchbox", name="Search").fill("nuria")
    await expect(page.get_by_test_id("part-nuria")).to_contain_text("105")
    await expect(page).to_have_url(re.compile("q=nuria"))
    await expect(page.get_by_test_id("part-ana")).to_have_count(0)


async def _a_queue_and_its_undo(page: Page, house: House) -> None:
    await page.get_by_role("link", name="Queues").click()
    await page.get_by_role("link", name="Ventas").click()
    await page.get_by_role("textbox", name="Title").fill("Sales")
    await change_part(house.admin, "queues/sales", wrap_up_s=7)
    await page.get_by_role("button", name="Save").click()
    await expect(page.get_by_role("main").get_by_role("alert")).to_contain_text(
        "Admin has changed it meanwhile (version 2)"
    )
    await page.get_by_role("button", name="Keep my changes").click()
    await expect(page.get_by_role("textbox", name="Title")).to_have_value("Sales")
    async with page.expect_response(lambda answer: answer.request.method == "PUT" and answer.ok):
        await page.keyboard.press("Control+s")
    await expect(page.get_by_text("Saved. It counts from now on.").first).to_be_visible()
    await picture(page, "settings-queue-light")
    saved = (await house.admin.get("/settings/queues/sales"))["value"]
    assert (saved["title"], saved["wrap_up_s"]) == ("Sales", 7)
    await page.get_by_role("link", name="Audit log").click()
    await expect(page.get_by_test_id("audit-entry").first).to_contain_text("Title: Ventas → Sales")
    await picture(page, "settings-audit-light")
    await page.get_by_role("button", name="Undo: Sales").click()
    await expect(page.get_by_test_id("audit-entry").first).to_contain_text("restored")
    assert (await house.admin.get("/queues/sales"))["title"] == "Ventas"
    await page.get_by_role("link", name="Ring groups").click()
    await page.get_by_role("link", name="reception").click()
    await page.get_by_role("button", name="Delete", exact=True).click()
    used = page.get_by_role("main").get_by_role("alert").filter(has_text="It is still used here")
    await expect(used.get_by_role("link")).to_have_attribute("href", "/menus/main")
    await page.get_by_role("textbox", name="Rings for (seconds)").fill("1")
    await page.keyboard.press("Control+s")
    await page.get_by_role("button", name="Rings for (seconds)").click()
    await expect(page.get_by_role("textbox", name="Rings for (seconds)")).to_be_focused()
    await expect(page.get_by_text("at least 5", exact=True)).to_be_visible()


async def _the_block_list(page: Page, tmp_path: Path, house: House) -> None:
    await page.get_by_role("link", name="Block list").click()
    await expect(page.get_by_text("Nobody is turned away.")).to_be_visible()
    faulty, right = tmp_path / "faulty.csv", tmp_path / "right.csv"
    await asyncio.to_thread(faulty.write_text, "number\n600000001\nabc\n")
    lines = "\n".join(f"+346{number:08}" for number in range(20_000))
    await asyncio.to_thread(right.write_text, f"number\n{lines}\n")
    await page.locator("input[type=file]").set_input_files(faulty)
    await expect(page.get_by_role("main").get_by_role("alert")).to_contain_text("line 3: number")
    await page.locator("input[type=file]").set_input_files(right)
    await expect(page.get_by_text("Imported: 20000 lines, 20000 new numbers.")).to_be_visible(timeout=30_000)
    await page.get_by_role("textbox", name="Number or prefix").fill("+34803*")
    await page.get_by_role("button", name="Block", exact=True).click()
    await expect(page.get_by_test_id("block-rule").first).to_contain_text("+34803*")
    await picture(page, "settings-blocklist-light")
    call = await house.place(SALES, "+34600000077")
    assert await call.refused(5) == 603


async def _a_trunk_and_a_role(page: Page) -> None:
    await page.goto(page.url.partition("/settings")[0] + "/settings/trunks/carrier")
    await page.get_by_role("button", name="Test").click()
    await expect(page.get_by_text(re.compile("Answers|Cannot be used")).first).to_be_visible()
    await page.goto(page.url.partition("/settings")[0] + "/settings/roles/new")
    await page.get_by_role("textbox", name="Title").fill("Shift lead")
    await expect(page.get_by_role("textbox", name="Short name")).to_have_value("shift-lead")
    await page.get_by_role("radio", name="Delete a recording for good: All").check()
    await page.get_by_role("button", name="Save").click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("Shift lead")
    await expect(page.get_by_text("1 permissions differ from Agent")).to_be_visible()


async def _a_report_by_mail(page: Page) -> None:
    await page.goto(page.url.partition("/settings")[0] + "/reports")
    await page.get_by_role("link", name="Send by mail").click()
    await page.get_by_role("button", name="New report by mail").first.click()
    await page.get_by_role("textbox", name="Title").fill("Queues of the week")
    await expect(page.get_by_role("textbox", name="Short name")).to_have_value("queues-of-the-week")
    await page.get_by_role("button", name="Save").click()
    await expect(page.get_by_role("combobox", name="Sent to")).to_have_attribute("aria-invalid", "true")
    await page.get_by_role("combobox", name="Sent to").fill("boss@aurora.example")
    await page.get_by_role("button", name="Save").click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("Queues of the week")
    await page.get_by_role("button", name="Send now").click()
    await expect(page.get_by_role("alert").filter(has_text="no mail server")).to_be_visible()


async def _a_second_factor(page: Page) -> None:
    await page.get_by_role("link", name="Admin").click()
    section = page.get_by_role("main").locator("section").filter(has_text="Second factor")
    await section.get_by_label("Present password").fill("demo")
    await page.keyboard.press("Enter")
    secret = await section.get_by_test_id("secret").inner_text()
    await section.get_by_role("textbox", name="Code").fill(pyotp.TOTP(secret).now())
    await page.keyboard.press("Enter")
    await expect(section.get_by_text("Recovery codes", exact=True)).to_be_visible()
    recovery = (await section.get_by_role("listitem").all_inner_texts())[0].strip()
    await picture(page, "account-light")
    await page.get_by_role("button", name="Close all").click()
    await page.locator("input[name=login]").fill("admin")
    await page.locator("input[name=password]").fill("demo")
    await page.keyboard.press("Enter")
    await page.locator("input[name=code]").fill(recovery)
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("button", name="Sign out")).to_be_visible()


FRESH = """\
name: My company
company_voicemail: "100"
reception: reception
people:
  - {login: admin, name: Administrator, extension: "100", role: administrator}
ring_groups:
  - {name: reception, extensions: ["100"], fallback: {kind: voicemail, target: "100"}}
voicemail_boxes:
  - {box: "100", title: Reception}
"""


@pytest.mark.browser
@needs_chromium
async def test_a_new_company_is_set_up_in_five_steps(own_server: ServerFactory) -> None:
    server = own_server(start=False)
    server.data_dir.mkdir(parents=True)
    await asyncio.to_thread((server.data_dir / "company.yaml").write_text, FRESH)
    await asyncio.to_thread((server.data_dir / "secrets.yaml").write_text, "web: {admin: first-password}\n")
    await asyncio.to_thread(server.start)
    async with chromium() as browser:
        page = await browser.new_page(locale="en-GB")
        page.set_default_timeout(PATIENCE_MS)
        await page.goto(server.base)
        await page.locator("input[name=login]").fill("admin")
        await page.locator("input[name=password]").fill("first-password")
        await page.keyboard.press("Enter")
        await expect(page.get_by_role("heading", level=1)).to_have_text("Let's set the exchange up")
        await expect(page.get_by_text("0 of 5 done")).to_be_visible()
        await page.get_by_role("button", name="Continue").click()
        await expect(page.get_by_role("textbox", name="Name")).to_have_attribute("aria-invalid", "true")
        await page.get_by_role("textbox", name="Name").fill("Librería Sol")
        await page.keyboard.press("Enter")
        await expect(page.get_by_label("Present password")).to_be_focused()
        await page.reload()
        await page.get_by_label("Present password").fill("first-password")
        await page.get_by_label("New password").fill("granite lantern oboe")
        await page.get_by_role("button", name="Change the password").click()
        await page.get_by_role("textbox", name="Number").fill("910 00 00 09")
        await page.keyboard.press("Enter")
        await page.get_by_role("textbox", name="Name", exact=True).fill("Núria Pla")
        await expect(page.get_by_role("textbox", name="User name")).to_have_value("nuria.pla")
        await page.get_by_role("button", name="New person").click()
        await expect(page.get_by_test_id("qr")).to_be_visible()
        password = await page.get_by_test_id("secret").nth(2).inner_text()
        await picture(page, "setup-colleague-light")
        await page.get_by_role("button", name="Done", exact=True).click()
        async with await Phone.start(server.sip, "101", password) as phone:
            await phone.register()
            call = phone.call("*43")
            await call.answered(5)
            await call.hang_up()
        await expect(page.get_by_text("The test call has worked.")).to_be_visible()
        await page.get_by_role("button", name="Continue").click()
        await expect(page.get_by_text("5 of 5 done")).to_be_visible()
        await expect(page.get_by_text("Everything is ready.")).to_be_visible()
        group = await _ring_group(server, "reception")
        assert group["extensions"] == ["100", "101"]


async def _ring_group(server: Server, name: str) -> dict[str, Any]:
    async with await Api.sign_in(server.base, "admin", "granite lantern oboe") as admin:
        value: dict[str, Any] = (await admin.get(f"/settings/ring_groups/{name}"))["value"]
        return value
