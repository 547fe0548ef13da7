"""The exchange process: built from its settings, run until SIGTERM, drained, taken down."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Callable
from contextlib import AsyncExitStack, suppress
from typing import Any, Protocol

import structlog

from config.company import Company
from config.settings import Settings
from pbx.background import beside, for_ever
from pbx.calls.presence import Presence
from pbx.calls.switchboard import Switchboard
from pbx.events import Body, CompanyChanged, SystemAlarm
from pbx.exchange.admission import Admission
from pbx.exchange.agents_at_work import restore_agents
from pbx.exchange.browser_wakes import BrowserWakes
from pbx.exchange.collector import spare
from pbx.exchange.commands import ExchangeCommands
from pbx.exchange.continuity import Continuity, resume_calls
from pbx.exchange.doorkeeper import Doorkeeper
from pbx.exchange.encryption import listen_encrypted
from pbx.exchange.feature_lamps import FeatureLamps
from pbx.exchange.house import House
from pbx.exchange.kept_states import KeptStates
from pbx.exchange.leaving import Notice, leave
from pbx.exchange.lost_pages import page_lost
from pbx.exchange.messages import Messages
from pbx.exchange.name_lookup import locator_for
from pbx.exchange.office_link import OfficeLink
from pbx.exchange.queue_services import begin_queue_services
from pbx.exchange.recording_policy import CompanyRecordingRules
from pbx.exchange.server import CommandServer
from pbx.exchange.set_clock import SetClock, steady_clock
from pbx.exchange.snapshot import CurrentSnapshot, Snapshot, load_snapshot
from pbx.exchange.subscriptions import Subscriptions
from pbx.exchange.transfers import TransferRoutes
from pbx.exchange.trunk_upkeep import TrunkUpkeep
from pbx.exchange.waking import Waking
from pbx.greeting_files import recorded_boxes
from pbx.ids import new_id
from pbx.journal.errors import JournalError
from pbx.journal.format import Position
from pbx.journal.unfinished import unfinished_calls
from pbx.journal.writer import Journal
from pbx.media.client import MediaPlane
from pbx.media.errors import MediaError
from pbx.media.messages import MediaEvent
from pbx.net.agent import UserAgent
from pbx.net.errors import NetError
from pbx.net.hop import Hop
from pbx.net.incoming_request import IncomingRequest
from pbx.net.transport_tls import TlsTransport
from pbx.net.transport_websocket import Browsers, WebSocketTransport
from pbx.ports import MenuFaultError, MenuPort, PromptPort
from pbx.queues.driver import Queues
from pbx.routing.authentication import Authenticator
from pbx.routing.errors import StateFileError
from pbx.routing.forwards import Forwards
from pbx.routing.registrar import Registrar
from pbx.routing.session_credentials import SessionCredentials
from pbx.routing.switches import NightSwitches
from pbx.routing.toll_accounts import Accounts
from pbx.routing.trunks import Trunks
from pbx.routing.wake_ups import WakeUps
from pbx.sip.capabilities import ACCEPT, ALLOW, DIALOG_HEADERS
from pbx.sip.subscription import ALLOW_EVENTS
from pbx.stream import EventStream
from store.errors import StoreError

log = structlog.get_logger()

PRIORITY = -5  # behind the sound, before everything else of the machine


class ExchangeError(Exception):
    """The exchange cannot start; the text is the one clear line that says why."""


class Menus(MenuPort, Protocol):
    """`ivr.runner.Menus`."""

    def configure(self, company: Company) -> None: ...


class Prompts(PromptPort, Protocol):
    """`ivr.prompts.Prompts`."""

    async def prepare(self, company: Company) -> None: ...

    async def stop(self) -> None: ...


async def run_exchange(settings: Settings, menus: Menus, prompts: Prompts) -> None:
    """Serve until SIGTERM or SIGINT; then no new calls, current ones finish (30 s, then BYE). Raises ExchangeError."""
    with suppress(OSError):  # not permitted to all; its threads inherit it, so that none keeps the interpreter's lock
        os.setpriority(os.PRIO_PROCESS, 0, PRIORITY)
    try:
        async with AsyncExitStack() as stack:
            exchange = Exchange(settings, menus, prompts)
            await exchange.start(stack)
            is_left_to_the_next = await exchange.serve()
        if is_left_to_the_next:
            os._exit(0)  # the calls that go on elsewhere are not to be ended on the way out
    except (StoreError, JournalError, MediaError, NetError, StateFileError) as error:
        raise ExchangeError(str(error)) from error
    except OSError as error:
        raise ExchangeError(f"{settings.exchange_socket}: {error.strerror or error}") from error


class Exchange:
    """All parts of the exchange. Started from the inside out: what takes calls comes last, and stops first."""

    _house: House
    _admission: Admission
    _agent: UserAgent
    _authenticator: Authenticator

    def __init__(self, settings: Settings, menus: Menus, prompts: Prompts) -> None:
        self._settings = settings
        self._menus = menus
        self._prompts = prompts
        self._notice = Notice()
        self._started_at = time.time()
        self._board: Switchboard | None = None
        self._tls: TlsTransport | None = None
        self._speaking: asyncio.Task[None] | None = None
        self._sessions = SessionCredentials(settings.domain, clock=time.time)
        self._commands = ExchangeCommands(self._reload, self._health, self._sessions)
        self._browsers = Browsers()
        self._server = CommandServer(settings.exchange_socket, self._commands, self._browsers)
        self._journal = Journal(settings.journal_dir, on_committed=self._committed, on_alarm=self._alarm)
        self._stream = EventStream(self._journal, clock=time.time)
        self._stream.subscribe(self._server.publish)

    async def start(self, stack: AsyncExitStack) -> None:
        """Build and start everything; ``stack`` takes it down again, in reverse."""
        settings = self._settings
        self._notice.listen()
        for folder in (settings.spool_dir, settings.exchange_socket.parent):
            await asyncio.to_thread(folder.mkdir, parents=True, exist_ok=True)
        self._current = CurrentSnapshot(settings, await load_snapshot(settings))
        snapshot = self._current()
        await self._journal.start()
        stack.push_async_callback(self._journal.close)
        sockets = [settings.media_socket(worker) for worker in range(settings.workers)]
        self._plane = MediaPlane(sockets, self._on_media)
        await self._plane.connect()
        stack.push_async_callback(self._plane.close)
        await self._prompts.prepare(snapshot.company)
        stack.push_async_callback(self._prompts.stop)
        self._menus.configure(snapshot.company)
        self._house = await self._build(snapshot, stack)
        self._commands.use(self._house)
        self._admission = Admission(self._house, self._authenticator)
        if self._notice.is_given:
            self._admission.close()
        await self._start_agent(stack)
        going_on = await self._take_over(stack)
        self._opening = await begin_queue_services(self._house, self._emit, self._state_fault, stack)
        await self._server.start()
        stack.push_async_callback(self._server.stop)
        beside(self._end_unfinished_calls(going_on), "end_unfinished_calls")
        spare()
        log.info("exchange_ready", bind=settings.bind, sip_port=self._agent.port)

    async def serve(self) -> bool:
        """Take calls until a signal; then let those that run finish, or leave them to the next exchange (SIGUSR1).

        Whether they are left to it: from then on nothing is to be done about them.
        """
        await self._notice.given()
        self._admission.close()
        return await leave(self._house.board, self._notice)

    # --- Parts --------------------------------------------------------------------------------------------------------

    async def _start_agent(self, stack: AsyncExitStack) -> None:
        settings = self._settings
        self._agent = UserAgent(
            bind=settings.bind,
            bind_v6=settings.bind_v6,
            port=settings.sip_port,
            advertised=settings.advertised_address,
            domain=settings.domain,
            trusted=self._authenticator.is_trunk_address,
            trace=self._trace,
            gate=Doorkeeper(self._authenticator, time.time, lambda: self._current().company.security).judge,
            on_invite=self._admission.on_invite,
            on_request=self._on_request,
            on_connection_lost=self._connection_lost,
        )
        self._house.board.use(self._agent)
        self._house.board.on_dialog = self._house.traces.belongs
        self._browsers.use(self._agent.receive, self._agent.count, self._connection_lost, self._signed_out)
        for name in ("ws", "wss"):
            self._agent.add_transport(WebSocketTransport(name, self._browsers))
        await self._agent.start()
        stack.push_async_callback(self._agent.stop)
        self._subscriptions.use(self._agent)
        stack.callback(self._subscriptions.stop)
        lost, alarm = self._connection_lost, self._alarm
        self._tls = await listen_encrypted(settings, self._agent, stack, lost=lost, alarm=alarm)
        snapshot = self._current()
        await self._ask_for_names(snapshot.company)
        self._upkeep = TrunkUpkeep(self._agent, self._house.trunks, self._alarm)
        self._house.upkeep = self._upkeep
        self._upkeep.configure(snapshot.company, snapshot.credentials)
        stack.push_async_callback(self._upkeep.stop)

    async def _build(self, snapshot: Snapshot, stack: AsyncExitStack) -> House:
        settings = self._settings
        company, credentials = snapshot.company, snapshot.credentials
        self._authenticator = Authenticator(
            company,
            credentials,
            sessions=self._sessions,
            login_of=self._browsers.login_of,
            names_of=lambda connection: self._tls.names_of(connection) if self._tls is not None else frozenset(),
        )
        queues = Queues(company, emit=self._emit, life=new_id())
        stack.callback(queues.stop)
        kept = KeptStates(settings.data_dir, self._state_fault, stack)
        registrar = await kept.keep("devices.json", lambda changed: self._registrar(company, queues, changed))
        stack.callback(registrar.stop)
        trunks = Trunks(company, credentials, locator=locator_for(settings))
        await trunks.start()
        stack.push_async_callback(trunks.stop)
        forwards = await kept.keep("forwards.json", Forwards)
        await restore_agents(settings, queues)

        routes, office = TransferRoutes(), OfficeLink(self._server)
        board = self._board = Switchboard(
            plane=self._plane,
            emit=self._stream.emit,
            office=office,
            prompts=self._prompts,
            presence=Presence(queues),
            router=routes,
            clock=time.time,
            new_id=new_id,
            domain=settings.domain,
            spool_dir=settings.spool_dir.resolve(),
        )
        board.srtp_only = lambda: self._current().company.security.srtp_only
        self._subscriptions = Subscriptions(
            self._current, self._authenticator, registrar, lambda: board.legs, office, settings.domain
        )
        self._messages = Messages(self._authenticator, registrar, settings.domain)
        self._stream.subscribe(self._subscriptions.heard)
        house = House(settings, self._current, board, registrar, trunks, forwards, queues, self._menus, self._prompts)
        board.recording_rules = CompanyRecordingRules(house)
        house.subscriptions = self._subscriptions
        house.wakes = BrowserWakes(office)
        self._stream.subscribe(house.wakes.heard)
        house.switches = await kept.keep("switches.json", NightSwitches)
        house.toll.accounts = await kept.keep("toll.json", Accounts)
        house.recorded_greetings = await asyncio.to_thread(recorded_boxes, settings.voicemail_dir.resolve())
        house.wake_ups = await kept.keep("wake_ups.json", WakeUps)
        for task in (for_ever(Waking(house).run, "waking"), for_ever(SetClock(board).run, "clock")):
            stack.callback(task.cancel)
        self._subscriptions.features = FeatureLamps(house)
        queues.direction_of = lambda call_id: board.calls[call_id].direction if call_id in board.calls else "inbound"
        routes.use(house)
        self._current.on_change(self._configure)
        return house

    def _registrar(self, company: Company, queues: Queues, changed: Callable[[], None]) -> Registrar:
        def reachable(extension: str, on: bool) -> None:
            person = self._current().extensions.get(extension)
            if person is not None:
                queues.reachable(person.login, on)

        steady, who = steady_clock(), self._authenticator
        return Registrar(company, who, emit=self._emit, on_reachable=reachable, changed=changed, steady=steady)

    async def _take_over(self, stack: AsyncExitStack) -> set[str]:
        """Go on with the calls of an exchange that was killed; the ids of those that live."""
        board = self._house.board
        continuity = Continuity(self._settings.live_calls_dir, self._state_fault)
        left = await continuity.begin()
        stack.push_async_callback(continuity.close)
        board.on_change = continuity.changed
        going_on = resume_calls(self._house, left) if left else set()
        self._house.toll.accounts.settle(board.clock())
        await continuity.not_going_on(str(told.get("id")) for told in left if told.get("id") not in going_on)
        return going_on

    async def _end_unfinished_calls(self, going_on: set[str]) -> None:
        """The other calls of an exchange that was killed are over, and the log is to say so."""
        folder, before = self._settings.journal_dir, self._journal.first_segment
        for call in await asyncio.to_thread(unfinished_calls, folder, before):
            if call.call_id in going_on:
                continue
            log.warning("call_cut_off", call_id=call.call_id, at=call.at)
            self._stream.emit(call.ended, call.call_id, at=call.at)

    # --- What they tell each other ------------------------------------------------------------------------------------

    def _emit(self, body: Body, call_id: str | None = None) -> None:
        if self._board is not None:
            self._board.emit(body, call_id)
        else:
            self._stream.emit(body, call_id)

    def _configure(self, snapshot: Snapshot) -> None:
        """A changed company: it holds for the next call."""
        company, credentials = snapshot.company, snapshot.credentials
        self._authenticator.configure(company, credentials)
        self._house.registrar.configure(company)
        self._house.trunks.configure(company, credentials)
        self._house.toll.configure(company)
        self._upkeep.configure(company, credentials)
        self._house.queues.configure(company)
        self._opening.look()

    async def _take_menus(self, company: Company) -> None:
        """The next caller has the new menus; their words are spoken behind. Faults leave the present ones in force."""
        try:
            await asyncio.to_thread(self._menus.configure, company)
        except MenuFaultError as error:
            self._alarm("menus_refused", str(error))
        if self._speaking is not None:
            self._speaking.cancel()
        self._speaking = beside(self._prompts.prepare(company), "prompts")

    async def _reload(self) -> None:
        snapshot = await self._current.reload()
        await self._take_menus(snapshot.company)
        await self._ask_for_names(snapshot.company)
        self._stream.emit(CompanyChanged())

    def _on_media(self, event: MediaEvent) -> None:
        if self._board is not None:
            self._board.on_media(event)

    def _on_request(self, incoming: IncomingRequest) -> None:
        match incoming.request.method:
            case "REGISTER":
                self._house.registrar.serve(incoming)
            case "SUBSCRIBE":
                self._subscriptions.serve(incoming)
            case "MESSAGE":
                self._messages.serve(incoming, self._agent)
            case "OPTIONS":
                status = 200 if not self._notice.is_given else 503
                incoming.respond(status, headers=[*DIALOG_HEADERS, ("Accept", ACCEPT), ("Allow-Events", ALLOW_EVENTS)])
            case _:
                incoming.respond(405, headers=[("Allow", ALLOW)])  # Allow is a must (RFC 3261 §8.2.1)

    async def _ask_for_names(self, company: Company) -> None:
        """Peers over TLS are asked for a certificate where a trunk is known by its name, and nowhere else."""
        if self._tls is not None:
            await asyncio.to_thread(self._tls.ask_clients, any(trunk.tls_name for trunk in company.trunks))

    def _connection_lost(self, connection: int) -> None:
        """First it is no longer reachable, so that what it was rung for goes to somebody else."""
        self._house.registrar.connection_lost(connection)
        self._agent.give_up_ringing(connection)
        page_lost(self._house.board, connection)

    def _signed_out(self, connections: frozenset[int]) -> None:
        """A browser whose person has been signed out hears nothing more of the calls that it has."""
        for leg in [leg for leg in self._house.board.legs if leg.connection in connections]:
            leg.fail("signed_out")

    def _trace(self, direction: str, hop: Hop, octets: bytes, at: float) -> None:
        local = hop.local or (self._settings.advertised_address or self._settings.bind, self._settings.sip_port)
        self._house.traces.note(direction, hop.transport, local, hop.remote, octets, at)

    def _committed(self, position: Position) -> None:
        self._server.committed(position._asdict())

    def _alarm(self, what: str, detail: str) -> None:
        log.error("alarm", what=what, detail=detail)
        self._stream.emit(SystemAlarm(what, detail))

    def _state_fault(self, detail: str) -> None:
        self._alarm("state_file", detail)

    def _health(self) -> dict[str, Any]:
        return {
            "ready": not self._notice.is_given,
            "draining": self._notice.is_given,
            "started_at": self._started_at,
            "calls": len(self._house.board.calls),
            "media_workers": self._plane.connected_workers,
            "devices": len(self._house.registrar.devices()),
            "browsers": len(self._browsers),
            "trunks": self._upkeep.document(),
            "subscriptions": len(self._subscriptions),
            "sip": self._agent.counters(),
        }
