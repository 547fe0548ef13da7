"""Mixing: who hears the sum of whom, for all rooms at once.

A *group* is everybody who hears each other: a conference room, or a call with those who supervise it. Everyone hears
the sum of all speakers without themselves; ``deaf_to`` takes single speakers out of single ears (a customer does not
hear the supervisor who whispers to the agent).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

I64 = NDArray[np.int64]
I32 = NDArray[np.int32]
I16 = NDArray[np.int16]

FRAME = 160
PHASES = 4
MAX_CHIMES = 4  # that wait in one group: a hundred who come at once are heard as four


@dataclass(frozen=True, slots=True)
class Member:
    """One leg of a group, by row."""

    row: int
    hears: bool = True
    speaks: bool = True
    gain: float = 1.0
    deaf_to: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class _Compiled:
    """The groups of one phase as arrays; speakers are sorted by group, ``starts`` are the groups' first ones."""

    speakers: I64
    starts: I64
    listeners: I64
    group: I64  # of each listener; -1 where nobody speaks
    own: NDArray[np.bool_]
    gain: NDArray[np.float32]
    deaf_listener: I64
    deaf_speaker: I64
    places: Mapping[str, tuple[int, int]]  # where the listeners of each group begin and end
    sums: Mapping[str, int]  # which of the sums is the group's; -1 where nobody speaks


class Mixer:
    """Groups by name; all members of one are mixed in the same phase of the tick."""

    def __init__(
        self,
        capacity: int,
        on_said: Callable[[I64, I32], None] | None = None,
        on_mixed: Callable[[str, I16], None] | None = None,
    ) -> None:
        """Tick by tick, ``on_said`` hears rows and frames of all who may be heard, ``on_mixed`` the tapped groups."""
        self._on_said = on_said
        self._on_mixed = on_mixed
        self.tapped: set[str] = set()
        self._chimes: dict[str, list[I16]] = {}
        self.listens = np.zeros(capacity, np.bool_)
        self._groups: dict[str, tuple[int, tuple[Member, ...]]] = {}
        self._group_of: dict[int, str] = {}
        self._compiled: list[_Compiled | None] = [None] * PHASES

    def phase_of(self, group: str) -> int:
        """The phase in which ``group`` is mixed: a new one joins the phase with the fewest groups."""
        if group in self._groups:
            return self._groups[group][0]
        loads = [0] * PHASES
        for phase, _ in self._groups.values():
            loads[phase] += 1
        return loads.index(min(loads))

    def arrange(self, group: str, phase: int, members: tuple[Member, ...]) -> None:
        """Set the members of ``group``; none dissolves it."""
        before = self._groups.pop(group, None)
        for member in before[1] if before is not None else ():
            if self._group_of.get(member.row) == group:  # else it has moved on to another group already
                self.listens[member.row] = False
                del self._group_of[member.row]
        if not members:
            self._chimes.pop(group, None)
        if members:
            self._groups[group] = (phase, members)
            for member in members:
                self.listens[member.row] = member.hears
                self._group_of[member.row] = group
        if before is not None:
            self._compiled[before[0]] = None
        self._compiled[phase] = None

    def chime(self, group: str, sound: I16) -> None:
        """Let everybody in ``group`` hear ``sound``, over what is said; one waits for the other."""
        waiting = self._chimes.setdefault(group, [])
        if group in self._groups and len(waiting) < MAX_CHIMES:
            waiting.append(sound)
        if not waiting:
            del self._chimes[group]

    def speakers(self, prefix: str) -> dict[str, list[int]]:
        """Who may be heard, by row, in each group whose name begins with ``prefix``; the names without it."""
        return {
            name[len(prefix) :]: [member.row for member in members if member.speaks]
            for name, (_, members) in self._groups.items()
            if name.startswith(prefix)
        }

    def mix(self, phase: int, heard: I16) -> tuple[I64, I32]:
        """What every listener of the phase hears: rows and frames (n, 160); ``heard`` has what each row said."""
        plan = self._compiled[phase]
        if plan is None:
            plan = self._compiled[phase] = _compile(
                {name: made for name, made in self._groups.items() if made[0] == phase}
            )
        if len(plan.listeners) == 0 and not self.tapped:
            return plan.listeners, np.zeros((0, FRAME), np.int32)
        said = heard[plan.speakers].astype(np.int32)
        sums: I32 = np.zeros((0, FRAME), np.int32)
        if len(plan.speakers):
            if self._on_said is not None:
                self._on_said(plan.speakers, said)
            sums = np.add.reduceat(said, plan.starts, axis=0)
        if self.tapped:
            self._tell(plan, sums)
        if len(plan.speakers):
            frames: I32 = np.where(plan.group[:, None] >= 0, sums[plan.group], 0)
        else:
            frames = np.zeros((len(plan.listeners), FRAME), np.int32)
        frames[plan.own] -= heard[plan.listeners[plan.own]]
        if len(plan.deaf_listener):
            np.subtract.at(frames, plan.deaf_listener, heard[plan.deaf_speaker].astype(np.int32))
        if self._chimes:
            self._ring_out(plan, frames)
        if (plan.gain != 1.0).any():
            frames = (frames * plan.gain[:, None]).astype(np.int32)
        return plan.listeners, frames

    def _tell(self, plan: _Compiled, sums: I32) -> None:
        """The whole sound of each tapped group of this phase; silence where nobody may be heard."""
        if self._on_mixed is None:
            return
        for group in self.tapped & plan.sums.keys():
            number = plan.sums[group]
            whole = sums[number] if number >= 0 else np.zeros(FRAME, np.int32)
            self._on_mixed(group, np.clip(whole, -32767, 32767).astype(np.int16))

    def _ring_out(self, plan: _Compiled, frames: I32) -> None:
        """Add the next frame of what chimes in the groups of this phase."""
        for group in [name for name in self._chimes if name in plan.places]:
            first, end = plan.places[group]
            waiting = self._chimes[group]
            part = waiting[0][:FRAME]
            frames[first:end, : len(part)] += part
            waiting[0] = waiting[0][FRAME:]
            if len(waiting[0]) == 0:
                waiting.pop(0)
            if not waiting:
                del self._chimes[group]


def _compile(groups: Mapping[str, tuple[int, tuple[Member, ...]]]) -> _Compiled:
    speakers: list[int] = []
    starts: list[int] = []
    listeners: list[int] = []
    group: list[int] = []
    own: list[bool] = []
    gain: list[float] = []
    deaf: list[tuple[int, int]] = []
    places: dict[str, tuple[int, int]] = {}
    numbers: dict[str, int] = {}
    for name, (_, members) in groups.items():
        first = len(listeners)
        talking = [member.row for member in members if member.speaks]
        number = numbers[name] = len(starts) if talking else -1
        if talking:
            starts.append(len(speakers))
            speakers += talking
        for member in members:
            if not member.hears:
                continue
            deaf += [(len(listeners), row) for row in member.deaf_to if row in talking and row != member.row]
            listeners.append(member.row)
            group.append(number)
            own.append(member.speaks)
            gain.append(member.gain)
        places[name] = (first, len(listeners))
    pairs = np.array(deaf, np.int64).reshape(-1, 2)
    return _Compiled(
        np.array(speakers, np.int64),
        np.array(starts, np.int64),
        np.array(listeners, np.int64),
        np.array(group, np.int64),
        np.array(own, np.bool_),
        np.array(gain, np.float32),
        pairs[:, 0],
        pairs[:, 1],
        places,
        numbers,
    )
