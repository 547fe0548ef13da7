"""What it costs to look a caller up in a block list of 100,000 entries, numbers and prefixes."""

from __future__ import annotations

import time
from random import Random

from pbx.routing.blocklist import Blocklist, Rule

ENTRIES = 100_000
LOOK_UPS = 50_000


def measure(seed: int = 1) -> dict[str, float]:
    """``blocklist_us``: mean of a look-up, of which one in ten finds something; ``blocklist_build_s``."""
    rng = Random(seed)

    def number() -> str:
        return f"+34{rng.randrange(600_000_000, 999_999_999)}"

    numbers = [number() for _ in range(ENTRIES * 9 // 10)]
    prefixes = [f"{number()[: rng.randint(5, 10)]}*" for _ in range(ENTRIES - len(numbers) - 1)]
    begin = time.perf_counter()
    blocklist = Blocklist([Rule(text, "reject", str(index)) for index, text in enumerate((*numbers, *prefixes))])
    build_s = time.perf_counter() - begin
    asked = [
        rng.choice(numbers) if rng.random() < 0.1 else f"+44{rng.randrange(10**9, 10**10)}" for _ in range(LOOK_UPS)
    ]
    begin = time.perf_counter()
    for one in asked:
        blocklist.match(one)
    return {
        "blocklist_us": round((time.perf_counter() - begin) / LOOK_UPS * 1e6, 2),
        "blocklist_build_s": round(build_s, 2),
    }
