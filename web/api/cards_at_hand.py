"""The pop-ups of those who call at this moment, read when they came: offering who waits in a queue needs no database.

A card is given up as soon as something that it shows may have changed, and read again when it is asked for.
"""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict
from collections.abc import Callable
from typing import Any

from sqlalchemy.exc import SQLAlchemyError

from crm_bridge.lookup import Dossier, KnownContact, find_contact, open_dossier
from crm_bridge.screen_pop import card
from store.engine import Database

Document = dict[str, Any]
Reading = asyncio.Task[Document]
MOST = 10_000
OLDEST_S = 600.0  # against what another program writes into the database
LATEST_ENDED = 1_000
CHANGING = frozenset({"contacts", "companies", "leads", "deals"})  # what a card shows, as the API's paths call it


class CardsAtHand:
    """Cards by number (E.164), at most MOST. ``clock``: seconds, monotonic."""

    def __init__(self, database: Database, clock: Callable[[], float] = time.monotonic) -> None:
        self._database = database
        self._clock = clock
        self._cards: OrderedDict[str, tuple[Reading, float]] = OrderedDict()
        self._reading: set[Reading] = set()
        self._ended: OrderedDict[str, tuple[str | None, ...]] = OrderedDict()

    def __len__(self) -> int:
        return len(self._cards)

    async def contact(self, number: str) -> KnownContact | None:
        """Who has ``number``; the card is read from now on. Raises SQLAlchemyError, OSError."""
        async with self._database.session() as session:
            contact = await find_contact(session, number)
        self._read(number, contact, is_found=True)
        return contact

    async def card(self, number: str | None) -> Document:
        """The card of ``number``, from hand where it is there; an empty one when the database cannot say."""
        if number is None:
            return card(Dossier(None))
        kept = self._cards.get(number)
        usable = kept is not None and self._clock() - kept[1] <= OLDEST_S
        reading = kept[0] if kept is not None and usable else self._read(number, None, is_found=False)
        try:
            return await asyncio.shield(reading)
        except (SQLAlchemyError, OSError):
            return card(Dossier(number))

    def forget(self) -> None:
        """Somebody has changed the CRM."""
        self._cards.clear()

    def hear(self, document: Document) -> None:
        """Listener of the hub: a call that is over, and what has become of it, shows on the caller's next card."""
        match document:
            case {"type": "call.ended", "call_id": str(call_id)}:
                numbers = document.get("caller_number"), document.get("dialled")
                self._drop(*numbers)
                self._ended[call_id] = numbers
                if len(self._ended) > LATEST_ENDED:
                    self._ended.popitem(last=False)
            case {"type": "lead.created", "number": str(number)}:
                self._drop(number)
            case {"type": "activity.logged", "call_id": str(call_id)}:
                self._drop(*self._ended.pop(call_id, ()))
            case _:
                pass

    async def stop(self) -> None:
        """Whoever reads lets go of the database."""
        self._cards.clear()
        for task in self._reading:
            task.cancel()
        await asyncio.gather(*self._reading, return_exceptions=True)

    def _drop(self, *numbers: str | None) -> None:
        for number in numbers:
            if number is not None:
                self._cards.pop(number, None)

    def _read(self, number: str, contact: KnownContact | None, *, is_found: bool) -> Reading:
        reading = asyncio.get_running_loop().create_task(self._dossier(number, contact, is_found))
        self._reading.add(reading)
        reading.add_done_callback(lambda task: self._is_read(number, task))
        self._cards[number] = (reading, self._clock())
        self._cards.move_to_end(number)
        if len(self._cards) > MOST:
            self._cards.popitem(last=False)
        return reading

    async def _dossier(self, number: str, contact: KnownContact | None, is_found: bool) -> Document:
        async with self._database.session() as session:
            known = contact if is_found else await find_contact(session, number)
            return card(await open_dossier(session, number, known))

    def _is_read(self, number: str, task: Reading) -> None:
        self._reading.discard(task)
        if task.cancelled() or task.exception() is not None:
            kept = self._cards.get(number)
            if kept is not None and kept[0] is task:
                del self._cards[number]
