"""What every resource of the API works with."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, field

import structlog

from config.company import Company, Person
from config.settings import Settings
from pbx.facade import Exchange, ExchangeUnavailableError
from pbx.ipc.connection import RequestFailedError
from recordings.archive import Archive
from recordings.audio import OggConverter
from store.configuration import load_company
from store.engine import Database
from web.api.blocklist_imports import BlocklistImports
from web.api.cards_at_hand import CardsAtHand
from web.api.external_calls import ExternalCalls
from web.api.floor import FloorView
from web.api.live import Hub
from web.api.metrics import Metrics
from web.api.permissions import Scope, scope_of
from web.api.prompt_files import PromptFiles
from web.api.provisioning import Provisioning
from web.api.push.service import Push
from web.api.report_delivery import ReportDelivery
from web.api.second_factor import SecondFactors
from web.api.sessions import Sessions
from web.api.sip_socket import BrowserSockets
from web.api.today import Today
from web.api.webhook_delivery import WebhookDeliveries

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who asks: a person of the company, and the queues that the person serves.

    ``department``: the logins of the own department, oneself included; ``event_logins`` those whose events are this
    person's business, None for everybody's; ``colleagues`` those and who serves a queue with one of them.
    """

    login: str
    role: str
    name: str
    extension: str
    language: str
    queues: frozenset[str]
    department: frozenset[str] = frozenset()
    event_logins: frozenset[str] | None = frozenset()
    event_queues: frozenset[str] = frozenset()
    event_boxes: frozenset[str] = frozenset()
    colleagues: frozenset[str] = frozenset()

    @property
    def sees_all(self) -> bool:
        """Whether everybody's calls are this person's business."""
        return self.event_logins is None

    def works_with(self, login: str) -> bool:
        """Whether what ``login`` does is this person's business; of others one sees whether they are free."""
        return self.sees_all or login in self.colleagues


@dataclass(slots=True)
class Office:
    """The parts that the API stands on. ``company`` is the newest snapshot; ``now``: seconds since the epoch.

    ``on_company``: who hears that the company has been read again.
    """

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
    provisioning: Provisioning
    prompts: PromptFiles
    imports: BlocklistImports
    webhooks: WebhookDeliveries
    reports: ReportDelivery
    cards: CardsAtHand
    push: Push
    external_calls: ExternalCalls | None = None
    on_company: list[Callable[[], None]] = field(default_factory=list)
    floor: FloorView = field(init=False)
    today: Today = field(init=False)
    _viewers: tuple[Company, dict[tuple[str, str], Viewer]] = field(init=False)

    def __post_init__(self) -> None:
        self.floor = FloorView(self.exchange, self.now)
        self.today = Today(self.database, lambda: self.company, self.now)
        self._viewers = self.company, {}

    @property
    def second_factors(self) -> SecondFactors:
        """Everybody's second factor."""
        return self.sessions.second_factors

    async def end_sessions(self, login: str, *, but: str | None = None) -> None:
        """Sign ``login`` out everywhere, telephones in browsers included; the session of the token ``but`` stays."""
        ended = await self.sessions.end_all(login, but=but)
        self.browsers.sign_out_person(login, but=but)
        for session in ended:
            try:
                await self.exchange.revoke_sip(session)
            except ExchangeUnavailableError:
                return

    async def company_changed(self) -> None:
        """Read the company again, here and in the exchange: after somebody has changed it."""
        await self.read_company()
        try:
            await self.exchange.reload()
        except ExchangeUnavailableError:
            log.info("exchange_away", meaning="it reads the company when it comes back")

    async def read_company(self) -> None:
        """Read the company again: somebody else has changed it."""
        async with self.database.session() as session:
            self.company, _ = await load_company(session, self.settings)
        for heard in self.on_company:
            heard()

    async def mailbox_changed(self, box: str) -> None:
        """Messages of ``box`` were read or deleted: lamps of telephones follow."""
        try:
            await self.exchange.mailbox_changed(box)
        except (ExchangeUnavailableError, RequestFailedError):
            log.info("exchange_away", meaning="telephones learn of it when they subscribe again")

    def viewer(self, login: str, role: str) -> Viewer:
        """The signed-in person; one whom the company does not list any more has an account and nothing else."""
        company, known = self._viewers
        if company is not self.company:
            company, known = self._viewers = self.company, {}
        if (login, role) not in known:
            known[login, role] = self._viewer(company, login, role)
        return known[login, role]

    def _viewer(self, company: Company, login: str, role: str) -> Viewer:
        person = company.person(login) or Person(login=login, name=login, extension="00", role="agent")
        department = frozenset(one.login for one in company.people if one.department == person.department != "")
        department |= {login}
        scope = scope_of("events", role, company.roles)
        logins = department if scope is Scope.DEPARTMENT else frozenset({login})
        served = self.queues_of(logins)
        members = {member.login for queue in company.queues if queue.name in served for member in queue.members}
        return Viewer(
            login,
            role,
            person.name,
            person.extension,
            person.language,
            self.queues_of({login}),
            department,
            None if scope is Scope.ALL else logins,
            served,
            self.boxes_of(logins),
            logins | members,
        )

    def queues_of(self, logins: Collection[str]) -> frozenset[str]:
        """The queues that any of these people serves."""
        return frozenset(
            queue.name for queue in self.company.queues if any(member.login in logins for member in queue.members)
        )

    def boxes_of(self, logins: Collection[str]) -> frozenset[str]:
        """The voicemail boxes of these people, and those that they share."""
        people = [person for person in self.company.people if person.login in logins]
        own = (person.extension for person in people)
        return frozenset(own).union(*(self.company.boxes_shared_with(person) for person in people))
