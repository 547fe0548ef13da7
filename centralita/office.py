"""The office process: the web, the CRM, recordings and statistics, and the journal's way into the database."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import ssl
import sys
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial
from typing import Any

import structlog
import uvloop
from aiohttp import web
from sqlalchemy import select
from sqlalchemy.exc import DBAPIError

from centralita import logs, starting_gate
from centralita.office_journal import OfficeJournal
from centralita.office_work import Work, background_work
from config.settings import Settings, SettingsError, load_settings
from crm_bridge.tables import Call, CallParticipant
from pbx.background import beside, for_ever
from pbx.browser_link import BrowserLink
from pbx.events import CompanyChanged
from pbx.facade import Exchange, ExchangeUnavailableError
from pbx.ipc.connection import RequestFailedError
from pbx.net.certificate import Certificate
from pbx.net.errors import CertificateError
from recordings.archive import Archive
from recordings.audio import OggConverter
from recordings.filing import Filing
from recordings.smtp import MailServer
from store.configuration import load_company
from store.engine import Database
from store.errors import StoreError
from web.api.app import build_app
from web.api.blocklist_imports import BlocklistImports
from web.api.external_calls import ExternalCalls
from web.api.framing import Runner
from web.api.identification import Identification
from web.api.live import Hub
from web.api.mailbox_questions import MailboxQuestions
from web.api.metrics import Metrics
from web.api.office import Office
from web.api.prompt_files import PromptFiles
from web.api.provisioning import Provisioning
from web.api.push.service import Push
from web.api.report_delivery import ReportDelivery
from web.api.sessions import Sessions
from web.api.sip_socket import BrowserSockets
from web.api.tls_site import TlsSite
from web.api.webhook_delivery import WebhookDeliveries

RETRY_S = 5.0
STOP_S = 3.0
NICENESS = 5  # where there is not enough processor for all, calls and their sound come first
log = structlog.get_logger("office")


class OfficeError(Exception):
    """The office cannot start; the text is one readable line."""


async def run_office(settings: Settings, stopping: asyncio.Event | None = None) -> None:
    """Serve until ``stopping`` (SIGTERM or SIGINT by default). Raises OfficeError."""
    if stopping is None:
        stopping = asyncio.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(number, stopping.set)
    try:
        async with serving(settings):
            log.info("office_open", address=settings.bind, port=settings.http_port)
            await stopping.wait()
    except StoreError as error:
        raise OfficeError(str(error)) from None


@asynccontextmanager
async def serving(settings: Settings, clock: Callable[[], float] = time.time) -> AsyncIterator[Office]:
    """Everything of the office, open while the context lasts. Raises OfficeError, StoreError."""
    async with AsyncExitStack() as stack:
        hub, metrics = Hub(), Metrics()
        hub.listeners.append(metrics.note)
        database = Database(settings.database, on_emitted=hub.publish_all)
        stack.push_async_callback(database.dispose)
        await database.check()
        async with database.session() as session:
            company, _ = await load_company(session, settings)
        await _remember_live_calls(database, hub)
        archive, converter = Archive(settings), OggConverter()
        stack.callback(converter.close)

        journal = OfficeJournal(settings, database, company, clock, lambda: office.company.crm)
        identification = Identification(database, hub, metrics, clock)
        stack.push_async_callback(identification.stop)
        exchange = Exchange(
            settings.exchange_socket,
            on_event=hub.publish,
            on_committed=lambda _: journal.projector.notify(),
            on_request=identification.answer,
        )
        filing = Filing(database, archive, clock=clock, live_calls=partial(_live_calls, exchange))
        link, sessions = BrowserLink(settings.exchange_socket), Sessions(database, clock)
        browsers = BrowserSockets(link, sessions)
        server = MailServer.of(settings.smtp_url, settings.mail_from)
        office = Office(
            settings=settings,
            database=database,
            exchange=exchange,
            hub=hub,
            sessions=sessions,
            browsers=browsers,
            metrics=metrics,
            company=company,
            archive=archive,
            converter=converter,
            now=clock,
            provisioning=Provisioning(clock),
            prompts=PromptFiles(settings.prompts_dir),
            imports=BlocklistImports(),
            webhooks=WebhookDeliveries(database, lambda: office.company, clock),
            reports=ReportDelivery(database, server, lambda: office.company, clock=clock, page=settings.public_url),
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
        office.external_calls = ExternalCalls(database, settings.spool_dir, clock, journal.take)
        await office.push.open()
        stack.push_async_callback(office.push.close)
        identification.use_push(office.push.ringing)
        journal.on_applied = (filing.notify, office.today.forget)
        stack.push_async_callback(office.prompts.stop)
        hub.listeners.append(_follow_company(office))
        identification.use(MailboxQuestions(database, archive, office.mailbox_changed, clock))
        for work in (*background_work(office, server), filing, journal):
            await stack.enter_async_context(_running(work))
        await exchange.start()
        stack.push_async_callback(exchange.close)
        await link.start()
        stack.push_async_callback(link.close)
        await _serve(office, stack)
        yield office


async def _live_calls(exchange: Exchange) -> set[str] | None:
    try:
        return {call["id"] for call in await exchange.calls()}
    except (ExchangeUnavailableError, RequestFailedError):
        return None


async def _remember_live_calls(database: Database, hub: Hub) -> None:
    """Whose the calls are that were running when the office last stopped."""
    query = (
        select(CallParticipant.call_id, CallParticipant.login)
        .join(Call, Call.id == CallParticipant.call_id)
        .where(Call.ended_at.is_(None))
    )
    async with database.session() as session:
        for call_id, login in await session.execute(query):
            hub.participants.add(call_id, (login,))


def _follow_company(office: Office) -> Callable[[dict[str, Any]], None]:
    """The company is read again when the exchange goes by a new one, whoever has changed it."""

    async def read() -> None:
        try:
            await office.read_company()
        except (StoreError, DBAPIError, OSError) as error:
            log.error("company_unread", error=str(error))

    def heard(document: dict[str, Any]) -> None:
        if document["type"] == CompanyChanged.type:
            beside(read(), "company")

    return heard


@asynccontextmanager
async def _running(work: Work) -> AsyncIterator[None]:
    task = for_ever(work.run, type(work).__name__, RETRY_S)  # calls are taken whatever becomes of it
    try:
        yield
    finally:
        work.stop()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(STOP_S):
                await task


async def _serve(office: Office, stack: AsyncExitStack) -> None:
    settings = office.settings
    runner = Runner(build_app(office), access_log=None, handle_signals=False, shutdown_timeout=STOP_S)
    await runner.setup()
    stack.push_async_callback(runner.cleanup)
    context = await _tls(settings, stack)
    site: web.BaseSite
    if context is not None:
        site = TlsSite(runner, settings.bind, settings.http_port, context)
    else:
        site = web.TCPSite(runner, settings.bind, settings.http_port)
    try:
        await site.start()
    except OSError as error:
        raise OfficeError(
            f"CENTRALITA_HTTP_PORT: TCP port {settings.http_port} on {settings.bind}: {os.strerror(error.errno or 0)}; "
            "stop what uses it or set CENTRALITA_HTTP_PORT to another port"
        ) from None


async def _tls(settings: Settings, stack: AsyncExitStack) -> ssl.SSLContext | None:
    """HTTPS where there is a certificate; files that change are read anew."""
    if settings.tls_cert is None or settings.tls_key is None:
        return None
    try:
        certificate = await asyncio.to_thread(Certificate, settings.tls_cert, settings.tls_key, settings.tls_dir)
    except CertificateError as error:
        raise OfficeError(f"CENTRALITA_TLS_CERT: {error}") from None
    watching = for_ever(
        lambda: certificate.watch(lambda fault: log.error("certificate_refused", fault=fault)), "certificate"
    )
    stack.callback(watching.cancel)
    return certificate.server


def main() -> int:
    """Exit status: 2 when it cannot be started (with the reason in one line), else 0."""
    logs.configure("office")
    with contextlib.suppress(OSError):
        os.nice(NICENESS)
    starting_gate.wait()
    try:
        uvloop.run(run_office(load_settings()))
    except (SettingsError, OfficeError) as error:
        sys.stderr.write(f"{error}\n")
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
