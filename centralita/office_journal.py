"""The journal's way into the office's database: the projector, and whoever lives on what it has applied."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy.exc import DBAPIError

from centralita.projection import new_projector
from config.company import Company
from config.crm import CrmRules
from config.settings import Settings
from pbx.background import beside
from pbx.journal.reader import JournalReader, prune
from store.engine import Database


class OfficeJournal:
    """The projector over the exchange's journal, with everything that lives on the events."""

    def __init__(
        self,
        settings: Settings,
        database: Database,
        company: Company,
        clock: Callable[[], float],
        crm_rules: Callable[[], CrmRules],
    ) -> None:
        self._folder = settings.journal_dir
        self._segment: int | None = None
        self._pruning: asyncio.Task[None] | None = None
        self.on_applied: tuple[Callable[[], None], ...] = ()  # each is called when a batch has been applied
        self.projector = new_projector(
            database,
            JournalReader(settings.journal_dir),
            company,
            clock=clock,
            on_applied=self._applied,
            crm_rules=crm_rules,
        )

    async def run(self) -> None:
        """Apply what comes until ``stop``, and then what has come: the last calls end just before the office."""
        await self.projector.run()
        with contextlib.suppress(DBAPIError, OSError):
            while await self.projector.step():
                pass

    async def take(self, events: Sequence[dict[str, Any]]) -> None:
        """Apply what another exchange tells of."""
        await self.projector.take(events)
        for heard in self.on_applied:
            heard()

    def stop(self) -> None:
        """The batch that is under way is the last one of ``run``."""
        self.projector.stop()

    def _applied(self, place: tuple[int, int]) -> None:
        for heard in self.on_applied:
            heard()
        if place[0] != self._segment and (self._pruning is None or self._pruning.done()):
            self._segment = place[0]
            self._pruning = beside(asyncio.to_thread(prune, self._folder, place), "journal_pruning")
