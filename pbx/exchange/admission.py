"""A new INVITE: who is it from, may it come in, what was dialled; then its journey begins."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any

import structlog

from config.part import Language
from pbx.calls.call import Call
from pbx.calls.errors import NoCommonCodecError
from pbx.calls.party import Party
from pbx.calls.sound import has_keys
from pbx.events import Direction
from pbx.exchange.blocking import rule_for, turned_away
from pbx.exchange.house import House
from pbx.exchange.joining import Joining
from pbx.exchange.journey import journey_to
from pbx.exchange.places import Place
from pbx.net.session import InviteSession
from pbx.routing.authentication import Authenticator, FromPhone, FromTrunk, Refused
from pbx.routing.codes import FetchParked, PickUp
from pbx.routing.dialplan import ToCode, ToDestination, ToOutside, Unknown
from pbx.routing.errors import TrunkUnavailableError
from pbx.routing.gruu import PARAMETER, ToDevice
from pbx.routing.trunks import caller_of
from pbx.sip.errors import MalformedError

log = structlog.get_logger()

RETRY_AFTER_S = 30
SRTP_REQUIRED = "calls are taken with encrypted sound (SRTP) only"
OVERLOAD_RETRY_AFTER_S = 5


class Admission:
    """Lets callers in. ``close`` turns every new one away (503), while those inside go on.

    So does a media plane that has as much to do as it can: what is there does not suffer for what is new. Only an
    emergency call is always let in, and whoever joins a call that is there already.
    """

    def __init__(self, house: House, authenticator: Authenticator) -> None:
        self._house = house
        self._authenticator = authenticator
        self._joining = Joining(house)
        self._closed = False
        self._tasks: set[asyncio.Task[None]] = set()

    def close(self) -> None:
        self._closed = True

    def on_invite(self, session: InviteSession) -> None:
        """A new INVITE outside a dialog."""
        if self._closed:
            session.reject(503, headers=[("Retry-After", str(RETRY_AFTER_S))])
            return
        try:
            self._admit(session)
        except MalformedError as error:
            session.reject(error.status, error.reason)
        except Exception:
            # Whatever goes wrong with one INVITE, its caller is told, and the next one comes in.
            log.exception("not_admitted", source=str(session.source))
            session.hang_up(status=500)

    def _admit(self, session: InviteSession) -> None:
        request = session.request
        if request.max_forwards == 0:
            session.reject(483)
            return
        match self._authenticator.who(request, session.source, self._house.board.clock()):
            case Refused(status=status, reason=reason, headers=headers):
                session.reject(status, reason, headers)
            case FromTrunk(trunk=trunk):
                self._from_trunk(session, trunk.name)
            case FromPhone() as phone:
                self._from_phone(session, phone)

    # --- From the world -----------------------------------------------------------------------------------------------

    def _from_trunk(self, session: InviteSession, name: str) -> None:
        house, snapshot = self._house, self._house.snapshot()
        request = session.request
        trunk = snapshot.trunks[name]
        caller = caller_of(request, snapshot.company.country)
        if self._is_full(session):
            return
        target = snapshot.dialplan.from_trunk(request.uri.user)
        if isinstance(target, Unknown):
            session.reject(target.status)
            return
        try:
            line = house.trunks.incoming(trunk)
        except TrunkUnavailableError as error:
            session.reject(error.status)
            return
        leg = house.board.incoming_leg(session, Party(caller.number, caller.name, trunk=name))
        leg.at_end(line.release)
        leg.media_networks = trunk.media_networks
        leg.sound.only = trunk.codecs
        leg.sound.keys_by_info = trunk.digits == "info"
        language = target.language or snapshot.company.language
        call = house.board.new_call(
            "inbound", leg.party, target.dialled, leg, language=language, hops=request.max_forwards
        )
        person = snapshot.person(target.destination.target) if target.destination.kind == "person" else None
        rule = rule_for(house, call, person)
        if rule is not None:
            call.start(turned_away(house, rule, target.destination))
            return
        call.identify(caller.number)
        call.start(journey_to(house, target.destination))

    # --- From a telephone of the house --------------------------------------------------------------------------------

    def _from_phone(self, session: InviteSession, phone: FromPhone) -> None:
        house, request = self._house, session.request
        person = phone.person
        party = Party(person.extension, person.name, login=person.login, extension=person.extension)
        target = house.snapshot().dialplan.from_phone(request.uri.user)
        is_emergency = isinstance(target, ToOutside) and target.emergency
        if not is_emergency and self._is_open_sound(session):
            return
        if session.replaces is not None:
            self._join(session, self._joining.replace(session, party))
            return
        match target:
            case Unknown(status=status):
                session.reject(status)
            case ToCode(code=PickUp() as code):
                self._join(session, self._joining.pick_up(session, party, code))
            case ToCode(code=FetchParked() as code):
                self._join(session, self._joining.fetch(session, party, code))
            case ToOutside(number=number, emergency=True) as outside:
                self._begin(session, party, "outbound", number, outside).identify(number)
            case _ if self._is_full(session):
                pass
            case ToCode(code=code, dialled=dialled):
                self._begin(session, party, "internal", dialled, code)
            case ToDestination(destination=destination, dialled=dialled, language=language):
                device = request.uri.parameter(PARAMETER)
                place = ToDevice(destination.target, device) if device and destination.kind == "person" else destination
                self._begin(session, party, "internal", dialled, place, language)
            case ToOutside(number=number) as outside:
                self._begin(session, party, "outbound", number, outside).identify(number)

    def _is_full(self, session: InviteSession) -> bool:
        """Whether the media plane can take no more; the caller has been told."""
        if not self._house.board.plane.is_overloaded:
            return False
        log.warning("overloaded", source=str(session.source))
        session.reject(503, headers=[("Retry-After", str(OVERLOAD_RETRY_AFTER_S))])
        return True

    def _is_open_sound(self, session: InviteSession) -> bool:
        """Whether sound would have to be encrypted, and is offered without; the telephone has been told."""
        house, offered = self._house, session.request.sdp
        if offered is None or not house.snapshot().company.security.srtp_only:
            return False
        try:
            if has_keys(offered):
                return False
        except NoCommonCodecError:
            return False  # whoever reads it next says what is wrong with it
        session.reject(488, "SRTP Required", [("Warning", f'399 {house.board.domain} "{SRTP_REQUIRED}"')])
        return True

    def _begin(
        self,
        session: InviteSession,
        party: Party,
        direction: Direction,
        dialled: str,
        place: Place,
        language: Language | None = None,
    ) -> Call:
        house = self._house
        leg = house.board.incoming_leg(session, party)
        if isinstance(place, ToOutside) and place.emergency:
            leg.sound.keys_required = False
        language = language or house.snapshot().people[party.login or ""].language
        call = house.board.new_call(
            direction, party, dialled, leg, language=language, hops=session.request.max_forwards
        )
        call.start(journey_to(house, place))
        return call

    def _join(self, session: InviteSession, work: Coroutine[Any, Any, None]) -> None:
        def joined(task: asyncio.Task[None]) -> None:
            self._tasks.discard(task)
            if not task.cancelled() and (error := task.exception()) is not None:
                log.error("not_joined", source=str(session.source), exc_info=error)
                session.hang_up(status=500)

        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(joined)
