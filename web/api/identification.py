"""What the exchange asks the office before phones ring: who is calling, and show it to the agents."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from sqlalchemy.exc import SQLAlchemyError

from crm_bridge.lookup import Dossier
from crm_bridge.screen_pop import identity
from crm_bridge.times import rfc3339
from pbx.events import VERSION, ScreenPop
from pbx.ids import new_id
from pbx.ipc.connection import RequestFailedError
from pbx.ports import Identity
from recordings.waiting import messages_waiting
from store.engine import Database
from web.api.cards_at_hand import CardsAtHand
from web.api.live import Hub
from web.api.mailbox_questions import MailboxQuestions
from web.api.metrics import Metrics
from web.api.push.ringing import PushRinging
from web.api.web_fetcher import WebFetcher

WRITE_WAIT_S = 0.1


class Identification:
    """Answers ``identify``, ``screen_pop``, ``mailbox`` … of the exchange (``pbx.facade``). ``now``: epoch seconds."""

    def __init__(self, database: Database, hub: Hub, metrics: Metrics, now: Callable[[], float]) -> None:
        self.cards = CardsAtHand(database)
        hub.listeners.append(self.cards.hear)
        self._database = database
        self._hub = hub
        self._metrics = metrics
        self._now = now
        self._fetcher = WebFetcher()
        self._boxes: MailboxQuestions | None = None
        self._push: PushRinging | None = None

    def use(self, boxes: MailboxQuestions) -> None:
        """Answer questions about boxes through ``boxes``."""
        self._boxes = boxes

    def use_push(self, push: PushRinging) -> None:
        """Tell browsers that sleep of calls through ``push``."""
        self._push = push

    async def stop(self) -> None:
        """Close what is open towards web services and the database."""
        await self._fetcher.close()
        await self.cards.stop()

    async def answer(self, name: str, question: dict[str, Any]) -> Any:
        """One request of the exchange, as it comes over the socket. Raises RequestFailedError for an unknown one."""
        if name == "identify":
            found = await self.identify(question["number"], question["dialled"])
            return None if found is None else asdict(found)
        if name == "screen_pop":
            return await self.screen_pop(
                question["call_id"],
                list(question["logins"]),
                question["number"],
                question["dialled"],
                question["queue"],
            )
        if name == "fetch":
            return await self._fetcher.fetch(question)
        if self._push is not None and name == "wake":
            return await self._push.wake(
                question["call_id"], list(question["logins"]), question["number"], question["name"]
            )
        if self._push is not None and name == "wake_over":
            return await self._push.over(question["call_id"], list(question["logins"]), bool(question["answered"]))
        if self._push is not None and name == "can_be_woken":
            return await self._push.can_be_woken()
        if self._boxes is not None and name == "messages":
            return await self._boxes.messages(question["box"])
        if self._boxes is not None and name == "has_room":
            return await self._boxes.has_room(question["box"], int(question["most"]))
        if self._boxes is not None and name == "change_message":
            fields = (str(question[field]) for field in ("box", "id", "action", "to", "by"))
            return await self._boxes.change(*fields)
        if name == "mailbox":
            return await self.mailbox(question["box"])
        raise RequestFailedError("unknown_request", f"the office does not know the question {name!r}")

    async def identify(self, number: str | None, dialled: str) -> Identity | None:
        """Who has ``number`` (E.164); None for a stranger, a withheld number, or an unreachable database."""
        if number is None:
            return None
        try:
            return identity(Dossier(number, await self.cards.contact(number)))
        except (SQLAlchemyError, OSError):
            return None

    async def mailbox(self, box: str) -> dict[str, int] | None:
        """How many messages a box holds; None when the database cannot say."""
        try:
            async with self._database.session() as session:
                new, old = await messages_waiting(session, box)
        except (SQLAlchemyError, OSError):
            return None
        return {"new": new, "old": old}

    async def screen_pop(
        self, call_id: str, logins: list[str], number: str | None, dialled: str, queue: str | None
    ) -> dict[str, Any]:
        """Show the pop-up and answer ``{event_id, at, card}``; it is on the agents' WebSockets when this returns."""
        began = time.monotonic()
        shown = await self.cards.card(number)
        body = ScreenPop(logins=logins, number=number, dialled=dialled, queue=queue, card=shown)
        id_, at = new_id(), self._now()
        document = {"id": id_, "type": body.type, "at": rfc3339(at), "call_id": call_id, "v": VERSION}
        document |= {"logins": logins, "number": number, "dialled": dialled, "queue": queue, "card": shown}
        await self._hub.deliver(document, WRITE_WAIT_S)
        self._metrics.pop_shown(time.monotonic() - began)
        return {"event_id": id_, "at": at, "card": shown}
