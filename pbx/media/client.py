"""The media plane as the exchange sees it: one object, any number of worker processes behind it.

Commands never block and keep their order; what becomes of them comes back as ``MediaEvent``. A leg lives in one worker
for its whole life; ``beside`` places the legs of one call together. A worker whose connection is lost is reported once
(``WorkerLost`` names its legs), and connected to again as soon as it is there.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Coroutine, Iterable, Sequence
from pathlib import Path
from typing import Any, Literal

from pbx.ipc.connection import Connection, ConnectionLostError, RequestFailedError, connect
from pbx.media.errors import LegRefusedError, NoWorkerError
from pbx.media.links import Links
from pbx.media.messages import (
    Clip,
    LegClosed,
    LocalMedia,
    MediaAlarm,
    MediaEvent,
    RecordingStopped,
    RemoteMedia,
    WorkerLost,
)
from pbx.media.wire import event_from_plain, plain, restore

SuperviseMode = Literal["listen", "whisper", "barge"]
CONNECT_DEADLINE_S = 10.0
RETRY_S = 0.1
LEFT_BEHIND_S = 60.0


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
        self._sockets = list(sockets)
        self._on_event = on_event
        self._on_connected = on_connected
        self._connections: list[Connection | None] = [None] * len(self._sockets)
        self._worker_of: dict[str, int] = {}
        self._recordings: dict[str, int] = {}
        self._sides: dict[str, tuple[str, str, str]] = {}  # path, left and right of a stereo recording
        self._tasks: set[asyncio.Task[None]] = set()
        self._closing = False
        self._links = Links(self._worker_of, self._open_in, self._notify, self._linked)

    # --- Life ---------------------------------------------------------------------------------------------------------

    async def connect(self, deadline_s: float = CONNECT_DEADLINE_S) -> None:
        """Connect to every worker. Raises NoWorkerError when one does not answer within ``deadline_s``.

        Legs that an earlier exchange left behind in the workers keep their sound for up to 60 s more: people who talk
        can end their talk.
        """
        try:
            async with asyncio.timeout(deadline_s):
                for worker in range(len(self._sockets)):
                    left_behind = await self._reach(worker, {})
                    if left_behind:
                        self._spawn(self._close_later(worker, left_behind))
        except TimeoutError:
            missing = [str(path) for path, link in zip(self._sockets, self._connections, strict=True) if link is None]
            raise NoWorkerError(f"media worker not reachable: {', '.join(missing)}") from None

    async def close(self) -> None:
        """Leave the workers. Legs still open live on for 60 s, waiting for the next exchange."""
        self._closing = True
        for task in list(self._tasks):
            task.cancel()
        for connection in self._connections:
            if connection is not None:
                connection.close()
        await asyncio.sleep(0)

    @property
    def connected_workers(self) -> int:
        return sum(1 for connection in self._connections if connection is not None)

    async def figures(self) -> list[dict[str, Any]]:
        """Counters and gauges of each connected worker, for metrics and ``doctor``."""
        answers = []
        for connection in self._connections:
            if connection is not None:
                with contextlib.suppress(ConnectionLostError, RequestFailedError, TimeoutError):
                    answers.append(await connection.request("figures", {}))
        return answers

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
        DTLS). ``sdes``: offer SRTP keys in the description; a ``remote`` that has some is answered. Raises
        NoWorkerError, LegRefusedError.
        """
        worker = self._place(beside)
        options: dict[str, Any] = {"signalled_from": signalled_from, "trusted": list(trusted), "family": family}
        options |= {"secure": secure, "sdes": sdes}
        if remote is not None:
            options["remote"] = plain(remote)
        return await self._open_in(worker, leg, options)

    async def _open_in(self, worker: int, leg: str, options: dict[str, Any]) -> LocalMedia:
        connection = self._connections[worker]
        if connection is None:
            raise NoWorkerError(f"media worker {worker} is not connected")
        self._worker_of[leg] = worker
        try:
            answer = await connection.request("open_leg", {"leg": leg, **options})
        except RequestFailedError as error:
            self._worker_of.pop(leg, None)
            raise LegRefusedError(error.code, error.text) from None
        except (ConnectionLostError, TimeoutError) as error:
            self.close_leg(leg)  # a worker that is only slow would open it for nobody
            self._worker_of.pop(leg, None)
            raise NoWorkerError(f"media worker {worker} did not answer: {error}") from None
        except asyncio.CancelledError:
            self.close_leg(leg)
            raise
        return restore(LocalMedia, {**answer, "worker": worker})

    def set_remote(self, leg: str, remote: RemoteMedia, branch: str = "") -> None:
        """What the peer announced. Several early branches may each have one; the empty branch is the answer."""
        self._tell(leg, "set_remote", remote=plain(remote), branch=branch)

    def drop_branch(self, leg: str, branch: str) -> None:
        """Forget an early branch that failed."""
        self._tell(leg, "drop_branch", branch=branch)

    def close_leg(self, leg: str) -> None:
        """End the leg; LegClosed with its quality follows. Closing an unknown leg is harmless."""
        self._links.part(leg)
        self._tell(leg, "close_leg")

    # --- Who hears whom -----------------------------------------------------------------------------------------------

    def bridge(self, a: str, b: str) -> None:
        """Let two legs hear each other; what connected either before, and what played to it, is over."""
        self._links.part(a)
        self._links.part(b)
        if self._worker_of.get(a) == self._worker_of.get(b):
            self._tell(a, "bridge", peer=b)
        else:
            self._run_links(self._links.bridge(a, b))

    def unbridge(self, leg: str) -> None:
        self._links.part(leg)
        self._tell(leg, "unbridge")

    def hold(self, leg: str, on: bool) -> None:
        """On hold the leg neither hears its peer nor is heard, and never times out; what is played to it, it hears."""
        self._tell(leg, "hold", on=on)

    def mute(self, leg: str, on: bool) -> None:
        """A muted leg is heard by nobody and recorded as silence."""
        self._tell(leg, "mute", on=on)

    def echo(self, leg: str, on: bool) -> None:
        """Send the leg its own sound back."""
        self._tell(leg, "echo", on=on)

    def join_room(self, leg: str, room: str, *, hears: bool = True, speaks: bool = True, gain: float = 1.0) -> None:
        """Mix the leg with everybody else in ``room``; ``gain`` scales what it hears."""
        self._links.part(leg)
        self._tell(leg, "join_room", room=room, hears=hears, speaks=speaks, gain=gain)
        self._links.join(leg, room)
        self._run_links(self._links.pending())

    def leave_room(self, leg: str) -> None:
        self._links.leave(leg)
        self._tell(leg, "leave_room")

    def supervise(self, leg: str, target: str, mode: SuperviseMode) -> None:
        """``listen``: hear target and its peer; ``whisper``: be heard by target only; ``barge``: by both."""
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
        self._tell(leg, "play", clips=[plain(clip) for clip in clips], play_id=play_id, loop=loop)

    def stop_playing(self, leg: str) -> None:
        self._tell(leg, "stop_playing")

    def send_digits(self, leg: str, digits: str) -> None:
        """Send ``digits`` (0-9 * # A-D, ``,`` waits a second) to the leg: RFC 4733, in-band where it has none."""
        self._tell(leg, "send_digits", digits=digits)

    # --- Recording ----------------------------------------------------------------------------------------------------

    def record(self, recording: str, path: str, left: str, right: str) -> None:
        """Record two legs into the stereo spool ``path``; again with other legs after a transfer, same file."""
        worker = self._recordings.get(recording, self._worker_of.get(left, self._worker_of.get(right)))
        if worker is None:
            return
        self._recordings[recording] = worker
        self._sides[recording] = (path, left, right)
        self._record(recording)

    def _record(self, recording: str) -> None:
        """Tell the worker of the recording what it hears the two legs as."""
        worker, (path, left, right) = self._recordings[recording], self._sides[recording]
        left, right = self._links.proxy(left, worker), self._links.proxy(right, worker)
        self._notify(worker, "record", {"recording": recording, "path": path, "left": left, "right": right})

    def _linked(self, legs: Sequence[str]) -> None:
        """A link is up: recordings of its legs hear the far one through it."""
        for recording, (_, left, right) in self._sides.items():
            if left in legs or right in legs:
                self._record(recording)

    def record_message(
        self, recording: str, path: str, leg: str, *, max_s: float, silence_s: float | None = None
    ) -> None:
        """Record what one leg says into the mono spool ``path`` until ``max_s``, or ``silence_s`` without a word."""
        worker = self._worker_of.get(leg)
        if worker is None:
            return
        self._recordings[recording] = worker
        fields = {"recording": recording, "path": path, "leg": leg, "max_s": max_s, "silence_s": silence_s}
        self._notify(worker, "record_message", fields)

    def pause_recording(self, recording: str, on: bool) -> None:
        """While paused the spool gets silence of the same length."""
        if (worker := self._recordings.get(recording)) is not None:
            self._notify(worker, "pause_recording", {"recording": recording, "on": on})

    def stop_recording(self, recording: str) -> None:
        """End the spool; RecordingStopped follows once it is written."""
        self._sides.pop(recording, None)
        if (worker := self._recordings.pop(recording, None)) is not None:
            self._notify(worker, "stop_recording", {"recording": recording})

    # --- Inside -------------------------------------------------------------------------------------------------------

    def _tell(self, leg: str, command: str, **fields: Any) -> None:
        worker = self._worker_of.get(leg)
        if worker is not None:
            self._notify(worker, command, {"leg": leg, **fields})

    def _notify(self, worker: int, command: str, fields: dict[str, Any]) -> None:
        connection = self._connections[worker]
        if connection is not None:
            connection.notify(command, fields)

    def _place(self, beside: str | None) -> int:
        if beside is not None and (worker := self._worker_of.get(beside)) is not None:
            return worker
        loads = [0] * len(self._sockets)
        for worker in self._worker_of.values():
            loads[worker] += 1
        open_ = [worker for worker, connection in enumerate(self._connections) if connection is not None]
        if not open_:
            raise NoWorkerError("no media worker is connected")
        return min(open_, key=lambda worker: loads[worker])

    async def _close_later(self, worker: int, legs: Sequence[str]) -> None:
        await asyncio.sleep(LEFT_BEHIND_S)
        for leg in legs:
            self._notify(worker, "close_leg", {"leg": leg})

    async def _reach(self, worker: int, greeting: dict[str, Any]) -> list[str]:
        """Connect to ``worker``, trying until it is there; the legs that it has."""
        while True:
            link = Connection(
                on_notification=lambda name, payload: self._receive(worker, name, payload),
                on_lost=lambda lost: self._lost(worker, lost),
            )
            try:
                await connect(self._sockets[worker], link)
                known = await link.request("hello", greeting)
            except (OSError, ConnectionLostError, RequestFailedError, TimeoutError):
                link.close()
                await asyncio.sleep(RETRY_S)
                continue
            self._connections[worker] = link
            return list(known["legs"])

    def _lost(self, worker: int, link: Connection) -> None:
        if self._connections[worker] is not link:
            return
        self._connections[worker] = None
        legs = tuple(leg for leg, place in self._worker_of.items() if place == worker)
        for leg in legs:
            del self._worker_of[leg]
        for recording in [name for name, place in self._recordings.items() if place == worker]:
            del self._recordings[recording]
            self._sides.pop(recording, None)
        if self._closing:
            return
        self._on_event(WorkerLost(worker, self._links.lost(worker, legs)))
        self._spawn(self._reconnect(worker))

    async def _reconnect(self, worker: int) -> None:
        await self._reach(worker, {"keep": []})
        if self._on_connected is not None:
            self._on_connected(worker)

    def _receive(self, worker: int, name: str, payload: Any) -> None:
        if name == "refused":
            self._on_event(MediaAlarm("command_refused", f"worker {worker}: {payload}"))
        if name != "event":
            return
        try:
            event = event_from_plain(payload)
        except ValueError as error:
            self._on_event(MediaAlarm("bad_event", f"worker {worker}: {error}"))
            return
        if isinstance(event, LegClosed):
            self._worker_of.pop(event.leg, None)
        if isinstance(event, RecordingStopped):
            self._recordings.pop(event.recording, None)
            self._sides.pop(event.recording, None)
        if not self._links.owns(event):
            self._on_event(event)

    def _run_links(self, work: Iterable[Coroutine[Any, Any, None]]) -> None:
        for each in work:
            self._spawn(each)

    def _spawn(self, coroutine: Coroutine[Any, Any, None]) -> None:
        task: asyncio.Task[None] = asyncio.get_running_loop().create_task(coroutine)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
