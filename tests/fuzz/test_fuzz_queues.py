"""Long days in the queues: 100,000 random events each, changes of the company among them; each is checked at once.

``FUZZ_SECONDS`` makes more days of it, and whole ones.
"""

from __future__ import annotations

import os

import pytest

from tests.unit.queues.test_invariants import live

SECONDS = int(os.environ.get("FUZZ_SECONDS", "0"))
DAYS = 1 + SECONDS // 30
EVENTS = 100_000 if SECONDS else 10_000


@pytest.mark.parametrize("seed", range(20261122, 20261122 + DAYS))
def test_a_long_day_loses_no_caller_and_keeps_the_order(seed: int) -> None:
    live(seed, EVENTS)
