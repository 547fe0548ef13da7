"""Recordings as the exchange has ordered them: of which legs, in which worker, since when.

Enough to go on with one in another worker: the spool is continued at the place that belongs to the time, and what was
not written in between is silence that the recording names as missing.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from pbx.media.links import Links
from pbx.media.messages import RecordingStopped

Notify = Callable[[int, str, dict[str, Any]], None]


@dataclass(slots=True)
class Tap:
    """One recording: of two legs in stereo, of one as a message that ends by itself, or of a room."""

    path: str
    legs: tuple[str, ...]
    worker: int
    began: float
    limits: dict[str, Any] | None = None  # of a message: max_s and silence_s
    paused: bool = False
    is_ending: bool = False
    room: str = ""  # whose whole sound it is; then no leg's


class Taps:
    """All running recordings by name; ``clock`` gives seconds that never go back."""

    def __init__(
        self,
        worker_of: dict[str, int],
        links: Links,
        notify: Notify,
        on_event: Callable[[RecordingStopped], None],
        clock: Callable[[], float],
    ) -> None:
        self._worker_of = worker_of
        self._links = links
        self._notify = notify
        self._on_event = on_event
        self._clock = clock
        self._taps: dict[str, Tap] = {}

    def record(self, recording: str, path: str, left: str, right: str) -> None:
        """Begin a stereo recording where one of its legs is, or go on with other legs."""
        tap = self._taps.get(recording)
        if tap is None:
            worker = self._worker_of.get(left, self._worker_of.get(right))
            if worker is None:
                return
            tap = self._taps[recording] = Tap(path, (left, right), worker, self._clock())
        tap.legs = (left, right)
        self._begin(recording, tap)

    def record_message(self, recording: str, path: str, leg: str, limits: dict[str, Any]) -> None:
        """Begin a mono recording of what one leg says."""
        worker = self._worker_of.get(leg)
        if worker is not None:
            tap = self._taps[recording] = Tap(path, (leg,), worker, self._clock(), limits)
            self._begin(recording, tap)

    def record_room(self, recording: str, path: str, room: str) -> None:
        """Begin a mono recording of all that is said in ``room``; nothing where the room is empty."""
        worker = self._links.centre(room)
        if worker is not None:
            tap = self._taps[recording] = Tap(path, (), worker, self._clock(), room=room)
            self._begin(recording, tap)

    def adopt(self, recording: str, path: str, legs: tuple[str, ...], elapsed_s: float, paused: bool) -> None:
        """One that an earlier exchange has ordered goes on in its worker."""
        worker = next((self._worker_of[leg] for leg in legs if leg in self._worker_of), None)
        if worker is not None:
            self._taps[recording] = Tap(path, legs, worker, self._clock() - elapsed_s, paused=paused)

    def pause(self, recording: str, on: bool, *, wipe: bool = False) -> None:
        """Silence from now on, and in place of what is not written yet where it is to be wiped; or sound again."""
        if (tap := self._taps.get(recording)) is not None:
            tap.paused = on
            self._notify(tap.worker, "pause_recording", {"recording": recording, "on": on, "wipe": wipe})

    def stop(self, recording: str) -> None:
        if (tap := self._taps.get(recording)) is not None:
            tap.is_ending = True
            self._notify(tap.worker, "stop_recording", {"recording": recording})

    def stopped(self, recording: str) -> None:
        """The worker has ended it."""
        self._taps.pop(recording, None)

    def linked(self, legs: Sequence[str]) -> None:
        """A link is up: recordings of its legs hear the far one through it."""
        for recording, tap in self._taps.items():
            if tap.limits is None and not tap.is_ending and not set(tap.legs).isdisjoint(legs):
                self._begin(recording, tap)

    def in_worker(self, worker: int) -> list[str]:
        """Names of the recordings that ``worker`` makes."""
        return [recording for recording, tap in self._taps.items() if tap.worker == worker]

    def resume(self, recording: str) -> None:
        """Go on where its legs are by now; a recording that was to end, or whose legs are all gone, is over."""
        tap = self._taps.get(recording)
        if tap is None:
            return
        worker = next((self._worker_of[leg] for leg in tap.legs if leg in self._worker_of), None)
        if tap.room:
            worker = self._links.centre(tap.room)
        if worker is None or tap.is_ending:
            del self._taps[recording]
            self._on_event(RecordingStopped(recording, tap.path, 0.0, cause="worker_lost"))
            return
        tap.worker = worker
        self._begin(recording, tap, elapsed_s=self._clock() - tap.began)
        if tap.paused:
            self._notify(worker, "pause_recording", {"recording": recording, "on": True})

    def _begin(self, recording: str, tap: Tap, elapsed_s: float = 0.0) -> None:
        fields: dict[str, Any] = {"recording": recording, "path": tap.path}
        if elapsed_s:
            fields["elapsed_s"] = elapsed_s
        if tap.room:
            self._notify(tap.worker, "record_room", {**fields, "room": tap.room})
            return
        names = [self._links.proxy(leg, tap.worker) for leg in tap.legs]
        if tap.limits is None:
            self._notify(tap.worker, "record", {**fields, "left": names[0], "right": names[1]})
        else:
            self._notify(tap.worker, "record_message", {**fields, "leg": names[0], **tap.limits})
