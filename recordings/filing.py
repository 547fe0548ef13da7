"""Makes files of complete spools: within two seconds of the end of a call, and after any crash."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import asdict, dataclass
from pathlib import Path

import structlog
from sqlalchemy import select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession

from pbx.events import Body, RecordingReady, VoicemailReady
from pbx.ids import new_id
from recordings.archive import Archive, Item
from recordings.errors import NoSpoolError
from recordings.recovery import adopt_orphans, finish_interrupted
from recordings.tables import FAILED, FINISHING, READY, REMOVED, Recording, Voicemail
from recordings.wave import WaveFile, finish
from store import event_log
from store.engine import Database
from store.rounds import Rounds

LiveCalls = Callable[[], Awaitable[set[str] | None]]

POLL_S = 5.0
BATCH = 50
PARALLEL = 4
SEARCH_S = 60.0

_COMPLETE = tuple(
    select(table).where(table.state == FINISHING).order_by(at).limit(BATCH)
    for table, at in ((Recording, Recording.started_at), (Voicemail, Voicemail.received_at))
)


@dataclass(frozen=True, slots=True)
class _Written:
    """An item whose file is at ``path`` of its folder; without ``wave`` there was no sound to be had."""

    item: Item
    path: str
    wave: WaveFile | None


class Filing(Rounds):
    """Files what the catalogue says is complete; ``notify`` when there may be something new.

    ``live_calls()`` answers the ids of the calls that are running now, or None when the exchange does not answer: then
    nothing is taken to be interrupted.
    """

    def __init__(
        self,
        database: Database,
        archive: Archive,
        *,
        clock: Callable[[], float],
        live_calls: LiveCalls | None = None,
    ) -> None:
        super().__init__()
        self._database = database
        self._archive = archive
        self._clock = clock
        self._live_calls = live_calls
        self._next_search = 0.0
        self._log = structlog.get_logger("recordings")

    async def run(self) -> None:
        """File what is complete until ``stop``; a full disk or an absent database is tried again."""
        loop = asyncio.get_running_loop()
        look_again = loop.time()
        while not self.is_over:
            self.begin_round()
            try:
                while await self.step():
                    pass
                if self._live_calls is not None and loop.time() >= look_again:
                    look_again = loop.time() + POLL_S
                    live = await self._live_calls()
                    if live is not None and await self._recover(live):
                        continue
            except (OSError, DBAPIError) as error:
                self._log.warning("recordings cannot be filed; trying again", error=str(error), in_s=POLL_S)
            await self.pause(POLL_S)

    async def step(self) -> int:
        """File one batch; how many items were filed. Raises OSError, DBAPIError: everything stays to be done."""
        async with self._database.session() as session:
            items: list[Item] = []
            for complete in _COMPLETE:
                items += await session.scalars(complete)
        if not items:
            return 0
        shares = [items[first::PARALLEL] for first in range(min(PARALLEL, len(items)))]
        done = await asyncio.gather(*(asyncio.to_thread(self._write, share) for share in shares))
        written = [one for share, _ in done for one in share]
        await asyncio.to_thread(_unlink, await self._record(written))
        for _, error in done:
            if error is not None:
                raise error
        return len(items)

    async def _recover(self, live_calls: set[str]) -> int:
        now = self._clock()
        found = await finish_interrupted(self._database, self._archive, live_calls, now)
        if now >= self._next_search:
            self._next_search = now + SEARCH_S
            found += await adopt_orphans(self._database, self._archive, now)
        return found

    def _write(self, items: list[Item]) -> tuple[list[_Written], OSError | None]:
        """Make the files of ``items``, up to the first that cannot be written. Blocks."""
        written: list[_Written] = []
        for item in items:
            path = self._archive.place(item)
            channels = item.channels if isinstance(item, Recording) else 1
            try:
                wave: WaveFile | None = finish(self._archive.spool(item), self._archive.file(item, path), channels)
            except NoSpoolError as error:
                self._log.error("a recording is lost", recording_id=item.id, error=str(error))
                wave = None
            except OSError as error:
                return written, error
            written.append(_Written(item, path, wave))
        return written, None

    async def _record(self, written: list[_Written]) -> list[Path]:
        """Say in one transaction what there is to be heard; the files that are no longer wanted."""
        gone: list[Path] = []
        async with self._database.transaction() as session:
            event_log.gather(session)
            rows = await _rows(session, [one.item for one in written])
            for one in written:
                row = rows.get(one.item.id)
                if row is not None and row.state == REMOVED:
                    # It can still be brought back, to be filed then.
                    gone.append(self._archive.file(one.item, one.path))
                    continue
                gone.append(self._archive.spool(one.item))
                if row is None or row.state not in (FINISHING, READY):
                    # Somebody has deleted it meanwhile.
                    gone.append(self._archive.file(one.item, one.path))
                elif row.state == FINISHING and one.wave is None:
                    row.state = FAILED
                elif row.state == FINISHING and one.wave is not None:
                    row.state, row.path, row.size, row.duration_s = READY, one.path, one.wave.size, one.wave.duration_s
                    body = _ready(row, one.wave.duration_s)
                    await event_log.append(session, body.type, row.call_id, asdict(body), id=new_id(), at=self._clock())
            await event_log.log_gathered(session)
        return gone


async def _rows(session: AsyncSession, items: list[Item]) -> dict[str, Item]:
    """The rows of ``items`` as they are now, by id."""
    found: list[Item] = []
    for table in (Recording, Voicemail):
        ids = [item.id for item in items if isinstance(item, table)]
        if ids:
            found += await session.scalars(select(table).where(table.id.in_(ids)))
    return {row.id: row for row in found}


def _ready(row: Item, duration_s: float) -> Body:
    if isinstance(row, Voicemail):
        return VoicemailReady(row.id, row.box, row.caller_number, duration_s)
    return RecordingReady(row.id, duration_s)


def _unlink(files: list[Path]) -> None:
    for file in files:
        file.unlink(missing_ok=True)
