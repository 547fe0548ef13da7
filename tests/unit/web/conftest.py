"""The real application over a real database, with an exchange at the other end of a real socket."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp.test_utils import TestServer

from config.company import Company
from config.loading import load_company_file
from config.secrets import demo_secrets
from config.settings import Settings
from crm_bridge.activities import Activities
from crm_bridge.call_log import CallLog
from crm_bridge.first_load import load_contacts
from crm_bridge.leads import LeadRules
from pbx.browser_link import BrowserLink
from pbx.facade import Exchange
from recordings.archive import Archive
from recordings.audio import OggConverter
from recordings.catalogue import Catalogue
from stats.projection import Statistics
from store import event_log
from store.engine import Database
from store.first_load import first_load
from store.secret_key import SecretKey
from tests.unit.web.exchange_stand_in import ExchangeStandIn
from web.api.app import build_app
from web.api.blocklist_imports import BlocklistImports
from web.api.framing import Runner
from web.api.identification import Identification
from web.api.live import Hub
from web.api.metrics import Metrics
from web.api.office import Office
from web.api.prompt_files import PromptFiles
from web.api.provisioning import Provisioning
from web.api.push.service import Push
from web.api.report_delivery import ReportDelivery
from web.api.sessions import Sessions
from web.api.sip_socket import BrowserSockets
from web.api.webhook_delivery import WebhookDeliveries

NOW = 1_800_000_000.0


@dataclass
class Clock:
    """Time as a test says it is."""

    now: float = NOW

    def __call__(self) -> float:
        return self.now


@dataclass
class House:
    """The office under test, and ways to talk to it."""

    office: Office
    exchange: ExchangeStandIn
    clock: Clock
    url: str
    tokens: dict[str, str] = field(default_factory=dict)
    http: aiohttp.ClientSession | None = None

    async def token(self, login: str) -> str:
        if login not in self.tokens:
            self.tokens[login] = (await self.office.sessions.sign_in(login, "demo", "127.0.0.1"))[0]
        return self.tokens[login]

    async def ask(self, login: str | None, method: str, path: str, **how: Any) -> aiohttp.ClientResponse:
        """A request as a script makes it; its body is read."""
        assert self.http is not None
        headers = dict(how.pop("headers", {}))
        if login is not None:
            headers["Authorization"] = f"Bearer {await self.token(login)}"
        url = self.url + ("" if how.pop("outside", False) else "/api/v1") + path
        response = await self.http.request(method, url, headers=headers, **how)
        await response.read()
        return response

    async def get(self, login: str | None, path: str, **how: Any) -> Any:
        response = await self.ask(login, "GET", path, **how)
        assert response.status == 200, await response.text()
        return await response.json()

    async def happen(self, *events: dict[str, Any]) -> None:
        """Apply events as the projector does."""
        projections = (CallLog("ES"), Catalogue(), Statistics("Europe/Madrid"), LeadRules(), Activities())
        async with self.office.database.transaction() as session:
            await event_log.insert(session, events)
            for event in events:
                for projection in projections:
                    if event["type"] in projection.types:
                        await projection.apply(session, event)
                        await session.flush()


@pytest.fixture(scope="session")
def company() -> Company:
    return load_company_file()


async def load(database: Database, company: Company) -> None:
    """Bring an empty database to the state in which a server starts."""

    async def contacts(session: Any, loaded: Company) -> None:
        await load_contacts(session, loaded.contacts, NOW)

    await database.upgrade()
    secrets, key = demo_secrets(company), SecretKey.fresh()
    await first_load(database, company, secrets, key=key, realm="centralita", now=NOW, is_demo=True, also=[contacts])


def make_template(file: Path, company: Company) -> Path:
    """A database with ``company`` in it."""

    async def make() -> None:
        database = Database(f"sqlite:///{file}")
        await load(database, company)
        async with database.session() as session:
            connection = await session.connection()
            await connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        await database.dispose()

    asyncio.run(make())
    return file


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory, company: Company) -> Path:
    """A database with the demo company in it."""
    return make_template(tmp_path_factory.mktemp("template") / "centralita.sqlite3", company)


@pytest.fixture
def data_dir() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="office-"))
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def clock() -> Clock:
    return Clock()


class Served(TestServer):
    """Over the product's own connections."""

    async def _make_runner(self, **_: Any) -> Runner:
        return Runner(self.app, access_log=None, shutdown_timeout=0.5)


@asynccontextmanager
async def open_house(
    template: Path | None, data_dir: Path, company: Company, clock: Clock, database_url: str = ""
) -> AsyncIterator[House]:
    """The office over a copy of ``template``, or over the database at ``database_url``, while the context lasts."""
    if template is not None:
        shutil.copy(template, data_dir / "centralita.sqlite3")
    settings = Settings(data_dir=data_dir, database_url=database_url, push_hosts=("127.0.0.1",))
    stand_in = ExchangeStandIn(settings.exchange_socket)
    await stand_in.start()
    hub, metrics = Hub(), Metrics()
    hub.listeners.append(metrics.note)
    database = Database(settings.database, on_emitted=hub.publish_all)
    identification = Identification(database, hub, metrics, clock)
    exchange = Exchange(
        settings.exchange_socket,
        on_event=hub.publish,
        on_request=identification.answer,
    )
    converter = OggConverter()
    link, sessions = BrowserLink(settings.exchange_socket), Sessions(database, clock)
    browsers = BrowserSockets(link, sessions)
    office = Office(
        settings=settings,
        database=database,
        exchange=exchange,
        hub=hub,
        sessions=sessions,
        browsers=browsers,
        metrics=metrics,
        company=company,
        archive=Archive(settings),
        converter=converter,
        now=clock,
        provisioning=Provisioning(clock),
        prompts=PromptFiles(settings.prompts_dir),
        imports=BlocklistImports(),
        webhooks=WebhookDeliveries(database, lambda: office.company, clock),
        reports=ReportDelivery(database, None, lambda: office.company, clock=clock, page=""),
        cards=identification.cards,
        push=Push.over(
            database,
            settings,
            connected=browsers.sessions_of,
            wait_s=lambda: office.company.agents.wake_s,
            count=metrics.pushed,
            now=clock,
        ),
    )
    await office.push.open()
    identification.use_push(office.push.ringing)
    await exchange.start()
    await link.start()
    await exchange.wait_connected(5)
    server = Served(build_app(office, data_dir / "dist"))
    await server.start_server()
    house = House(office, stand_in, clock, str(server.make_url("")).rstrip("/"))
    async with aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as session:
        house.http = session
        yield house
    await server.close()
    await exchange.close()
    await link.close()
    await stand_in.stop()
    await office.push.close()
    await office.prompts.stop()
    converter.close()
    await database.dispose()


@pytest.fixture
async def house(template: Path, data_dir: Path, company: Company, clock: Clock) -> AsyncIterator[House]:
    async with open_house(template, data_dir, company, clock) as house:
        yield house
