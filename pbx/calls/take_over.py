"""A supervisor takes a running call: talks from now on in the place of the agent."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import TYPE_CHECKING

import structlog

from pbx.background import beside
from pbx.calls.connect import Connection
from pbx.calls.dial import Dial
from pbx.calls.errors import WrongStateError
from pbx.calls.party import Party
from pbx.calls.side import Side
from pbx.calls.supervise import RING_S, Supervision, supervised_leg
from pbx.calls.target import Target
from pbx.events import CallTakenOver

if TYPE_CHECKING:
    from pbx.calls.call import Call
    from pbx.calls.leg import Leg

log = structlog.get_logger()


class TakeOver:
    """Puts a supervisor's telephone in the place of our side of a call."""

    def __init__(self, call: Call, login: str) -> None:
        self._call = call
        self._login = login
        self._task: asyncio.Task[None] | None = None
        supervised_leg(call)

    def begin(self, targets: Sequence[Target]) -> None:
        """At once when the supervisor is beside the call already; else the supervisor's devices ring first."""
        for standing in list(self._call.supervisions):
            if isinstance(standing, Supervision) and standing.login == self._login:
                self.sit_down(standing.step_in())
                return
        if not targets:
            raise WrongStateError(f"{self._login} has no telephone registered")
        task = self._task = beside(self._ring(targets), "take_over", call_id=self._call.id, login=self._login)

        def stop() -> None:
            task.cancel()

        self._call.at_end(stop)

    async def _ring(self, targets: Sequence[Target]) -> None:
        call = self._call
        shown = Party(call.caller.number, call.display_name(call.caller))
        dialled = await Dial(call, targets, listener=None, presents=shown, quiet=True).run(RING_S)
        if dialled.leg is None:
            return
        try:
            self.sit_down(dialled.leg)
        except WrongStateError as error:
            log.info("not_taken_over", call_id=call.id, cause=str(error))
            dialled.leg.hang_up()
            call.legs.discard(dialled.leg)

    def sit_down(self, leg: Leg) -> None:
        """Put ``leg`` in the agent's place. Raises WrongStateError when the call has moved on."""
        agents = supervised_leg(self._call)
        connection = self._call.connection
        if leg.is_gone or not isinstance(connection, Connection) or connection.transfer is not None:
            raise WrongStateError("the call has moved on meanwhile")
        side = connection.side_of(agents)
        left = connection.replace(side, leg)
        self._call.emit(CallTakenOver(self._login, left.party.login or left.party.number))
        if side is Side.CALLER:
            self._call.leg = leg
        left.hang_up()
        self._call.legs.discard(left)
