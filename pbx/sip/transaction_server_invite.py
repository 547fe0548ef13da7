"""The INVITE server transaction (RFC 3261 §17.2.1, figure 7, with the Accepted state of RFC 6026 §7.1)."""

from __future__ import annotations

from typing import ClassVar

from pbx.sip.message import Request, Response
from pbx.sip.timing import Timing
from pbx.sip.transaction import Action, Input, State, Table
from pbx.sip.transaction_server import ServerTransaction


class InviteServerTransaction(ServerTransaction):
    """Timers: G repeats a failure until the ACK, H gives up on it, I absorbs repeated ACKs, L repeated INVITEs."""

    TABLE: ClassVar[Table] = {
        (State.PROCEEDING, Input.REQUEST): (State.PROCEEDING, (Action.REPEAT_RESPONSE,)),
        (State.PROCEEDING, Input.PROVISIONAL): (State.PROCEEDING, (Action.SEND_RESPONSE,)),
        (State.PROCEEDING, Input.SUCCESS): (State.ACCEPTED, (Action.SEND_RESPONSE, Action.START_L)),
        (State.PROCEEDING, Input.FAILURE): (
            State.COMPLETED,
            (Action.SEND_RESPONSE, Action.START_G, Action.START_H),
        ),
        (State.PROCEEDING, Input.TRANSPORT_ERROR): (State.PROCEEDING, (Action.FAIL,)),
        # The user repeats its 2xx until the ACK (§13.3.1.4); a repeated INVITE gets nothing (RFC 6026 §7.1).
        (State.ACCEPTED, Input.SUCCESS): (State.ACCEPTED, (Action.SEND_RESPONSE,)),
        (State.ACCEPTED, Input.TIMER_L): (State.TERMINATED, ()),
        (State.COMPLETED, Input.REQUEST): (State.COMPLETED, (Action.REPEAT_RESPONSE,)),
        (State.COMPLETED, Input.TIMER_G): (State.COMPLETED, (Action.REPEAT_RESPONSE, Action.START_G)),
        (State.COMPLETED, Input.TIMER_H): (State.TERMINATED, (Action.TIME_OUT,)),
        (State.COMPLETED, Input.ACK): (State.CONFIRMED, (Action.STOP_TIMERS, Action.START_I)),
        (State.COMPLETED, Input.TRANSPORT_ERROR): (State.TERMINATED, (Action.FAIL,)),
        (State.CONFIRMED, Input.TIMER_I): (State.TERMINATED, ()),
    }

    def __init__(self, request: Request, *, reliable: bool, timing: Timing) -> None:
        super().__init__(request, reliable=reliable, timing=timing, state=State.PROCEEDING)
        self._repeated = False

    def receive_ack(self, now: float) -> bool:
        """The ACK to a failure came; False when it is not for this transaction but for a 2xx (§17.2.1)."""
        if self.state not in {State.COMPLETED, State.CONFIRMED}:
            return False
        self._happen(Input.ACK, now)
        return True

    def _start_g(self, now: float, _message: Response | None) -> None:
        if self.reliable:
            return
        self._interval = min(2 * self._interval, self.timing.t2) if self._repeated else self.timing.t1
        self._repeated = True
        self._start("G", now, self._interval)

    def _start_h(self, now: float, _message: Response | None) -> None:
        self._start("H", now, self.timing.give_up)

    def _start_i(self, now: float, _message: Response | None) -> None:
        self._start("I", now, 0.0 if self.reliable else self.timing.t4)

    def _start_l(self, now: float, _message: Response | None) -> None:
        self._start("L", now, self.timing.give_up)
