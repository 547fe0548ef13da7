"""Mixing: who hears the sum of whom, for all rooms at once.

A *group* is everybody who hears each other: a conference room, or a call with those who supervise it. Everyone hears
the sum of all speakers without themselves; ``deaf_to`` takes single speakers out of single ears (a customer does not
hear the supervisor who whispers to the agent).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

I64 = NDArray[np.int64]
I32 = NDArray[np.int32]
I16 = NDArray[np.int16]

FRAME = 160
PHASES = 4


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


class Mixer:
    """Groups by name; all members of one are mixed in the same phase of the tick."""

    def __init__(self, capacity: int) -> None:
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
        if members:
            self._groups[group] = (phase, members)
            for member in members:
                self.listens[member.row] = member.hears
                self._group_of[member.row] = group
        if before is not None:
            self._compiled[before[0]] = None
        self._compiled[phase] = None

    def mix(self, phase: int, heard: I16) -> tuple[I64, I32]:
        """What every listener of the phase hears: rows and frames (n, 160); ``heard`` has what each row said."""
        plan = self._compiled[phase]
        if plan is None:
            plan = self._compiled[phase] = _compile(
                {name: made for name, made in self._groups.items() if made[0] == phase}
            )
        if len(plan.listeners) == 0:
            return plan.listeners, np.zeros((0, FRAME), np.int32)
        said = heard[plan.speakers].astype(np.int32)
        if len(plan.speakers):
            sums = np.add.reduceat(said, plan.starts, axis=0)
            frames: I32 = np.where(plan.group[:, None] >= 0, sums[plan.group], 0)
        else:
            frames = np.zeros((len(plan.listeners), FRAME), np.int32)
        frames[plan.own] -= heard[plan.listeners[plan.own]]
        if len(plan.deaf_listener):
            np.subtract.at(frames, plan.deaf_listener, heard[plan.deaf_speaker].astype(np.int32))
        if (plan.gain != 1.0).any():
            frames = (frames * plan.gain[:, None]).astype(np.int32)
        return plan.listeners, frames


def _compile(groups: Mapping[str, tuple[int, tuple[Member, ...]]]) -> _Compiled:
    speakers: list[int] = []
    starts: list[int] = []
    listeners: list[int] = []
    group: list[int] = []
    own: list[bool] = []
    gain: list[float] = []
    deaf: list[tuple[int, int]] = []
    for _, members in groups.values():
        talking = [member.row for member in members if member.speaks]
        number = len(starts) if talking else -1
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
    )
