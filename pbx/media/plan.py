"""From who is bridged, held, seated, supervised to what the packets need to know: forward, ticks, pulls, groups.

Relations live on the legs; this derives the columns from them, for the legs that a command concerns and no others.
"""

from __future__ import annotations

from collections.abc import Iterable

from pbx.media import table
from pbx.media.leg import Leg
from pbx.media.mixing import Member, Mixer
from pbx.media.playback import Playback
from pbx.media.recorder import Recorder
from pbx.media.ring import JitterRing
from pbx.media.table import LegTable
from pbx.media.tones import tone

ROOM = "room:"


class Plan:
    """Keeps the columns true to the relations."""

    def __init__(
        self,
        legs: LegTable,
        by_name: dict[str, Leg],
        mixer: Mixer,
        playback: Playback,
        ring: JitterRing,
        recorder: Recorder,
    ) -> None:
        self._legs = legs
        self._by_name = by_name
        self._mixer = mixer
        self._playback = playback
        self._ring = ring
        self._recorder = recorder
        self._groups: dict[str, set[str]] = {}
        self._group_of: dict[str, str] = {}
        self._supervisors: dict[str, set[str]] = {}  # by target
        self._hears: dict[str, int] = {}  # the row that a leg hears by relay

    def rooms(self) -> dict[str, list[int]]:
        """Who may be heard in each conference room, by row."""
        return self._mixer.speakers(ROOM)

    def chime(self, room: str, name: str) -> None:
        """Let everybody in ``room`` hear the tone ``name``."""
        self._mixer.chime(ROOM + room, tone(name))

    def tap(self, rooms: set[str]) -> None:
        """Have the whole sound of ``rooms`` told, and of no others."""
        self._mixer.tapped = {ROOM + room for room in rooms}

    def watch(self, supervisor: str, target: str) -> None:
        self._supervisors.setdefault(target, set()).add(supervisor)

    def unwatch(self, supervisor: str, target: str) -> None:
        watching = self._supervisors.get(target, set())
        watching.discard(supervisor)
        if not watching:
            self._supervisors.pop(target, None)

    def supervisors_of(self, target: str) -> set[str]:
        return set(self._supervisors.get(target, ()))

    def concerned(self, names: Iterable[str]) -> set[str]:
        """Everybody whose sound may change when these legs' relations do. Ask before and after a change."""
        found: set[str] = set()
        queue = list(names)
        while queue:
            name = queue.pop()
            leg = self._by_name.get(name)
            if name in found or leg is None:
                continue
            found.add(name)
            queue += self._supervisors.get(name, ())
            if leg.peer is not None:
                queue.append(leg.peer)
            if leg.supervises is not None:
                queue.append(leg.supervises[0])
        return found

    def apply(self, names: Iterable[str]) -> None:
        """Derive the columns of these legs anew."""
        dirty: set[str] = set()
        legs = [leg for name in names if (leg := self._by_name.get(name)) is not None]
        for leg in legs:
            group = self._group(leg)
            before = self._group_of.get(leg.name)
            if group != before:
                dirty |= self._ungroup(leg.name)
                if group is not None:
                    self._groups.setdefault(group, set()).add(leg.name)
                    self._group_of[leg.name] = group
            if group is not None:
                dirty.add(group)
        for group in dirty:
            self._arrange(group)
        for leg in legs:
            self._route(leg)
            self._pull(leg)

    def forget(self, leg: Leg) -> None:
        """The leg is closed."""
        self._stop_hearing(leg)
        for group in self._ungroup(leg.name):
            self._arrange(group)
        self._supervisors.pop(leg.name, None)

    def _group(self, leg: Leg) -> str | None:
        if leg.seat is not None:
            return ROOM + leg.seat.room
        if leg.supervises is not None:
            target = self._by_name.get(leg.supervises[0])
            if target is None:
                return None
            return ROOM + target.seat.room if target.seat is not None else _call(target)
        if self._supervisors.get(leg.name) or (leg.peer is not None and self._supervisors.get(leg.peer)):
            return _call(leg)
        if (peer := self._by_name.get(leg.peer or "")) is not None and not self._relays(leg, peer):
            return _call(leg)
        return None

    def _relays(self, leg: Leg, peer: Leg) -> bool:
        """Whether what one says the other can hear as it is; else each hears the other decoded and encoded."""
        one, other = int(self._legs.law[leg.row]), int(self._legs.law[peer.row])
        if one == other == table.LAW_OPUS:
            return True
        same = one == other or max(one, other) <= table.LAW_PCMA
        return same and self._bears(leg, peer) and self._bears(peer, leg)

    def _bears(self, speaker: Leg, listener: Leg) -> bool:
        """Whether the listener can do without our noise while the speaker is silent."""
        how = int(self._legs.suppresses[speaker.row])
        told = self._legs.type_of_kind[listener.row, table.COMFORT_NOISE] != table.NONE
        return how == 0 or (how == table.BY_NOISE and bool(told))

    def _ungroup(self, name: str) -> set[str]:
        group = self._group_of.pop(name, None)
        if group is None:
            return set()
        self._groups[group].discard(name)
        return {group}

    def _arrange(self, group: str) -> None:
        names = sorted(self._groups.get(group, ()))
        if not names:
            self._groups.pop(group, None)
        legs = [self._by_name[name] for name in names if name in self._by_name]
        phase = self._mixer.phase_of(group)
        for leg in legs:
            self._legs.phase[leg.row] = phase
        self._mixer.arrange(group, phase, tuple(self._member(leg, legs) for leg in legs))

    def _member(self, leg: Leg, legs: list[Leg]) -> Member:
        """What the leg hears and says in its group. On hold neither; a listener is silent; a whisper is for one."""
        seat = leg.seat
        hears = not leg.held and (seat is None or seat.hears)
        speaks = not (leg.held or leg.muted) and (seat is None or seat.speaks)
        if leg.supervises is not None and leg.supervises[1] == "listen":
            speaks = False
        deaf = tuple(
            other.row
            for other in legs
            if other.supervises is not None and other.supervises[1] == "whisper" and other.supervises[0] != leg.name
        )
        return Member(leg.row, hears, speaks, seat.gain if seat is not None else 1.0, deaf)

    def _route(self, leg: Leg) -> None:
        legs, row = self._legs, leg.row
        legs.held[row], legs.muted[row] = leg.held, leg.muted
        self._stop_hearing(leg)
        source = -1
        ticks = False
        if leg.speaker.is_speaking:
            pass
        elif leg.name in self._group_of or self._playback.is_playing(row):
            ticks = True
        elif leg.echo:
            source = row
        elif (peer := self._by_name.get(leg.peer or "")) is not None and not (leg.held or peer.held or peer.muted):
            source = peer.row
        else:
            ticks = True
        if source >= 0:
            legs.forward[source] = row
            self._hears[leg.name] = source
        legs.ticks[row] = ticks

    def _stop_hearing(self, leg: Leg) -> None:
        source = self._hears.pop(leg.name, None)
        if source is not None and self._legs.forward[source] == leg.row:
            self._legs.forward[source] = -1
        self._legs.relay_ssrc[leg.row] = -1

    def _pull(self, leg: Leg) -> None:
        wanted = leg.name in self._group_of or self._recorder.wants(leg.name)
        wanted = wanted or leg.digits_by_sound or leg.answerer_wanted
        if wanted and not self._legs.pulls[leg.row]:
            self._ring.reset(leg.row)
        self._legs.pulls[leg.row] = wanted


def _call(leg: Leg) -> str:
    return f"call:{min(leg.name, leg.peer or leg.name)}"
