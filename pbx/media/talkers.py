"""Who is talking in which room: told when it changes, and not more often than people can follow."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pbx.media.messages import MediaEvent, RoomTalking

I64 = NDArray[np.int64]
I32 = NDArray[np.int32]
F32 = NDArray[np.float32]

EVERY = 7  # of a frame's samples are looked at: loudness needs no more, and no tone hides between them
SPEECH = 150.0  # mean magnitude of a frame that somebody speaks in (about -44 dBov)
RISE, FALL = 0.5, 0.12  # how fast the level of a speaker follows: at once up, a fraction of a second down
LOOK = 1600  # samples between two looks at a room
LEAST = 4000  # samples between two events of a room
MOST = 8  # named in one event, the loudest first


@dataclass(slots=True)
class _Room:
    told: tuple[str, ...] = ()
    told_at: int = 0


class Talkers:
    """Levels of all who may be heard in rooms; ``name_of`` a row, None for what is nobody (a link between workers)."""

    def __init__(self, capacity: int, name_of: Callable[[int], str | None], emit: Callable[[MediaEvent], None]) -> None:
        self._level = np.zeros(capacity, np.float32)
        self._name_of = name_of
        self._emit = emit
        self._rooms: dict[str, _Room] = {}
        self._looked = 0

    def hear(self, rows: I64, frames: I32) -> None:
        """What was said in this tick: one frame (n, 160) of each of the distinct ``rows``."""
        if len(rows):
            loud = np.abs(frames[:, ::EVERY]).mean(axis=1).astype(np.float32)
            level = self._level[rows]
            self._level[rows] = level + np.where(loud > level, RISE, FALL) * (loud - level)

    def forget(self, row: int) -> None:
        """The row is another leg's from now on."""
        self._level[row] = 0

    def tell(self, rooms: Callable[[], dict[str, list[int]]], clock: int) -> None:
        """Emit what has changed; ``rooms``: who may be heard in each room, by row."""
        if clock - self._looked < LOOK:
            return
        self._looked = clock
        there = rooms()
        for name in [name for name in self._rooms if name not in there]:
            if self._rooms.pop(name).told:
                self._emit(RoomTalking(name, ()))
        for name, rows in there.items():
            room = self._rooms.setdefault(name, _Room(told_at=clock - LEAST))
            talking = self._talking(rows)
            if set(talking) != set(room.told) and clock - room.told_at >= LEAST:
                room.told, room.told_at = talking, clock
                self._emit(RoomTalking(name, talking))

    def _talking(self, rows: list[int]) -> tuple[str, ...]:
        here = np.array(rows, np.int64)
        loud = here[self._level[here] > SPEECH]
        loudest = loud[np.argsort(-self._level[loud], kind="stable")].tolist()
        names = (self._name_of(row) for row in loudest)
        return tuple(name for name in names if name is not None)[:MOST]


class TalkersOfAllWorkers:
    """Joins what the workers tell of a room that spans several of them."""

    def __init__(self) -> None:
        self._rooms: dict[str, dict[int, tuple[str, ...]]] = {}

    def join(self, worker: int, event: RoomTalking) -> RoomTalking:
        """The event of one worker as one of the whole room."""
        of_room = self._rooms.setdefault(event.room, {})
        of_room[worker] = event.legs
        if not any(of_room.values()):
            del self._rooms[event.room]
        return RoomTalking(event.room, tuple(leg for legs in of_room.values() for leg in legs)[:MOST])

    def lost(self, worker: int) -> None:
        """A worker is gone, and with it what its people said."""
        for of_room in self._rooms.values():
            of_room.pop(worker, None)
