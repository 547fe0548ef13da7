"""An order among ringings that are on different calls."""

from __future__ import annotations

from typing import Protocol


class Turn(Protocol):
    """A place in the order: ``come`` waits for those before, ``over`` lets the next one ring."""

    async def come(self) -> None: ...

    def over(self) -> None: ...
