"""Calls as pushes: told to every browser of the people called that is not connected, and called off when over."""

from __future__ import annotations

import asyncio
import json
from collections import Counter, OrderedDict
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from typing import Any, Literal

import structlog
from sqlalchemy.exc import SQLAlchemyError

from crm_bridge.times import rfc3339
from web.api.push.recipient import Recipient
from web.api.push.sender import Message, Outcome, PushSender
from web.api.push.subscriptions import PushSubscriptions

MISSED_TTL_S = 6 * 3600
MAX_CALLS = 10_000
MAX_UNDER_WAY = 1_000
MAX_NAME = 200
Kind = Literal["call.rings", "call.missed", "call.answered"]

log = structlog.get_logger(__name__)


@dataclass(slots=True)
class _Told:
    """What one call's browsers were told."""

    recipients: list[Recipient]
    number: str | None
    name: str | None
    sending: list[asyncio.Task[None]] = field(default_factory=list)


class PushRinging:
    """Answers the exchange. ``connected``: the sessions of a person whose telephone is connected; ``wait_s``: how long
    the exchange waits for a browser; ``count`` hears of every outcome; ``now``: seconds since the epoch."""

    def __init__(
        self,
        subscriptions: PushSubscriptions,
        sender: PushSender,
        *,
        connected: Callable[[str], set[str]],
        wait_s: Callable[[], int],
        count: Callable[[str], None],
        now: Callable[[], float],
    ) -> None:
        self._subscriptions = subscriptions
        self._sender = sender
        self._connected = connected
        self._wait_s = wait_s
        self._count = count
        self._now = now
        self._calls: OrderedDict[str, _Told] = OrderedDict()
        self._tasks: set[asyncio.Task[None]] = set()

    async def stop(self) -> None:
        """Give up what is under way."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def wake(self, call_id: str, logins: list[str], number: str | None, name: str | None) -> dict[str, int]:
        """Begin to tell the browsers of ``logins`` that are not connected; how many of each there are."""
        try:
            recipients = await self._subscriptions.of(logins)
        except (SQLAlchemyError, OSError):
            return {}
        recipients = [to for to in recipients if to.session not in self._connected(to.login)]
        if not recipients or len(self._tasks) + len(recipients) > MAX_UNDER_WAY:
            return {}
        told = self._calls.setdefault(call_id, _Told([], number, name and name[:MAX_NAME]))
        self._calls.move_to_end(call_id)
        while len(self._calls) > MAX_CALLS:
            self._calls.popitem(last=False)
        for to in recipients:
            told.recipients.append(to)
            told.sending.append(self._begin(self._send(to, call_id, "call.rings", told)))
        return dict(Counter(to.login for to in recipients))

    async def can_be_woken(self) -> list[str] | None:
        """Everybody who has a browser that can be told of a call; None when the database does not say."""
        try:
            return await self._subscriptions.everybody()
        except (SQLAlchemyError, OSError):
            return None

    async def over(self, call_id: str, logins: list[str], answered: bool) -> None:
        """None of ``logins`` needs to come any more."""
        told = self._calls.get(call_id)
        if told is None:
            return
        called_off = [to for to in told.recipients if to.login in logins]
        told.recipients = [to for to in told.recipients if to.login not in logins]
        if not told.recipients:
            del self._calls[call_id]
        for to in called_off:
            self._begin(
                self._after(told, self._send(to, call_id, "call.answered" if answered else "call.missed", told))
            )

    async def _after(self, told: _Told, send: Coroutine[Any, Any, None]) -> None:
        """The end comes after the beginning: push services keep the newest of a topic."""
        await asyncio.gather(*told.sending, return_exceptions=True)
        await send

    def _begin(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    async def _send(self, to: Recipient, call_id: str, kind: Kind, told: _Told) -> None:
        rings = kind == "call.rings"
        message = Message(
            text=self._text(to, call_id, kind, told),
            ttl_s=MISSED_TTL_S if kind == "call.missed" else max(1, self._wait_s()),
            urgency="high" if rings else "normal",
            topic=call_id.replace("-", "")[:32],  # RFC 8030 §5.4: at most 32 characters of base64url
        )
        outcome = await self._sender.send(to, message)
        self._count(outcome.value)
        if outcome is Outcome.GONE:
            try:
                await self._subscriptions.forget([to.id])
            except (SQLAlchemyError, OSError) as error:
                log.warning("push_subscription_not_forgotten", login=to.login, error=str(error))

    def _text(self, to: Recipient, call_id: str, kind: Kind, told: _Told) -> bytes:
        """What `worker.js` reads."""
        said = {
            "kind": kind,
            "call_id": call_id,
            "number": told.number,
            "name": told.name,
            "language": to.language,
            "at": rfc3339(self._now()),
        }
        return json.dumps(said, ensure_ascii=False, separators=(",", ":")).encode()
