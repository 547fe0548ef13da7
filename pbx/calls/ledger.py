"""What CallEnded will say of a call: a projection of the call's own events, kept as they happen."""

from __future__ import annotations

from dataclasses import dataclass, field

from pbx.calls.party import Party
from pbx.events import (
    Body,
    CallAnswered,
    CallbackRequested,
    CallBlocked,
    CallEnded,
    CallRated,
    CallRinging,
    CallTransferred,
    Direction,
    EndedBy,
    MenuEntered,
    QueueJoined,
    RecordingStarted,
    Result,
    VoicemailRecorded,
)


@dataclass(frozen=True, slots=True)
class Departure:
    """How a call came to its end. ``result`` only where what happened before does not say it; ``status`` answers a
    caller who has not been answered."""

    ended_by: EndedBy
    reason: str
    result: Result | None = None
    status: int = 480


@dataclass(slots=True)
class Ledger:
    """The account of one call. Times are seconds since the epoch."""

    direction: Direction
    caller: Party
    dialled: str
    trunk: str | None
    started_at: float
    queue: str | None = None
    login: str | None = None
    answered_at: float | None = None
    transfers: int = 0
    rating: int | None = None
    recording_id: str | None = None
    _queued_at: float | None = None
    _talked: bool = False
    _message: bool = False
    _callback: bool = False
    _blocked: bool = False
    _rang: bool = False
    _guided: bool = field(default=False)  # in a menu or a queue

    def note(self, body: Body, at: float) -> None:
        """Take down an event of this call."""
        match body:
            case CallAnswered():
                self._answered(body, at)
            case CallRinging(queue=None):
                self._rang = True
            case QueueJoined(queue=queue):
                self.queue = queue
                self._guided = True
                self._queued_at = at if self._queued_at is None else self._queued_at
            case MenuEntered():
                self._guided = True
            case CallTransferred():
                self.transfers += 1
            case CallRated(rating=rating):
                self.rating = rating
            case RecordingStarted(recording_id=recording_id):
                self.recording_id = self.recording_id or recording_id
            case VoicemailRecorded():
                self._message = True
            case CallbackRequested():
                self._callback = True
            case CallBlocked():
                self._blocked = True
            case _:
                pass

    def guide(self) -> None:
        """The caller is at a menu or a queue, also while it has yet to answer: who leaves now has abandoned it."""
        self._guided = True

    def wait_s(self, now: float) -> float:
        """Seconds from the queue, else from the start, to the answer or to ``now``."""
        end = now if self.answered_at is None else self.answered_at
        since = self.started_at if self._queued_at is None or self._queued_at > end else self._queued_at
        return max(0.0, end - since)

    def clock_set(self, by_s: float) -> None:
        """Whoever keeps the time has set the clock: what has been was so much later (earlier) by the new one."""
        self.started_at += by_s
        if self.answered_at is not None:
            self.answered_at += by_s
        if self._queued_at is not None:
            self._queued_at += by_s

    def conclude(self, departure: Departure, now: float) -> CallEnded:
        """The one value that feeds call log, metric, CRM and log line."""
        return CallEnded(
            result=self._result(departure),
            reason=departure.reason,
            ended_by=departure.ended_by,
            direction=self.direction,
            caller_number=self.caller.number,
            caller_name=self.caller.name,
            dialled=self.dialled,
            queue=self.queue,
            login=self.login,
            trunk=self.trunk,
            started_at=self.started_at,
            answered_at=self.answered_at,
            wait_s=round(self.wait_s(now), 3),
            talk_s=round(max(0.0, now - self.answered_at), 3) if self.answered_at is not None else 0.0,
            transfers=self.transfers,
            rating=self.rating,
            recording_id=self.recording_id,
        )

    def _answered(self, body: CallAnswered, at: float) -> None:
        if self.answered_at is None:
            self.answered_at = at
        if body.kind != "voicemail":
            self._talked = True
        if body.login is not None and (self.direction == "inbound" or self.login is None):
            self.login = body.login

    def _result(self, departure: Departure) -> Result:
        if self._blocked:
            return "blocked"
        if self._talked or self.rating is not None:
            return "answered"
        if self._message:
            return "voicemail"
        if self._callback:
            return "callback"
        if departure.result is not None:
            return departure.result
        if self.direction == "outbound":
            return "cancelled" if departure.ended_by == "caller" else "failed"
        if self._rang:
            return "missed"
        if self._guided:
            return "abandoned" if departure.ended_by == "caller" else "failed"
        return "missed" if departure.ended_by == "caller" else "failed"
