"""The legs of a worker that has died are made again: in the same worker once it is back, else in the others.

A leg that comes back at its old port is heard at once, as its peer has never stopped sending there; wherever it is, the
exchange is told (`MediaMoved`) and offers the peer the place anew. What cannot be made again is reported as lost.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from typing import TYPE_CHECKING, Any

from pbx.media.errors import MediaError, NoWorkerError
from pbx.media.intents import Intent, Intents
from pbx.media.messages import LegLost, LocalMedia, MediaEvent, MediaMoved
from pbx.media.taps import Taps
from pbx.media.wire import plain
from pbx.media.workers import Workers

if TYPE_CHECKING:
    from pbx.media.client import MediaPlane

HOME_S = 1.2  # for so long the own return of the worker is waited for: half a second, on a machine that has time
ANY_S = 4.0  # and then for any: who talks would rather wait for seconds than be cut off

NOTICE_S = 0.1  # after which the death of a worker has been noticed


class Anchoring:
    """``restore`` makes legs again through the plane's own commands, by what ``intents`` has of them."""

    def __init__(
        self,
        plane: MediaPlane,
        workers: Workers,
        intents: Intents,
        taps: Taps,
        on_event: Callable[[MediaEvent], None],
    ) -> None:
        self._plane = plane
        self._workers = workers
        self._intents = intents
        self._taps = taps
        self._on_event = on_event
        self._attempts: dict[str, int] = {}  # which attempt to make it again is the newest, by leg

    def restore(self, worker: int, legs: Sequence[str], recordings: Sequence[str]) -> Coroutine[Any, Any, None]:
        """Make the ``legs`` that ``worker`` had again, connect them as they were, and go on with ``recordings``.

        Where that was under way already when this worker died as well, it is this attempt that counts.
        """
        attempt = {leg: self._attempts.get(leg, 0) + 1 for leg in legs}
        self._attempts |= attempt
        return self._restore(worker, legs, recordings, attempt)

    async def _restore(
        self, worker: int, legs: Sequence[str], recordings: Sequence[str], attempt: dict[str, int]
    ) -> None:
        home = await self._workers.wait_for(worker, HOME_S)
        if not home and not await self._workers.wait_for(None, ANY_S):
            for leg in legs:
                self._lose(leg, "no media worker came back in time")
        else:
            target = worker if home else None
            await asyncio.gather(*(self._open(leg, target, attempt[leg]) for leg in legs))
            self._connect([leg for leg in legs if self._attempts.get(leg) == attempt[leg]])
        for leg in legs:
            if self._attempts.get(leg) == attempt[leg]:
                del self._attempts[leg]
        for recording in recordings:
            self._taps.resume(recording)

    async def _open(self, leg: str, worker: int | None, attempt: int) -> None:
        intent = self._intents.get(leg)
        if intent is None or self._attempts.get(leg) != attempt:
            return
        old = intent.local
        options = intent.options | {"port": old.port, "crypto": [plain(line) for line in old.crypto]}
        answer = intent.remotes.get("")
        if answer is not None and old.dtls is None:
            options["remote"] = plain(answer)
        try:
            local = await self._open_somewhere(leg, worker, intent, options)
        except MediaError as error:
            if self._attempts.get(leg) == attempt:
                self._lose(leg, str(error))
            return
        if self._intents.get(leg) is not intent:
            return  # closed meanwhile
        same = (local.address, local.port, local.dtls) == (old.address, old.port, None)
        self._speak(leg, intent, local)
        self._on_event(MediaMoved(leg, local, remade="in_place" if same else "elsewhere"))

    async def _open_somewhere(
        self, leg: str, worker: int | None, intent: Intent, options: dict[str, Any]
    ) -> LocalMedia:
        """Open it in ``worker``; or in any, should that one be dying and nobody has noticed yet."""
        attempt = self._attempts.get(leg)
        try:
            return await self._plane.open_again(leg, worker, intent, options)
        except NoWorkerError:
            await asyncio.sleep(NOTICE_S)
            if self._attempts.get(leg) != attempt:
                raise
            await self._workers.wait_for(None, ANY_S)
            return await self._plane.open_again(leg, None, intent, options)

    def _speak(self, leg: str, intent: Intent, local: LocalMedia) -> None:
        """Tell the worker what the leg's peer has said of itself, and how the leg is."""
        plane = self._plane
        if local.dtls is None:  # a browser says anew where it is and who, once it knows of us
            for branch, remote in list(intent.remotes.items()):
                plane.set_remote(leg, remote, branch)
        for wanted, tell in ((intent.held, plane.hold), (intent.muted, plane.mute)):
            if wanted:
                tell(leg, True)

    def _connect(self, legs: Sequence[str]) -> None:
        plane, done = self._plane, set[str]()
        there = [leg for leg in legs if plane.has(leg)]
        kept: list[tuple[str, Intent, Any]] = []
        for leg in there:
            intent = self._intents.get(leg)
            if intent is None:
                continue
            kept.append((leg, intent, intent.playing))
            if intent.peer is not None and plane.has(intent.peer) and leg not in done:
                done |= {leg, intent.peer}
                other = self._intents.get(intent.peer)
                playing = other.playing if other is not None else None
                plane.bridge(leg, intent.peer)
                if intent.peer not in legs and other is not None and playing is not None:
                    kept.append((intent.peer, other, playing))
            elif intent.seat is not None:
                plane.join_room(leg, **intent.seat)
            if intent.echo:
                plane.echo(leg, True)
        for leg in {*there, *self._intents.supervisors(there)}:
            intent = self._intents.get(leg)
            if intent is not None and intent.supervises is not None and plane.has(intent.supervises[0]):
                plane.supervise(leg, intent.supervises[0], intent.supervises[1])
        for leg, _, playing in kept:
            if playing is not None:
                clips, play_id, loop = playing
                plane.play(leg, clips, play_id=play_id, loop=loop)

    def _lose(self, leg: str, detail: str) -> None:
        if leg in self._intents:
            self._intents.closed(leg)
            self._on_event(LegLost(leg, detail))
