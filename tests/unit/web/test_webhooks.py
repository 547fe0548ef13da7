"""Webhooks: what is sent, how it is signed, tried again, and written down."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from sqlalchemy import select

from config.company import Webhook
from tests.unit.web.conftest import NOW, House
from tests.unit.web.events import CARMEN, event, started
from web.api.outgoing_address import is_forbidden
from web.api.tables import WebhookDelivery
from web.api.webhook_delivery import KEEP_S, PAGE, RETRY_AFTER_S, wants


@dataclass
class Receiver:
    """A server that takes deliveries, or does not."""

    status: int = 200
    got: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    url: str = ""

    async def take(self, request: web.Request) -> web.Response:
        self.got.append((dict(request.headers), await request.read()))
        return web.Response(status=self.status)


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    receiver = Receiver()
    app = web.Application()
    app.router.add_post("/hook", receiver.take)
    server = TestServer(app)
    await server.start_server()
    receiver.url = str(server.make_url("/hook"))
    yield receiver
    await server.close()


async def hook(house: House, receiver: Receiver, **fields: Any) -> None:
    body = {"name": "crm", "url": receiver.url, **fields}
    assert (await house.ask("admin", "POST", "/settings/webhooks", json=body)).status == 201
    await house.office.webhooks.collect()


async def deliveries(house: House) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = (await house.get("admin", "/settings/webhooks/crm/deliveries"))["items"]
    return items


async def test_an_event_arrives_signed_and_once(house: House, receiver: Receiver) -> None:
    await hook(house, receiver, events=["call.started"])
    secret = (await (await house.ask("admin", "POST", "/settings/webhooks/crm/secret")).json())["secret"]
    await house.happen(event(started(CARMEN), "call", NOW))
    assert await house.office.webhooks.collect()
    assert await house.office.webhooks.deliver()
    assert not await house.office.webhooks.collect()
    assert not await house.office.webhooks.deliver()
    ((headers, body),) = receiver.got
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    digest = hmac.new(base64.b64decode(secret.removeprefix("whsec_")), signed, hashlib.sha256).digest()
    assert headers["webhook-signature"] == f"v1,{base64.b64encode(digest).decode()}"
    assert b'"call.started"' in body
    (shown,) = await deliveries(house)
    assert (shown["state"], shown["status"], shown["attempts"]) == ("delivered", 200, 1)


async def test_one_that_is_not_taken_is_tried_again_and_given_up(house: House, receiver: Receiver) -> None:
    receiver.status = 500
    await hook(house, receiver)
    await house.happen(event(started(CARMEN), "call", NOW))
    await house.office.webhooks.collect()
    await house.office.webhooks.deliver()
    assert not await house.office.webhooks.deliver()
    for pause_s in RETRY_AFTER_S:
        house.clock.now += pause_s
        assert await house.office.webhooks.deliver()
    (shown,) = await deliveries(house)
    assert (shown["state"], shown["fault"]) == ("failed", "it answered 500")
    assert len(receiver.got) == len(RETRY_AFTER_S) + 1
    receiver.status = 204
    again = await house.ask("admin", "POST", f"/settings/webhooks/crm/deliveries/{shown['id']}")
    assert (await again.json())["state"] == "delivered"


async def test_one_that_takes_nothing_keeps_no_other_waiting(house: House, receiver: Receiver) -> None:
    await hook(house, receiver, name="dead", url="http://127.0.0.1:1/")
    async with house.office.database.transaction() as session:
        for number in range(PAGE):
            body = {"id": str(number), "type": "call.started"}
            values = {"state": "waiting", "next_at": NOW, "created_at": NOW, "fault": ""}
            session.add(WebhookDelivery(webhook="dead", event_id=str(number), type=body["type"], body=body, **values))
    await hook(house, receiver)
    await house.happen(event(started(CARMEN), "call", NOW))
    await house.office.webhooks.collect()
    assert await house.office.webhooks.deliver()
    assert len(receiver.got) == 1


async def test_what_nobody_took_for_a_long_time_is_forgotten(house: House, receiver: Receiver) -> None:
    await hook(house, receiver)
    await house.happen(event(started(CARMEN), "call", NOW))
    await house.office.webhooks.collect()
    await house.office.webhooks.prune()
    assert len(await deliveries(house)) == 1
    house.clock.now += KEEP_S + 1
    await house.office.webhooks.prune()
    async with house.office.database.session() as session:
        assert (await session.scalars(select(WebhookDelivery))).all() == []


async def test_a_trial_says_how_it_went(house: House, receiver: Receiver) -> None:
    await hook(house, receiver, events=["call"])
    said = await (await house.ask("admin", "POST", "/settings/webhooks/crm/test")).json()
    assert (said["type"], said["state"]) == ("webhook.test", "delivered")
    body = {"name": "crm", "url": "http://169.254.169.254/latest"}
    assert (await house.ask("admin", "PUT", "/settings/webhooks/crm", json=body)).status == 200
    said = await (await house.ask("admin", "POST", "/settings/webhooks/crm/test")).json()
    assert "nothing is sent to this address" in said["fault"]


@pytest.mark.parametrize(
    ("asked", "type_", "expected"),
    [("*", "call.ended", True), ("call", "call.ended", True), ("call.ended", "call.ended", True),
     ("call", "callback.requested", False), ("call.started", "call.ended", False)],
)  # fmt: skip
def test_what_a_webhook_asks_for(asked: str, type_: str, expected: bool) -> None:
    assert wants(Webhook(name="x", url="https://a.example", events=(asked,)), type_) is expected


@pytest.mark.parametrize("address", ["169.254.169.254", "fe80::1", "::ffff:169.254.1.1", "0.0.0.0", "224.0.0.1"])
def test_no_request_goes_to_the_machine_beside(address: str) -> None:
    assert is_forbidden(address)
    assert not is_forbidden("192.0.2.1")
