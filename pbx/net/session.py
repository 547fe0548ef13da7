"""One INVITE usage as the rest of the house sees it (RFC 3261 §12–15, RFC 3262, RFC 3311, RFC 6026)."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from typing import Protocol

from pbx.net.clock import Clock
from pbx.net.errors import OfferRefusedError
from pbx.net.hop import Hop
from pbx.net.timers import Timed, Timers
from pbx.sip.dialog import Dialog
from pbx.sip.headers import HeaderList
from pbx.sip.message import Request, Response
from pbx.sip.reason import Reason
from pbx.sip.replaces import Replaces
from pbx.sip.session_client import ClientSession
from pbx.sip.session_events import SessionEvent, SessionState
from pbx.sip.session_outputs import Emit, Outcome, SessionOutput
from pbx.sip.session_server import ServerSession
from pbx.sip.uri import Uri

log = logging.getLogger(__name__)

Sink = Callable[[SessionEvent], None]


class SessionHost(Protocol):
    """What a session needs of its user agent."""

    clock: Clock
    timers: Timers

    def perform(self, session: InviteSession, output: SessionOutput) -> None:
        """Send what the session wants sent."""

    def count(self, name: str) -> None:
        """One more of what ``counters`` tells."""

    def session_over(self, session: InviteSession) -> None:
        """Nothing more will come from it."""


class InviteSession(Timed):
    """A call's signalling with one peer, as UAS (``is_incoming``) or UAC.

    The owner sets ``sink``; it is called from the loop, never from inside a method of this class; events before that
    are kept. The last event is one Failed (UAC, not answered) or one Ended. ``request`` is the INVITE received or sent;
    ``source`` where it came from or went to. Methods that do not fit the state raise WrongStateError.
    """

    def __init__(self, core: ServerSession | ClientSession, host: SessionHost, source: Hop) -> None:
        self.core = core
        self.source = source
        self.is_incoming = isinstance(core, ServerSession)
        self._host = host
        self._sink: Sink | None = None
        self._events: list[SessionEvent] = []
        self._telling = False
        self._operations: dict[int, asyncio.Future[Outcome]] = {}
        self._last_operation = 0
        self._reoffering: asyncio.Lock | None = None
        self._released = False

    # --- What it is ---------------------------------------------------------------------------------------------------

    @property
    def id(self) -> str:
        """Unique among all sessions: Call-ID and our tag."""
        return f"{self.core.call_id};{self.core.local_tag}"

    @property
    def request(self) -> Request:
        """The INVITE received, or as it was sent last."""
        return self.core.request

    @property
    def state(self) -> SessionState:
        return self.core.state

    @property
    def call_id(self) -> str:
        return self.core.call_id

    @property
    def local_tag(self) -> str:
        return self.core.local_tag

    @property
    def remote_tag(self) -> str:
        """The peer's tag; "" before an outgoing call has one."""
        return self.core.remote_tag

    @property
    def remote_target(self) -> Uri | None:
        """The peer's Contact, once there is a dialog."""
        return self.core.dialog.remote_target if self.core.dialog is not None else None

    @property
    def replaces(self) -> Replaces | None:
        """What the INVITE received asks to replace; look it up with ``UserAgent.find_session``."""
        return self.core.replaces if isinstance(self.core, ServerSession) else None

    @property
    def sink(self) -> Sink | None:
        """Who is told; what happened before it was set is told then."""
        return self._sink

    @sink.setter
    def sink(self, sink: Sink) -> None:
        self._sink = sink
        if self._events:
            self._host.clock.call_soon(self._tell)

    def resume(self, dialog: Dialog, peer_allows: frozenset[str], timer: tuple[int, bool] | None) -> None:
        """Go on with a dialog of an earlier process; ``timer``: its session timer, as it was agreed on."""
        self.core.resume(dialog, peer_allows)
        if timer is not None:
            self.core.timer.resume(*timer, self._now())
        self._settle()

    # --- Before the answer --------------------------------------------------------------------------------------------

    def ring(self, status: int = 180, sdp: bytes | None = None, headers: HeaderList = ()) -> None:
        """Send a provisional response of 101 to 199 (reliably where the peer requires 100rel)."""
        self._server().ring(status, sdp, headers, self._now())
        self._settle()

    def accept(self, sdp: bytes, headers: HeaderList = ()) -> None:
        """Send 200 with the answer, or with our offer when the INVITE had none; repeated until the ACK."""
        self._server().accept(sdp, headers, self._now())
        self._settle()

    def reject(self, status: int, reason: str | None = None, headers: HeaderList = ()) -> None:
        """Send a final response of 300 to 699."""
        self._server().reject(status, reason, headers, self._now())
        self._settle()

    # --- At any time --------------------------------------------------------------------------------------------------

    def hang_up(self, reason: Reason | None = None, status: int = 603) -> None:
        """End it, whatever fits the state: CANCEL, BYE, or a rejection with ``status``. May be called again."""
        self.core.hang_up(reason, status, self._now())
        self._settle()

    async def reoffer(self, sdp: bytes, method: str = "INVITE") -> bytes:
        """Our re-INVITE or UPDATE; returns the peer's answer ("" when it has none).

        491 is tried again (RFC 3261 §14.1); one call at a time, in order. Raises OfferRefusedError, WrongStateError.
        """
        if self._reoffering is None:
            self._reoffering = asyncio.Lock()
        async with self._reoffering:
            number = self._next_operation()
            self.core.renegotiation.offer(number, sdp, method, self._now())
            self.core.timer.local_sdp = sdp
            result = await self._outcome(number)
        if result.status >= 300:
            raise OfferRefusedError(result.status)
        return result.sdp or b""

    def answer(self, sdp: bytes, headers: HeaderList = ()) -> None:
        """Reply to Offered; or, after Answered without an offer of ours, send the ACK with our answer."""
        self.core.answer(sdp, headers, self._now())
        self._settle()

    def refuse(self, status: int) -> None:
        """Reply to Offered with 488 and the like: the session stays as it was."""
        self.core.renegotiation.refuse(status, self._now())
        self._settle()

    def info(self, content_type: str, body: bytes) -> None:
        """Send INFO within the dialog."""
        self.core.info(content_type, body, self._now())
        self._settle()

    def watch_keys(self) -> None:
        """Have the peer tell of each key by KPML, where it offers that; DigitReceived follows."""
        self.core.keys.begin(self._now())
        self._settle()

    def respond_refer(self, status: int) -> None:
        """Reply to ReferReceived: 202 (a NOTIFY of 100 follows by itself), or why not."""
        self.core.referrals.respond(status, self._now())
        self._settle()

    def notify_refer(self, status: int, reason: str = "", final: bool = False) -> None:
        """Tell the transferor how the call it asked for goes (message/sipfrag); ``final`` ends the subscription.

        Does nothing when there is no subscription (any more).
        """
        self.core.referrals.notify(status, reason, final)
        self._settle()

    async def refer(self, refer_to: Uri, referred_by: Uri | None = None) -> int:
        """Ask the peer to call ``refer_to``; the final status: its own refusal, or what its NOTIFYs said last."""
        number = self._next_operation()
        self.core.referrals.refer(number, refer_to, referred_by, self._now())
        return (await self._outcome(number)).status

    # --- From the network and the clock -------------------------------------------------------------------------------

    @property
    def deadline(self) -> float | None:
        return None if self._released else self.core.deadline

    def fire(self, now: float) -> None:
        self.core.advance(now)
        self._settle(tell=True)

    def receive_request(self, request: Request, now: float) -> None:
        """A request of the peer in this dialog."""
        self.core.receive_request(request, now)
        self._settle(tell=True)

    def receive_cancel(self, request: Request, now: float) -> None:
        """A CANCEL of an INVITE received, the first or a later one."""
        self.core.cancel(request, now)
        self._settle(tell=True)

    def receive_response(self, request: Request, response: Response, now: float) -> None:
        """A response to a request of this session."""
        self.core.receive_response(request, response, now)
        self._settle(tell=True)

    def request_failed(self, request: Request, status: int, now: float) -> None:
        """A request of this session got no response (408) or could not be sent (503)."""
        self.core.request_failed(request, status, now)
        self._settle(tell=True)

    def start(self) -> None:
        """Begin: send the INVITE, or let the time run."""
        if isinstance(self.core, ClientSession):
            self.core.start(self._now())
        self._settle()

    # --- Inside -------------------------------------------------------------------------------------------------------

    def _now(self) -> float:
        return self._host.clock.time()

    def _server(self) -> ServerSession:
        if not isinstance(self.core, ServerSession):
            raise TypeError("only a call that came in can be answered or cancelled by its peer")
        return self.core

    def _next_operation(self) -> int:
        self._last_operation += 1
        return self._last_operation

    async def _outcome(self, number: int) -> Outcome:
        outcome: asyncio.Future[Outcome] = asyncio.get_running_loop().create_future()
        self._operations[number] = outcome
        self._settle()
        return await outcome

    def _settle(self, tell: bool = False) -> None:
        """Do what the core wants done; tell the owner now, or soon when it is the owner who called."""
        while self.core.outputs:
            outputs, self.core.outputs = self.core.outputs, []
            for output in outputs:
                if isinstance(output, Emit):
                    self._events.append(output.event)
                elif isinstance(output, Outcome):
                    waiting = self._operations.pop(output.number, None)
                    if waiting is not None and not waiting.done():
                        waiting.set_result(output)
                else:
                    self._host.perform(self, output)
        if not self.core.is_over:
            self._host.timers.update(self)
        elif not self._released:
            self._released = True
            self._host.timers.forget(self)
            self._host.session_over(self)
        if self._events and self._sink is not None:
            if tell:
                self._tell()
            else:
                self._host.clock.call_soon(self._tell)

    def _tell(self) -> None:
        if self._telling:
            return
        self._telling = True
        try:
            while self._events and self._sink is not None:
                self._tell_one(self._sink, self._events.pop(0))
        finally:
            self._telling = False
        if self.core.has_ended:
            self._sink = None  # that was the last event: whoever heard them is not to be kept for a late repetition

    def _tell_one(self, sink: Sink, event: SessionEvent) -> None:
        try:
            sink(event)
        except Exception:  # timers and sockets are everybody's: one owner's fault ends one call
            log.exception("a call was hung up: its owner failed at %s", type(event).__name__)
            self._host.count("owner_failed")
            self.hang_up(status=500)
