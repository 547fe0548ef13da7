"""Time as an input: an event loop has this shape, and so has a test's clock."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol


class Handle(Protocol):
    """A call that is due later."""

    def cancel(self) -> None: ...


class Clock(Protocol):
    """Monotonic seconds, and calls at a time. ``asyncio.AbstractEventLoop`` fits."""

    def time(self) -> float: ...

    def call_at(self, when: float, callback: Callable[[], Any], /) -> Handle: ...

    def call_soon(self, callback: Callable[[], Any], /) -> Handle: ...
