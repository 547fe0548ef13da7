"""The INVITE client transaction (RFC 3261 §17.1.1, figure 5, with the Accepted state of RFC 6026 §7.2)."""

from __future__ import annotations

from typing import ClassVar

from pbx.sip.headers import Headers
from pbx.sip.message import Request, Response
from pbx.sip.timing import Timing
from pbx.sip.transaction import Action, Input, State, Table, Transmit
from pbx.sip.transaction_client import ClientTransaction

_FINAL_FAILURE = (State.COMPLETED, (Action.STOP_TIMERS, Action.SEND_ACK, Action.DELIVER, Action.START_D))
_FINAL_SUCCESS = (State.ACCEPTED, (Action.STOP_TIMERS, Action.DELIVER, Action.START_M))


class InviteClientTransaction(ClientTransaction):
    """Timers: A repeats the INVITE, B gives up, D absorbs repeated failures, M repeated and forked 2xx."""

    TABLE: ClassVar[Table] = {
        (State.CALLING, Input.TIMER_A): (State.CALLING, (Action.SEND_REQUEST, Action.START_A)),
        (State.CALLING, Input.TIMER_B): (State.TERMINATED, (Action.TIME_OUT,)),
        (State.CALLING, Input.TRANSPORT_ERROR): (State.TERMINATED, (Action.FAIL,)),
        (State.CALLING, Input.PROVISIONAL): (State.PROCEEDING, (Action.STOP_TIMERS, Action.DELIVER)),
        (State.CALLING, Input.SUCCESS): _FINAL_SUCCESS,
        (State.CALLING, Input.FAILURE): _FINAL_FAILURE,
        (State.PROCEEDING, Input.PROVISIONAL): (State.PROCEEDING, (Action.DELIVER,)),
        (State.PROCEEDING, Input.SUCCESS): _FINAL_SUCCESS,
        (State.PROCEEDING, Input.FAILURE): _FINAL_FAILURE,
        (State.PROCEEDING, Input.TRANSPORT_ERROR): (State.TERMINATED, (Action.FAIL,)),
        (State.ACCEPTED, Input.SUCCESS): (State.ACCEPTED, (Action.DELIVER,)),
        (State.ACCEPTED, Input.TIMER_M): (State.TERMINATED, ()),
        (State.COMPLETED, Input.FAILURE): (State.COMPLETED, (Action.SEND_ACK,)),
        (State.COMPLETED, Input.TIMER_D): (State.TERMINATED, ()),
        (State.COMPLETED, Input.TRANSPORT_ERROR): (State.TERMINATED, ()),
    }

    def __init__(self, request: Request, *, reliable: bool, timing: Timing) -> None:
        super().__init__(request, reliable=reliable, timing=timing, state=State.CALLING)
        self._ack = b""

    def start(self, now: float) -> None:
        """Send the INVITE."""
        self._start("B", now, self.timing.give_up)
        if not self.reliable:
            self._start("A", now, self._interval)
        self._send_request(now, None)

    def _start_a(self, now: float, _message: Response | None) -> None:
        self._interval *= 2
        self._start("A", now, self._interval)

    def _start_d(self, now: float, _message: Response | None) -> None:
        self._start("D", now, 0.0 if self.reliable else max(32.0, self.timing.give_up))

    def _start_m(self, now: float, _message: Response | None) -> None:
        self._start("M", now, self.timing.give_up)

    def _send_ack(self, _now: float, message: Response | None) -> None:
        if message is not None and not self._ack:
            self._ack = ack_to_failure(self.request, message).encode()
        self.outputs.append(Transmit(self._ack))


def ack_to_failure(invite: Request, response: Response) -> Request:
    """The ACK to a final response of 300 to 699: same branch, To of the response (§17.1.1.3)."""
    headers = Headers.of_keys([("via", invite.headers.values("via")[0])])
    headers.extend((("Max-Forwards", "70"), ("From", invite.required("from")), ("To", response.required("to"))))
    headers.extend((("Call-ID", invite.call_id), ("CSeq", f"{invite.cseq.number} ACK")))
    headers.extend(("Route", value) for value in invite.headers.every("route"))
    return Request("ACK", invite.uri_text, headers)
