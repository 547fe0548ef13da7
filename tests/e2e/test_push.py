"""Calls for a browser whose page is closed: pushed, shown as a notification, and taken by the page that opens."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import BrowserContext, CDPSession, Page, Worker, expect

from tests.e2e.browser import needs_chromium
from tests.e2e.house import ANA, CALLER_HZ, SALES, House
from tests.e2e.softphone import until_true
from tests.e2e.test_softphone import BROWSER_HZ, at_the_phone, headset
from tests.kit import CallerScript
from tests.kit.push_service import PushService, push_service

pytestmark = [pytest.mark.browser, needs_chromium]

# Chromium's own push service is on the Internet: the page subscribes to the test's, with the key that the page gives.
SUBSCRIBE = """
PushManager.prototype.getSubscription = async () => window.subscribed ?? null;
PushManager.prototype.subscribe = async (options) => {
  const octets = Uint8Array.from(options.applicationServerKey);
  if (octets.length !== 65 || octets[0] !== 4 || !options.userVisibleOnly) throw new TypeError("not a key");
  window.subscribed = {
    options: { applicationServerKey: octets.buffer }, toJSON: () => (%s), unsubscribe: async () => true,
  };
  return window.subscribed;
};"""
SHOWN = """async () => (await (await navigator.serviceWorker.getRegistration()).getNotifications())
    .map(({ title, body, silent, data }) => [title, body, silent, data.page])"""
# The test looks on from a page of the same origin, which is none of the application's.
ALONE = "() => { self.clients.matchAll = async () => []; }"
CLICK = """async () => {
  self.clients.openWindow = async (url) => { self.opened = url; };
  const [notification] = await self.registration.getNotifications();
  self.dispatchEvent(new NotificationEvent("notificationclick", { notification }));
}"""


async def wait_of(house: House, seconds: int) -> None:
    """How long a browser that was told has to come back."""
    kept = await house.admin.get("/settings/company")
    agents = {**kept["value"]["agents"], "wake_s": seconds}
    await house.admin.put(f"/settings/company?version={kept['version']}", {**kept["value"], "agents": agents})


async def is_asleep(house: House) -> bool:
    agent = next(agent for agent in await house.admin.items("/agents") if agent["login"] == "ana")
    return bool(agent["reachable"] and agent["asleep"])


class ServiceWorker:
    """The service worker of a context, seen from a page of the same origin that is not the telephone."""

    def __init__(self, page: Page, session: CDPSession) -> None:
        self.page = page
        self._session = session
        self._registrations: list[dict[str, Any]] = []
        session.on(
            "ServiceWorker.workerRegistrationUpdated", lambda event: self._registrations.extend(event["registrations"])
        )

    @classmethod
    async def of(cls, context: BrowserContext, origin: str) -> ServiceWorker:
        page = await context.new_page()
        await page.goto(f"{origin}/icon.svg")
        worker = cls(page, await context.new_cdp_session(page))
        await worker._session.send("ServiceWorker.enable")
        await until_true(worker._is_known, 10, "the service worker")
        return worker

    async def _is_known(self) -> bool:
        return bool(self._registrations)

    async def is_pushed(self, origin: str, text: dict[str, Any]) -> None:
        """What a push service would bring."""
        await self._alone()
        id_ = self._registrations[-1]["registrationId"]
        what = {"origin": origin, "registrationId": id_, "data": json.dumps(text)}
        await self._session.send("ServiceWorker.deliverPushMessage", what)

    async def _alone(self) -> Worker:
        worker = self.page.context.service_workers[-1]
        await worker.evaluate(ALONE)
        return worker

    async def shows(self, *wanted: list[Any]) -> None:
        async def look() -> bool:
            return bool(await self.page.evaluate(SHOWN) == list(wanted))

        await until_true(look, 10, f"notifications {wanted}")

    async def click(self) -> str:
        """A click on the notification; the page that it opens."""
        worker = await self._alone()
        await worker.evaluate(CLICK)
        await until_true(lambda: worker.evaluate("self.opened !== undefined"), 10, "a page opened by the click")
        return str(await worker.evaluate("self.opened"))


async def subscribed(page: Page, house: House, service: PushService) -> None:
    await page.context.grant_permissions(["notifications", "microphone"])
    await page.add_init_script(SUBSCRIBE % json.dumps(service.subscription()))
    await page.reload()
    await page.get_by_test_id("phone-lamp").click()
    switch = page.get_by_role("switch", name="Tell me while the page is closed")
    await switch.click()
    await expect(switch).to_be_checked()
    await expect(switch).to_be_enabled()


async def test_a_call_for_a_closed_page_is_pushed_and_taken_by_the_page_that_opens(
    house: House, tmp_path: Path
) -> None:
    origin = house.server.base
    async with push_service() as service, headset(tmp_path) as browser:
        page, errors = await at_the_phone(browser, house)
        await subscribed(page, house, service)
        worker = await ServiceWorker.of(page.context, origin)
        house.events.forget()
        await page.close()
        await house.events.next("device.unregistered", 15)
        try:
            await wait_of(house, 1)
            call = await house.place(ANA)
            await CallerScript(call).is_answered(within=20).run()
            await call.hang_up()
            rings, missed = await service.next(kind="call.rings"), await service.next(kind="call.missed")
            assert missed.headers["Topic"] == rings.headers["Topic"]
            await worker.is_pushed(origin, missed.text)
            await worker.shows(["Carmen Ruiz", "Missed call\n+34600111222", True, "/calls"])

            await wait_of(house, 60)
            await (await house.api("ana")).put("/agents/me", {"state": "available"})
            await until_true(lambda: is_asleep(house), 10, "an agent who can be woken")
            house.events.forget()
            call = await house.place(SALES)
            rings = await service.next(kind="call.rings", name="Carmen Ruiz")
            assert (await house.events.next("call.woken", 5)).event["browsers"] == 1
            await worker.is_pushed(origin, rings.text)
            await worker.shows(["Carmen Ruiz", "Somebody calls. Tap to answer.\n+34600111222", False, "/phone"])
            page = await worker.page.context.new_page()
            await page.goto(origin + await worker.click())
            await page.get_by_test_id("screen-pop").get_by_role("button", name="Answer").click()
            call.say_tone(CALLER_HZ)
            await CallerScript(call).hears_tone(BROWSER_HZ, within=10, seconds=1.0).run()
            await service.next(kind="call.answered")
            await house.events.next("agent.state", 5, login="ana", state="talking")
            await call.hang_up()
        finally:
            await wait_of(house, 15)
        assert errors == []
