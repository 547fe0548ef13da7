"""What the exchange wants of each leg, as far as it has said: enough to make a leg again in another worker.

Kept in step with what a worker does with the same commands: bridging takes both legs out of whatever connected them
before, and ends what plays to them; a closed leg leaves its peer alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from pbx.media.leg import Mode
from pbx.media.messages import Clip, LocalMedia, RemoteMedia


@dataclass(slots=True)
class Intent:
    """One leg: how it was opened and what has been asked of it since."""

    options: dict[str, Any]
    local: LocalMedia
    remotes: dict[str, RemoteMedia] = field(default_factory=dict)  # by branch; the empty one is the answer
    held: bool = False
    muted: bool = False
    echo: bool = False
    peer: str | None = None
    seat: dict[str, Any] | None = None  # the room and how the leg sits in it, as join_room takes it
    supervises: tuple[str, Mode] | None = None
    playing: tuple[Sequence[Clip], str, bool] | None = None


class Intents:
    """The intents of all open legs. What concerns an unknown leg changes nothing."""

    def __init__(self) -> None:
        self._of: dict[str, Intent] = {}
        self._supervising: dict[str, None] = {}

    def opened(self, leg: str, options: dict[str, Any], local: LocalMedia) -> None:
        self._of[leg] = Intent(options, local)

    def closed(self, leg: str) -> None:
        self._part(leg)
        self._of.pop(leg, None)
        for name in self.supervisors((leg,)):
            self._of[name].supervises = None
            self._supervising.pop(name, None)

    def get(self, leg: str) -> Intent | None:
        return self._of.get(leg)

    def __contains__(self, leg: str) -> bool:
        return leg in self._of

    def supervisors(self, legs: Iterable[str]) -> list[str]:
        """The legs that supervise any of ``legs``."""
        targets = set(legs)
        return [
            name for name in self._supervising if (what := self._of[name].supervises) is not None and what[0] in targets
        ]

    def moved(self, leg: str, local: LocalMedia) -> None:
        """Its worker has given it another port."""
        if (intent := self._of.get(leg)) is not None:
            now = replace(intent.local, address=local.address, port=local.port, rtcp_port=local.rtcp_port)
            intent.local = now

    def remade(self, leg: str, local: LocalMedia) -> None:
        """It has been made again."""
        if (intent := self._of.get(leg)) is not None:
            intent.local = local

    def announced(self, leg: str, remote: RemoteMedia, branch: str) -> None:
        if (intent := self._of.get(leg)) is not None:
            if not branch:
                intent.remotes.clear()
            intent.remotes[branch] = replace(remote, our_ice=None)  # a leg made again has credentials of its own

    def branch_dropped(self, leg: str, branch: str) -> None:
        if (intent := self._of.get(leg)) is not None:
            intent.remotes.pop(branch, None)

    def hold(self, leg: str, on: bool) -> None:
        if (intent := self._of.get(leg)) is not None:
            intent.held = on

    def mute(self, leg: str, on: bool) -> None:
        if (intent := self._of.get(leg)) is not None:
            intent.muted = on

    def echo(self, leg: str, on: bool) -> None:
        if (intent := self._of.get(leg)) is not None:
            intent.echo = on

    def bridged(self, a: str, b: str) -> None:
        for leg in (a, b):
            self._part(leg)
            self.played_out(leg)
        one, other = self._of.get(a), self._of.get(b)
        if one is not None and other is not None:
            one.peer, other.peer = b, a

    def parted(self, leg: str) -> None:
        self._part(leg)

    def joined(self, leg: str, seat: dict[str, Any]) -> None:
        self._part(leg)
        if (intent := self._of.get(leg)) is not None:
            intent.seat = seat

    def left_room(self, leg: str) -> None:
        if (intent := self._of.get(leg)) is not None:
            intent.seat = None

    def supervising(self, leg: str, target: str, mode: Mode) -> None:
        self._part(leg)
        if (intent := self._of.get(leg)) is not None:
            intent.supervises = (target, mode)
            self._supervising[leg] = None

    def playing(self, leg: str, clips: Sequence[Clip], play_id: str, loop: bool) -> None:
        if (intent := self._of.get(leg)) is not None:
            intent.playing = (clips, play_id, loop)

    def played_out(self, leg: str, play_id: str | None = None) -> None:
        """Nothing plays any more, or not that one."""
        intent = self._of.get(leg)
        if intent is not None and intent.playing is not None and play_id in {None, intent.playing[1]}:
            intent.playing = None

    def _part(self, leg: str) -> None:
        intent = self._of.get(leg)
        if intent is None:
            return
        if (old := self._of.get(intent.peer or "")) is not None:
            old.peer = None
        intent.peer = intent.seat = intent.supervises = None
        self._supervising.pop(leg, None)
        intent.echo = False
