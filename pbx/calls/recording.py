"""The recording of a call: left the outside party (or who dialled), right ours, from when the two are connected."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from config.recordings import Verdict
from pbx.calls.errors import NotAllowedError, WrongStateError
from pbx.calls.leg import Leg
from pbx.calls.recording_pauses import PauseCause, RecordingPauses
from pbx.events import (
    Body,
    RecordingFinished,
    RecordingPaused,
    RecordingResumed,
    RecordingSkipped,
    RecordingStarted,
)
from pbx.media.messages import Clip, RecordingStopped

if TYPE_CHECKING:
    from pbx.calls.call import Call
    from pbx.calls.recording_rules import Switched
    from pbx.calls.switchboard import Switchboard

KEYS = "*3"
"""What somebody of the house presses during a call to pause its recording, and again to go on."""


def left_and_right(caller: Leg, callee: Leg) -> tuple[Leg, Leg]:
    """Which leg goes into which channel."""
    if callee.party.is_outside and not caller.party.is_outside:
        return callee, caller
    return caller, callee


class Recording:
    """Starts, pauses and ends the recording of one call. Each start makes a recording of its own.

    Who begins to talk with whom is asked about (``board.recording_rules``): what the rules say holds until others
    talk. ``is_told``: those who talk know that they may be recorded.
    """

    def __init__(self, board: Switchboard, call_id: str) -> None:
        self._board = board
        self._call_id = call_id
        self._id: str | None = None
        self._verdict: Verdict | None = None
        self._off = False
        self._path = ""
        self._started_at = 0.0
        self._legs: tuple[Leg, Leg] | None = None
        self._judged: tuple[Leg, Leg] | None = None
        self._pauses = RecordingPauses(board.clock)
        self.is_told = False

    @property
    def _call(self) -> Call:
        """The call, while it lives: a reference to it would keep the two alive for the collector."""
        return self._board.call(self._call_id)

    @property
    def state(self) -> Switched:
        """``on``, ``pause`` or ``off``."""
        if self._id is None:
            return "off"
        return "pause" if self._pauses.by_somebody else "on"

    def notice(self, caller: Leg, callee: Leg) -> Sequence[Clip]:
        """What these two are to be told before they are connected; nothing when there is no need (any more)."""
        rules = self._board.recording_rules
        if self.is_told or self._off or not rules.verdict(self._call, (caller.party, callee.party)).record:
            return ()
        clips = rules.notice(self._call)
        self.is_told = bool(clips)
        return clips

    def follow(self, caller: Leg, callee: Leg) -> None:
        """The two are connected: record them where the rules say so, in the running recording where there is one.

        Not after ``off``.
        """
        legs = self._legs = left_and_right(caller, callee)
        if not self._off and legs != self._judged:
            self._judged = legs
            self._judge(self._board.recording_rules.verdict(self._call, (caller.party, callee.party)))
        if self._id is not None:
            self._record()
            self._go_on("waiting")

    def wait(self) -> None:
        """The two part, and the conversation goes on with somebody later: nothing is recorded until then."""
        self._legs = None
        if self._id is not None:
            self._pause("waiting")

    def set(self, state: Switched, by: str | None, for_s: float | None = None) -> None:
        """``on``, ``pause`` (for ``for_s``; None: as long as the rules let it) or ``off``.

        Raises WrongStateError when nobody is connected, NotAllowedError when ``by`` is one of the two and may not.
        """
        if self._legs is None:
            raise WrongStateError("nobody is connected in this call")
        resumes = state == "on" and self._id is not None
        if not self._lets(by, "pause" if resumes else state):
            raise NotAllowedError("the company does not let those who talk do that to a recording")
        match state:
            case "off":
                self._off = True
                self._end()
            case "pause" if self._id is not None:
                self._pause("asked", by, self._board.recording_rules.pause_s if for_s is None else for_s)
            case "on" if self._id is not None:
                self._go_on("digits", by)
                self._go_on("asked", by)
            case "on":
                if self._is_untold:
                    raise NotAllowedError("those who talk cannot be told that they are recorded")
                self._off = False
                self._verdict = Verdict(record=True)
                self._start(by)
                self._record()
            case _:
                pass
        self._board.on_change(self._call)

    def allowed(self, by: str | None) -> tuple[Switched, ...]:
        """What ``set`` would take from ``by`` now; nothing while nobody is connected."""
        if self._legs is None:
            return ()
        if self._id is None:
            return ("on",) if self._lets(by, "on") and not self._is_untold else ()
        pause: tuple[Switched, ...] = (
            ("on" if self._pauses.by_somebody else "pause",) if self._lets(by, "pause") else ()
        )
        return (*pause, "off") if self._lets(by, "off") else pause

    def toggle_pause(self, by: str | None) -> Switched:
        """Pause, or go on after a pause that somebody has asked for; what it is now. Raises what ``set`` raises."""
        self.set("on" if "asked" in self._pauses else "pause", by)
        return self.state

    def typed(self) -> None:
        """The other side has pressed a key: what is typed is not to be heard, where the rules say so."""
        for_s = self._board.recording_rules.digits_pause_s
        if self._id is not None and for_s:
            self._pause("digits", for_s=for_s)
            self._board.on_change(self._call)

    def document(self) -> dict[str, Any] | None:
        """What the next exchange needs to go on with the recording, as JSON types; None when there was none."""
        if self._judged is None and not self._off:
            return None
        told: dict[str, Any] = {"off": self._off, "is_told": self.is_told}
        if self._verdict is not None:
            told["keep_days"] = self._verdict.keep_days
        if self._id is not None:
            told |= {"id": self._id, "path": self._path, "started_at": self._started_at}
            told["pauses"] = self._pauses.document()
        return told

    def take_up(self, told: dict[str, Any] | None, caller: Leg, callee: Leg) -> None:
        """Go on with the recording of two who talk, as ``document`` says."""
        if told is None:
            self.follow(caller, callee)
            return
        self._legs = self._judged = left_and_right(caller, callee)
        self._off, self.is_told = told.get("off") is True, told.get("is_told") is True
        if "id" not in told:
            return
        board, legs = self._board, (self._legs[0].id, self._legs[1].id)
        self._id, self._path, self._started_at = told["id"], told["path"], told["started_at"]
        self._verdict = Verdict(True, None, told.get("keep_days"))
        self._pauses.restore(told["pauses"], self._pause_over)
        self._expect()
        elapsed_s = max(0.0, board.clock() - self._started_at)
        board.plane.adopt_recording(self._id, self._path, legs, elapsed_s, bool(self._pauses))

    def stop(self) -> None:
        """The two are no longer connected."""
        self._legs = self._judged = None
        self._end()

    # --- Inside -------------------------------------------------------------------------------------------------------

    def _judge(self, verdict: Verdict) -> None:
        """Others talk from now on: what is recorded goes by the verdict about them."""
        cause = "no_notice" if verdict.record and self._is_untold else None
        if cause is not None:
            verdict = replace(verdict, record=False)
        before, self._verdict = self._verdict, verdict
        if not verdict.record:
            if before != verdict:
                self._emit(RecordingSkipped(verdict.rule, cause))
            self._end()
            return
        if before is not None and before.keep_days != verdict.keep_days:
            self._end()  # what is kept for another time is another recording
        if self._id is None:
            self._start(None)

    @property
    def _is_untold(self) -> bool:
        """Whether those who talk were to be told and have not been."""
        return not self.is_told and self._board.recording_rules.must_tell(self._call)

    def _lets(self, by: str | None, switch: Switched) -> bool:
        assert self._legs is not None
        is_talking = by is not None and any(leg.party.login == by for leg in self._legs)
        return not is_talking or self._board.recording_rules.lets_talkers(switch)

    def _start(self, by: str | None) -> None:
        board, verdict = self._board, self._verdict
        assert verdict is not None
        self._id = board.new_id()
        self._started_at = board.clock()
        self._path = str(board.spool_dir / f"{self._id}.s16")
        self._emit(RecordingStarted(self._id, self._path, rule=verdict.rule, keep_days=verdict.keep_days, by=by))

    def _record(self) -> None:
        assert self._legs is not None
        assert self._id is not None
        self._expect()
        left, right = self._legs
        self._board.plane.record(self._id, self._path, left.id, right.id)

    def _expect(self) -> None:
        assert self._id is not None
        assert self._legs is not None
        started_at, legs = self._started_at, tuple(leg.id for leg in self._legs)
        self._board.expect_spool(self._id, legs, self._path, lambda stopped: self._stopped(stopped, started_at))

    def _pause(self, cause: PauseCause, by: str | None = None, for_s: float = 0.0) -> None:
        assert self._id is not None
        was_paused = bool(self._pauses)
        self._pauses.begin(cause, for_s, self._pause_over)
        if not was_paused:
            # A key is known when it has been heard: the sound of it is taken back.
            self._board.plane.pause_recording(self._id, True, wipe=cause == "digits")
            self._emit(RecordingPaused(self._id, by, cause))

    def _go_on(self, cause: PauseCause, by: str | None = None) -> None:
        if cause in self._pauses:
            self._pauses.end(cause)
            self._resume(cause, by)

    def _pause_over(self, cause: PauseCause) -> None:
        self._resume(cause, None)
        self._board.on_change(self._call)

    def _resume(self, cause: PauseCause, by: str | None) -> None:
        if self._id is not None and not self._pauses:
            self._board.plane.pause_recording(self._id, False)
            self._emit(RecordingResumed(self._id, by, cause))

    def _emit(self, body: Body) -> None:
        self._board.emit(body, self._call_id)

    def _end(self) -> None:
        self._pauses.clear()
        if self._id is not None:
            self._board.plane.stop_recording(self._id)
            self._id = None

    def _stopped(self, event: RecordingStopped, started_at: float) -> None:
        if self._id == event.recording:
            self._id = None
            self._pauses.clear()
        duration_s = event.duration_s
        if event.cause == "worker_lost":
            duration_s = self._board.clock() - started_at
        missing = [[from_s, to_s] for from_s, to_s in event.missing]
        self._emit(RecordingFinished(event.recording, event.path, round(duration_s, 3), missing))
