"""Legs that live in different workers hear each other over links.

A link is a pair of ordinary legs on loopback, one in each worker, that speak G.711 to each other. Bridging across
workers is then bridging each leg with its end of a link; a room that spans workers is one room per worker, joined by
links in a star around the worker where the room began; supervision is a link's end supervising in the target's worker.
"""

from __future__ import annotations

import itertools
from collections.abc import Awaitable, Callable, Coroutine, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from pbx.media.errors import MediaError
from pbx.media.messages import LocalMedia, MediaEvent, RemoteMedia
from pbx.media.wire import plain

PREFIX = "link:"
TELEPHONE_EVENT = 101

OpenIn = Callable[[int, str, dict[str, Any]], Awaitable[LocalMedia]]
Notify = Callable[[int, str, dict[str, Any]], None]
Work = Coroutine[Any, Any, None]


@dataclass(slots=True)
class Link:
    """One pair of link legs: ``ends`` maps the worker to the leg there."""

    ends: dict[int, str]
    legs: tuple[str, ...] = ()
    room: str = ""


@dataclass(slots=True)
class SpannedRoom:
    """A room with members in several workers, its first worker at the centre."""

    centre: int
    members: dict[str, int] = field(default_factory=dict)
    links: dict[int, Link] = field(default_factory=dict)


class Links:
    """Opens, finds and closes links; ``worker_of`` is the client's own map of legs, ``on_open`` hears of bridges."""

    def __init__(
        self,
        worker_of: dict[str, int],
        open_in: OpenIn,
        notify: Notify,
        on_open: Callable[[Sequence[str]], None],
    ) -> None:
        self._worker_of = worker_of
        self._open_in = open_in
        self._notify = notify
        self._on_open = on_open
        self._ids = itertools.count(1)
        self._of_leg: dict[str, Link] = {}
        self._rooms: dict[str, SpannedRoom] = {}
        self._room_of: dict[str, str] = {}
        self._pending: list[Work] = []

    def bridge(self, a: str, b: str) -> Iterator[Work]:
        """Bridge two legs of different workers: the work that is to be run for it."""
        link = self._claim(a, b, (a, b))
        if link is not None:
            yield self._bridge(link)

    async def _bridge(self, link: Link) -> None:
        if not await self._open(link):
            return
        for leg in link.legs:
            if self._of_leg.get(leg) is link:
                worker = self._worker_of[leg]
                self._notify(worker, "bridge", {"leg": leg, "peer": link.ends[worker]})
        self._on_open(link.legs)

    def supervise(self, leg: str, target: str, mode: str) -> Iterator[Work]:
        """Let ``leg`` supervise ``target``, which lives in another worker: the work that is to be run for it."""
        link = self._claim(leg, target, (leg,))
        if link is not None:
            yield self._supervise(link, leg, target, mode)

    async def _supervise(self, link: Link, leg: str, target: str, mode: str) -> None:
        if not await self._open(link) or self._of_leg.get(leg) is not link:
            return
        here, there = self._worker_of.get(leg), self._worker_of.get(target)
        if here is None or there is None:
            self._close(link)
            return
        self._notify(here, "bridge", {"leg": leg, "peer": link.ends[here]})
        self._notify(there, "supervise", {"leg": link.ends[there], "target": target, "mode": mode})

    def join(self, leg: str, room: str) -> None:
        """``leg`` has joined ``room`` in its own worker; link that worker's room to the centre's."""
        worker = self._worker_of.get(leg)
        if worker is None:
            return
        self.leave(leg)
        spanned = self._rooms.setdefault(room, SpannedRoom(centre=worker))
        spanned.members[leg] = worker
        self._room_of[leg] = room
        if worker != spanned.centre and worker not in spanned.links:
            self._extend(room, spanned, worker)

    def leave(self, leg: str) -> None:
        """``leg`` has left its room; links that serve nobody any more are closed."""
        room = self._room_of.pop(leg, None)
        spanned = self._rooms.get(room) if room is not None else None
        if room is None or spanned is None:
            return
        worker = spanned.members.pop(leg, None)
        if not spanned.members:
            del self._rooms[room]
            for link in spanned.links.values():
                self._close(link)
        elif worker is not None and worker not in spanned.members.values() and worker in spanned.links:
            self._close(spanned.links.pop(worker))

    def centre(self, room: str) -> int | None:
        """The worker in which all of ``room`` is heard; None for an empty room."""
        spanned = self._rooms.get(room)
        return None if spanned is None else spanned.centre

    def pending(self) -> Iterator[Work]:
        """Work that ``join`` has left to be run."""
        while self._pending:
            yield self._pending.pop()

    def part(self, leg: str) -> None:
        """Close the link that bridges or supervises ``leg``, if there is one, and leave its room."""
        self.leave(leg)
        link = self._of_leg.get(leg)
        if link is not None:
            self._close(link)

    def proxy(self, leg: str, worker: int) -> str:
        """The name under which ``worker`` hears ``leg``: its own, or that of the link's end there."""
        if self._worker_of.get(leg, worker) == worker:
            return leg
        link = self._of_leg.get(leg)
        return link.ends.get(worker, leg) if link is not None else leg

    def owns(self, event: MediaEvent) -> bool:
        """Whether the event is about a link's end and of no interest outside."""
        return getattr(event, "leg", "").startswith(PREFIX)

    def lost(self, worker: int, legs: tuple[str, ...]) -> tuple[str, ...]:
        """A worker is gone: close the links into it; the legs that were people, not links."""
        people = tuple(leg for leg in legs if not leg.startswith(PREFIX))
        for leg in people:
            self.part(leg)
        for link in [link for link in self._of_leg.values() if worker in link.ends]:
            self._close(link)
        for room, spanned in self._rooms.items():
            self._mend(room, spanned, worker)
        return people

    def _mend(self, room: str, spanned: SpannedRoom, lost: int) -> None:
        """Take ``lost`` out of a room that goes on without it; a room that had its centre there gets another."""
        for worker in [worker for worker, link in spanned.links.items() if lost in link.ends]:
            self._close(spanned.links.pop(worker))
        if spanned.centre == lost:
            spanned.centre, *others = dict.fromkeys(spanned.members.values())
            for worker in others:
                self._extend(room, spanned, worker)

    def _extend(self, room: str, spanned: SpannedRoom, worker: int) -> None:
        link = Link(ends=self._names(worker, spanned.centre), room=room)
        spanned.links[worker] = link
        self._pending.append(self._join_link(link, room))

    def _claim(self, a: str, b: str, owners: tuple[str, ...]) -> Link | None:
        here, there = self._worker_of.get(a), self._worker_of.get(b)
        if here is None or there is None or here == there:
            return None
        link = Link(ends=self._names(here, there), legs=owners)
        for leg in link.legs:
            self._of_leg[leg] = link
        return link

    def _names(self, here: int, there: int) -> dict[int, str]:
        number = next(self._ids)
        return {here: f"{PREFIX}{number}:{here}", there: f"{PREFIX}{number}:{there}"}

    async def _open(self, link: Link) -> bool:
        """Open both ends and point them at each other; False when that failed or is no longer wanted."""
        options = {"signalled_from": "127.0.0.1", "trusted": [], "secure": False, "family": 4, "link": True}
        places: dict[int, LocalMedia] = {}
        try:
            for worker, name in link.ends.items():
                places[worker] = await self._open_in(worker, name, dict(options))
        except MediaError:
            self._close(link)
            return False
        (one, first), (two, second) = places.items()
        for worker, place in ((one, second), (two, first)):
            remote = RemoteMedia(place.address, place.port, 0, "PCMU", TELEPHONE_EVENT, rtcp_port=place.rtcp_port)
            fields = {"leg": link.ends[worker], "remote": plain(remote), "branch": ""}
            self._notify(worker, "set_remote", fields)
        wanted = bool(link.room) or any(self._of_leg.get(leg) is link for leg in link.legs)
        if not wanted:
            self._close(link)
        return wanted

    async def _join_link(self, link: Link, room: str) -> None:
        if not await self._open(link):
            return
        spanned = self._rooms.get(room)
        if spanned is None or link not in spanned.links.values():
            self._close(link)
            return
        for worker, name in link.ends.items():
            fields = {"leg": name, "room": room, "hears": True, "speaks": True, "gain": 1.0}
            self._notify(worker, "join_room", fields)

    def _close(self, link: Link) -> None:
        for leg in link.legs:
            if self._of_leg.get(leg) is link:
                del self._of_leg[leg]
        for worker, name in link.ends.items():
            if name in self._worker_of:
                self._notify(worker, "close_leg", {"leg": name})
