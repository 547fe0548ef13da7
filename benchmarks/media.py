"""What the media plane costs: ``python -m benchmarks.media [--quick]``. The last line is JSON.

One worker on one core, a generator of real RTP on another, loopback between them. Each kind of work is tried with more
and more calls until more than 0.1 % of the packets are lost, delay grows without end, or the core is full; a C relay
runs the same loads in the same run, because the machine's own speed drifts. A full run takes six minutes or so and
draws ``docs/media-bench.svg``.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.media_codecs import measure as codec_figures
from benchmarks.media_plot import Chart, Line, write
from benchmarks.media_stage import Load, Measured, c_relay, flooded, idle_worker, media_worker, two_workers

PLOT = Path(__file__).parent.parent / "docs" / "media-bench.svg"
MAX_LOSS = 0.001
FLOOD = 50_000  # packets a second
MAX_DELAY_MS = 100.0  # at p99: nothing is lost yet, but a queue is growing
FULL = 0.93  # the system keeps five in a hundred of a core from processes that take precedence
STANDARD_CALLS = (1200, 800, 400, 100)  # where packets are compared: the first load that both relays carry


@dataclass(frozen=True)
class Work:
    """One kind of work: how many units are tried, how many legs a unit has, what the figure is called."""

    kind: str
    ladder: tuple[int, ...]
    legs: int
    figure: str


RELAY = Work("relay", (10, 100, 400, 800, 1200, 1600, 2000), 2, "relay_calls")
OTHERS = (
    Work("record", (100, 400, 800, 1200, 1600), 2, "recorded_calls"),
    Work("music", (500, 1000, 2000, 3000, 4000), 1, "music_listeners"),
    Work("conference", (250, 500, 1000, 1500, 2000), 1, "conference5_members"),
    Work("conference100", (200, 500, 1000, 1500), 1, "conference100_members"),
    Work("inband", (100, 400, 800, 1200), 2, "inband_calls"),
    Work("srtp", (100, 200, 400, 600, 800), 2, "srtp_calls"),
)
Rungs = list[tuple[int, Measured]]


def say(name: str, units: int, measured: Measured) -> None:
    print(f"{name:>13} {units:>5}: {measured.describe()}", flush=True)


async def relay_beside_c(calls: int, seconds: float) -> tuple[Measured, Measured]:
    """The C relay and a media worker under the same load, one after the other."""
    load = Load("relay", 2 * calls, seconds)
    limit = await c_relay(load)
    say("C relay", calls, limit)
    ours = await media_worker(load)
    say("relay", calls, ours)
    return limit, ours


async def packet_cost(choices: Sequence[int], seconds: float) -> tuple[int, Measured, Measured]:
    """Calls, C relay and worker at the first of ``choices`` that both carry, the last one in any case."""
    for calls in choices:
        limit, ours = await relay_beside_c(calls, seconds)
        if (is_clean(limit) and is_clean(ours)) or calls == choices[-1]:
            break
    return calls, limit, ours


async def climb(work: Work, seconds: float) -> Rungs:
    """Measure until it is not clean any more; the rung that is not, is the last one."""
    rungs: Rungs = []
    for units in work.ladder:
        measured = await media_worker(Load(work.kind, units * work.legs, seconds))
        say(work.kind, units, measured)
        rungs.append((units, measured))
        if not is_clean(measured) or measured.core > FULL:
            break
    return rungs


async def climb_relay(work: Work, seconds: float) -> tuple[Rungs, Rungs]:
    """The same for the relay, with the C relay beside it on every rung; the C relay's rungs first."""
    limits: Rungs = []
    rungs: Rungs = []
    for calls in work.ladder:
        limit, ours = await relay_beside_c(calls, seconds)
        limits.append((calls, limit))
        rungs.append((calls, ours))
        if not is_clean(ours) or ours.core > FULL:
            break
    return limits, rungs


def is_clean(measured: Measured) -> bool:
    return measured.loss <= MAX_LOSS and measured.p99_ms <= MAX_DELAY_MS


def clean(rungs: Rungs) -> int:
    """The most units that were carried without loss or a growing queue."""
    return max((units for units, measured in rungs if is_clean(measured)), default=0)


def delay_at_80(rungs: Rungs) -> float:
    """The p99 of the delay on the highest rung at or below 80 % of what was clean."""
    best = clean(rungs)
    eligible = [measured for units, measured in rungs if units <= 0.8 * best] or [rungs[0][1]]
    return eligible[-1].p99_ms


def compared(limits: Rungs, rungs: Rungs) -> dict[str, float]:
    """What a packet costs here and there, at the first of the standard loads that both carried."""
    pairs = {calls: (limit, ours) for (calls, limit), (_, ours) in zip(limits, rungs, strict=True)}
    carried = [calls for calls, pair in pairs.items() if all(is_clean(each) for each in pair)]
    calls = next((calls for calls in STANDARD_CALLS if calls in carried), limits[0][0])
    limit, ours = pairs[calls]
    return {"relay_us": ours.us_per_packet, "c_relay_us": limit.us_per_packet, "compared_calls": calls}


async def run(quick: bool) -> dict[str, float]:
    seconds = 2.0 if quick else 5.0
    start_s, idle = await idle_worker(2.0 if quick else 5.0)
    print(f"a worker: ready after {start_s:.2f} s, idle at {idle:.2%} of a core", flush=True)
    limits, relayed = await climb_relay(_cut(RELAY) if quick else RELAY, seconds)
    figures = compared(limits, relayed)
    figures[RELAY.figure] = clean(relayed)
    results = {RELAY.kind: relayed}
    for work in OTHERS:
        results[work.kind] = await climb(_cut(work) if quick else work, seconds)
        figures[work.figure] = clean(results[work.kind])
    figures |= await beside_each_other(seconds, 100 if quick else 400)
    figures |= await asyncio.to_thread(codec_figures)
    figures["relay_p99_ms"] = delay_at_80(relayed)
    figures["mix_p99_ms"] = delay_at_80(results["conference"])
    figures["leg_kb"] = relayed[-1][1].leg_kb
    figures["idle_core"] = round(idle, 4)
    figures["start_s"] = round(start_s, 2)
    if not quick:
        draw(limits, results)
    return figures


async def beside_each_other(seconds: float, calls: int) -> dict[str, float]:
    """What a packet costs in two workers at once, and what a stranger's flood does to calls on the same ports."""
    one, two = await two_workers(Load("relay", 2 * calls, seconds))
    print(f"two workers, {calls} calls: {one.us_per_packet:.2f} and {two.us_per_packet:.2f} µs a packet", flush=True)
    under, sent = await flooded(Load("relay", 2 * calls, seconds), FLOOD)
    say("flooded", calls, under)
    rate = round(sent / (seconds + 1))
    print(f"a stranger has sent {rate} packets/s to one of their ports", flush=True)
    return {
        "two_workers_us": max(one.us_per_packet, two.us_per_packet),
        "flooded_calls": calls,
        "flooded_loss": round(under.loss, 6),
        "flooded_p99_ms": under.p99_ms,
        "flood_per_s": rate,
    }


def _cut(work: Work) -> Work:
    return Work(work.kind, work.ladder[:2], work.legs, work.figure)


def draw(limits: Rungs, results: dict[str, Rungs]) -> None:
    """Growth from few calls to many, as charts."""

    def line(name: str, rungs: Rungs, figure: str, scale: float = 1.0) -> Line:
        return Line(name, [(units, getattr(measured, figure) * scale) for units, measured in rungs])

    relayed, mixed = results["relay"], results["conference"]
    costs = [line("media worker", relayed, "us_per_packet"), line("C relay", limits, "us_per_packet")]
    cores = [line(kind, rungs, "core", 100.0) for kind, rungs in results.items()]
    delays = [line("relay p99", relayed, "p99_ms"), line("relay p50", relayed, "p50_ms")]
    delays += [line("mix p99", mixed, "p99_ms"), line("C relay p99", limits, "p99_ms")]
    charts = [
        Chart("CPU per relayed packet, µs", "calls", costs, top=16.0),
        Chart("Share of one core, %", "calls, listeners or members", cores, limit=100.0),
        Chart("Delay that is added, ms", "calls or members", delays, top=60.0, limit=5.0),
    ]
    write(PLOT, "The media plane, one worker on one core, beside a plain C relay", charts)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--quick", action="store_true", help="small loads, a minute and a half in all; nothing is drawn"
    )
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
