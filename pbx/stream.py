"""The one stream of events, as the exchange emits it: stamped, shown to live subscribers at once, and journalled."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

import structlog

from pbx.events import Body, Event
from pbx.ids import new_id

Subscriber = Callable[[Event], None]


class Appends(Protocol):
    """What the stream needs of the journal."""

    def append(self, document: dict[str, Any]) -> None: ...


class EventStream:
    """Emits events. Subscribers are called in order, on the loop, and must not block."""

    def __init__(self, journal: Appends, *, clock: Callable[[], float], ids: Callable[[], str] = new_id) -> None:
        """``clock``: seconds since the epoch; ``ids``: a new UUIDv7."""
        self._journal = journal
        self._clock = clock
        self._ids = ids
        self._subscribers: list[Subscriber] = []
        self._log = structlog.get_logger("events")

    def subscribe(self, subscriber: Subscriber) -> Callable[[], None]:
        """Hear every event from now on; what is returned ends it."""
        self._subscribers.append(subscriber)

        def unsubscribe() -> None:
            if subscriber in self._subscribers:
                self._subscribers.remove(subscriber)

        return unsubscribe

    def emit(
        self,
        body: Body,
        call_id: str | None = None,
        *,
        id: str | None = None,  # noqa: A002 - the event's own word
        at: float | None = None,
    ) -> Event:
        """Put ``body`` on the stream and return the event; ``id`` and ``at`` when somebody else has given them."""
        event = Event(id=id or self._ids(), at=self._clock() if at is None else at, call_id=call_id, body=body)
        if not body.passing:
            self._journal.append(event.to_document())
        for subscriber in tuple(self._subscribers):
            try:
                subscriber(event)
            except Exception:  # noqa: BLE001 - one subscriber's fault must not end a call or deprive the others
                self._log.exception("an event subscriber failed", event_type=event.type, call_id=call_id)
        return event
