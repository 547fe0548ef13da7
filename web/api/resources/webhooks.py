"""Webhooks beyond their settings: the secret, a trial, and what was sent."""

from __future__ import annotations

from typing import Any, Literal

from sqlalchemy import select

from config.company import Webhook
from pbx.ids import new_id
from store.audit import note
from store.event_log import VERSION, rfc3339
from web.api.errors import MissingError
from web.api.model import Shown, ShownTime
from web.api.operation import Ask, Operation
from web.api.paging import Paged, decode_cursor, encode_cursor
from web.api.problems import told
from web.api.tables import WebhookDelivery
from web.api.webhook_delivery import WAITING


class Secret(Shown):
    """What deliveries are signed with from now on (Standard Webhooks: ``whsec_`` and base64)."""

    secret: str


class Delivery(Shown):
    """``status``: the last answer's; ``fault``: why the last attempt did not count, empty when it did."""

    id: str
    event_id: str
    type: str
    state: Literal["waiting", "delivered", "failed"]
    attempts: int
    status: int | None
    fault: str
    created_at: ShownTime
    next_at: ShownTime | None
    finished_at: ShownTime | None


class Deliveries(Shown):
    items: list[Delivery]
    next_cursor: str | None


def _document(ask: Ask, row: WebhookDelivery) -> dict[str, Any]:
    document = {name: getattr(row, name) for name in Delivery.model_fields if name != "id"}
    if row.state != WAITING:
        document["next_at"] = None
    return {**document, "id": str(row.seq), "fault": told(ask.request, row.fault)}


def _webhook(ask: Ask) -> Webhook:
    """The webhook of the path. Raises MissingError."""
    found = next((one for one in ask.office.company.webhooks if one.name == ask.path("name")), None)
    if found is None:
        raise MissingError("there is no such webhook")
    return found


async def make_secret(ask: Ask) -> Secret:
    webhook = _webhook(ask)
    secret = await ask.office.webhooks.secret(webhook.name, fresh=True)
    async with ask.office.database.transaction() as session:
        note(session, "secret_set", "webhook", webhook.name, by=ask.viewer.login, now=ask.office.now())
    return Secret(secret=secret)


async def test(ask: Ask) -> Delivery:
    """Send an event of type ``webhook.test`` and say how it went."""
    webhook = _webhook(ask)
    document = {
        "id": new_id(),
        "type": "webhook.test",
        "at": rfc3339(ask.office.now()),
        "call_id": None,
        "v": VERSION,
        "by": ask.viewer.login,
    }
    return Delivery.model_validate(_document(ask, await ask.office.webhooks.send_now(webhook, document)))


async def list_deliveries(ask: Ask) -> Deliveries:
    webhook = _webhook(ask)
    query = select(WebhookDelivery).where(WebhookDelivery.webhook == webhook.name)
    if ask.query.cursor is not None:
        (last,) = decode_cursor(ask.query.cursor, (int,))
        query = query.where(WebhookDelivery.seq < last)
    async with ask.office.database.session() as session:
        rows = list(await session.scalars(query.order_by(WebhookDelivery.seq.desc()).limit(ask.query.limit + 1)))
    more = len(rows) > ask.query.limit
    rows = rows[: ask.query.limit]
    cursor = encode_cursor(rows[-1].seq) if more else None
    return Deliveries.model_validate({"items": [_document(ask, row) for row in rows], "next_cursor": cursor})


async def redeliver(ask: Ask) -> Delivery:
    """Send it again at once."""
    webhook, id_ = _webhook(ask), ask.path("id")
    async with ask.office.database.session() as session:
        row = (
            await session.get(WebhookDelivery, int(id_)) if id_.isascii() and id_.isdigit() and len(id_) < 16 else None
        )
    if row is None or row.webhook != webhook.name:
        raise MissingError("there is no such delivery")
    return Delivery.model_validate(_document(ask, await ask.office.webhooks.send_now(webhook, row.body)))


_ONE = "/settings/webhooks/{name}"
OPERATIONS = (
    Operation(
        "settings.webhooks.secret",
        "POST",
        f"{_ONE}/secret",
        "Settings: a new secret, told this once",
        make_secret,
        Secret,
    ),
    Operation("settings.webhooks.test", "POST", f"{_ONE}/test", "Settings: try a webhook", test, Delivery),
    Operation(
        "settings.webhooks.deliveries",
        "GET",
        f"{_ONE}/deliveries",
        "Settings: what a webhook was sent",
        list_deliveries,
        Deliveries,
        query=Paged,
    ),
    Operation(
        "settings.webhooks.redeliver",
        "POST",
        f"{_ONE}/deliveries/{{id}}",
        "Settings: send a delivery again",
        redeliver,
        Delivery,
    ),
)
