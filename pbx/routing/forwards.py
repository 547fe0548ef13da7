"""Forwarding: where a person's calls go instead, and how far a call may be sent on."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from pbx.routing.errors import ForwardingLoopError, TooManyDiversionsError

MAX_DIVERSIONS = 5
MAX_TARGET = 32


class Forwards:
    """Who forwards all calls, to what was dialled after ``*21``. ``changed`` is called after each change."""

    def __init__(self, changed: Callable[[], None] | None = None) -> None:
        self._changed = changed
        self._always: dict[str, str] = {}

    def always(self, extension: str) -> str | None:
        """What to dial, as ``extension``, instead of ringing it; None when it does not forward."""
        return self._always.get(extension)

    def set_always(self, extension: str, to: str | None) -> None:
        """Forward every call to ``to`` from now on; None: no longer. Raises ValueError when ``to`` is too long."""
        if to is None:
            self._always.pop(extension, None)
        elif len(to) > MAX_TARGET:
            raise ValueError(f"a forwarding target of {len(to)} characters; allowed: {MAX_TARGET}")
        else:
            self._always[extension] = to
        if self._changed is not None:
            self._changed()

    def document(self) -> Callable[[], dict[str, Any]]:
        """All of it at this moment; what is returned says it as JSON types."""
        always = dict(self._always)
        return lambda: {"version": 1, "always": always}

    def restore(self, document: Any) -> None:
        """Take over what ``document`` said; what does not fit is left out."""
        always = document.get("always") if isinstance(document, dict) else None
        for extension, to in always.items() if isinstance(always, dict) else ():
            if isinstance(extension, str) and isinstance(to, str) and 0 < len(to) <= MAX_TARGET:
                self._always[extension] = to


def check_diversion(diverted_by: Sequence[str], next_: str) -> None:
    """Whether a call that ``diverted_by`` have sent on, in order, may now go to ``next_``.

    Raises ForwardingLoopError when ``next_`` has already sent it on, TooManyDiversionsError past MAX_DIVERSIONS.
    """
    if next_ in diverted_by:
        raise ForwardingLoopError(f"{' → '.join([*diverted_by, next_])}: a loop")
    if len(diverted_by) > MAX_DIVERSIONS:
        raise TooManyDiversionsError(f"{len(diverted_by)} diversions; allowed: {MAX_DIVERSIONS}")
