"""The non-INVITE server transaction (RFC 3261 §17.2.2, figure 8)."""

from __future__ import annotations

from typing import ClassVar

from pbx.sip.message import Request, Response
from pbx.sip.timing import Timing
from pbx.sip.transaction import Action, Input, State, Table
from pbx.sip.transaction_server import ServerTransaction

_OF_NO_MORE_USE = Request("ANSWERED", "sip:invalid")
_FINAL = (State.COMPLETED, (Action.SEND_RESPONSE, Action.START_J))


class NonInviteServerTransaction(ServerTransaction):
    """Timer J: how long repeated requests get the same response.

    The request itself is let go with its final response: a busy registrar has tens of thousands of these.
    """

    TABLE: ClassVar[Table] = {
        (State.TRYING, Input.PROVISIONAL): (State.PROCEEDING, (Action.SEND_RESPONSE,)),
        (State.TRYING, Input.SUCCESS): _FINAL,
        (State.TRYING, Input.FAILURE): _FINAL,
        (State.PROCEEDING, Input.REQUEST): (State.PROCEEDING, (Action.REPEAT_RESPONSE,)),
        (State.PROCEEDING, Input.PROVISIONAL): (State.PROCEEDING, (Action.SEND_RESPONSE,)),
        (State.PROCEEDING, Input.SUCCESS): _FINAL,
        (State.PROCEEDING, Input.FAILURE): _FINAL,
        (State.PROCEEDING, Input.TRANSPORT_ERROR): (State.TERMINATED, (Action.FAIL,)),
        (State.COMPLETED, Input.REQUEST): (State.COMPLETED, (Action.REPEAT_RESPONSE,)),
        (State.COMPLETED, Input.TRANSPORT_ERROR): (State.TERMINATED, (Action.FAIL,)),
        (State.COMPLETED, Input.TIMER_J): (State.TERMINATED, ()),
    }

    def __init__(self, request: Request, *, reliable: bool, timing: Timing) -> None:
        super().__init__(request, reliable=reliable, timing=timing, state=State.TRYING)

    def _start_j(self, now: float, _message: Response | None) -> None:
        self.request = _OF_NO_MORE_USE
        self._start("J", now, 0.0 if self.reliable else self.timing.give_up)
