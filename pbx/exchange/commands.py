"""What can be asked of the exchange over its command socket, done."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import asdict
from typing import Any, cast

from config.company import Destination
from pbx.calls.call import Call
from pbx.calls.connect import Connection
from pbx.calls.consult import Consultation, consultation_of
from pbx.calls.errors import CallRefusedError, WrongStateError
from pbx.calls.ledger import Departure
from pbx.calls.originate import ring_caller
from pbx.calls.park import ParkIn
from pbx.calls.party import Party
from pbx.calls.recording_rules import Switched
from pbx.calls.routes import Reachable
from pbx.calls.supervise import Supervision
from pbx.calls.take_over import TakeOver
from pbx.calls.target import Device
from pbx.calls.three_way import ThreeWay
from pbx.calls.transfer import BlindTransfer
from pbx.events import CallTransferred, MailboxChanged
from pbx.exchange.campaigns.commands import CampaignCommands
from pbx.exchange.destinations import night_switch
from pbx.exchange.destinations.own_settings import set_own
from pbx.exchange.greetings import look_for_greeting
from pbx.exchange.house import House
from pbx.exchange.journey import follow
from pbx.exchange.places import Place
from pbx.exchange.queue_commands import QueueCommands
from pbx.media.client import SuperviseMode
from pbx.queues.errors import AgentStateError, QueueError
from pbx.queues.status import agent_document
from pbx.refusals import BadRequestError, BusyError, NotAllowedError, NotFoundError
from pbx.routing.codes import FetchParked, PickUp
from pbx.routing.dialplan import ToCode, ToDestination, ToOutside, Unknown
from pbx.routing.errors import TollRefusedError
from pbx.routing.session_credentials import SessionCredentials

Document = dict[str, Any]

OWN_DEVICES_RING_S = 30.0


class ExchangeCommands(QueueCommands, CampaignCommands):
    """Implements `pbx.exchange.server.Commands`."""

    _house: House

    def __init__(
        self, reload: Callable[[], Awaitable[object]], health: Callable[[], Document], sessions: SessionCredentials
    ) -> None:
        self._reload = reload
        self._health = health
        self._sessions = sessions

    def use(self, house: House) -> None:
        """Command this house; before the first command."""
        self._house = house

    # --- Calls --------------------------------------------------------------------------------------------------------

    def originate(self, login: str, to: str, device: Device = "any") -> str:
        house, snapshot = self._house, self._house.snapshot()
        person = snapshot.people.get(login)
        if person is None:
            raise NotFoundError(f"no person '{login}'")
        place, dialled = _place(snapshot.dialplan.from_phone(to))
        party = Party(person.extension, person.name, login=login, extension=person.extension)
        is_outside = isinstance(place, ToOutside)
        if isinstance(place, ToOutside) and not place.emergency:
            try:
                house.toll.check(place.number, person, house.board.clock())
            except TollRefusedError as error:
                raise NotAllowedError(str(error)) from None
        if house.board.plane.is_overloaded and not (isinstance(place, ToOutside) and place.emergency):
            raise BusyError("the media workers are full")
        call = house.board.new_call(
            "outbound" if is_outside else "internal", party, dialled, None, language=person.language
        )

        async def travel(call: Call) -> Departure:
            await call.identified()
            targets = [each for each in house.registrar.targets(person.extension) if each.is_kind(device)]
            if not targets:
                raise CallRefusedError(480, "caller_unreachable", "cancelled")
            await ring_caller(call, targets, OWN_DEVICES_RING_S)
            return await follow(house, call, place)

        if is_outside:
            call.identify(dialled)
        call.start(travel)
        return call.id

    def hang_up(self, call_id: str, login: str | None = None) -> None:
        call = self._house.board.call(call_id)
        connected = call.connection.legs.values() if call.connection is not None else ()
        if login is not None and call.caller.login == login:
            call.leave("caller", "hung_up")
        elif login is not None and any(leg.party.login == login for leg in connected):
            call.leave("callee", "hung_up")
        else:
            call.leave("system", "hung_up_by_command")

    def hold(self, call_id: str, login: str, on: bool) -> None:
        connection = _connection(self._house.board.call(call_id))
        connection.hold.set(connection.side_of_login(login), "api", on)

    def transfer(self, call_id: str, login: str, to: str, mode: str) -> None:
        call = self._house.board.call(call_id)
        connection = _connection(call)
        side = connection.side_of_login(login)
        if connection.transfer is not None:
            raise WrongStateError("a transfer is under way")
        if mode == "attended":
            route = self._house.board.router.route(call, to, connection.legs[side].party)
            if isinstance(route, Reachable):
                connection.begin(Consultation(connection, side, to, route))
                return
        connection.begin(BlindTransfer(connection, side, to, by_refer=False))

    def transfer_complete(self, call_id: str) -> None:
        consultation_of(self._house.board.call(call_id).connection).complete()

    def transfer_cancel(self, call_id: str) -> None:
        consultation_of(self._house.board.call(call_id).connection).cancel()

    def park(self, call_id: str, login: str) -> int:
        call = self._house.board.call(call_id)
        connection = _connection(call)
        side = connection.side_of_login(login)
        slot = self._house.board.parking.reserve(call)
        party = connection.legs[side].party
        left = connection.go_on(side, ParkIn(slot, login, party.extension))
        left.hang_up()
        call.legs.discard(left)
        return slot

    def recording(self, call_id: str, state: Switched, login: str | None, for_s: float | None = None) -> None:
        self._house.board.call(call_id).recording.set(state, login, for_s)

    def recording_state(self, call_id: str, login: str) -> Document:
        recording = self._house.board.call(call_id).recording
        return {"state": recording.state, "allowed": list(recording.allowed(login))}

    def supervise(self, call_id: str, login: str, mode: str) -> None:
        call = self._house.board.call(call_id)
        person = self._house.snapshot().people.get(login)
        if person is None:
            raise NotFoundError(f"no person '{login}'")
        for supervision in call.supervisions:
            if supervision.login == login:
                supervision.change(cast(SuperviseMode, mode))
                return
        if call.leg_of(login) is not None:
            raise NotAllowedError("one does not supervise one's own call")
        targets = self._house.registrar.targets(person.extension)
        if not targets:
            raise WrongStateError(f"{login} has no telephone registered")
        announced = self._house.snapshot().company.agents.announces_supervision
        Supervision(call, login, cast(SuperviseMode, mode), announced=announced).begin(targets)

    def conference(self, call_id: str, login: str, other: str) -> None:
        board = self._house.board
        ThreeWay(_connection(board.call(call_id)), _connection(board.call(other)), login)

    def take_over(self, call_id: str, login: str) -> None:
        call = self._house.board.call(call_id)
        person = self._house.snapshot().people.get(login)
        if person is None:
            raise NotFoundError(f"no person '{login}'")
        if any(leg.party.login == login for leg in _connection(call).legs.values()):
            raise NotAllowedError("this is one's own call already")
        TakeOver(call, login).begin(self._house.registrar.targets(person.extension))

    def move(self, call_id: str, login: str, kind: str, target: str) -> None:
        call, snapshot = self._house.board.call(call_id), self._house.snapshot()
        known = {"queue": snapshot.queues, "person": snapshot.extensions, "voicemail": snapshot.boxes}[kind]
        if target not in known:
            raise NotFoundError(f"no {kind} '{target}'")
        call.send_on(Destination.model_validate({"kind": kind, "target": target}))
        call.emit(CallTransferred(login, target, "blind"))

    def calls(self) -> list[Document]:
        return [_document(call) for call in self._house.board.calls.values()]

    async def media(self) -> list[Document]:
        return await self._house.board.plane.figures()

    # --- Agents and queues --------------------------------------------------------------------------------------------

    def set_agent(self, login: str, state: str, reason: str | None) -> Document:
        try:
            return agent_document(self._house.queues.set_agent(login, state, reason))
        except AgentStateError as error:
            raise BadRequestError(str(error)) from None
        except QueueError as error:
            raise NotFoundError(str(error)) from None

    def floor(self, known: str | None) -> Document:
        return self._house.queues.floor(known)

    # --- Browsers -----------------------------------------------------------------------------------------------------

    def sip_credentials(self, login: str, session: str, expires_at: float) -> Document:
        person = self._house.snapshot().people.get(login)
        if person is None:
            raise NotFoundError(f"no person '{login}'")
        issued = self._sessions.issue(login, session, expires_at)
        return {"uri": f"sip:{person.extension}@{self._house.settings.domain}", **asdict(issued)}

    def revoke_sip(self, session: str) -> None:
        self._sessions.revoke(session)

    # --- Personal settings and night switches -------------------------------------------------------------------------

    def own_settings(self, login: str) -> Document:
        person = self._house.snapshot().people.get(login)
        if person is None:
            raise NotFoundError(f"no person '{login}'")
        return self._house.forwards.of(person.extension)

    def set_own(self, login: str, wanted: Document) -> Document:
        person = self._house.snapshot().people.get(login)
        if person is None:
            raise NotFoundError(f"no person '{login}'")
        set_own(self._house, person, wanted)
        return self._house.forwards.of(person.extension)

    def switches_on(self) -> list[str]:
        house = self._house
        return [one.name for one in house.snapshot().company.switches if house.switches.is_on(one.name)]

    def turn_switch(self, name: str, on: bool, login: str) -> None:
        if name not in {switch.name for switch in self._house.snapshot().company.switches}:
            raise NotFoundError(f"no night switch '{name}'")
        night_switch.turn(self._house, name, on, login)

    # --- The exchange -------------------------------------------------------------------------------------------------

    async def mailbox_changed(self, box: str) -> None:
        house = self._house
        house.board.emit(MailboxChanged(box))
        if house.subscriptions is not None:
            house.subscriptions.mailbox_changed(box)
        await look_for_greeting(house, box)

    async def reload(self) -> None:
        await self._reload()

    def health(self) -> Document:
        return self._health()

    def trace(self, call_id: str) -> list[Document]:
        return [message.to_document() for message in self._house.traces.of_call(call_id)]

    def devices(self) -> list[Document]:
        return self._house.registrar.devices()

    async def test_trunk(self, trunk: str) -> Document:
        found = self._house.snapshot().trunks.get(trunk)
        if found is None or self._house.upkeep is None:
            raise NotFoundError(f"no trunk '{trunk}'")
        return await self._house.upkeep.test(found)


def _place(target: ToDestination | ToOutside | ToCode | Unknown) -> tuple[Place, str]:
    match target:
        case ToDestination(destination=destination, dialled=dialled):
            return destination, dialled
        case ToOutside(number=number):
            return target, number
        case ToCode(code=code, dialled=dialled) if not isinstance(code, PickUp | FetchParked):
            return code, dialled
        case _:
            raise NotFoundError("nothing has this number")


def _connection(call: Call) -> Connection:
    if call.connection is None:
        raise WrongStateError("nobody is connected in this call")
    return call.connection


def _document(call: Call) -> Document:
    connection = call.connection
    ledger = call.ledger
    return {
        "id": call.id,
        "direction": call.direction,
        "caller": {"number": call.caller.number, "name": call.display_name(call.caller)},
        "dialled": call.dialled,
        "queue": ledger.queue,
        "agent": ledger.login,
        "trunk": ledger.trunk,
        "started_at": ledger.started_at,
        "answered_at": ledger.answered_at,
        "place": getattr(call.place, "kind", type(call.place).__name__),
        "parties": [leg.party.login or leg.party.number for leg in call.legs if leg.is_up],
        "on_hold": connection.hold.is_on if connection is not None else False,
        "recording": call.recording.state,
    }
