"""The exchange of the demo company in memory: real calls, queues and dial plan; signalling and sound by the test."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from pathlib import Path
from random import Random
from typing import Any

from config.company import Company, Destination, Person
from config.settings import Settings
from pbx.calls.presence import Presence
from pbx.calls.switchboard import Switchboard
from pbx.calls.target import Target
from pbx.events import Body, CallEnded, Event
from pbx.exchange.admission import Admission
from pbx.exchange.commands import ExchangeCommands
from pbx.exchange.house import House
from pbx.exchange.snapshot import Snapshot
from pbx.exchange.transfers import TransferRoutes
from pbx.ids import new_id
from pbx.media.messages import Clip
from pbx.net.hop import Hop
from pbx.ports import Digit, Identity, MenuCaller, Message, WebAnswer, WebRequest
from pbx.queues.driver import Queues
from pbx.routing.authentication import FromPhone, FromTrunk
from pbx.routing.forwards import Forwards
from pbx.routing.session_credentials import SessionCredentials
from pbx.routing.trunks import Trunks
from store.credentials import Credentials
from tests.unit.calls.peers import Agent, Plane, Session, device, invite_from

CARRIER = Hop("udp", ("127.0.0.1", 5090))
CARMEN = "+34600111222"
MAIN, SALES, ANA = "+34910000001", "+34910000002", "+34910000003"


class Office:
    """A CRM that knows Carmen."""

    def __init__(self) -> None:
        self.shown: list[tuple[str, ...]] = []
        self.fails = False
        self.boxes: dict[str, list[Message]] = {}
        self.done: list[tuple[str, str, str, str]] = []
        self.fetched: list[WebRequest] = []
        self.web = WebAnswer(fault="nobody answers")

    async def identify(self, number: str | None, dialled: str) -> Identity | None:
        return Identity("1", "Carmen Ruiz") if number == CARMEN else None

    async def fetch(self, request: WebRequest) -> WebAnswer:
        self.fetched.append(request)
        return self.web

    async def messages(self, box: str) -> list[Message] | None:
        return self.boxes.get(box, [])

    async def change_message(self, box: str, id_: str, action: str, *, to: str = "", by: str = "") -> bool:
        self.done.append((box, id_, action, to))
        return True

    async def has_room(self, box: str, most: int) -> bool:
        return len(self.boxes.get(box, ())) < most

    async def screen_pop(self, call_id: str, logins: Sequence[str], number: Any, dialled: str, queue: Any) -> Any:
        self.shown.append(tuple(logins))
        return {"event_id": new_id(), "card": {"name": "Carmen Ruiz"}}


class Menus:
    """One menu: 1 sales, 0 reception, 7 the extension 700 typed, 9 an error."""

    def __init__(self) -> None:
        self.faults = 0

    def configure(self, company: Company) -> None: ...

    async def run(self, menu: str, caller: MenuCaller, language: str) -> Destination:
        from pbx.events import MenuEntered

        caller.emit(MenuEntered(menu, language))
        caller.play([Clip(path="welcome.wav")], "welcome")
        while True:
            match await caller.next_input(60):
                case Digit(digit="1"):
                    return Destination(kind="queue", target="sales")
                case Digit(digit="0"):
                    return Destination(kind="ring_group", target="reception")
                case Digit(digit="4"):
                    return Destination(kind="callback", target="sales")
                case Digit(digit="7"):
                    return Destination(kind="person", target="700")
                case Digit(digit="9"):
                    self.faults += 1
                    raise RuntimeError("a menu with a fault")
                case Digit(digit="#"):
                    return Destination(kind="hangup")
                case _:
                    pass


class Prompts:
    def clips(self, name: str, language: str, **values: str | int) -> list[Clip]:
        return [Clip(path=f"{name}.wav")]

    def music(self, name: str) -> Clip:
        return Clip(path="music.wav")


class Registrar:
    """Who has which devices."""

    def __init__(self) -> None:
        self.devices: dict[str, list[Target]] = {}

    def targets(self, extension: str, instance: str = "") -> list[Target]:
        targets = self.devices.get(extension, [])
        return [target for target in targets if instance in {"", f"urn:{target.hop.host}"}]


class Everybody:
    """An Authenticator that believes the source: the carrier's address is the trunk, else From is a person."""

    def __init__(self, company: Company) -> None:
        self._company = company

    def who(self, request: Any, source: Hop, now: float) -> Any:
        if source == CARRIER:
            return FromTrunk(self._company.trunks[0])
        person = self._company.person_of(request.from_.uri.user)
        assert person is not None
        return FromPhone(person)


class Stage:
    """Callers call, telephones ring, and every event is in ``events``."""

    def __init__(self, company: Company, directory: Path) -> None:
        loop = asyncio.get_running_loop()
        self.company = company
        self.events: list[Event] = []
        self.agent = Agent()
        self.plane = Plane()
        self.office = Office()
        self.registrar = Registrar()
        self.forwards = Forwards()
        self.menus = Menus()
        settings = Settings(data_dir=directory)
        snapshot = Snapshot.of(company, Credentials("centralita", {}, {}))
        self.queues = Queues(company, emit=self._tell, rng=Random(1), clock=loop.time, wall=loop.time)
        routes = TransferRoutes()
        self.board = Switchboard(
            plane=self.plane,  # type: ignore[arg-type]
            emit=self._emit,
            office=self.office,
            prompts=Prompts(),
            presence=Presence(self.queues),
            router=routes,
            clock=loop.time,
            new_id=new_id,
            domain="pbx",
            spool_dir=directory,
        )
        self.board.use(self.agent)  # type: ignore[arg-type]
        self.plane.on_event = self.board.on_media
        self.house = House(
            settings,
            lambda: snapshot,
            self.board,
            self.registrar,  # type: ignore[arg-type]
            Trunks(company, snapshot.credentials),
            self.forwards,
            self.queues,
            self.menus,
            Prompts(),
        )
        self.house.callbacks.on_event = self._tell
        routes.use(self.house)
        self.admission = Admission(self.house, Everybody(company))  # type: ignore[arg-type]
        self.commands = ExchangeCommands(self._reload, dict, SessionCredentials("centralita", clock=loop.time))
        self.commands.use(self.house)

    # --- People -------------------------------------------------------------------------------------------------------

    def phone(self, login: str, devices: int = 1, *, available: bool = False) -> Person:
        """Register devices of a person."""
        person = self.company.person(login)
        assert person is not None
        extension = person.extension
        self.registrar.devices[extension] = [device(extension, login, number + 1) for number in range(devices)]
        self.queues.reachable(login, True)
        if available:
            self.queues.set_agent(login, "available")
        return person

    async def call_in(self, dialled: str, number: str = CARMEN, **headers: str) -> Session:
        """The carrier delivers a call."""
        session = invite_from(number, dialled, source=CARRIER, headers=dict(headers))
        return await self.deliver(session)

    async def call_from(self, extension: str, dialled: str) -> Session:
        """A telephone of the house dials."""
        return await self.deliver(invite_from(extension, dialled))

    async def deliver(self, session: Session) -> Session:
        self.admission.on_invite(session)  # type: ignore[arg-type]
        await self.settle()
        return session

    async def talk(self, caller: Session, callee: str) -> Session:
        """``callee`` rings and answers."""
        session = self.agent.to(callee)
        session.rings()
        session.answers()
        await self.settle()
        return session

    # --- What happened ------------------------------------------------------------------------------------------------

    async def settle(self, seconds: float = 0.0) -> None:
        """Let everything happen that happens now, or within ``seconds``."""
        if seconds:
            await asyncio.sleep(seconds)
        for _ in range(30):
            await asyncio.sleep(0)

    def press(self, session: Session, keys: str) -> None:
        """Keys by RFC 4733, as the media plane hears them."""
        from pbx.media.messages import DigitHeard

        leg = self.leg_of(session)
        for key in keys:
            self.board.on_media(DigitHeard(leg, key, 100))

    def leg_of(self, session: Session) -> str:
        return next(leg.id for leg in self.board.legs if leg.has_session(session))  # type: ignore[arg-type]

    def hears(self, a: Session, b: Session) -> bool:
        """Whether the two are bridged and nobody is held."""
        pair = frozenset((self.leg_of(a), self.leg_of(b)))
        return pair in self.plane.bridged and not pair & self.plane.held

    def of(self, kind: type[Body]) -> list[Any]:
        """The bodies of one type, in order."""
        return [event.body for event in self.events if isinstance(event.body, kind)]

    def types(self) -> list[str]:
        return [event.type for event in self.events]

    @property
    def ended(self) -> CallEnded:
        """The one CallEnded."""
        (body,) = self.of(CallEnded)
        assert isinstance(body, CallEnded)
        return body

    def nothing_is_left(self) -> None:
        """Every leg is closed, every call ended once, and nobody waits."""
        assert self.board.calls == {}
        assert not self.board.legs
        assert self.plane.open == set()
        assert self.plane.recorded() == []
        assert all(session.is_over for session in self.agent.sent)
        started = [event.call_id for event in self.events if event.type == "call.started"]
        ended = [event.call_id for event in self.events if event.type == "call.ended"]
        assert sorted(filter(None, started)) == sorted(filter(None, ended))
        assert all(queue.waiting == 0 for queue in self.queues.queues())
        assert not [agent for agent in self.queues.agents() if agent.state in {"ringing", "talking"}]

    def _emit(self, body: Body, call_id: str | None = None, *, id: str | None = None) -> Event:  # noqa: A002
        event = Event(id or new_id(), self.board.clock(), call_id, body)
        self.events.append(event)
        return event

    def _tell(self, body: Body, call_id: str | None) -> None:
        self.board.emit(body, call_id)

    async def _reload(self) -> None: ...


StageMaker = Callable[[], Stage]
