"""A call: one caller's journey, transfers included."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from pbx.events.event import Body, Direction, EndedBy, Result, named


@named("call.started")
@dataclass(frozen=True, slots=True)
class CallStarted(Body):
    """A caller has asked for somebody. ``caller_number`` is E.164, an extension, or None when withheld."""

    direction: Direction
    caller_number: str | None
    caller_name: str | None
    dialled: str
    trunk: str | None = None
    login: str | None = None  # who dialled, for internal and outbound calls


@named("call.identified")
@dataclass(frozen=True, slots=True)
class CallIdentified(Body):
    """The CRM knows the outside party of this call."""

    contact_id: str
    name: str
    company: str | None = None
    responsible: str | None = None
    language: str | None = None


@named("screen_pop")
@dataclass(frozen=True, slots=True)
class ScreenPop(Body):
    """Who is calling: to those about to be rung, before their phones ring, and to who has been given the caller after
    being asked. ``card`` is the CRM's answer."""

    logins: list[str]
    number: str | None
    dialled: str
    queue: str | None
    card: dict[str, Any]


@named("call.woken")
@dataclass(frozen=True, slots=True)
class CallWoken(Body):
    """``browsers`` of a person that were not connected have been told of the call by push."""

    login: str
    extension: str
    browsers: int


@named("call.ringing")
@dataclass(frozen=True, slots=True)
class CallRinging(Body):
    """A person's devices ring; ``queue`` is set when the queue offers the call."""

    login: str | None
    extension: str
    queue: str | None = None


@named("call.not_answered")
@dataclass(frozen=True, slots=True)
class CallNotAnswered(Body):
    """Somebody rung did not take it: ``no_answer``, ``busy``, ``declined``, ``unreachable``, ``elsewhere``."""

    login: str | None
    extension: str
    cause: str
    queue: str | None = None
    ring_s: float = 0.0


@named("call.answered")
@dataclass(frozen=True, slots=True)
class CallAnswered(Body):
    """Somebody or something is connected. ``kind``: ``person``, ``voicemail``, ``messages`` (`*97`), ``room``,
    ``echo``, ``number``. ``trunk``: through which the call came or goes.

    The first one sets the call's ``answered_at``.
    """

    kind: str
    login: str | None = None
    extension: str | None = None
    queue: str | None = None
    wait_s: float = 0.0
    trunk: str | None = None


@named("call.held")
@dataclass(frozen=True, slots=True)
class CallHeld(Body):
    by: str | None


@named("call.resumed")
@dataclass(frozen=True, slots=True)
class CallResumed(Body):
    by: str | None


@named("call.transferred")
@dataclass(frozen=True, slots=True)
class CallTransferred(Body):
    """The transfer is done; ``by`` and ``to``: logins where known, else numbers; ``mode``: ``blind``, ``attended``."""

    by: str | None
    to: str
    mode: str


@named("call.transfer_failed")
@dataclass(frozen=True, slots=True)
class CallTransferFailed(Body):
    by: str | None
    to: str
    status: int


@named("call.forwarded")
@dataclass(frozen=True, slots=True)
class CallForwarded(Body):
    by: str
    to: str
    condition: str


@named("call.parked")
@dataclass(frozen=True, slots=True)
class CallParked(Body):
    slot: int
    by: str | None


@named("call.retrieved")
@dataclass(frozen=True, slots=True)
class CallRetrieved(Body):
    slot: int
    by: str | None


@named("call.picked_up")
@dataclass(frozen=True, slots=True)
class CallPickedUp(Body):
    by: str
    ringing: str


@named("call.rated")
@dataclass(frozen=True, slots=True)
class CallRated(Body):
    rating: int


@named("call.blocked")
@dataclass(frozen=True, slots=True)
class CallBlocked(Body):
    rule: str
    action: str
    rule_id: str = ""
    scope: str = "company"


@named("call.supervised")
@dataclass(frozen=True, slots=True)
class CallSupervised(Body):
    by: str
    mode: str


@named("call.joined")
@dataclass(frozen=True, slots=True)
class CallJoined(Body):
    """``by`` has brought the outside of this call into the conversation of ``other``, as a third party."""

    by: str
    other: str


@named("call.disposed")
@dataclass(frozen=True, slots=True)
class CallDisposed(Body):
    """The agent ``by`` has said what the call came to: one of the queue's codes. Added by the office."""

    by: str
    queue: str
    code: str
    note: str | None = None


@named("call.taken_over")
@dataclass(frozen=True, slots=True)
class CallTakenOver(Body):
    """``by`` talks from now on, in the place of ``agent``."""

    by: str
    agent: str | None


@named("call.quality")
@dataclass(frozen=True, slots=True)
class CallQuality(Body):
    """Sound of one leg over its life. ``jitter_ms`` and ``loss`` (0…1) as received; ``mos`` ITU-T G.107 estimate.

    ``loss_sent`` and ``jitter_sent_ms``: what the peer has reported of our sound; None from one that sends no reports.
    ``login`` or ``number``: whose leg it was. ``readings``: how it went, in spans of ten seconds or longer, 60 at most:
    ``at`` (its end, seconds since 1970), ``span_s``, ``packets``, ``lost``, ``jitter_ms``, ``mos``, ``round_trip_ms``,
    ``loss_sent``, ``jitter_sent_ms``, ``mos_sent``.
    """

    leg: str
    codec: str
    packets_received: int
    packets_lost: int
    loss: float
    jitter_ms: float
    mos: float
    round_trip_ms: float | None = None
    loss_sent: float | None = None
    jitter_sent_ms: float | None = None
    login: str | None = None
    number: str | None = None
    readings: list[dict[str, float | None]] = field(default_factory=list)


@named("call.sound")
@dataclass(frozen=True, slots=True)
class CallSound(Body):
    """A leg sounds better or worse than before, by the worse of the two directions.

    ``grade``: "good" (an estimate of 4.03 or more, ITU-T G.107 Annex B), "fair" (3.6 or more), "poor". The figures are
    of the ten seconds before, as in ``call.quality``; ``login`` or ``number`` says whose leg it is.
    """

    leg: str
    login: str | None
    number: str | None
    grade: str
    mos: float | None
    loss: float
    jitter_ms: float
    round_trip_ms: float | None = None
    mos_sent: float | None = None
    loss_sent: float | None = None
    jitter_sent_ms: float | None = None


@named("call.ended")
@dataclass(frozen=True, slots=True)
class CallEnded(Body):
    """The journey is over: the one value that feeds call log, metric, CRM and log line."""

    result: Result
    reason: str
    ended_by: EndedBy
    direction: Direction
    caller_number: str | None
    caller_name: str | None
    dialled: str
    queue: str | None
    login: str | None
    trunk: str | None
    started_at: float
    answered_at: float | None
    wait_s: float
    talk_s: float
    transfers: int
    rating: int | None = None
    recording_id: str | None = None
