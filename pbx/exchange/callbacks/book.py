"""Everybody who is to be called back: asked for, changed, cancelled, done. Times are epoch seconds, and come in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass, fields
from typing import Any

from pbx.events import Body, CallbackChanged, CallbackEnded, CallbackRequested

MAX_KEPT = 10_000


class TooManyCallbacksError(Exception):
    """No more callbacks are taken."""


@dataclass(slots=True)
class Callback:
    """One customer to be called. ``waits_since``: when the wait began that counts for the place in line.

    ``not_before``: the time asked for, or of the next attempt; ``call_id``: the call under way; ``requested_by``: login
    of whoever had the number called, None for customers who asked for it themselves.
    """

    id: str
    queue: str
    number: str
    language: str
    source: str
    requested_at: float
    waits_since: float
    not_before: float = 0.0
    attempts: int = 0
    priority: int = 0
    position: int | None = None
    call_id: str | None = None
    requested_by: str | None = None


class CallbackBook:
    """The callbacks that are not done. ``on_event`` puts events on the stream; ``on_change`` hears which entry is new,
    different or gone, and ``on_saved`` that the document has changed."""

    def __init__(self) -> None:
        self._entries: dict[str, Callback] = {}
        self._by_number: dict[tuple[str, str | None], dict[str, Callback]] = {}  # queue and number; the oldest first
        self._filed: dict[str, tuple[str, str | None]] = {}
        self.on_event: Callable[[Body, str | None], None] = lambda body, call_id: None
        self.on_change: Callable[[Callback], None] = lambda callback: None
        self.on_saved: Callable[[], None] = lambda: None

    def __contains__(self, callback_id: str) -> bool:
        return callback_id in self._entries

    def get(self, callback_id: str) -> Callback | None:
        """The callback with this id, unless it is done."""
        return self._entries.get(callback_id)

    def all(self) -> list[Callback]:
        """Every one that is not done, in the order in which they were asked for."""
        return list(self._entries.values())

    def find(self, queue: str, number: str | None) -> Callback | None:
        """The one of this number in this queue."""
        return next(iter(self._by_number.get((queue, number), {}).values()), None)

    def add(self, callback: Callback, call_id: str | None = None) -> Callback:
        """Take a request; of the call ``call_id``. The same number in the same queue keeps its older place.

        Raises TooManyCallbacksError.
        """
        if (older := self.find(callback.queue, callback.number)) is not None:
            return older
        if len(self._entries) >= MAX_KEPT:
            raise TooManyCallbacksError(f"{MAX_KEPT} callbacks wait already")
        self._entries[callback.id] = callback
        self._file(callback)
        due_at = callback.not_before or None
        body = CallbackRequested(callback.id, callback.queue, callback.number, callback.source, due_at)
        self.on_event(body, call_id)
        self._changed(callback)
        return callback

    def changed(self, callback: Callback, by: str) -> None:
        """The owner has given it another number, queue or time."""
        self._file(callback)
        body = CallbackChanged(callback.id, callback.queue, callback.number, by, callback.not_before or None)
        self.on_event(body, None)
        self._changed(callback)

    def noted(self) -> None:
        """Something about an entry is to be kept that nobody else needs to hear of."""
        self.on_saved()

    def end(self, callback: Callback, result: str, cause: str, now: float, login: str | None = None) -> None:
        """It is done: ``reached``, ``failed``, ``cancelled``, ``expired``."""
        if self._entries.pop(callback.id, None) is None:
            return
        self._take_out(callback)
        wait_s = round(max(0.0, now - callback.requested_at), 3)
        self.on_event(
            CallbackEnded(
                callback.id, callback.queue, callback.number, result, cause, callback.attempts, wait_s, login
            ),
            callback.call_id,
        )
        self._changed(callback)

    def taken_back(self, queue: str, number: str | None, now: float) -> float:
        """Who calls again need not be called: how long that customer has waited, 0.0 for others."""
        callback = self.find(queue, number) if number is not None else None
        if callback is None or callback.call_id is not None:
            return 0.0
        self.end(callback, "cancelled", "called_again", now)
        return max(0.0, now - callback.waits_since)

    def called_by_hand(self, number: str, login: str | None, now: float) -> None:
        """Somebody of the house talks with ``number``: it need not be called a second time, in whatever queue."""
        for callback in [one for one in self._entries.values() if one.number == number and one.call_id is None]:
            self.end(callback, "reached", "called_by_hand", now, login)

    def _file(self, callback: Callback) -> None:
        """Have it found by the queue and the number that it has now."""
        self._take_out(callback)
        key = self._filed[callback.id] = callback.queue, callback.number
        self._by_number.setdefault(key, {})[callback.id] = callback

    def _take_out(self, callback: Callback) -> None:
        key = self._filed.pop(callback.id, None)
        if key is None:
            return
        same = self._by_number[key]
        del same[callback.id]
        if not same:
            del self._by_number[key]

    def _changed(self, callback: Callback) -> None:
        self.on_change(callback)
        self.on_saved()

    # --- Kept over restarts -------------------------------------------------------------------------------------------

    def document(self) -> Callable[[], dict[str, Any]]:
        """All of it at this moment; what is returned says it as JSON types."""
        entries = [asdict(one) for one in self._entries.values()]
        return lambda: {"version": 1, "callbacks": entries}

    def restore(self, document: Any) -> None:
        """Take over what ``document`` said; what does not fit is left out. Calls that were under way are over."""
        entries = document.get("callbacks") if isinstance(document, dict) else None
        names = {one.name for one in fields(Callback)}
        for entry in entries if isinstance(entries, list) else []:
            if isinstance(entry, dict) and names >= set(entry) >= {"id", "queue", "number"}:
                try:
                    callback = Callback(**entry)
                except TypeError:
                    continue
                callback.call_id = None
                self._entries[callback.id] = callback
                self._file(callback)
