"""The recording of a call: left the outside party (or who dialled), right ours, from when the two are connected."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pbx.calls.errors import WrongStateError
from pbx.calls.leg import Leg
from pbx.events import Body, RecordingFinished, RecordingPaused, RecordingResumed, RecordingStarted
from pbx.media.messages import RecordingStopped

if TYPE_CHECKING:
    from pbx.calls.switchboard import Switchboard


def left_and_right(caller: Leg, callee: Leg) -> tuple[Leg, Leg]:
    """Which leg goes into which channel."""
    if callee.party.is_outside and not caller.party.is_outside:
        return callee, caller
    return caller, callee


class Recording:
    """Starts, pauses and ends the recording of one call. Each start makes a recording of its own."""

    def __init__(self, board: Switchboard, call_id: str) -> None:
        self._board = board
        self._call_id = call_id
        self._id: str | None = None
        self._paused = False
        self._off = False
        self._waits = False
        self._path = ""
        self._started_at = 0.0
        self._legs: tuple[Leg, Leg] | None = None

    @property
    def state(self) -> str:
        """``on``, ``pause`` or ``off``."""
        if self._id is None:
            return "off"
        return "pause" if self._paused else "on"

    def follow(self, caller: Leg, callee: Leg) -> None:
        """The two are connected: record them, in the running recording where there is one. Not after ``off``."""
        self._legs = left_and_right(caller, callee)
        if not self._off:
            self._record()
        if self._waits and self._id is not None:
            self._board.plane.pause_recording(self._id, False)
            self._emit(RecordingResumed(self._id, None))
        self._waits = False

    def wait(self) -> None:
        """The two part, and the conversation goes on with somebody later: nothing is recorded until then."""
        self._legs = None
        if self._id is not None and not self._paused:
            self._waits = True
            self._board.plane.pause_recording(self._id, True)
            self._emit(RecordingPaused(self._id, None))

    def set(self, state: str, by: str | None) -> None:
        """``on``, ``pause`` or ``off``. Raises WrongStateError when nobody is connected."""
        if self._legs is None:
            raise WrongStateError("nobody is connected in this call")
        match state:
            case "off":
                self._off = True
                self._end()
            case "pause" if self._id is not None and not self._paused:
                self._paused = True
                self._board.plane.pause_recording(self._id, True)
                self._emit(RecordingPaused(self._id, by))
            case "on" if self._id is not None and self._paused:
                self._paused = False
                self._board.plane.pause_recording(self._id, False)
                self._emit(RecordingResumed(self._id, by))
            case "on" if self._id is None:
                self._off = False
                self._record()
            case _:
                pass
        self._board.on_change(self._board.call(self._call_id))

    def document(self) -> dict[str, Any] | None:
        """What the next exchange needs to go on with the recording, as JSON types; None when there is none."""
        if self._id is None:
            return {"off": True} if self._off else None
        return {"id": self._id, "path": self._path, "started_at": self._started_at, "paused": self._paused}

    def take_up(self, told: dict[str, Any] | None, caller: Leg, callee: Leg) -> None:
        """Go on with the recording of two who talk, as ``document`` says."""
        self._legs = left_and_right(caller, callee)
        self._off = told is not None and told.get("off") is True
        if told is None or self._off:
            return
        board, legs = self._board, (self._legs[0].id, self._legs[1].id)
        self._id, self._path = told["id"], told["path"]
        self._started_at, self._paused = told["started_at"], told["paused"]
        self._expect()
        elapsed_s = max(0.0, board.clock() - self._started_at)
        board.plane.adopt_recording(self._id, self._path, legs, elapsed_s, self._paused)

    def stop(self) -> None:
        """The two are no longer connected."""
        self._legs = None
        self._waits = False
        self._end()

    def _record(self) -> None:
        assert self._legs is not None
        board = self._board
        left, right = self._legs
        if self._id is None:
            self._id = board.new_id()
            self._paused = False
            self._started_at = board.clock()
            self._path = str(board.spool_dir / f"{self._id}.s16")
            self._emit(RecordingStarted(self._id, self._path))
        self._expect()
        board.plane.record(self._id, self._path, left.id, right.id)

    def _expect(self) -> None:
        assert self._id is not None
        assert self._legs is not None
        started_at, legs = self._started_at, tuple(leg.id for leg in self._legs)
        self._board.expect_spool(self._id, legs, self._path, lambda stopped: self._stopped(stopped, started_at))

    def _emit(self, body: Body) -> None:
        self._board.emit(body, self._call_id)

    def _end(self) -> None:
        if self._id is not None:
            self._board.plane.stop_recording(self._id)
            self._id = None

    def _stopped(self, event: RecordingStopped, started_at: float) -> None:
        if self._id == event.recording:
            self._id = None
        duration_s = event.duration_s
        if event.cause == "worker_lost":
            duration_s = self._board.clock() - started_at
        missing = [[from_s, to_s] for from_s, to_s in event.missing]
        self._emit(RecordingFinished(event.recording, event.path, round(duration_s, 3), missing))
