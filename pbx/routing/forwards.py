"""Forwarding: where a person's calls go instead, and how far a call may be sent on."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal, get_args

from pbx.routing.errors import ForwardingLoopError, TooManyDiversionsError

MAX_DIVERSIONS = 5
MAX_TARGET = 32

ForwardKind = Literal["always", "busy", "no_answer", "unreachable", "follow_me"]
KINDS: tuple[ForwardKind, ...] = get_args(ForwardKind)
"""``follow_me`` rings a number beside the person's own telephones, and asks who answers there to press a key."""

Choice = Literal["do_not_disturb", "no_call_waiting"]
CHOICES: tuple[Choice, ...] = get_args(Choice)
"""What a person has on or off: no calls at all; no second call while in one."""


class Forwards:
    """What each person has set, by extension; targets as they were dialled. ``changed`` is called after each change."""

    def __init__(self, changed: Callable[[], None] | None = None) -> None:
        self._changed = changed
        self._to: dict[ForwardKind, dict[str, str]] = {kind: {} for kind in KINDS}
        self._on: dict[Choice, set[str]] = {choice: set() for choice in CHOICES}

    def to(self, kind: ForwardKind, extension: str) -> str | None:
        """What to dial, as ``extension``, when that happens; None when it does not forward then."""
        return self._to[kind].get(extension)

    def set(self, kind: ForwardKind, extension: str, to: str | None) -> None:
        """Forward from now on; None: no longer. Raises ValueError when ``to`` is too long."""
        if to is None:
            self._to[kind].pop(extension, None)
        elif len(to) > MAX_TARGET:
            raise ValueError(f"a forwarding target of {len(to)} characters; allowed: {MAX_TARGET}")
        else:
            self._to[kind][extension] = to
        self._tell()

    def is_on(self, choice: Choice, extension: str) -> bool:
        """Whether ``extension`` has this on."""
        return extension in self._on[choice]

    def turn(self, choice: Choice, extension: str, on: bool) -> None:
        """Turn something on or off for ``extension``."""
        (self._on[choice].add if on else self._on[choice].discard)(extension)
        self._tell()

    def of(self, extension: str) -> dict[str, Any]:
        """Everything that ``extension`` has set: targets by kind (null: none), and what is on."""
        targets: dict[str, Any] = {kind: self.to(kind, extension) for kind in KINDS}
        return targets | {choice: self.is_on(choice, extension) for choice in CHOICES}

    def document(self) -> Callable[[], dict[str, Any]]:
        """All of it at this moment; what is returned says it as JSON types."""
        document: dict[str, Any] = {"version": 2}
        document |= {str(kind): dict(by_extension) for kind, by_extension in self._to.items()}
        document |= {str(choice): sorted(extensions) for choice, extensions in self._on.items()}
        return lambda: document

    def restore(self, document: Any) -> None:
        """Take over what ``document`` said; what does not fit is left out."""
        if not isinstance(document, dict):
            return
        for kind in KINDS:
            kept = document.get(kind)
            for extension, to in kept.items() if isinstance(kept, Mapping) else ():
                if isinstance(extension, str) and isinstance(to, str) and 0 < len(to) <= MAX_TARGET:
                    self._to[kind][extension] = to
        for choice in CHOICES:
            on = document.get(choice)
            self._on[choice] |= {one for one in on if isinstance(one, str)} if isinstance(on, list) else set()

    def _tell(self) -> None:
        if self._changed is not None:
            self._changed()


def check_diversion(diverted_by: Sequence[str], next_: str) -> None:
    """Whether a call that ``diverted_by`` have sent on, in order, may now go to ``next_``.

    Raises ForwardingLoopError when ``next_`` has already sent it on, TooManyDiversionsError past MAX_DIVERSIONS.
    """
    if next_ in diverted_by:
        raise ForwardingLoopError(f"{' → '.join([*diverted_by, next_])}: a loop")
    if len(diverted_by) > MAX_DIVERSIONS:
        raise TooManyDiversionsError(f"{len(diverted_by)} diversions; allowed: {MAX_DIVERSIONS}")
