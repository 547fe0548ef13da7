"""`make bench-queue`: decisions of the engine, days against theory, the block list, and the whole server.

The last line is JSON: decision_p99_ms, lost_calls, ring_p99_ms, erlang_error_pct, blocklist_us (and more).
``--full`` sends 10,000 calls through the server; ``--docs`` writes the table and the plot of the strategies.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
import tempfile
from pathlib import Path

from benchmarks.queue import blocked, day, engine, report, server

DOCS = Path(__file__).resolve().parents[2] / "docs"
FULL_CALLS = 10_000


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--full", action="store_true", help="10,000 calls through the whole server")
    parser.add_argument("--docs", action="store_true", help="write docs/queue-strategies.md and .svg")
    parser.add_argument("--without-server", action="store_true", help="only what runs in this process")
    options = parser.parse_args()
    figures: dict[str, float] = {}
    say("engine: 1000 agents, 200 queues, 5000 waiting")
    figures |= engine.measure(60_000)
    say(f"  {figures}")
    say("block list: 100,000 entries")
    figures |= blocked.measure()
    say(f"  {figures['blocklist_us']} µs a look-up")
    say("days of 20,000 calls")
    comparison = day.compare(days=5, reference_days=2000)
    say(f"  {report.against_theory(comparison)}")
    figures |= {
        "erlang_error_pct": comparison.error_pct,
        "erlang_standard_error_pct": comparison.standard_error_pct,
        "engine_error_pct": comparison.engine_error_pct,
    }
    strategies = day.by_strategy()
    say(report.table(strategies))
    if options.docs:
        report.write(DOCS, comparison, strategies)
    if not options.without_server:
        size = server.Size(calls=FULL_CALLS) if options.full else server.Size()
        say(f"server: {size}")
        with tempfile.TemporaryDirectory() as directory:
            figures |= asyncio.run(server.measure(Path(directory), size))
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
