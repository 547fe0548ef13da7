"""Who served a caller last: so that a queue can try the same agent first."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

MAX_KEPT = 10_000


class LastAgents:
    """The agent who talked to a number last, for the last callers. ``on_changed`` is called after each change."""

    def __init__(self) -> None:
        self.on_changed: Callable[[], None] = lambda: None
        self._last: dict[str, str] = {}

    def of(self, number: str | None) -> str | None:
        """The login of who served this number last."""
        return self._last.get(number) if number is not None else None

    def served(self, number: str | None, login: str | None) -> None:
        """Remember; who has not called for the longest is forgotten first."""
        if number is None or login is None:
            return
        self._last.pop(number, None)
        self._last[number] = login
        if len(self._last) > MAX_KEPT:
            del self._last[next(iter(self._last))]
        self.on_changed()

    def document(self) -> Callable[[], dict[str, Any]]:
        """All of it at this moment; what is returned says it as JSON types."""
        last = dict(self._last)
        return lambda: {"version": 1, "last": last}

    def restore(self, document: Any) -> None:
        """Take over what ``document`` said; what does not fit is left out."""
        last = document.get("last") if isinstance(document, dict) else None
        if isinstance(last, dict):
            for number, login in list(last.items())[-MAX_KEPT:]:
                if isinstance(number, str) and isinstance(login, str):
                    self._last[number] = login
