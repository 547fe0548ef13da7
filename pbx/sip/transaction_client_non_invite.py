"""The non-INVITE client transaction (RFC 3261 §17.1.2, figure 6)."""

from __future__ import annotations

from typing import ClassVar

from pbx.sip.message import Request, Response
from pbx.sip.timing import Timing
from pbx.sip.transaction import Action, Input, State, Table
from pbx.sip.transaction_client import ClientTransaction

_FINAL = (State.COMPLETED, (Action.STOP_TIMERS, Action.DELIVER, Action.START_K))
_GIVE_UP = (State.TERMINATED, (Action.TIME_OUT,))
_FAIL = (State.TERMINATED, (Action.FAIL,))


class NonInviteClientTransaction(ClientTransaction):
    """Timers: E repeats the request, F gives up, K absorbs repeated responses."""

    TABLE: ClassVar[Table] = {
        (State.TRYING, Input.TIMER_E): (State.TRYING, (Action.SEND_REQUEST, Action.START_E)),
        (State.TRYING, Input.TIMER_F): _GIVE_UP,
        (State.TRYING, Input.TRANSPORT_ERROR): _FAIL,
        (State.TRYING, Input.PROVISIONAL): (State.PROCEEDING, (Action.DELIVER,)),
        (State.TRYING, Input.SUCCESS): _FINAL,
        (State.TRYING, Input.FAILURE): _FINAL,
        (State.PROCEEDING, Input.TIMER_E): (State.PROCEEDING, (Action.SEND_REQUEST, Action.START_E_AT_T2)),
        (State.PROCEEDING, Input.TIMER_F): _GIVE_UP,
        (State.PROCEEDING, Input.TRANSPORT_ERROR): _FAIL,
        (State.PROCEEDING, Input.PROVISIONAL): (State.PROCEEDING, (Action.DELIVER,)),
        (State.PROCEEDING, Input.SUCCESS): _FINAL,
        (State.PROCEEDING, Input.FAILURE): _FINAL,
        (State.COMPLETED, Input.TIMER_K): (State.TERMINATED, ()),
    }

    def __init__(self, request: Request, *, reliable: bool, timing: Timing) -> None:
        super().__init__(request, reliable=reliable, timing=timing, state=State.TRYING)

    def start(self, now: float) -> None:
        """Send the request."""
        self._start("F", now, self.timing.give_up)
        if not self.reliable:
            self._start("E", now, self._interval)
        self._send_request(now, None)

    def _start_e(self, now: float, _message: Response | None) -> None:
        self._interval = min(2 * self._interval, self.timing.t2)
        self._start("E", now, self._interval)

    def _start_e_at_t2(self, now: float, _message: Response | None) -> None:
        self._start("E", now, self.timing.t2)

    def _start_k(self, now: float, _message: Response | None) -> None:
        self._start("K", now, 0.0 if self.reliable else self.timing.t4)
