"""A campaign to its end, with real telephones: two agents, six people, and every way in which one is not reached."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from playwright.async_api import expect

from tests.e2e.browser import AXE, barriers, chromium, needs_chromium, overflows, sign_in
from tests.e2e.house import AGENT_HZ, CALLER_HZ, SALES, House
from tests.kit import Call, CallerScript
from tests.kit.api import eventually
from tests.kit.phone import answers

REACHED = ("+34600700001", "+34600700002", "+34600700003")
BUSY, SILENT, UNWANTED = "+34600700004", "+34600700005", "+34600700006"
ALWAYS = {"weekdays": ["mon", "tue", "wed", "thu", "fri", "sat", "sun"], "from_hour": 0, "to_hour": 24}
RULES = {
    "queue": "sales",
    "caller_id": SALES,
    "hours": ALWAYS,
    "attempts": 1,
    "ring_s": 5,
    "rest_s": 0,
    "wrap_up_s": 0,
    "preview_s": 20,
}


class World:
    """Who is called: most answer, talk for a second and hang up."""

    def __init__(self) -> None:
        self.rung: list[str] = []
        self.heard_the_agent: list[str] = []
        self.at_once = self.most = 0

    async def takes(self, call: Call) -> None:
        self.rung.append(call.dialled)
        self.at_once += 1
        self.most = max(self.most, self.at_once)
        try:
            if call.dialled == BUSY:
                call.reject(486)
                return
            call.ring()
            if call.dialled == SILENT:
                await call.ended(15)
                return
            await call.answer()
            call.say_tone(CALLER_HZ)
            await CallerScript(call).hears_tone(AGENT_HZ, within=3).run()
            self.heard_the_agent.append(call.dialled)
            await call.hang_up()
        finally:
            self.at_once -= 1


async def begins(house: House, name: str, numbers: tuple[str, ...], **rules: Any) -> None:
    await house.admin.post("/settings/campaigns", {"name": name, **RULES, **rules})
    contacts = {"items": [{"number": number, "name": f"Contacto {number[-1]}"} for number in numbers]}
    await house.admin.post(f"/campaigns/{name}/contacts", contacts)
    await house.admin.put(f"/campaigns/{name}/state", {"state": "running"})


async def test_six_people_and_two_agents(house: House) -> None:
    world, carrier = World(), await house.carrier()
    carrier.behaviour = world.takes
    for login in ("ana", "luis"):
        await house.agent(login, answers(AGENT_HZ))
    await house.admin.post("/do-not-call", {"number": UNWANTED, "note": "asked us not to call"})
    try:
        await begins(house, "autumn", (UNWANTED, SILENT, BUSY, *REACHED))
        await house.events.next("campaign.state", 30, campaign="autumn", state="done")
        assert sorted(world.rung) == sorted([*REACHED, BUSY, SILENT])
        assert sorted(world.heard_the_agent) == sorted(REACHED)
        assert world.most <= 2

        async def complete() -> Any:
            report = await house.admin.get("/campaigns/autumn/report")
            return report if report["attempts"] == 6 else None

        report = await eventually(complete, 5, "the report")
        assert report["results"] == {"answered": 3, "busy": 1, "do_not_call": 1, "no_answer": 1}
        assert report["contacts"] == 6 and sum(report["agents"].values()) == 5
        attempts = await house.admin.items("/campaigns/autumn/attempts")
        reached = next(one for one in attempts if one["number"] == REACHED[0])
        log = await house.logged(reached["call_id"])
        assert (log["result"], log["direction"], log["queue"]) == ("answered", "outbound", "sales")
        assert (log["dialled"], log["agent"], log["campaign"]) == (REACHED[0], reached["agent"], "autumn")
        assert all(one["call_id"] is None for one in attempts if one["number"] == UNWANTED)
        (shown,) = await house.admin.items("/campaigns")
        assert (shown["state"], shown["waiting"], shown["calling"]) == ("stopped", 0, 0)
    finally:
        await house.admin.json("DELETE", f"/do-not-call/{UNWANTED}")
        await house.admin.json("DELETE", "/settings/campaigns/autumn")


async def test_an_agent_sees_who_is_next_and_decides(house: House) -> None:
    world, carrier = World(), await house.carrier()
    carrier.behaviour = world.takes
    ana = await house.agent("ana", answers(AGENT_HZ))
    try:
        await begins(house, "winter", REACHED[:2], kind="preview")
        first = await ana.events.next("campaign.offered", 5)
        assert (first.event["number"], first.event["login"]) == (REACHED[0], "ana")
        (offer,) = await ana.api.items("/campaign-offers")
        await ana.api.post(f"/campaign-offers/{offer['id']}", {"action": "skip"})
        second = await ana.events.next("campaign.offered", 5, number=REACHED[1])
        await asyncio.sleep(0.3)
        assert world.rung == []
        await ana.api.post(f"/campaign-offers/{second.event['contact_id']}", {"action": "start"})
        await house.events.next("campaign.state", 15, campaign="winter", state="done")
        assert world.heard_the_agent == [REACHED[1]]
    finally:
        await house.admin.json("DELETE", "/settings/campaigns/winter")


@pytest.mark.browser
@needs_chromium
async def test_a_supervisor_starts_it_in_the_page_and_the_agent_decides_there(house: House) -> None:
    world, carrier = World(), await house.carrier()
    carrier.behaviour = world.takes
    await house.agent("ana", answers(AGENT_HZ))
    try:
        await house.admin.post("/settings/campaigns", {"name": "spring", "title": "Spring", **RULES, "kind": "preview"})
        async with chromium() as browser:
            desk, desk_errors = await sign_in(browser, house.server.base, "ana")
            page, errors = await sign_in(browser, house.server.base, "sofia")
            await page.goto(f"{house.server.base}/campaigns")
            row = page.get_by_test_id("campaign")
            table = f"number,name\n{REACHED[0]},Carla\n{REACHED[1]},Diego\n".encode()
            await row.locator("input[type=file]").set_input_files(
                {"name": "contacts.csv", "mimeType": "text/csv", "buffer": table}
            )
            await expect(row).to_contain_text("2 new of 2 contacts")
            if AXE.is_file():
                assert await barriers(page) == []
            for width in (360, 1440):
                await page.set_viewport_size({"width": width, "height": 900})
                assert not await overflows(page)
            await row.get_by_role("button", name="Start").click()
            card = desk.get_by_test_id("campaign-offer")
            await expect(card).to_contain_text("Carla")
            if AXE.is_file():
                assert await barriers(desk) == []
            await card.get_by_role("button", name="Leave out").click()
            await expect(card).to_contain_text("Diego")
            await card.get_by_role("button", name="Call", exact=True).click()
            await expect(card).to_have_count(0)
            await expect(row).to_contain_text("Answered: 1")
            await expect(row).to_contain_text("Left out: 1")
            assert world.heard_the_agent == [REACHED[1]]
            assert errors == desk_errors == []
    finally:
        await house.admin.json("DELETE", "/settings/campaigns/spring")
