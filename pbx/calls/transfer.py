"""Transfers: one side of a connection sends the other to somebody else (RFC 3515, RFC 3891, RFC 5589).

The transferor is told how it goes and says goodbye only when the target has answered; when the target does not answer,
the call resumes as it was.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, Protocol

from pbx.calls.cause import status_for_caller
from pbx.calls.dial import Dial
from pbx.calls.errors import CallRefusedError, CallsError
from pbx.calls.leg import Leg
from pbx.calls.park import ParkIn
from pbx.calls.party import Party
from pbx.calls.routes import Onward, Reachable
from pbx.calls.side import Side
from pbx.events import CallTransferFailed, CallTransferred
from pbx.sip.session_events import ReferReceived

if TYPE_CHECKING:
    from pbx.calls.connect import Connection

DECLINE = 603


class Transfer(Protocol):
    """A transfer under way."""

    side: Side

    async def run(self) -> None:
        """See it through."""

    def transferor_left(self) -> None:
        """The transferor has hung up meanwhile: the other side is to go on without it."""


class Teller:
    """Tells the transferor how its REFER goes; silent for a transfer that nobody asked for by REFER."""

    def __init__(self, leg: Leg, by_refer: bool) -> None:
        self._leg = leg
        self._by_refer = by_refer

    def tell(self, status: int, final: bool = False) -> None:
        if self._by_refer and not self._leg.is_gone:
            self._leg.notify_refer(status, final)


class BlindTransfer:
    """The target is rung for who stays, who hears music; then the transferor leaves."""

    def __init__(self, connection: Connection, side: Side, to: str, *, by_refer: bool) -> None:
        self.side = side
        self._connection = connection
        self._to = to
        self._leg = connection.legs[side]
        self._teller = Teller(self._leg, by_refer)
        self._left = False

    def transferor_left(self) -> None:
        self._left = True

    async def run(self) -> None:
        call = self._connection.call
        try:
            route = call.board.router.route(call, self._to, self._leg.party)
        except CallRefusedError as refused:
            self._failed(refused.status, None)
            return
        if isinstance(route, Onward):
            self._succeeded(self._to, self._connection.go_on(self.side, route.place), route.place)
        else:
            await self._ring(route)

    async def _ring(self, route: Reachable) -> None:
        connection, call = self._connection, self._connection.call
        connection.hold.set(self.side, "transfer", True)
        stays = connection.legs[self.side.other]
        dial = Dial(call, route.targets, listener=None, presents=stays.party, arrivals=route.arrivals)
        dialled = await dial.run(route.ring_s)
        if dialled.leg is None:
            self._failed(status_for_caller(dialled.cause, dialled.status), route.place)
            return
        party = dialled.leg.party
        self._succeeded(party.login or party.number or self._to, connection.replace(self.side, dialled.leg))

    def _succeeded(self, to: str, left: Leg, place: object = None) -> None:
        self._teller.tell(200, final=True)
        _tell_transferred(self._connection, self._leg.party, to, "blind", place)
        _say_goodbye(self._connection, left)

    def _failed(self, status: int, place: object | None) -> None:
        self._connection.call.emit(
            CallTransferFailed(self._leg.party.login or self._leg.party.number, self._to, status)
        )
        if self._left:
            self._connection.strand(place)
        else:
            self._connection.hold.set(self.side, "transfer", False)
            self._teller.tell(status, final=True)


def by_refer(connection: Connection, side: Side, refer: ReferReceived) -> None:
    """A REFER has come from ``side``: 202, and what it asks for begins; or why not."""
    leg = connection.legs[side]
    if connection.transfer is not None:
        leg.respond_refer(491)
        return
    if refer.replaces is None:
        leg.respond_refer(202)
        connection.begin(BlindTransfer(connection, side, refer.refer_to.user, by_refer=True))
        return
    consulted = connection.call.board.find_leg(refer.replaces)
    if consulted is None or consulted.call_id is None or consulted.call_id == connection.call.id:
        leg.respond_refer(481)
        return
    leg.respond_refer(202)
    teller = Teller(leg, by_refer=True)
    try:
        _merge(connection, side, consulted, teller)
    except CallsError:
        teller.tell(DECLINE, final=True)


def _merge(connection: Connection, side: Side, consulted: Leg, teller: Teller) -> None:
    """Attended: the transferor has a second call, by ``consulted``; who is there talks to who stays here."""
    call = connection.call
    assert consulted.call_id is not None
    other = call.board.call(consulted.call_id)
    transferor = connection.legs[side]
    place: object = None
    if other.connection is not None:
        far = other.connection.hand_over(other.connection.side_of(consulted).other)
        left = connection.replace(side, far)
        connection.show_caller(far)
        to = far.party.login or far.party.number or other.dialled
    elif other.dials:
        other.leave("system", "transferred", "cancelled" if other.direction == "outbound" else None)
        connection.begin(BlindTransfer(connection, side, other.dialled, by_refer=True))
        return
    else:
        # A queue, a parking slot, a room: the transferor stood there in the place of who now goes there.
        to = other.dialled
        place = other.place
        other.leave("system", "transferred", "answered")
        left = connection.go_on(side, place)
    teller.tell(200, final=True)
    _tell_transferred(connection, transferor.party, to, "attended", place)
    _say_goodbye(connection, left)


def _tell_transferred(
    connection: Connection, by: Party, to: str, mode: Literal["blind", "attended"], place: object
) -> None:
    """Parking is told by CallParked alone, however it is asked for: nobody has been given the call."""
    if not isinstance(place, ParkIn):
        connection.call.emit(CallTransferred(by.login or by.number, to, mode))


def _say_goodbye(connection: Connection, left: Leg) -> None:
    left.hang_up()
    connection.call.legs.discard(left)
