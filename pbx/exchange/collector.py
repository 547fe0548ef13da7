"""Python's collector of loops, kept out of the exchange's way: one pass over a whole company stops every call."""

from __future__ import annotations

import gc

COLLECT_AFTER = (5_000, 10, 50)  # objects, then young and middle passes: what a call leaves behind needs no collector


def spare() -> None:
    """What is there for good is never walked again, and what calls leave behind is collected in larger lots."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(*COLLECT_AFTER)
