"""The recording of a conference: the whole sound of its room as one mix, under the room's name.

It belongs to the call of who was there when it began, and outlives that call: it ends when a moderator ends it, or when
the room is empty.
"""

from __future__ import annotations

from pbx.calls.call import Call
from pbx.events import RecordingFinished, RecordingStarted
from pbx.media.messages import RecordingStopped


class RoomRecording:
    """One running recording of ``room``, whose people call it ``name``."""

    def __init__(self, call: Call, room: str, name: str) -> None:
        self._board = call.board
        self._call_id = call.id
        self._id = self._board.new_id()
        self._started_at = self._board.clock()
        path = str(self._board.spool_dir / f"{self._id}.s16")
        call.emit(RecordingStarted(self._id, path, name or room))
        self._board.expect_spool(self._id, (), path, self._stopped)
        self._board.plane.record_room(self._id, path, room)

    def stop(self) -> None:
        """End it; its last words are still written."""
        self._board.plane.stop_recording(self._id)

    def _stopped(self, event: RecordingStopped) -> None:
        duration_s = event.duration_s
        if event.cause == "worker_lost":
            duration_s = self._board.clock() - self._started_at
        missing = [[from_s, to_s] for from_s, to_s in event.missing]
        self._board.emit(RecordingFinished(event.recording, event.path, round(duration_s, 3), missing), self._call_id)
