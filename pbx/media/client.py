"""The media plane as the exchange sees it: one object, any number of worker processes behind it.

Commands never block and keep their order; what becomes of them comes back as ``MediaEvent``. A leg lives in one worker
for as long as that worker lives; ``beside`` places the legs of one call together. A worker that is lost is reported
once (``WorkerLost``), and its legs are made again: each is a ``MediaMoved``, or a ``LegLost`` where that failed.
"""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Callable, Coroutine, Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Literal

from pbx.ipc.connection import ConnectionLostError, RequestFailedError
from pbx.media.anchoring import Anchoring
from pbx.media.errors import LegRefusedError, NoWorkerError
from pbx.media.intents import Intent, Intents
from pbx.media.links import Links
from pbx.media.messages import (
    Clip,
    LegClosed,
    LegLost,
    LocalMedia,
    MediaAlarm,
    MediaEvent,
    MediaMoved,
    PlaybackFinished,
    RecordingStopped,
    RemoteMedia,
    RoomTalking,
    WorkerLost,
)
from pbx.media.talkers import TalkersOfAllWorkers
from pbx.media.taps import Taps
from pbx.media.wire import event_from_plain, plain, restore
from pbx.media.workers import Workers

SuperviseMode = Literal["listen", "whisper", "barge"]
CONNECT_DEADLINE_S = 10.0
LEFT_BEHIND_S = 60.0
RETURN_S = 2.0  # a leg waits so long for a worker that is being started again


class MediaPlane:
    """Sound for the rest of the house.

    ``sockets``: the command socket of each worker. ``on_event`` is called from the loop and must not block.
    ``on_connected(worker)`` is called when a worker that was lost is there again.
    """

    def __init__(
        self,
        sockets: Sequence[Path],
        on_event: Callable[[MediaEvent], None],
        on_connected: Callable[[int], None] | None = None,
    ) -> None:
        self._on_event = on_event
        self._worker_of: dict[str, int] = {}
        self._left_behind: dict[str, int] = {}
        self._workers = Workers(sockets, self._receive, self._lost, on_connected)
        self._notify = self._workers.notify
        self._intents = Intents()
        self._talkers = TalkersOfAllWorkers()
        linked = lambda legs: self._taps.linked(legs)  # noqa: E731, PLW0108 - the taps need the links first
        self._links = Links(self._worker_of, self._open_in, self._notify, linked)
        self._taps: Taps = Taps(self._worker_of, self._links, self._notify, on_event, time.monotonic)
        self._anchoring = Anchoring(self, self._workers, self._intents, self._taps, on_event)

    # --- Life ---------------------------------------------------------------------------------------------------------

    async def connect(self, deadline_s: float = CONNECT_DEADLINE_S) -> None:
        """Connect to every worker. Raises NoWorkerError when one does not answer within ``deadline_s``.

        Legs that an earlier exchange left behind in the workers keep their sound for up to 60 s more, unless they are
        adopted: people who talk can end their talk.
        """
        for worker, legs in (await self._workers.connect(deadline_s)).items():
            self._left_behind |= dict.fromkeys(legs, worker)
        if self._left_behind:
            self._workers.run(self._close_later())

    async def close(self) -> None:
        """Leave the workers. Legs still open live on for 60 s, waiting for the next exchange."""
        await self._workers.close()

    def adopt(self, leg: str, local: LocalMedia, options: dict[str, Any], remote: RemoteMedia | None) -> bool:
        """Take over a leg that an earlier exchange has left behind; False when no worker has it.

        ``local``, ``options`` and ``remote``: how that one had opened it, and what its peer has announced.
        """
        worker = self._left_behind.pop(leg, None)
        if worker is None:
            return False
        self._worker_of[leg] = worker
        self._intents.opened(leg, options, replace(local, worker=worker))
        if remote is not None:
            self._intents.announced(leg, remote, "")
        return True

    def adopt_recording(self, recording: str, path: str, legs: tuple[str, str], elapsed_s: float, paused: bool) -> None:
        """Take over the stereo recording of two adopted legs, which has run for ``elapsed_s``."""
        self._taps.adopt(recording, path, legs, elapsed_s, paused)

    def options_of(self, leg: str) -> dict[str, Any]:
        """How the leg was opened, for ``adopt``; empty for an unknown one."""
        intent = self._intents.get(leg)
        return dict(intent.options) if intent is not None else {}

    @property
    def connected_workers(self) -> int:
        return len(self._workers.connected)

    @property
    def is_overloaded(self) -> bool:
        """Whether every worker has as much to do as it can, so that a new call would harm those that are there."""
        return self._workers.is_overloaded

    async def figures(self) -> list[dict[str, Any]]:
        """Counters and gauges of each connected worker, for metrics and ``doctor``; ``worker`` is its number."""
        return await self._workers.figures()

    # --- Legs ---------------------------------------------------------------------------------------------------------

    async def open_leg(
        self,
        leg: str,
        *,
        signalled_from: str,
        trusted: Sequence[str] = (),
        beside: str | None = None,
        secure: bool = False,
        sdes: bool = False,
        family: int = 4,
        remote: RemoteMedia | None = None,
    ) -> LocalMedia:
        """Give the leg a place to receive at.

        ``signalled_from``: IP that the peer's signalling comes from; ``trusted``: networks its media may come from
        (a trunk's ``media_networks``); ``beside``: a leg of the same call; ``remote``: what the peer has announced,
        when it is known already (it helps to choose a port without collision). ``secure``: the peer is a browser (ICE,
        DTLS). ``sdes``: offer SRTP keys in the description; a ``remote`` that has some is answered. ``family``: 4 or 6,
        the IP version of our address. Raises NoWorkerError, LegRefusedError.
        """
        if not self._workers.connected:
            await self._workers.wait_for(None, RETURN_S)
        worker = self._place(beside)
        options: dict[str, Any] = {"signalled_from": signalled_from, "trusted": list(trusted), "family": family}
        options |= {"secure": secure, "sdes": sdes}
        announced = {"remote": plain(remote)} if remote is not None else {}
        local = await self._open_in(worker, leg, options | announced)
        self._intents.opened(leg, options, local)
        return local

    async def open_again(self, leg: str, worker: int | None, intent: Intent, options: dict[str, Any]) -> LocalMedia:
        """Make a leg again whose worker has died: in ``worker``, else beside its peer or where there is room.

        Raises NoWorkerError, LegRefusedError.
        """
        local = await self._open_in(self._place(intent.peer) if worker is None else worker, leg, options)
        self._intents.remade(leg, local)
        return local

    def has(self, leg: str) -> bool:
        """Whether the leg is open in some worker."""
        return leg in self._worker_of

    async def _open_in(self, worker: int, leg: str, options: dict[str, Any]) -> LocalMedia:
        self._worker_of[leg] = worker
        try:
            answer = await self._workers.request(worker, "open_leg", {"leg": leg, **options})
        except RequestFailedError as error:
            self._worker_of.pop(leg, None)
            raise LegRefusedError(error.code, error.text) from None
        except (ConnectionLostError, TimeoutError) as error:
            self._links.part(leg)
            self._tell(leg, "close_leg")  # a worker that is only slow would open it for nobody
            self._worker_of.pop(leg, None)
            raise NoWorkerError(f"media worker {worker} did not answer: {error}") from None
        except asyncio.CancelledError:
            self.close_leg(leg)
            raise
        return restore(LocalMedia, {**answer, "worker": worker})

    def set_remote(self, leg: str, remote: RemoteMedia, branch: str = "") -> None:
        """What the peer announced. Several early branches may each have one; the empty branch is the answer."""
        self._intents.announced(leg, remote, branch)
        self._tell(leg, "set_remote", remote=plain(remote), branch=branch)

    def drop_branch(self, leg: str, branch: str) -> None:
        """Forget an early branch that failed."""
        self._intents.branch_dropped(leg, branch)
        self._tell(leg, "drop_branch", branch=branch)

    def close_leg(self, leg: str) -> None:
        """End the leg; LegClosed with its quality follows. Closing an unknown leg is harmless."""
        self._intents.closed(leg)
        self._links.part(leg)
        self._tell(leg, "close_leg")

    # --- Who hears whom -----------------------------------------------------------------------------------------------

    def bridge(self, a: str, b: str) -> None:
        """Let two legs hear each other; what connected either before, and what played to it, is over."""
        self._intents.bridged(a, b)
        self._links.part(a)
        self._links.part(b)
        if self._worker_of.get(a) == self._worker_of.get(b):
            self._tell(a, "bridge", peer=b)
        else:
            self._run_links(self._links.bridge(a, b))

    def unbridge(self, leg: str) -> None:
        self._intents.parted(leg)
        self._links.part(leg)
        self._tell(leg, "unbridge")

    def hold(self, leg: str, on: bool) -> None:
        """On hold the leg neither hears its peer nor is heard, and never times out; what is played to it, it hears."""
        self._intents.hold(leg, on)
        self._tell(leg, "hold", on=on)

    def mute(self, leg: str, on: bool) -> None:
        """A muted leg is heard by nobody and recorded as silence."""
        self._intents.mute(leg, on)
        self._tell(leg, "mute", on=on)

    def echo(self, leg: str, on: bool) -> None:
        """Send the leg its own sound back."""
        self._intents.echo(leg, on)
        self._tell(leg, "echo", on=on)

    def join_room(
        self,
        leg: str,
        room: str,
        *,
        hears: bool = True,
        speaks: bool = True,
        gain: float = 1.0,
        tones: bool = False,
    ) -> None:
        """Mix the leg with everybody else in ``room``; ``gain`` scales what it hears.

        ``tones``: the room hears a tone when the leg comes, and another one when it goes.
        """
        seat = {"room": room, "hears": hears, "speaks": speaks, "gain": gain, "tones": tones}
        self._intents.joined(leg, seat)
        self._links.part(leg)
        self._tell(leg, "join_room", **seat)
        self._links.join(leg, room)
        self._run_links(self._links.pending())

    def leave_room(self, leg: str) -> None:
        self._intents.left_room(leg)
        self._links.leave(leg)
        self._tell(leg, "leave_room")

    def supervise(self, leg: str, target: str, mode: SuperviseMode) -> None:
        """``listen``: hear target and its peer; ``whisper``: be heard by target only; ``barge``: by both."""
        self._intents.supervising(leg, target, mode)
        self._links.part(leg)
        if self._worker_of.get(leg) == self._worker_of.get(target):
            self._tell(leg, "supervise", target=target, mode=mode)
        else:
            self._run_links(self._links.supervise(leg, target, mode))

    # --- What is said to a leg ----------------------------------------------------------------------------------------

    def play(self, leg: str, clips: Sequence[Clip], *, play_id: str, loop: bool = False) -> None:
        """Play ``clips`` one after the other in place of what plays; PlaybackFinished(play_id) follows.

        Tones are one period long (``ringback``, ``busy``, ``congestion`` want ``loop``). A file that cannot be played
        is left out and reported as MediaAlarm.
        """
        self._intents.playing(leg, clips, play_id, loop)
        self._tell(leg, "play", clips=[plain(clip) for clip in clips], play_id=play_id, loop=loop)

    def seek(self, leg: str, *, to_s: float | None = None, by_s: float | None = None) -> None:
        """Go to another place of what plays: ``to_s`` from its beginning, or ``by_s`` from where it is."""
        self._tell(leg, "seek", **({"by_s": by_s} if to_s is None else {"to_s": to_s}))

    def stop_playing(self, leg: str) -> None:
        self._intents.played_out(leg)
        self._tell(leg, "stop_playing")

    def send_digits(self, leg: str, digits: str) -> None:
        """Send ``digits`` (0-9 * # A-D, ``,`` waits a second) to the leg: RFC 4733, in-band where it has none."""
        self._tell(leg, "send_digits", digits=digits)

    def judge_answerer(self, leg: str, on: bool) -> None:
        """Have AnswererJudged say who has just answered, and AnswererListens when a machine takes messages."""
        self._tell(leg, "judge_answerer", on=on)

    # --- Recording ----------------------------------------------------------------------------------------------------

    def record(self, recording: str, path: str, left: str, right: str) -> None:
        """Record two legs into the stereo spool ``path``; again with other legs after a transfer, same file."""
        self._taps.record(recording, path, left, right)

    def record_message(
        self, recording: str, path: str, leg: str, *, max_s: float, silence_s: float | None = None
    ) -> None:
        """Record what one leg says into the mono spool ``path`` until ``max_s``, or ``silence_s`` without a word."""
        self._taps.record_message(recording, path, leg, {"max_s": max_s, "silence_s": silence_s})

    def record_room(self, recording: str, path: str, room: str) -> None:
        """Record all that is said in ``room`` into the mono spool ``path``."""
        self._taps.record_room(recording, path, room)

    def pause_recording(self, recording: str, on: bool, *, wipe: bool = False) -> None:
        """While paused the spool gets silence of the same length; ``wipe``: the last half second before it, too."""
        self._taps.pause(recording, on, wipe=wipe)

    def stop_recording(self, recording: str) -> None:
        """End the spool; RecordingStopped follows once it is written."""
        self._taps.stop(recording)

    # --- Inside -------------------------------------------------------------------------------------------------------

    def _tell(self, leg: str, command: str, **fields: Any) -> None:
        if (worker := self._worker_of.get(leg)) is not None:
            self._notify(worker, command, {"leg": leg, **fields})

    def _place(self, beside: str | None) -> int:
        """The worker for a new leg: that of its call, else the one with the least to do."""
        if beside is not None and (worker := self._worker_of.get(beside)) is not None:
            return worker
        there = self._workers.connected
        if not there:
            raise NoWorkerError("no media worker is connected")
        if len(there) == 1:
            return there[0]
        legs = Counter(self._worker_of.values())
        return min(there, key=lambda worker: (self._workers.loads[worker].is_over, legs[worker]))

    async def _close_later(self) -> None:
        await asyncio.sleep(LEFT_BEHIND_S)
        for leg, worker in self._left_behind.items():
            self._notify(worker, "close_leg", {"leg": leg})
        self._left_behind.clear()

    def _lost(self, worker: int) -> None:
        legs = [leg for leg, place in self._worker_of.items() if place == worker]
        for leg in legs:
            del self._worker_of[leg]
        self._left_behind = {leg: place for leg, place in self._left_behind.items() if place != worker}
        self._talkers.lost(worker)
        recordings = self._taps.in_worker(worker)
        people = self._links.lost(worker, tuple(legs))
        self._run_links(self._links.pending())
        self._on_event(WorkerLost(worker, people))
        for leg in people:
            if leg not in self._intents:
                self._on_event(LegLost(leg, f"media worker {worker} has died"))
        self._workers.run(self._anchoring.restore(worker, people, recordings))

    def _receive(self, worker: int, name: str, payload: Any) -> None:
        if name == "refused":
            self._on_event(MediaAlarm("command_refused", f"worker {worker}: {payload}"))
        if name == "load":
            self._workers.loads[worker].told(worker, payload, self._on_event)
        if name != "event":
            return
        try:
            event = event_from_plain(payload)
        except ValueError as error:
            self._on_event(MediaAlarm("bad_event", f"worker {worker}: {error}"))
            return
        if isinstance(event, RoomTalking):
            event = self._talkers.join(worker, event)
        match event:
            case LegClosed():
                self._worker_of.pop(event.leg, None)
                self._left_behind.pop(event.leg, None)
                self._intents.closed(event.leg)
            case RecordingStopped():
                self._taps.stopped(event.recording)
            case MediaMoved():
                self._intents.moved(event.leg, event.local)
            case PlaybackFinished():
                self._intents.played_out(event.leg, event.play_id)
        if not self._links.owns(event):
            self._on_event(event)

    def _run_links(self, work: Iterable[Coroutine[Any, Any, None]]) -> None:
        for each in work:
            self._workers.run(each)
