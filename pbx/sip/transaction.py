"""What the four transactions share: a table of transitions, timers, outputs (RFC 3261 §17, RFC 6026).

A transaction is told what happens and when; what it wants done stands in ``outputs`` afterwards, and ``deadline`` is
when ``advance`` is to be called next.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import ClassVar

from pbx.sip.message import Request, Response
from pbx.sip.timing import Deadlines, Timing
from pbx.sip.via import MAGIC

Key = tuple[str, ...]


class State(Enum):
    CALLING = "calling"
    TRYING = "trying"
    PROCEEDING = "proceeding"
    ACCEPTED = "accepted"
    COMPLETED = "completed"
    CONFIRMED = "confirmed"
    TERMINATED = "terminated"


class Input(Enum):
    """What can happen to a transaction: a message from the peer, one from the transaction user, a timer."""

    PROVISIONAL = "1xx"
    SUCCESS = "2xx"
    FAILURE = "3xx-6xx"
    REQUEST = "request again"
    ACK = "ack"
    TRANSPORT_ERROR = "transport error"
    TIMER_A = "A"
    TIMER_B = "B"
    TIMER_D = "D"
    TIMER_E = "E"
    TIMER_F = "F"
    TIMER_G = "G"
    TIMER_H = "H"
    TIMER_I = "I"
    TIMER_J = "J"
    TIMER_K = "K"
    TIMER_L = "L"
    TIMER_M = "M"


class Action(Enum):
    """What a transition does; the value is the method that does it."""

    SEND_REQUEST = "_send_request"
    SEND_RESPONSE = "_send_response"
    REPEAT_RESPONSE = "_repeat_response"
    SEND_ACK = "_send_ack"
    DELIVER = "_deliver"
    TIME_OUT = "_time_out"
    FAIL = "_fail"
    START_A = "_start_a"
    START_D = "_start_d"
    START_E = "_start_e"
    START_E_AT_T2 = "_start_e_at_t2"
    START_G = "_start_g"
    START_H = "_start_h"
    START_I = "_start_i"
    START_J = "_start_j"
    START_K = "_start_k"
    START_L = "_start_l"
    START_M = "_start_m"
    STOP_TIMERS = "_stop_timers"


@dataclass(frozen=True, slots=True)
class Transmit:
    """Send these octets to the peer of the transaction."""

    data: bytes


@dataclass(frozen=True, slots=True)
class Deliver:
    """A response for the transaction user."""

    response: Response


@dataclass(frozen=True, slots=True)
class TimedOut:
    """Timer B, F or H: nobody answered, or nobody acknowledged."""


@dataclass(frozen=True, slots=True)
class TransportFailed:
    """The message could not be sent."""


TransactionOutput = Transmit | Deliver | TimedOut | TransportFailed
Table = dict[tuple[State, Input], tuple[State, tuple[Action, ...]]]


def response_input(status: int) -> Input:
    if status < 200:
        return Input.PROVISIONAL
    return Input.SUCCESS if status < 300 else Input.FAILURE


def server_key(request: Request) -> Key:
    """What a request is matched by (§17.2.3); an ACK finds the INVITE that it belongs to.

    The CSeq number counts too: there are phones that answer a 401 with the branch of the request that it refused.
    """
    method = "INVITE" if request.method == "ACK" else request.method
    via = request.via
    branch = via.branch
    cseq = str(request.cseq.number)
    if branch.startswith(MAGIC) and len(branch) > len(MAGIC):
        return (branch, via.sent_by, cseq, method)
    # Before RFC 3261 a branch was not unique.
    return ("", request.call_id, request.from_.tag or "", cseq, via.sent_by, via.branch, method)


def client_key(message: Request | Response) -> Key:
    """What a response is matched by (§17.1.3)."""
    return (message.via.branch, message.cseq.method)


class Transaction:
    """One transaction; subclasses bring the table and the timers."""

    TABLE: ClassVar[Table]

    def __init__(self, request: Request, *, reliable: bool, timing: Timing, state: State) -> None:
        self.request = request
        self.reliable = reliable
        self.timing = timing
        self.state = state
        self.outputs: list[TransactionOutput] = []
        self._deadlines = Deadlines()
        self._interval = timing.t1

    @property
    def deadline(self) -> float | None:
        return self._deadlines.next

    @property
    def is_terminated(self) -> bool:
        return self.state is State.TERMINATED

    def advance(self, now: float) -> None:
        """Let the timers fire that are due."""
        for name in self._deadlines.due(now):
            self._happen(Input(name), now)

    def transport_failed(self, now: float) -> None:
        """A message of this transaction could not be sent (§17.1.4, §17.2.4)."""
        self._happen(Input.TRANSPORT_ERROR, now)

    def _happen(self, what: Input, now: float, message: Response | None = None) -> None:
        rule = self.TABLE.get((self.state, what))
        if rule is None:
            return
        self.state, actions = rule
        for action in actions:
            getattr(self, action.value)(now, message)
        if self.state is State.TERMINATED:
            self._deadlines.clear_all()

    def _start(self, name: str, now: float, seconds: float) -> None:
        self._deadlines.set(name, now + seconds)

    def _deliver(self, _now: float, message: Response | None) -> None:
        assert message is not None
        self.outputs.append(Deliver(message))

    def _time_out(self, _now: float, _message: Response | None) -> None:
        self.outputs.append(TimedOut())

    def _fail(self, _now: float, _message: Response | None) -> None:
        self.outputs.append(TransportFailed())

    def _stop_timers(self, _now: float, _message: Response | None) -> None:
        self._deadlines.clear_all()
