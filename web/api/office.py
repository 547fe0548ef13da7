"""What every resource of the API works with."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import structlog

from config.company import Company, Person
from config.settings import Settings
from pbx.facade import Exchange, ExchangeUnavailableError
from pbx.ipc.connection import RequestFailedError
from recordings.archive import Archive
from recordings.audio import OggConverter
from store.configuration import load_company
from store.engine import Database
from web.api.live import Hub
from web.api.metrics import Metrics
from web.api.sessions import Sessions
from web.api.sip_socket import BrowserSockets

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who asks: a person of the company, and the queues that the person serves."""

    login: str
    role: str
    name: str
    extension: str
    language: str
    queues: frozenset[str]

    @property
    def sees_all(self) -> bool:
        """Whether everybody's calls are this person's business."""
        return self.role in ("supervisor", "administrator")


@dataclass(slots=True)
class Office:
    """The parts that the API stands on. ``company`` is the newest snapshot; ``now``: seconds since the epoch."""

    settings: Settings
    database: Database
    exchange: Exchange
    hub: Hub
    sessions: Sessions
    browsers: BrowserSockets
    metrics: Metrics
    company: Company
    archive: Archive
    converter: OggConverter
    now: Callable[[], float]

    async def company_changed(self) -> None:
        """Read the company again, here and in the exchange: after somebody has changed it."""
        async with self.database.session() as session:
            self.company, _ = await load_company(session, self.settings)
        try:
            await self.exchange.reload()
        except ExchangeUnavailableError:
            log.info("exchange_away", meaning="it reads the company when it comes back")

    async def mailbox_changed(self, box: str) -> None:
        """Messages of ``box`` were read or deleted: lamps of telephones follow."""
        try:
            await self.exchange.mailbox_changed(box)
        except (ExchangeUnavailableError, RequestFailedError):
            log.info("exchange_away", meaning="telephones learn of it when they subscribe again")

    def viewer(self, login: str, role: str) -> Viewer:
        """The signed-in person; one whom the company does not list any more has an account and nothing else."""
        person = self.company.person(login) or Person(login=login, name=login, extension="00", role="agent")
        queues = frozenset(
            queue.name for queue in self.company.queues if any(member.login == login for member in queue.members)
        )
        return Viewer(login, role, person.name, person.extension, person.language, queues)
