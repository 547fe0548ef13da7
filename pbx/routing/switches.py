"""Night switches: turned by hand, whatever the clock says; kept over restarts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

MAX_KEPT = 1000


class NightSwitches:
    """Which switches are on. ``changed`` is called after each change, and then ``on_turned``."""

    def __init__(self, changed: Callable[[], None] | None = None) -> None:
        self._changed = changed
        self.on_turned: Callable[[], None] = lambda: None
        self._on: set[str] = set()

    def is_on(self, name: str) -> bool:
        """Whether hours that name this switch are closed by it."""
        return name in self._on

    def turn(self, name: str, on: bool) -> None:
        """Turn a switch on or off."""
        if on and len(self._on) < MAX_KEPT:
            self._on.add(name)
        elif not on:
            self._on.discard(name)
        if self._changed is not None:
            self._changed()
        self.on_turned()

    def document(self) -> Callable[[], dict[str, Any]]:
        """All of it at this moment; what is returned says it as JSON types."""
        on = sorted(self._on)
        return lambda: {"version": 1, "on": on}

    def restore(self, document: Any) -> None:
        """Take over what ``document`` said; what does not fit is left out."""
        on = document.get("on") if isinstance(document, dict) else None
        if isinstance(on, list):
            self._on |= {name for name in on[:MAX_KEPT] if isinstance(name, str)}
