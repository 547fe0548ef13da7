"""The recorder tap: frames of legs, put side by side at the sample at which they arrived, flushed to spools in blocks.

A recording begins at a sample of the worker's clock and has one or two channels. Each frame from the jitter ring has a
position on that clock, so channels are aligned whatever delay each leg has; where nothing arrives there is silence.
Positions are taken down to a multiple of a millisecond, which is less than a pass of the worker measures: so frames are
stored in pieces of sixteen bytes at a time.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from pbx.media.errors import CommandError
from pbx.media.messages import MediaAlarm, MediaEvent, RecordingStopped
from pbx.media.spool import SpoolClosed, Spooler, SpoolFault

I64 = NDArray[np.int64]
I16 = NDArray[np.int16]
BOOL = NDArray[np.bool_]

FRAME = 160
RATE = 8000
CAPACITY = 4096
SIZE = 8192  # samples a channel that are kept before they are written
HOLD = 3200  # how far behind the clock a frame may still come out of the ring
BLOCK = 4000  # half a second is written at a time
VOICE = 200.0  # RMS above which a frame is somebody speaking (-44 dBFS)
TAIL = 4000  # what is kept after the last word of a message that ends in silence
ORPHAN = 5 * RATE  # a recording whose legs are all gone ends after this
DRIFT = 800  # a mix that is further from the clock than this has paused, and goes on at the clock
PIECE = 8  # samples that are stored as one: NumPy's complex128 serves as a word of sixteen bytes


@dataclass(slots=True)
class _Recording:
    name: str
    path: str
    index: int
    channels: int
    legs: list[str]
    start: int
    flushed: int
    end: int | None = None
    cause: str = "stopped"
    limit: int | None = None
    silence: int | None = None
    voice: int = 0
    paused: bool = False
    orphan_since: int | None = None
    given_up: list[tuple[int, int]] = field(default_factory=list)
    closing: bool = False
    room: str = ""  # whose mix it is
    cursor: int = 0  # where the next frame of the mix belongs


class Recorder:
    """All recordings of a worker; times in samples of its clock."""

    def __init__(self, rows: int, spooler: Spooler, emit: Callable[[MediaEvent], None]) -> None:
        self._spooler = spooler
        self._emit = emit
        self._recordings: dict[str, _Recording] = {}
        self._free = list(range(CAPACITY - 1, -1, -1))
        self._buffer = np.zeros((CAPACITY, 2, SIZE), np.int16)
        self._pieces = self._buffer.reshape(-1).view(np.complex128)
        self._each = np.arange(FRAME // PIECE)
        self._flushed = np.zeros(CAPACITY, np.int64)
        self._open = np.zeros(CAPACITY, np.bool_)
        self._rows: dict[str, int] = {}
        self._legs: dict[str, set[str]] = {}  # recordings by leg
        self._at = np.full(rows, -1, np.int64)
        self._entry_row: I64 = np.zeros(0, np.int64)
        self._entry_recording: I64 = np.zeros(0, np.int64)
        self._entry_channel: I64 = np.zeros(0, np.int64)
        self._stale = False
        self._rooms: dict[str, set[str]] = {}  # recordings by room
        self.freed: set[str] = set()

    def take_freed(self) -> set[str]:
        """Legs whose frames are no longer wanted since the last time."""
        freed, self.freed = self.freed, set()
        return freed

    def record(
        self, name: str, path: str, left: tuple[str, int], right: tuple[str, int], now: int, elapsed_s: float = 0.0
    ) -> None:
        """Begin a stereo recording of two legs (name, row), or go on with an old one and other legs.

        ``elapsed_s``: for how long a worker that has died was recording it; the spool is continued.
        """
        recording = self._recordings.get(name)
        if recording is None:
            recording = self._begin(name, path, 2, now, elapsed_s)
        elif recording.end is not None:
            raise CommandError(f"recording {name} has ended", "wrong_state")
        self._seat(recording, [left, right])

    def record_message(
        self,
        name: str,
        path: str,
        leg: tuple[str, int],
        max_s: float,
        silence_s: float | None,
        now: int,
        elapsed_s: float = 0.0,
    ) -> None:
        """Begin a mono recording of one leg that ends by itself."""
        if name in self._recordings:
            raise CommandError(f"recording {name} exists", "wrong_state")
        recording = self._begin(name, path, 1, now, elapsed_s)
        recording.limit = recording.start + round(max_s * RATE)
        recording.silence = round(silence_s * RATE) if silence_s else None
        self._seat(recording, [leg])

    def record_room(self, name: str, path: str, room: str, now: int, elapsed_s: float = 0.0) -> None:
        """Begin a mono recording of all that is said in a room; who comes later is in it too."""
        if name in self._recordings:
            raise CommandError(f"recording {name} exists", "wrong_state")
        recording = self._begin(name, path, 1, now, elapsed_s)
        recording.room, recording.cursor = room, now
        self._rooms.setdefault(room, set()).add(name)

    @property
    def rooms(self) -> set[str]:
        """Rooms that are recorded."""
        return set(self._rooms)

    def feed_room(self, room: str, frame: I16, now: int) -> None:
        """The next 160 samples of the mix of ``room``."""
        for name in self._rooms.get(room, ()):
            recording = self._recordings[name]
            if abs(now - recording.cursor) > DRIFT:
                recording.cursor = now
            start, recording.cursor = recording.cursor, recording.cursor + FRAME
            if not recording.paused and 0 <= start - recording.flushed <= SIZE - FRAME:
                self._buffer[recording.index, 0, (start + np.arange(FRAME)) % SIZE] = frame

    def pause(self, name: str, on: bool, *, wipe: bool = False) -> None:
        """Silence from now on, or sound again; ``wipe``: silence too what is not written yet, 0.4 s at the least."""
        recording = self._recordings.get(name)
        if recording is None:
            return
        if recording.paused != on:
            recording.paused = on
            self._stale = True
        if wipe:
            self._buffer[recording.index] = 0

    def stop(self, name: str, now: int, cause: str = "stopped") -> None:
        """End a recording; its last frames are still on their way out of the ring."""
        recording = self._recordings.get(name)
        if recording is not None and recording.end is None:
            recording.end, recording.cause = now, cause

    def wants(self, leg: str) -> bool:
        return leg in self._legs

    def leave(self, leg: str, now: int) -> None:
        """The leg is closed."""
        for name in self._legs.pop(leg, ()):
            recording = self._recordings[name]
            if recording.channels == 1:
                self.stop(name, now, "leg_closed")
            if not any(each in self._legs for each in recording.legs if each != leg):
                recording.orphan_since = now
        self._rows.pop(leg, None)
        self._stale = True

    @property
    def count(self) -> int:
        return len(self._recordings)

    def feed(self, rows: I64, frames: I16, positions: I64, fresh: BOOL) -> None:
        """Frames (n, 160) of legs at their positions; those that are not ``fresh`` fill a gap in time only."""
        if self._stale:
            self._compile()
        if len(self._entry_row) == 0 or len(rows) == 0:
            return
        self._at[rows] = np.where(fresh, np.arange(len(rows)), -1)
        at = self._at[self._entry_row]
        self._at[rows] = -1
        chosen = np.flatnonzero(at >= 0)
        if len(chosen) == 0:
            return
        at, which, channel = at[chosen], self._entry_recording[chosen], self._entry_channel[chosen]
        position = positions[at] & -PIECE
        reach = position - self._flushed[which]
        fits = (reach >= 0) & (reach <= SIZE - FRAME)
        if not fits.all():
            for index in np.flatnonzero((reach < 0) & (reach > -FRAME)).tolist():
                skip = -int(reach[index])  # the recording began, or was flushed, within this frame
                places = (position[index] + np.arange(skip, FRAME)) % SIZE
                self._buffer[which[index], channel[index], places] = frames[at[index], skip:]
            at, which, channel, position = at[fits], which[fits], channel[fits], position[fits]
        row = (which * 2 + channel) * (SIZE // PIECE)
        pieces = ((position // PIECE)[:, None] + self._each) % (SIZE // PIECE) + row[:, None]
        self._pieces[pieces] = np.ascontiguousarray(frames[at]).view(np.complex128)

    def flush(self, now: int) -> None:
        """Hand finished blocks to the spooler, end what is to end, and report what has been written."""
        horizon = now - HOLD
        due = {int(index) for index in np.flatnonzero(self._open & (horizon - self._flushed >= BLOCK))}
        for recording in list(self._recordings.values()):
            if recording.closing:
                continue
            if recording.index in due:
                self._write(recording, horizon)
                self._judge_silence(recording, horizon)
            self._judge_end(recording, now, horizon)
        while self._spooler.reports:
            self._report(self._spooler.reports.popleft())

    def finish(self, now: int) -> None:
        """The worker stops: write everything there is."""
        for recording in list(self._recordings.values()):
            if not recording.closing:
                recording.end = min(recording.end or now, now)
                self._close(recording)

    def _begin(self, name: str, path: str, channels: int, now: int, elapsed_s: float) -> _Recording:
        if not self._free:
            raise CommandError("too many recordings", "overloaded")
        index = self._free.pop()
        self._buffer[index] = 0
        self._flushed[index] = now
        self._open[index] = True
        start = now - round(elapsed_s * RATE)
        recording = _Recording(name, path, index, channels, [], start, now, voice=now)
        self._recordings[name] = recording
        self._spooler.open(name, path, resume_at=(now - start) * 2 * channels)
        return recording

    def _seat(self, recording: _Recording, legs: list[tuple[str, int]]) -> None:
        self._unseat(recording)
        recording.legs = [leg for leg, _ in legs]
        recording.orphan_since = None
        for leg, row in legs:
            if row >= 0:
                self._rows[leg] = row
                self._legs.setdefault(leg, set()).add(recording.name)
        self._stale = True

    def _unseat(self, recording: _Recording) -> None:
        for leg in recording.legs:
            recordings = self._legs.get(leg, set())
            recordings.discard(recording.name)
            if not recordings and self._legs.pop(leg, None) is not None:
                self.freed.add(leg)

    def _compile(self) -> None:
        entries = [
            (self._rows[leg], recording.index, channel)
            for recording in self._recordings.values()
            if not recording.paused and not recording.closing
            for channel, leg in enumerate(recording.legs)
            if leg in self._legs
        ]
        table = np.array(entries, np.int64).reshape(-1, 3)
        self._entry_row, self._entry_recording, self._entry_channel = table[:, 0], table[:, 1], table[:, 2]
        self._stale = False

    def _write(self, recording: _Recording, end: int) -> None:
        """Write and clear the samples up to ``end``."""
        while recording.flushed < end:
            first = recording.flushed % SIZE
            count = min(end - recording.flushed, SIZE - first)
            part = self._buffer[recording.index, :, first : first + count]
            block = (part.T if recording.channels == 2 else part[0]).astype("<i2").tobytes()
            offset = (recording.flushed - recording.start) * 2 * recording.channels
            if not self._spooler.write(recording.name, offset, block):
                recording.given_up.append((offset, offset + len(block)))
            if recording.channels == 1:
                self._listen(recording, part[0])
            part[:] = 0
            recording.flushed += count
        self._flushed[recording.index] = recording.flushed

    def _listen(self, recording: _Recording, samples: I16) -> None:
        whole = len(samples) // FRAME * FRAME
        loud = np.sqrt(np.mean(samples[:whole].reshape(-1, FRAME).astype(np.float32) ** 2, axis=1)) > VOICE
        if loud.any():
            recording.voice = recording.flushed + int(np.flatnonzero(loud)[-1] + 1) * FRAME

    def _judge_silence(self, recording: _Recording, horizon: int) -> None:
        if recording.silence is not None and recording.end is None and horizon - recording.voice >= recording.silence:
            spoken = recording.voice > recording.start
            recording.end = min(horizon, recording.voice + TAIL) if spoken else recording.start
            recording.cause = "silence"

    def _judge_end(self, recording: _Recording, now: int, horizon: int) -> None:
        if recording.end is None and recording.limit is not None and now >= recording.limit:
            recording.end, recording.cause = recording.limit, "max"
        if recording.room and recording.end is None and now - recording.cursor >= ORPHAN:
            recording.end, recording.cause = recording.cursor, "leg_closed"  # the room has been empty for so long
        if recording.end is None and recording.orphan_since is not None and now - recording.orphan_since >= ORPHAN:
            recording.end, recording.cause = recording.orphan_since, "leg_closed"
        if recording.end is not None and horizon >= recording.end:
            self._close(recording)

    def _close(self, recording: _Recording) -> None:
        assert recording.end is not None
        self._write(recording, recording.end)
        recording.closing = True
        self._unseat(recording)
        if recording.room:
            self._rooms[recording.room].discard(recording.name)
            if not self._rooms[recording.room]:
                del self._rooms[recording.room]
        self._open[recording.index] = False
        self._stale = True
        length = (recording.end - recording.start) * 2 * recording.channels
        self._spooler.close(recording.name, length)

    def _report(self, report: SpoolClosed | SpoolFault) -> None:
        if isinstance(report, SpoolFault):
            self._emit(MediaAlarm(report.what, report.detail))
            return
        recording = self._recordings.pop(report.recording, None)
        if recording is None:
            return
        self._free.append(recording.index)
        scale = RATE * 2 * recording.channels
        spans = sorted([*report.missing, *recording.given_up])
        missing = tuple((start / scale, end / scale) for start, end in spans)
        self._emit(RecordingStopped(recording.name, recording.path, report.length / scale, missing, recording.cause))
