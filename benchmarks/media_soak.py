"""Hours of calls on one media worker: ``python -m benchmarks.media_soak [MINUTES]``, an hour when not said.

Calls come, are bridged, mixed, played to and recorded with real sound, and go, round after round. Memory and file
descriptors of the worker are read after each round, when no leg is open: both are to stay flat from the first quarter
on. The last line is JSON; the exit status is 1 when something has grown.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import psutil

from benchmarks.media_stage import WORKER_PORTS, Load, build, cores, generate, open_legs, worker
from pbx.media.client import MediaPlane

KINDS = ("relay", "record", "conference", "music", "inband")
LEGS = 100
ROUND_S = 10.0
MOST_KB = 4096  # that memory may differ by between the first quarter and the last: the allocator's own play
MOST_LOSS = 0.001


@dataclass(frozen=True)
class Sample:
    """The worker after a round, with no leg open."""

    memory_kb: int
    descriptors: int
    threads: int
    loss: float
    p99_ms: float


async def soak(minutes: float) -> list[Sample]:
    build()
    directory = Path(os.environ["MEDIA_BENCH_DIR"])
    samples: list[Sample] = []
    ends = time.monotonic() + minutes * 60
    async with worker("soak", WORKER_PORTS, cores()[0]) as (plane, process):
        while time.monotonic() < ends:
            samples.append(await _round(plane, process, KINDS[len(samples) % len(KINDS)], directory))
            print(f"{len(samples):>4} {KINDS[(len(samples) - 1) % len(KINDS)]:>11}: {samples[-1]}", flush=True)
    return samples


async def _round(plane: MediaPlane, process: int, kind: str, directory: Path) -> Sample:
    load = Load(kind, LEGS, ROUND_S)
    places = await open_legs(plane, load, directory)
    measured = await generate(load, places, process, 0)
    for leg in range(LEGS):
        if kind == "record" and leg % 2:
            plane.stop_recording(f"r{leg}")
        plane.close_leg(str(leg))
    async with asyncio.timeout(30):
        while (figures := await plane.figures()) and (figures[0]["legs"] or figures[0]["recordings"]):
            await asyncio.sleep(0.1)
    for spool in directory.glob("*.s16"):
        spool.unlink()
    await asyncio.sleep(0.5)
    told = psutil.Process(process)
    return Sample(
        told.memory_info().rss // 1024, told.num_fds(), told.num_threads(), round(measured.loss, 5), measured.p99_ms
    )


def judged(samples: list[Sample]) -> dict[str, float]:
    """The figures: how far the last quarter's highest is above the first quarter's, past the rounds of each kind."""
    warm = samples[len(KINDS) :] or samples
    quarter = max(1, len(warm) // 4)
    first, last = warm[:quarter], warm[-quarter:]
    return {
        "rounds": len(samples),
        "legs": len(samples) * LEGS,
        "memory_kb": last[-1].memory_kb,
        "memory_grown_kb": max(each.memory_kb for each in last) - max(each.memory_kb for each in first),
        "descriptors_grown": last[-1].descriptors - first[0].descriptors,
        "threads_grown": last[-1].threads - first[0].threads,
        "worst_loss": max(each.loss for each in samples),
    }


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("minutes", nargs="?", type=float, default=60.0)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as directory:
        os.environ["MEDIA_BENCH_DIR"] = directory
        figures = judged(asyncio.run(soak(given.minutes)))
    print(json.dumps(figures))
    flat = figures["memory_grown_kb"] <= MOST_KB and not figures["descriptors_grown"] and not figures["threads_grown"]
    return 0 if flat and figures["worst_loss"] <= MOST_LOSS else 1


if __name__ == "__main__":
    sys.exit(main())
