"""What stands at the edge of the calls in these tests: signalling and sound that do what a test says."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Callable
from typing import Any

from pbx.calls.party import Party
from pbx.calls.target import Target
from pbx.media.messages import Clip, LegClosed, LegLost, LocalMedia, Quality, RecordingStopped, WorkerLost
from pbx.net.hop import Hop
from pbx.sdp.audio import PCMA, LocalAudio, Origin
from pbx.sdp.negotiation import offer
from pbx.sdp.protection import CryptoParameters
from pbx.sip.errors import WrongStateError
from pbx.sip.message import Request, Response
from pbx.sip.replaces import Replaces
from pbx.sip.session_events import (
    Answered,
    Ended,
    Failed,
    Offered,
    Provisional,
    ReferReceived,
    SessionState,
)
from pbx.sip.uri import Uri, parse_uri

PEER = Hop("udp", ("192.0.2.9", 5060))
_numbers = itertools.count(1)


def sdp(port: int = 4000, direction: Any = "sendrecv") -> bytes:
    return offer(LocalAudio("192.0.2.9", port, codecs=(PCMA,), direction=direction), Origin(1))


class Session:
    """An InviteSession whose peer is the test."""

    def __init__(self, *, is_incoming: bool, request: Request, source: Hop = PEER) -> None:
        self.id = self.call_id = f"session-{next(_numbers)}"
        self.is_incoming = is_incoming
        self.request = request
        self.source = source
        self.sink: Callable[[Any], None] = lambda event: None
        self.state = SessionState.TRYING
        self.replaces: Replaces | None = None
        self.rung: list[int] = []
        self.early: list[bytes] = []
        self.offered: list[bytes] = []
        self.said: list[str] = []
        self.status: int | None = None
        self.ended_with: Any = None
        self.headers: dict[str, str] = {}
        self.notified: list[tuple[int, bool]] = []
        self.refer_status: int | None = None

    # --- what the exchange does to it
    def ring(self, status: int = 180, sdp: bytes | None = None, headers: Any = ()) -> None:
        self._check()
        self.rung.append(status)
        if sdp is not None:
            self.early.append(sdp)

    def accept(self, sdp: bytes, headers: Any = ()) -> None:
        self._check()
        self.state = SessionState.CONFIRMED
        self.said.append("200")

    def reject(self, status: int, reason: str | None = None, headers: Any = ()) -> None:
        self._check()
        self.status = status
        self.headers = dict(headers)
        self._end("local", by_peer=False)

    def hang_up(self, reason: Any = None, status: int = 603) -> None:
        if self.state is SessionState.ENDED:
            return
        self.ended_with = reason
        if self.state is SessionState.CONFIRMED:
            self.said.append("BYE")
            self._end("local", by_peer=False)
        elif self.is_incoming:
            self.status = status
            self._end("local", by_peer=False)
        else:
            self.said.append("CANCEL")
            self._fail(487)

    def answer(self, sdp: bytes, headers: Any = ()) -> None:
        self.said.append("re-200")

    def info(self, content_type: str, body: bytes) -> None:
        self.said.append(f"INFO {content_type} {body.decode().splitlines()[0]}")

    def watch_keys(self) -> None:
        self.said.append("SUBSCRIBE kpml")

    async def reoffer(self, sdp: bytes, method: str = "INVITE") -> bytes:
        self._check()
        self.offered.append(sdp)
        return offer(LocalAudio("192.0.2.9", 4000, codecs=(PCMA,)), Origin(1))

    def refuse(self, status: int) -> None:
        self.said.append(f"re-{status}")

    def respond_refer(self, status: int) -> None:
        self.refer_status = status

    def notify_refer(self, status: int, reason: str = "", final: bool = False) -> None:
        self._check()
        self.notified.append((status, final))

    # --- what its peer does
    def rings(self, status: int = 180, sdp: bytes | None = None) -> None:
        self.sink(Provisional(status, "", sdp, "tag", None))  # type: ignore[arg-type]

    def answers(self) -> None:
        self.state = SessionState.CONFIRMED
        self.sink(Answered(sdp(), None, "tag"))  # type: ignore[arg-type]

    def refuses(self, status: int, *headers: tuple[str, str]) -> None:
        self.state = SessionState.ENDED
        self.sink(Failed(status, "", Response(status, None, headers) if headers else None))

    def hangs_up(self) -> None:
        cause = "bye" if self.state is SessionState.CONFIRMED else "cancel"
        self.state = SessionState.ENDED
        self.sink(Ended(True, cause, None))

    def holds(self, on: bool = True) -> None:
        self.sink(Offered(sdp(direction="sendonly" if on else "sendrecv"), "INVITE", self.request))

    def refers(self, to: str, replaces: Replaces | None = None) -> None:
        self.sink(ReferReceived(parse_uri(f"sip:{to}@pbx"), None, replaces, self.request))

    @property
    def is_up(self) -> bool:
        return self.state is SessionState.CONFIRMED

    @property
    def is_over(self) -> bool:
        return self.state is SessionState.ENDED

    def _check(self) -> None:
        if self.state is SessionState.ENDED:
            raise WrongStateError("over")

    def _end(self, cause: str, by_peer: bool) -> None:
        self.state = SessionState.ENDED
        asyncio.get_running_loop().call_soon(lambda: self.sink(Ended(by_peer, cause, None)))

    def _fail(self, status: int) -> None:
        self.state = SessionState.ENDED
        asyncio.get_running_loop().call_soon(lambda: self.sink(Failed(status, "", None)))


def invite_from(
    user: str, to: str, *, source: Hop = PEER, headers: dict[str, str] | None = None, offered: bytes | None = None
) -> Session:
    """An INVITE received."""
    fields = {
        "from": f'"{user}" <sip:{user}@pbx>;tag=1',
        "to": f"<sip:{to}@pbx>",
        "content-type": "application/sdp",
        **(headers or {}),
    }
    request = Request("INVITE", Uri("sip", to, "pbx"), list(fields.items()), offered or sdp())
    return Session(is_incoming=True, request=request, source=source)


class Agent:
    """A UserAgent that keeps every INVITE sent in ``sent``."""

    def __init__(self) -> None:
        self.sent: list[Session] = []
        self.by_replaces: dict[str, Session] = {}

    def invite(self, target: Uri, via: Hop, *, from_: Any, to: Any, sdp: Any, sink: Any, **options: Any) -> Session:
        headers = [("from", str(from_)), ("to", str(to)), *options.get("headers", ())]
        session = Session(is_incoming=False, request=Request("INVITE", target, headers, sdp or b""), source=via)
        session.sink = sink
        self.sent.append(session)
        return session

    def find_session(self, call_id: str, local_tag: str, remote_tag: str) -> Session | None:
        return self.by_replaces.get(call_id)

    def to(self, user: str) -> Session:
        """The newest INVITE to ``user``."""
        return next(session for session in reversed(self.sent) if session.request.uri.user == user)

    def rung(self) -> list[str]:
        """Who has been sent an INVITE, in order."""
        return [session.request.uri.user for session in self.sent]


class Plane:
    """A MediaPlane that writes down what it is told, and plays every prompt in a tenth of a second."""

    def __init__(self) -> None:
        self.on_event: Callable[[Any], None] = lambda event: None
        self.told: list[tuple[Any, ...]] = []
        self.open: set[str] = set()
        self.bridged: set[frozenset[str]] = set()
        self.held: set[str] = set()
        self.playing: dict[str, tuple[Clip, ...]] = {}
        self.message_s = 5.0
        self.is_overloaded = False
        self.crypto: tuple[CryptoParameters, ...] = ()  # offered where keys are asked for
        self._recordings: dict[str, tuple[str, ...]] = {}
        self.longest_message_s = 0.0

    async def open_leg(self, leg: str, **options: Any) -> LocalMedia:
        self.open.add(leg)
        return LocalMedia("127.0.0.1", 10000, 10001, 0, crypto=self.crypto if options["sdes"] else ())

    def close_leg(self, leg: str) -> None:
        if leg not in self.open:
            return
        self.open.discard(leg)
        self.bridged = {pair for pair in self.bridged if leg not in pair}
        for recording, (path, *legs) in list(self._recordings.items()):
            if legs == [leg]:
                self._stop(recording, path, "leg_closed")
        quality = Quality("PCMA", 100, 100, 0, 0.0, 1.0, 4.3)
        asyncio.get_running_loop().call_soon(lambda: self.on_event(LegClosed(leg, quality)))

    def bridge(self, a: str, b: str) -> None:
        self.bridged = {pair for pair in self.bridged if a not in pair and b not in pair} | {frozenset((a, b))}

    def unbridge(self, leg: str) -> None:
        self.bridged = {pair for pair in self.bridged if leg not in pair}

    def hold(self, leg: str, on: bool) -> None:
        self.held = self.held | {leg} if on else self.held - {leg}

    def play(self, leg: str, clips: Any, *, play_id: str, loop: bool = False) -> None:
        from pbx.media.messages import PlaybackFinished

        assert play_id
        assert clips
        self.playing[leg] = tuple(clips)
        if not loop:
            asyncio.get_running_loop().call_later(0.1, lambda: self.on_event(PlaybackFinished(leg, play_id)))

    def stop_playing(self, leg: str) -> None:
        self.playing.pop(leg, None)

    def record(self, recording: str, path: str, left: str, right: str) -> None:
        self._recordings[recording] = (path, left, right)

    def stop_recording(self, recording: str) -> None:
        if recording in self._recordings:
            self._stop(recording, self._recordings[recording][0], "stopped")

    def record_message(self, recording: str, path: str, leg: str, *, max_s: float, silence_s: Any = None) -> None:
        self._recordings[recording] = (path, leg)
        self.longest_message_s = max_s

    def spools(self) -> list[tuple[str, ...]]:
        """(path, leg or legs) of what is being recorded."""
        return list(self._recordings.values())

    def recorded(self) -> list[tuple[str, ...]]:
        """(left, right) of the recordings that run."""
        return [tuple(legs) for _, *legs in self._recordings.values()]

    def lose_worker(self) -> None:
        """The worker is gone, and nothing that it had comes back."""
        lost = tuple(self.open)
        self.open.clear()
        self.bridged.clear()
        self.on_event(WorkerLost(0, lost))
        for leg in lost:
            self.on_event(LegLost(leg, "it has died"))
        for recording, (path, *_) in list(self._recordings.items()):
            self._stop(recording, path, "worker_lost")

    def _stop(self, recording: str, path: str, cause: str) -> None:
        del self._recordings[recording]
        stopped = RecordingStopped(recording, path, self.message_s, cause=cause)
        asyncio.get_running_loop().call_soon(lambda: self.on_event(stopped))

    def __getattr__(self, name: str) -> Any:
        return lambda *arguments, **options: self.told.append((name, *arguments, options))


def device(extension: str, login: str, number: int = 1) -> Target:
    """A registered telephone of a person."""
    hop = Hop("udp", (f"192.0.2.{number}", 5060))
    return Target(Uri("sip", extension, hop.host), hop, Party(extension, login.title(), login, extension))
