"""What the media plane costs: ``python -m benchmarks.media [--quick]``. The last line is JSON.

One worker on one core, a generator of real RTP on another, loopback between them. Each kind of work is tried with more
and more calls until more than 0.1 % of the packets are lost or the core is full; a C relay runs the same load in the
same run, because the machine's own speed drifts.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from benchmarks.media_stage import Load, Measured, c_relay, media_worker

LADDER = {
    "relay": [200, 400, 800, 1200, 1600, 2000],
    "record": [100, 200, 400, 800, 1200],
    "music": [500, 1000, 2000, 3000],
    "conference": [250, 500, 1000, 1500],
    "srtp": [100, 200, 400, 600],
}
LEGS_PER_UNIT = {"relay": 2, "record": 2, "music": 1, "conference": 1, "srtp": 2}
MAX_LOSS = 0.001
FULL = 0.97
STANDARD_CALLS = 400


async def climb(kind: str, ladder: Sequence[int], seconds: float) -> tuple[int, list[tuple[int, Measured]]]:
    """The last rung that is clean, and what was measured on each."""
    best = 0
    rungs: list[tuple[int, Measured]] = []
    for units in ladder:
        measured = await media_worker(Load(kind, units * LEGS_PER_UNIT[kind], seconds))
        rungs.append((units, measured))
        print(f"{kind:>10} {units:>5}: {measured.describe()}", flush=True)
        if measured.loss > MAX_LOSS:
            break
        best = units
        if measured.core > FULL:
            break
    return best, rungs


def delay_at_80(best: int, rungs: Sequence[tuple[int, Measured]]) -> float:
    """The p99 of the delay on the highest rung at or below 80 % of what was clean."""
    eligible = [measured for units, measured in rungs if units <= 0.8 * best] or [rungs[0][1]]
    return eligible[-1].p99_ms


async def run(quick: bool) -> dict[str, float]:
    seconds = 2.0 if quick else 6.0
    calls = 100 if quick else STANDARD_CALLS
    load = Load("relay", 2 * calls, seconds)
    limit = await c_relay(load)
    print(f"{'C relay':>10} {calls:>5}: {limit.describe()}", flush=True)
    ours = await media_worker(load)
    print(f"{'relay':>10} {calls:>5}: {ours.describe()}", flush=True)
    figures: dict[str, float] = {"relay_us": ours.us_per_packet, "c_relay_us": limit.us_per_packet}
    names = {
        "relay": "relay_calls",
        "record": "recorded_calls",
        "music": "music_listeners",
        "conference": "conference5_members",
        "srtp": "srtp_calls",
    }
    results = {}
    for kind, name in names.items():
        results[kind] = await climb(kind, LADDER[kind][:2] if quick else LADDER[kind], seconds)
        figures[name] = results[kind][0]
    figures["relay_p99_ms"] = delay_at_80(*results["relay"])
    figures["mix_p99_ms"] = delay_at_80(*results["conference"])
    figures["leg_kb"] = results["relay"][1][-1][1].leg_kb
    return figures


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="small loads, a minute in all")
    given = parser.parse_args()
    if (os.cpu_count() or 1) < 2:
        print("one core only: the generator takes part of what is measured", file=sys.stderr)
    with tempfile.TemporaryDirectory() as directory:
        os.environ["MEDIA_BENCH_DIR"] = str(Path(directory))
        figures = asyncio.run(run(given.quick))
    print(json.dumps(figures))
    return 0


if __name__ == "__main__":
    sys.exit(main())
