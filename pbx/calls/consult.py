"""An attended transfer by command: the transferor talks to the target while the other side hears music."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Literal

from pbx.calls.cause import status_for_caller
from pbx.calls.dial import Dial
from pbx.calls.errors import WrongStateError
from pbx.calls.leg import Leg
from pbx.calls.leg_events import Gone, LegEvent
from pbx.calls.routes import Reachable
from pbx.calls.side import Side
from pbx.events import CallTransferFailed, CallTransferred

if TYPE_CHECKING:
    from pbx.calls.connect import Connection

Decision = Literal["complete", "cancel", "target_left"]


class Consultation:
    """``side`` of ``connection`` asks ``route`` first. Ends by ``complete``, ``cancel``, or a hang-up."""

    def __init__(self, connection: Connection, side: Side, to: str, route: Reachable) -> None:
        self.side = side
        self._connection = connection
        self._to = to
        self._route = route
        self._leg = connection.legs[side]
        self._stays = connection.legs[side.other]
        self._dial: Dial | None = None
        self._target: Leg | None = None
        self._decision: asyncio.Future[Decision] = asyncio.get_running_loop().create_future()

    def complete(self) -> None:
        """Bring the other side and the target together; a target that still rings, rings on for the other side."""
        self._decide("complete")
        if self._target is None:
            self._leg.hang_up()

    def cancel(self) -> None:
        """Go back to the other side."""
        self._decide("cancel")
        if self._dial is not None:
            self._dial.give_up("no_answer")

    def transferor_left(self) -> None:
        self._decide("complete")

    async def run(self) -> None:
        connection, call = self._connection, self._connection.call
        connection.hold.set(self.side, "transfer", True)
        try:
            route, presents = self._route, self._stays.party
            self._dial = Dial(call, route.targets, listener=self._leg, presents=presents, arrivals=route.arrivals)
            dialled = await self._dial.run(route.ring_s)
            if dialled.leg is None:
                self._resume(status_for_caller(dialled.cause, dialled.status))
                return
            self._target = dialled.leg
            self._talk(dialled.leg)
            if await self._decision == "complete":
                self._hand_over(dialled.leg)
            else:
                self._resume(487)
        finally:
            if self._target is not None and self._target not in connection.legs.values():
                self._target.hang_up()
                call.legs.discard(self._target)

    def _talk(self, target: Leg) -> None:
        target.owner = self._on_target
        if target.is_gone:
            self._decide("target_left")
            return
        if self._decision.done():
            return
        hold, plane = self._connection.hold, self._connection.call.board.plane
        hold.apart = self._leg
        plane.hold(self._leg.id, False)
        plane.bridge(self._leg.id, target.id)

    def _on_target(self, leg: Leg, event: LegEvent) -> None:
        if isinstance(event, Gone):
            self._decide("target_left")

    def _hand_over(self, target: Leg) -> None:
        connection = self._connection
        connection.hold.apart = None
        if target.is_gone:
            self._resume(480)
            return
        left = connection.replace(self.side, target)
        by = self._leg.party.login or self._leg.party.number
        connection.call.emit(CallTransferred(by, target.party.login or target.party.number or self._to, "attended"))
        left.hang_up()
        connection.call.legs.discard(left)

    def _resume(self, status: int) -> None:
        connection = self._connection
        connection.hold.apart = None
        by = self._leg.party.login or self._leg.party.number
        connection.call.emit(CallTransferFailed(by, self._to, status))
        if self._leg.is_gone:
            connection.strand(self._route.place)
            return
        connection.call.board.plane.bridge(self._leg.id, self._stays.id)
        connection.hold.set(self.side, "transfer", False)

    def _decide(self, decision: Decision) -> None:
        if not self._decision.done():
            self._decision.set_result(decision)


def consultation_of(connection: Connection | None) -> Consultation:
    """The attended transfer under way. Raises WrongStateError when there is none."""
    transfer = connection.transfer if connection is not None else None
    if not isinstance(transfer, Consultation):
        raise WrongStateError("no attended transfer is under way")
    return transfer
