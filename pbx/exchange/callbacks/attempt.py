"""One attempt to call a customer back: how far it came."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(slots=True)
class Attempt:
    """``has_called``: the customer was dialled; ``result``: why nobody talked, as the call's result."""

    has_called: bool = False
    result: str = "cancelled"
