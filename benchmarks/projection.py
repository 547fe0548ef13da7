"""What the office spends on a call's events: `make bench-projection`.

The events of calls that overlap (menu, queue, pop-up, conversation, recording, wrap-up) are written into a journal and
projected into SQLite by the projections and reactions of the office, in two ways: live, as many events at a time as
a rate of calls leaves between two batches, and all at once, as after an outage.

The reference in the same run inserts the very rows that came out, with `executemany` of the bare driver, in as many
transactions. The last line is JSON: live_ms, catch_up_ms, reference_ms (CPU of one call), events_per_call.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import sqlite3
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.call_events import call_events
from centralita.projection import new_projector
from config.loading import load_company_file
from crm_bridge.first_load import load_contacts
from pbx.journal.format import MAGIC, encode, segment_path
from pbx.journal.reader import JournalReader
from store.engine import Database
from store.projector import GATHER_S

Document = dict[str, Any]


@dataclass
class Stream:
    """Events of ``calls`` calls that begin ``rate`` a second, in the order of their times."""

    calls: int
    rate: float

    def __post_init__(self) -> None:
        chance = random.Random(1)
        events = [event for n in range(self.calls) for event in call_events(n, 1.7e9 + n / self.rate, chance)]
        self.events = [event.to_document() for event in sorted(events, key=lambda event: event.id)]
        self._times = sorted(event.at for event in events)

    def windows(self, seconds: float) -> Iterator[list[Document]]:
        """The events cut into what happens in each span of ``seconds``."""
        at = 0
        end = self._times[0]
        while at < len(self.events):
            end += seconds
            upto = at
            while upto < len(self.events) and self._times[upto] <= end:
                upto += 1
            if upto > at:
                yield self.events[at:upto]
            at = upto


async def project(directory: Path, stream: Stream, window_s: float | None) -> tuple[float, int]:
    """CPU seconds of projecting the stream into a database in ``directory``, and how many transactions it took."""
    journal = directory / "journal"
    journal.mkdir(parents=True)
    segment = segment_path(journal, 1)
    segment.write_bytes(MAGIC)
    company = load_company_file()
    database = Database(f"sqlite:///{directory / 'centralita.sqlite3'}")
    try:
        await database.upgrade()
        async with database.transaction() as session:
            await load_contacts(session, company.contacts, 1.6e9)
        batches = 0

        def applied(_: tuple[int, int]) -> None:
            nonlocal batches
            batches += 1

        projector = new_projector(database, JournalReader(journal), company, on_applied=applied)
        spent = 0.0
        for window in stream.windows(window_s) if window_s else [stream.events]:
            with segment.open("ab") as file:
                file.write(b"".join(encode(event) for event in window))
            began = time.process_time()
            while await projector.step():
                pass
            spent += time.process_time() - began
        return spent, batches
    finally:
        await database.dispose()


def reference(directory: Path, batches: int) -> tuple[float, int]:
    """CPU seconds of inserting the database's rows into one with the same schema, and how many rows they are."""
    with sqlite3.connect(directory / "centralita.sqlite3") as source:
        schema = source.execute(
            "SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY rootpage"
        ).fetchall()
        names = [name for (name,) in source.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        rows = {name: source.execute(f'SELECT * FROM "{name}"').fetchall() for name in names}
    target = sqlite3.connect(directory / "reference.sqlite3", isolation_level=None)
    target.execute("PRAGMA journal_mode=WAL")
    target.execute("PRAGMA synchronous=NORMAL")
    for name, sql in schema:
        if not name.startswith("sqlite_"):
            target.execute(sql)
    inserts = {
        name: f'INSERT INTO "{name}" VALUES ({", ".join("?" * len(found[0]))})' for name, found in rows.items() if found
    }
    began = time.process_time()
    for batch in range(batches):
        target.execute("BEGIN IMMEDIATE")
        for name, insert in inserts.items():
            share = rows[name][batch * len(rows[name]) // batches : (batch + 1) * len(rows[name]) // batches]
            target.executemany(insert, share)
        target.execute("COMMIT")
    spent = time.process_time() - began
    target.close()
    return spent, sum(map(len, rows.values()))


async def run(directory: Path, calls: int, rate: float) -> dict[str, float]:
    stream = Stream(calls, rate)
    await project(directory / "warm-up", Stream(20, rate), None)
    live, batches = await project(directory / "live", stream, GATHER_S)
    catch_up, _ = await project(directory / "catch-up", stream, None)
    plain, rows = reference(directory / "live", batches)
    print(f"{calls} calls, {len(stream.events)} events, {rows} rows; live: {batches} transactions", file=sys.stderr)
    return {
        "live_ms": round(live * 1000 / calls, 3),
        "catch_up_ms": round(catch_up * 1000 / calls, 3),
        "reference_ms": round(plain * 1000 / calls, 3),
        "events_per_call": round(len(stream.events) / calls, 1),
    }


def main() -> int:
    parser = argparse.ArgumentParser(description="CPU of the projection per call, beside plain inserts.")
    parser.add_argument("--calls", type=int, default=500)
    parser.add_argument("--rate", type=float, default=25.0, help="calls a second, for the live way")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="centralita-bench-") as directory:
        print(json.dumps(asyncio.run(run(Path(directory), asked.calls, asked.rate))))
    return 0


if __name__ == "__main__":
    sys.exit(main())
