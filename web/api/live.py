"""The live hub: every event, the exchange's and the office's own, to everybody who may see it, once.

The hub remembers the last events in the order in which they came, so that a connection that was away for a moment goes
on where it was. A reader who does not keep up is let go instead of making the office remember without bound.
"""

from __future__ import annotations

import asyncio
import json
from collections import OrderedDict
from collections.abc import Callable, Iterable
from itertools import islice
from typing import Any

from web.api.visibility import Participants, outline

Document = dict[str, Any]
RING = 10_000
BACKLOG = 2_000
MAX_SUBSCRIBERS = 2_000
TEXTS = 512  # readers who keep up write the same few events


class SlowReaderError(Exception):
    """The reader let more than its backlog pile up."""


class Subscription:
    """One reader's own line of events, in order, at most BACKLOG of them waiting."""

    def __init__(self, may_see: Callable[[Document], bool], backlog: int) -> None:
        self._may_see = may_see
        self._queue: asyncio.Queue[tuple[Document, asyncio.Future[None] | None]] = asyncio.Queue(backlog)
        self._slow = asyncio.Event()
        self._delivering: asyncio.Future[None] | None = None

    def offer(self, document: Document, delivered: asyncio.Future[None] | None = None) -> bool:
        """Queue an event if its reader may see it; whether it was queued."""
        if self._slow.is_set() or not self._may_see(document):
            return False
        try:
            self._queue.put_nowait((document, delivered))
        except asyncio.QueueFull:
            self._slow.set()
            return False
        return True

    async def next(self) -> Document:
        """The next event; the one before it counts as delivered now. Raises SlowReaderError."""
        self._settle()
        if self._slow.is_set():
            raise SlowReaderError
        document, self._delivering = await self._queue.get()
        return document

    def close(self) -> None:
        """Nobody waits for this reader any more."""
        self._slow.set()
        self._settle()
        while not self._queue.empty():
            _, self._delivering = self._queue.get_nowait()
            self._settle()

    def _settle(self) -> None:
        if self._delivering is not None and not self._delivering.done():
            self._delivering.set_result(None)
        self._delivering = None


class Hub:
    """Fan-out of event documents to subscriptions, each event once by its id."""

    def __init__(self, ring: int = RING, backlog: int = BACKLOG) -> None:
        self._ring: OrderedDict[str, Document] = OrderedDict()
        self._texts: OrderedDict[tuple[str, bool], str] = OrderedDict()
        self._size = ring
        self._backlog = backlog
        self._subscriptions: set[Subscription] = set()
        self.participants = Participants()
        self.listeners: list[Callable[[Document], None]] = []

    @property
    def subscribers(self) -> int:
        return len(self._subscriptions)

    @property
    def is_full(self) -> bool:
        return len(self._subscriptions) >= MAX_SUBSCRIBERS

    def publish(self, document: Document) -> None:
        """Hand an event to everybody who may see it; one that came before is left out."""
        self._publish(document, None)

    def publish_all(self, documents: Iterable[Document]) -> None:
        """``publish`` for each, in order."""
        for document in documents:
            self._publish(document, None)

    async def deliver(self, document: Document, timeout_s: float) -> None:
        """Publish an event and wait until it has been written to its readers, ``timeout_s`` at most."""
        waiting: list[asyncio.Future[None]] = []
        self._publish(document, waiting)
        if waiting:
            await asyncio.wait(waiting, timeout=timeout_s)

    def subscribe(self, may_see: Callable[[Document], bool]) -> Subscription:
        """A new reader, from now on."""
        subscription = Subscription(may_see, self._backlog)
        self._subscriptions.add(subscription)
        return subscription

    def unsubscribe(self, subscription: Subscription) -> None:
        self._subscriptions.discard(subscription)
        subscription.close()

    def remembered(self, since: str | None) -> list[Document] | None:
        """The events after ``since`` that are still remembered, oldest first; None when ``since`` is not among them."""
        if since is None:
            return list(self._ring.values())
        if since not in self._ring:
            return None
        ids = list(self._ring)
        return list(islice(self._ring.values(), ids.index(since) + 1, None))

    def text(self, document: Document, *, is_outline: bool = False) -> str:
        """The event as the socket shows it, made once for all its readers; ``is_outline``: without what only people who
        work with its agent are told."""
        key = (document["id"], is_outline)
        text = self._texts.get(key)
        if text is None:
            if is_outline:
                document = outline(document)
            text = self._texts[key] = json.dumps(document, ensure_ascii=False, separators=(",", ":"))
            if len(self._texts) > TEXTS:
                self._texts.popitem(last=False)
        return text

    def _publish(self, document: Document, waiting: list[asyncio.Future[None]] | None) -> None:
        if document["id"] in self._ring:
            return
        self._ring[document["id"]] = document
        while len(self._ring) > self._size:
            self._ring.popitem(last=False)
        self.participants.note(document)
        for listener in self.listeners:
            listener(document)
        for subscription in self._subscriptions:
            if waiting is None:
                subscription.offer(document)
                continue
            delivered = asyncio.get_running_loop().create_future()
            if subscription.offer(document, delivered):
                waiting.append(delivered)
