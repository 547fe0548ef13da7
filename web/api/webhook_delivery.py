"""Events to whoever has asked for them by POST: at least once, signed, tried again for a day, and written down.

A request looks as Standard Webhooks says (https://www.standardwebhooks.com): ``webhook-id`` (the event's id),
``webhook-timestamp`` and ``webhook-signature``: ``v1,`` and the base64 of HMAC-SHA256 over ``id.timestamp.body``.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import json
import secrets
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import aiohttp
import structlog
from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from config.company import Company, Webhook
from store import event_log
from store.engine import Database
from store.rounds import SteppedRounds
from store.tables import JournalPosition
from web.api.outgoing_address import ForbiddenAddressError, PublicResolver, check_address
from web.api.tables import WebhookDelivery, WebhookSecret

READER = "webhooks"
WAITING, DELIVERED, FAILED = "waiting", "delivered", "failed"
RETRY_AFTER_S = (5.0, 30.0, 120.0, 600.0, 3600.0, 6 * 3600.0, 12 * 3600.0)
TIMEOUT_S = 10.0
MAX_ANSWER = 1024
PAGE = 200
AT_ONCE = 8
KEEP_S = 14 * 86400.0
IDLE_S = 5.0
PRUNE_EVERY_S = 3600.0

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Outcome:
    """How one attempt went; ``fault`` is empty when it was taken."""

    status: int | None
    fault: str


class WebhookDeliveries(SteppedRounds):
    """Follows the event log and delivers. ``company`` is asked for the webhooks of this moment."""

    waits = "webhooks_wait"
    pause_s = IDLE_S

    def __init__(self, database: Database, company: Callable[[], Company], now: Callable[[], float]) -> None:
        super().__init__()
        self._database = database
        self._company = company
        self._now = now
        self._rests_until: dict[str, float] = {}
        self._pruned_at = 0.0
        self._http: aiohttp.ClientSession | None = None

    def hear(self, document: dict[str, Any]) -> None:
        """Something has happened; it will be in the event log in a moment."""
        if any(webhook.is_active for webhook in self._company().webhooks):
            self.notify()

    async def run(self) -> None:
        """Deliver until ``stop``."""
        try:
            await super().run()
        finally:
            if self._http is not None:
                await self._http.close()
                self._http = None

    async def step(self) -> bool:
        """Collect what is new and attempt what is due; whether there was anything. Raises what the database raises."""
        busy = await self.collect()
        busy = await self.deliver() or busy
        if self._now() - self._pruned_at >= PRUNE_EVERY_S:
            await self.prune()
        return busy

    async def collect(self) -> bool:
        """Put what has happened since last time on its way; whether there was anything."""
        hooks = [webhook for webhook in self._company().webhooks if webhook.is_active]
        async with self._database.session() as session:
            position = await session.get(JournalPosition, READER)
            last = await event_log.last_seq(session)
            seen = position.offset if position is not None else last
            rows = await event_log.page(session, seen, PAGE) if hooks and seen < last else []
        reached = rows[-1][0] if rows else last
        if position is not None and reached == seen:
            return False
        async with self._database.transaction() as session:
            for _, document in rows:
                for hook in hooks:
                    if wants(hook, document["type"]):
                        session.add(_delivery(hook.name, document, self._now()))
            await session.merge(JournalPosition(reader=READER, segment=0, offset=reached, updated_at=self._now()))
        return bool(rows)

    async def deliver(self) -> bool:
        """Attempt what is due, each webhook's in order; whether there was anything."""
        now = self._now()
        async with self._database.session() as session:
            lines = [
                (hook, await _due(session, hook.name, now))
                for hook in self._company().webhooks
                if hook.is_active and self._rests_until.get(hook.name, 0.0) <= now
            ]
        if not any(rows for _, rows in lines):
            return False
        limit = asyncio.Semaphore(AT_ONCE)

        async def line(hook: Webhook, rows: Iterable[WebhookDelivery]) -> None:
            async with limit:
                for row in rows:
                    if self.is_over or not await self._attempt(hook, row):
                        return

        await asyncio.gather(*(line(hook, rows) for hook, rows in lines))
        return True

    async def enqueue(self, session: AsyncSession, webhook: str, document: dict[str, Any]) -> None:
        """Put ``document`` on its way to ``webhook``, whatever events it has asked for, within a transaction."""
        session.add(_delivery(webhook, document, self._now()))
        self.notify()

    async def send_now(self, hook: Webhook, document: dict[str, Any]) -> WebhookDelivery:
        """Deliver one document at once and say how it went."""
        row = _delivery(hook.name, document, self._now())
        async with self._database.transaction() as session:
            session.add(row)
        await self._attempt(hook, row)
        return row

    async def secret(self, webhook: str, *, fresh: bool = False) -> str:
        """What deliveries of ``webhook`` are signed with, made when there is none."""
        if not fresh:
            async with self._database.session() as session:
                kept = await session.get(WebhookSecret, webhook)
            if kept is not None:
                return kept.secret
        async with self._database.transaction() as session:
            # Another delivery may have made it since.
            if not fresh and (row := await session.get(WebhookSecret, webhook)) is not None:
                return row.secret
            made = "whsec_" + base64.b64encode(secrets.token_bytes(24)).decode()
            await session.merge(WebhookSecret(webhook=webhook, secret=made))
        return made

    async def _attempt(self, hook: Webhook, row: WebhookDelivery) -> bool:
        """Whether it was taken."""
        outcome = await self._post(hook, row)
        now = self._now()
        row.attempts += 1
        row.status, row.fault = outcome.status, outcome.fault[:500]
        if not outcome.fault:
            row.state, row.finished_at = DELIVERED, now
        elif row.attempts > len(RETRY_AFTER_S):
            row.state, row.finished_at = FAILED, now
        else:
            row.next_at = now + RETRY_AFTER_S[row.attempts - 1]
            self._rests_until[hook.name] = now + RETRY_AFTER_S[0]
        values = {
            name: getattr(row, name) for name in ("attempts", "status", "fault", "state", "finished_at", "next_at")
        }
        async with self._database.transaction() as session:
            await session.execute(update(WebhookDelivery).where(WebhookDelivery.seq == row.seq).values(values))
        return not outcome.fault

    async def _post(self, hook: Webhook, row: WebhookDelivery) -> Outcome:
        body = json.dumps(row.body, ensure_ascii=False, separators=(",", ":")).encode()
        headers = {
            "Content-Type": "application/json",
            "User-Agent": "Centralita",
            **signed(await self.secret(hook.name), row.event_id, int(self._now()), body),
        }
        if self._http is None:
            self._http = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(resolver=PublicResolver(), limit=AT_ONCE),
                timeout=aiohttp.ClientTimeout(total=TIMEOUT_S),
                cookie_jar=aiohttp.DummyCookieJar(),
            )
        try:
            check_address(hook.url)
            async with self._http.post(hook.url, data=body, headers=headers, allow_redirects=False) as response:
                await response.content.read(MAX_ANSWER)
                is_taken = 200 <= response.status < 300
                return Outcome(response.status, "" if is_taken else f"it answered {response.status}")
        except TimeoutError:
            return Outcome(None, f"no answer within {TIMEOUT_S:g} s")
        except (aiohttp.ClientError, ForbiddenAddressError, OSError, ValueError) as error:
            return Outcome(None, _why(error))

    async def prune(self) -> None:
        """Forget old deliveries; those too whose webhook is turned off or gone, or never gets through with them."""
        now = self._pruned_at = self._now()
        async with self._database.transaction() as session:
            await session.execute(delete(WebhookDelivery).where(WebhookDelivery.created_at < now - KEEP_S))


def _why(error: Exception) -> str:
    """Why a delivery did not arrive, in a sentence."""
    match error:
        case aiohttp.ClientConnectorDNSError():
            return f"the name {error.host} is not known"
        case aiohttp.ClientSSLError():
            return f"the certificate of {error.host} is not accepted"
        case aiohttp.ClientConnectorError():
            return f"no connection to {error.host}:{error.port}"
        case aiohttp.ServerDisconnectedError():
            return "it hung up without an answer"
        case _:
            return " ".join(str(error).split()) or type(error).__name__


async def _due(session: AsyncSession, webhook: str, now: float) -> list[WebhookDelivery]:
    """What this webhook is to be sent by now: of each its own, so that none waits behind another's."""
    query = (
        select(WebhookDelivery)
        .where(WebhookDelivery.webhook == webhook, WebhookDelivery.state == WAITING, WebhookDelivery.next_at <= now)
        .order_by(WebhookDelivery.seq)
        .limit(PAGE)
    )
    return list(await session.scalars(query))


def wants(hook: Webhook, type_: str) -> bool:
    """Whether the webhook has asked for events of this type."""
    return any(wanted in ("*", type_) or type_.startswith(f"{wanted}.") for wanted in hook.events)


def signed(secret: str, id_: str, timestamp: int, body: bytes) -> dict[str, str]:
    """The headers that prove where a delivery is from."""
    key = base64.b64decode(secret.removeprefix("whsec_"))
    digest = hmac.new(key, f"{id_}.{timestamp}.".encode() + body, hashlib.sha256).digest()
    return {
        "webhook-id": id_,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": f"v1,{base64.b64encode(digest).decode()}",
    }


def _delivery(webhook: str, document: dict[str, Any], now: float) -> WebhookDelivery:
    return WebhookDelivery(
        webhook=webhook,
        event_id=document["id"],
        type=document["type"],
        body=document,
        state=WAITING,
        attempts=0,
        next_at=now,
        created_at=now,
        fault="",
    )
