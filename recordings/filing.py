"""Makes files of complete spools: within two seconds of the end of a call, and after any crash."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import asdict
from pathlib import Path

import structlog
from sqlalchemy import select
from sqlalchemy.exc import DBAPIError

from pbx.events import Body, RecordingReady, VoicemailReady
from pbx.ids import new_id
from recordings.archive import Archive, Item
from recordings.errors import NoSpoolError
from recordings.recovery import adopt_orphans, finish_interrupted
from recordings.tables import FAILED, FINISHING, READY, Recording, Voicemail
from recordings.wave import WaveFile, finish
from store import event_log
from store.engine import Database

LiveCalls = Callable[[], Awaitable[set[str] | None]]

POLL_S = 5.0
BATCH = 50
PARALLEL = 4
SEARCH_S = 60.0


class Filing:
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
        self._database = database
        self._archive = archive
        self._clock = clock
        self._live_calls = live_calls
        self._next_search = 0.0
        self._wake = asyncio.Event()
        self._stopping = False
        self._slots = asyncio.Semaphore(PARALLEL)
        self._log = structlog.get_logger("recordings")

    def notify(self) -> None:
        """Something may be complete."""
        self._wake.set()

    def stop(self) -> None:
        """Let ``run`` return after the files that it is at."""
        self._stopping = True
        self._wake.set()

    async def run(self) -> None:
        """File what is complete until ``stop``; a full disk or an absent database is tried again."""
        while not self._stopping:
            self._wake.clear()
            try:
                while await self.step():
                    pass
                live = await self._live_calls() if self._live_calls is not None else None
                if live is not None and await self._recover(live):
                    continue
            except (OSError, DBAPIError) as error:
                self._log.warning("recordings cannot be filed; trying again", error=str(error), in_s=POLL_S)
            if self._stopping:
                return
            try:
                async with asyncio.timeout(POLL_S):
                    await self._wake.wait()
            except TimeoutError:
                pass

    async def step(self) -> int:
        """File one batch; how many items were filed. Raises OSError, DBAPIError: everything stays to be done."""
        async with self._database.session() as session:
            items: list[Item] = []
            for table, at in ((Recording, Recording.started_at), (Voicemail, Voicemail.received_at)):
                items += await session.scalars(select(table).where(table.state == FINISHING).order_by(at).limit(BATCH))
        results = await asyncio.gather(*(self._file(item) for item in items), return_exceptions=True)
        for result in results:
            if isinstance(result, BaseException):
                raise result
        return len(items)

    async def _recover(self, live_calls: set[str]) -> int:
        now = self._clock()
        found = await finish_interrupted(self._database, self._archive, live_calls, now)
        if now >= self._next_search:
            self._next_search = now + SEARCH_S
            found += await adopt_orphans(self._database, self._archive, now)
        return found

    async def _file(self, item: Item) -> None:
        path = self._archive.place(item)
        target, spool = self._archive.file(item, path), self._archive.spool(item)
        channels = item.channels if isinstance(item, Recording) else 1
        async with self._slots:
            try:
                wave: WaveFile | None = await asyncio.to_thread(finish, spool, target, channels)
            except NoSpoolError as error:
                self._log.error("a recording is lost", recording_id=item.id, error=str(error))
                wave = None
        gone = [spool] if await self._record(item, path, wave) else [spool, target]
        await asyncio.to_thread(_unlink, gone)

    async def _record(self, item: Item, path: str, wave: WaveFile | None) -> bool:
        """Whether the file is wanted: somebody may have deleted the recording meanwhile."""
        async with self._database.transaction() as session:
            is_message = isinstance(item, Voicemail)
            row: Item | None = await session.get(Voicemail if is_message else Recording, item.id)
            if row is None or row.state != FINISHING:
                return row is not None and row.state == READY
            if wave is None:
                row.state = FAILED
                return False
            row.state, row.path, row.size, row.duration_s = READY, path, wave.size, wave.duration_s
            body: Body
            if isinstance(row, Voicemail):
                body = VoicemailReady(row.id, row.box, row.caller_number, wave.duration_s)
            else:
                body = RecordingReady(row.id, wave.duration_s)
            await event_log.append(session, body.type, row.call_id, asdict(body), id=new_id(), at=self._clock())
            return True


def _unlink(files: list[Path]) -> None:
    for file in files:
        file.unlink(missing_ok=True)
