"""Keys that a caller types one after the other: a number, a PIN, a name. ``#`` ends them, and so does a pause."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from pbx.ports import Digit, MenuInput, TimedOut

END = "#"


class Typing(Protocol):
    """Who types (`pbx.calls.call.Call`)."""

    async def next_input(self, timeout_s: float | None) -> MenuInput: ...


async def typed_keys(caller: Typing, first: str | None, *, most: int, pause_s: float | Callable[[str], float]) -> str:
    """What was typed, ``first`` included, without the ``#``; ``most`` keys at most.

    ``pause_s``: how long the next key may take, or what tells so from the keys so far.
    """
    keys = first or ""
    while len(keys) < most and not keys.endswith(END):
        match await caller.next_input(pause_s if isinstance(pause_s, float) else pause_s(keys)):
            case Digit(digit=digit):
                keys += digit
            case TimedOut():
                break
            case _:
                pass
    return keys.removesuffix(END)
