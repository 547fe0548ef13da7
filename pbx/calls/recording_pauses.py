"""Why a recording is paused: it goes on when the last of the reasons is gone."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from typing import Literal

PauseCause = Literal["asked", "digits", "waiting"]
"""``asked`` for by somebody; ``digits`` are being typed; the conversation is ``waiting`` for somebody to go on with."""

Over = Callable[[PauseCause], None]


class RecordingPauses:
    """The reasons of one recording, each with when it ends by itself (seconds since the epoch), or None."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._until: dict[PauseCause, float | None] = {}
        self._timers: dict[PauseCause, asyncio.TimerHandle] = {}

    def __bool__(self) -> bool:
        return bool(self._until)

    def __contains__(self, cause: PauseCause) -> bool:
        return cause in self._until

    @property
    def by_somebody(self) -> bool:
        """Whether it is paused for more than that nobody is there to be recorded."""
        return bool(self._until.keys() - {"waiting"})

    def begin(self, cause: PauseCause, for_s: float, over: Over) -> None:
        """Pause for ``for_s`` from now, anew where it is paused for this already; 0: until ``end``.

        ``over(cause)`` is told when it has ended by itself.
        """
        self.end(cause)
        self._until[cause] = self._clock() + for_s if for_s else None
        if for_s:
            self._timers[cause] = asyncio.get_running_loop().call_later(for_s, self._ended, cause, over)

    def end(self, cause: PauseCause) -> None:
        """This is no reason any more."""
        self._until.pop(cause, None)
        if (timer := self._timers.pop(cause, None)) is not None:
            timer.cancel()

    def clear(self) -> None:
        """There is no reason left."""
        for cause in tuple(self._until):
            self.end(cause)

    def document(self) -> dict[str, float | None]:
        """As JSON types, for ``restore``."""
        return {str(cause): until for cause, until in self._until.items()}

    def restore(self, document: Mapping[PauseCause, float | None], over: Over) -> None:
        """Go on as ``document`` says; what should have ended meanwhile ends now."""
        for cause, until in document.items():
            self.begin(cause, max(0.001, until - self._clock()) if until is not None else 0.0, over)

    def _ended(self, cause: PauseCause, over: Over) -> None:
        self.end(cause)
        over(cause)
