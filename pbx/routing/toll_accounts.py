"""What an hour of calls outside has come to, for each extension and each trunk. Pure; kept over restarts."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

HOUR_S = 3600.0
MAX_ENTRIES = 100_000  # calls remembered of one hour, in all

Over = Callable[[float], None]
"""To be called with the time when a call is over."""


@dataclass(slots=True, eq=False)
class Entry:
    """One call: when it went out, where, and on whose accounts it is. ``seconds``: None while it goes on."""

    at: float
    number: str
    trunk: str
    is_abroad: bool
    keys: tuple[str, ...]
    seconds: float | None = None


class Account:
    """The calls of an hour of one extension or trunk. Every question costs the same, however many they are."""

    def __init__(self) -> None:
        self._entries: deque[Entry] = deque()
        self._forgotten: set[Entry] = set()  # that go on
        self._finished_s = 0.0
        self._going = 0
        self._going_since = 0.0  # the sum of when those that go on began
        self.abroad = 0
        self._told: dict[str, float] = {}

    def begin(self, entry: Entry) -> None:
        """A call goes out."""
        self._entries.append(entry)
        self._going += 1
        self._going_since += entry.at
        self.abroad += entry.is_abroad
        if len(self._entries) > MAX_ENTRIES:
            self._drop_first()

    def over(self, entry: Entry) -> None:
        """A call is over; it took ``entry.seconds``."""
        self._going -= 1
        self._going_since -= entry.at
        if entry in self._forgotten:
            self._forgotten.discard(entry)
        else:
            self._finished_s += entry.seconds or 0.0

    def spent(self, now: float) -> tuple[int, float]:
        """Calls begun in the last hour, and minutes on the line of those and of all that go on."""
        while self._entries and self._entries[0].at < now - HOUR_S:
            self._drop_first()
        return len(self._entries), (self._finished_s + self._going * now - self._going_since) / 60

    def may_tell(self, what: str, now: float) -> bool:
        """Once an hour for each kind of alarm."""
        if now - self._told.get(what, -HOUR_S) < HOUR_S:
            return False
        self._told[what] = now
        return True

    def _drop_first(self) -> None:
        entry = self._entries.popleft()
        self.abroad -= entry.is_abroad
        if entry.seconds is None:
            self._forgotten.add(entry)
        else:
            self._finished_s -= entry.seconds


class Accounts:
    """All of them, by key; ``changed`` is called whenever what is to be kept has."""

    def __init__(self, changed: Callable[[], None] = lambda: None) -> None:
        self._changed = changed
        self._by_key: dict[str, Account] = {}
        self._hour: deque[Entry] = deque()
        self._left: list[Entry] = []  # that went on when an earlier exchange ended

    def of(self, key: str) -> Account:
        """The account of ``extension N`` or ``trunk NAME``."""
        return self._by_key.setdefault(key, Account())

    def spent(self, key: str, now: float) -> tuple[int, float]:
        """Calls and minutes of the last hour."""
        account = self._by_key.get(key)
        return account.spent(now) if account is not None else (0, 0.0)

    def begin(self, entry: Entry) -> Over:
        """A call goes out, on the accounts of its keys."""
        self._take_down(entry)
        self._changed()
        return self._end_of(entry)

    def goes_on(self, number: str | None, trunk: str) -> Over | None:
        """What ends the call to ``number`` through ``trunk`` that an earlier exchange has begun; None for no such."""
        for entry in self._left:
            if (entry.number, entry.trunk) == (number, trunk):
                self._left.remove(entry)
                return self._end_of(entry)
        return None

    def settle(self, now: float) -> None:
        """Whatever else an earlier exchange has begun is over."""
        left, self._left = self._left, []
        for entry in left:
            self._end_of(entry)(now)

    def _take_down(self, entry: Entry) -> None:
        self._hour.append(entry)
        while len(self._hour) > MAX_ENTRIES or self._is_past(self._hour[0], entry.at):
            self._hour.popleft()
        for key in entry.keys:
            self.of(key).begin(entry)

    def _end_of(self, entry: Entry) -> Over:
        def over(at: float) -> None:
            if entry.seconds is None:
                entry.seconds = max(0.0, at - entry.at)
                for key in entry.keys:
                    self.of(key).over(entry)
                self._changed()

        return over

    @staticmethod
    def _is_past(entry: Entry, now: float) -> bool:
        return entry.seconds is not None and entry.at < now - HOUR_S

    # --- Kept over restarts -------------------------------------------------------------------------------------------

    def document(self) -> Callable[[], dict[str, Any]]:
        """All of it at this moment; what is returned says it as JSON types."""
        entries = list(self._hour)

        def render() -> dict[str, Any]:
            calls = [
                [entry.at, entry.number, entry.trunk, entry.is_abroad, list(entry.keys), entry.seconds]
                for entry in entries
            ]
            return {"version": 1, "calls": calls}

        return render

    def restore(self, document: Any) -> None:
        """Take over what ``document`` said; what does not fit is left out. Calls that went on are for ``goes_on``."""
        calls = document.get("calls") if isinstance(document, dict) else None
        for told in calls[:MAX_ENTRIES] if isinstance(calls, list) else []:
            entry = _entry(told)
            if entry is None:
                continue
            seconds, entry.seconds = entry.seconds, None
            self._take_down(entry)
            if seconds is None:
                self._left.append(entry)
            else:
                entry.seconds = seconds
                for key in entry.keys:
                    self.of(key).over(entry)


def _entry(told: Any) -> Entry | None:
    match told:
        case [
            int() | float() as at,
            str(number),
            str(trunk),
            bool(abroad),
            list(keys),
            int() | float() | None as seconds,
        ]:
            return Entry(float(at), number, trunk, abroad, tuple(map(str, keys)), seconds)
    return None
