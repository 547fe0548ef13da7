"""What a crash left behind: recordings that never said they were over, and messages that nobody told of."""

from __future__ import annotations

import asyncio
from pathlib import Path

import structlog
from sqlalchemy import select

from recordings.archive import Archive
from recordings.tables import FINISHING, RECORDING, Recording, Voicemail
from recordings.wave import duration_s
from store.configuration import load_company
from store.engine import Database
from store.errors import NoCompanyError

QUIET_S = 10.0  # nobody has written to the spool of a call that is not live: it is complete
ORPHAN_S = 120.0  # and one that no event names has waited long enough for an event
SHORTEST_MESSAGE_S = 1.0
SPOOL = "*.s16"
MAX_ORPHANS = 1000

log = structlog.get_logger("recordings")


async def finish_interrupted(database: Database, archive: Archive, live_calls: set[str], now: float) -> int:
    """Hand recordings of calls that were cut off by a crash over to be filed; how many."""
    async with database.session() as session:
        rows = list(await session.scalars(select(Recording).where(Recording.state == RECORDING)))
    left = [row for row in rows if row.call_id not in live_calls]
    if not left:
        return 0
    quiet = await asyncio.to_thread(lambda: [row.id for row in left if _quiet_s(archive.spool(row), now) >= QUIET_S])
    if not quiet:
        return 0
    async with database.transaction() as session:
        for row in await session.scalars(select(Recording).where(Recording.id.in_(quiet))):
            if row.state == RECORDING:
                row.state = FINISHING
    log.info("recordings of interrupted calls are being finished", count=len(quiet))
    return len(quiet)


async def adopt_orphans(database: Database, archive: Archive, now: float) -> int:
    """Put messages that no event names into the company's box, and remove spools too short to be one; how many put.

    A recording is on the stream before its spool begins, so a spool that nobody has told of is a message whose caller
    the exchange did not outlive.
    """
    spools = await asyncio.to_thread(_old_spools, archive.spool_dir, now)
    if not spools:
        return 0
    ids = [spool.stem for spool in spools]
    async with database.session() as session:
        known = set(await session.scalars(select(Recording.id).where(Recording.id.in_(ids))))
        known |= set(await session.scalars(select(Voicemail.id).where(Voicemail.id.in_(ids))))
        try:
            company, _ = await load_company(session)
        except NoCompanyError:
            return 0
    orphans = [spool for spool in spools if spool.stem not in known]
    facts = await asyncio.to_thread(lambda: [spool.stat() for spool in orphans])
    adopted, short = 0, list[Path]()
    async with database.transaction() as session:
        for spool, fact in zip(orphans, facts, strict=True):
            length = duration_s(fact.st_size, channels=1)
            if length < SHORTEST_MESSAGE_S:
                short.append(spool)
                continue
            adopted += 1
            session.add(
                Voicemail(
                    id=spool.stem,
                    box=company.company_voicemail,
                    spool=spool.name,
                    state=FINISHING,
                    received_at=fact.st_mtime - length,
                    duration_s=length,
                    is_read=False,
                )
            )
    await asyncio.to_thread(_remove, short)
    if adopted:
        log.warning("messages that were cut off are in the company's box", count=adopted)
    return adopted


def _old_spools(folder: Path, now: float) -> list[Path]:
    found = []
    for spool in folder.glob(SPOOL):
        if len(spool.stem) <= 36 and _quiet_s(spool, now) >= ORPHAN_S:
            found.append(spool)
        if len(found) >= MAX_ORPHANS:
            break
    return found


def _remove(spools: list[Path]) -> None:
    for spool in spools:
        spool.unlink(missing_ok=True)


def _quiet_s(spool: Path, now: float) -> float:
    try:
        return now - spool.stat().st_mtime
    except FileNotFoundError:
        return float("inf")
