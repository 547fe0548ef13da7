"""Forwarding: where a person's calls go instead, and how far a call may be sent on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pbx.routing.errors import ForwardingLoopError, TooManyDiversionsError
from pbx.routing.state_file import StateFile

MAX_DIVERSIONS = 5
MAX_TARGET = 32


class Forwards:
    """Who forwards all calls, to what was dialled after ``*21``. Changes are saved and survive a restart."""

    def __init__(self, file: StateFile | None = None) -> None:
        self._file = file
        self._always: dict[str, str] = {}

    def load(self) -> None:
        """Read what was saved. Blocks: for the time before the exchange serves. Raises StateFileError."""
        document = self._file.load() if self._file is not None else None
        if isinstance(document, dict) and isinstance(always := document.get("always"), dict):
            self._always = {
                extension: to
                for extension, to in always.items()
                if isinstance(extension, str) and isinstance(to, str) and 0 < len(to) <= MAX_TARGET
            }

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
        if self._file is not None:
            self._file.save(self._document())

    def all_always(self) -> dict[str, str]:
        """Every forwarding in force, by extension."""
        return dict(self._always)

    def _document(self) -> dict[str, Any]:
        return {"version": 1, "always": dict(self._always)}


def check_diversion(diverted_by: Sequence[str], next_: str) -> None:
    """Whether a call that ``diverted_by`` have sent on, in order, may now go to ``next_``.

    Raises ForwardingLoopError when ``next_`` has already sent it on, TooManyDiversionsError past MAX_DIVERSIONS.
    """
    if next_ in diverted_by:
        raise ForwardingLoopError(f"{' → '.join([*diverted_by, next_])}: a loop")
    if len(diverted_by) > MAX_DIVERSIONS:
        raise TooManyDiversionsError(f"{len(diverted_by)} diversions; allowed: {MAX_DIVERSIONS}")
