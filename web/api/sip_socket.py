"""SIP over WebSocket (RFC 7118), the office's part: who may open one, and its messages to the exchange and back.

Nothing is read in the messages here. What a browser may cost is bounded: octets of a message, messages per second,
what waits for a slow one, and how many WebSockets one person has open.
"""

from __future__ import annotations

import asyncio
import time
from asyncio import FIRST_COMPLETED
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

import structlog
from aiohttp import WSCloseCode, WSMsgType, web
from sqlalchemy.exc import SQLAlchemyError

from pbx.browser_link import BrowserLink, Flow, LinkLostError, SlowBrowserError
from pbx.ipc.browser_frames import MAX_MESSAGE
from web.api.errors import MalformedError, TooManyError, UnauthenticatedError, UnavailableError
from web.api.sessions import Sessions, SignedIn, session_key

PROTOCOL = "sip"
HEARTBEAT_S = 6.0  # a browser that does not answer within half of it is gone: known after 9 s at most
WRITE_WAIT_S = 10.0
GOODBYE_WAIT_S = 2.0
LOOK_AGAIN_S = 10.0
MAX_PER_PERSON = 20
MAX_SOCKETS = 5_000
MESSAGES_PER_S = 50.0
MESSAGE_BURST = 300.0

# Close codes of RFC 6455 §7.4: the private range says what a page can do about it.
NOT_SIGNED_IN = 4401
SLOW_READER = 4408
TOO_FAST = 4429

_Ending = tuple[int, bytes]
_SIGNED_OUT: _Ending = (NOT_SIGNED_IN, b"signed out")
_TOO_SLOW: _Ending = (SLOW_READER, b"too slow")
_TOO_FAST: _Ending = (TOO_FAST, b"too many messages")
_GOING_AWAY: _Ending = (WSCloseCode.GOING_AWAY, b"")
_COME_BACK: _Ending = (WSCloseCode.SERVICE_RESTART, b"come back")

log = structlog.get_logger(__name__)


@dataclass(slots=True, eq=False)
class _Relay:
    """One WebSocket that is open. ``ending`` is how it is to be closed, once somebody wants that."""

    socket: web.WebSocketResponse
    flow: Flow
    login: str
    token: str
    ending: asyncio.Future[_Ending]
    over: asyncio.Event

    def end(self, ending: _Ending) -> None:
        if not self.ending.done():
            self.ending.set_result(ending)


class BrowserSockets:
    """Every SIP WebSocket that is open. ``clock``: seconds."""

    def __init__(self, link: BrowserLink, sessions: Sessions, clock: Callable[[], float] = time.monotonic) -> None:
        self._link = link
        self._sessions = sessions
        self._clock = clock
        self._open: set[_Relay] = set()
        self._per_person: Counter[str] = Counter()

    def __len__(self) -> int:
        return len(self._open)

    async def serve(self, request: web.Request, token: str, signed_in: SignedIn) -> web.StreamResponse:
        """Relay for one browser until either side closes.

        Raises MalformedError without the sub-protocol, TooManyError, UnavailableError.
        """
        login = signed_in.login
        offered = [name.strip() for name in request.headers.get("Sec-WebSocket-Protocol", "").split(",")]
        if PROTOCOL not in offered:
            raise MalformedError(f"allowed: Sec-WebSocket-Protocol: {PROTOCOL} (RFC 7118)")
        if self._per_person[login] >= MAX_PER_PERSON or len(self._open) >= MAX_SOCKETS:
            raise TooManyError("too many SIP connections", 5)
        socket = web.WebSocketResponse(
            protocols=(PROTOCOL,),
            heartbeat=HEARTBEAT_S,
            timeout=GOODBYE_WAIT_S,
            max_msg_size=MAX_MESSAGE,
            compress=False,
        )
        ending: asyncio.Future[_Ending] = asyncio.get_running_loop().create_future()
        relay = _Relay(socket, self._flow(request, login), login, token, ending, asyncio.Event())
        self._open.add(relay)
        self._per_person[login] += 1
        try:
            await socket.prepare(request)
            await self._relay(relay)
        finally:
            relay.flow.close()
            relay.over.set()
            self._open.discard(relay)
            self._per_person[login] -= 1
            if not self._per_person[login]:
                del self._per_person[login]
        return socket

    def sessions_of(self, login: str) -> set[str]:
        """The keys of the sessions in which ``login`` has a telephone connected."""
        return {session_key(relay.token) for relay in self._open if relay.login == login}

    def sign_out(self, token: str) -> None:
        """Close what the session of ``token`` has open."""
        for relay in self._open:
            if relay.token == token:
                relay.end(_SIGNED_OUT)

    def sign_out_person(self, login: str, *, but: str | None = None) -> None:
        """Close what ``login`` has open, in whatever session but that of the token ``but``."""
        for relay in self._open:
            if relay.login == login and relay.token != but:
                relay.end(_SIGNED_OUT)

    def come_back(self, login: str) -> None:
        """Have the telephones of ``login`` sign in anew: they are others from now on."""
        for relay in self._open:
            if relay.login == login:
                relay.end(_COME_BACK)

    async def close(self) -> None:
        """Tell every browser that the server goes away."""
        relays = list(self._open)
        for relay in relays:
            relay.end(_GOING_AWAY)
        await asyncio.gather(*(relay.over.wait() for relay in relays))

    def _flow(self, request: web.Request, login: str) -> Flow:
        peer = request.transport.get_extra_info("peername") if request.transport is not None else None
        address, port = (str(peer[0]), int(peer[1])) if peer else (request.remote or "", 0)
        address = address.removeprefix("::ffff:") if "." in address else address  # IPv4 on a socket for both
        try:
            return self._link.open(login, address, port, secure=request.secure)
        except LinkLostError:
            raise UnavailableError("the exchange is away") from None

    async def _relay(self, relay: _Relay) -> None:
        writer = asyncio.create_task(_write(relay))
        reader = asyncio.create_task(self._read(relay))
        try:
            while not relay.ending.done():
                await asyncio.wait((relay.ending, reader, writer), timeout=LOOK_AGAIN_S, return_when=FIRST_COMPLETED)
                if reader.done() or writer.done():
                    break
                if not await self._is_signed_in(relay.token):
                    relay.end(_SIGNED_OUT)
        finally:
            ending = relay.ending.result() if relay.ending.done() else _GOING_AWAY
            # Before goodbye is said: who is gone is not to be rung meanwhile.
            relay.flow.close(signed_out=ending is _SIGNED_OUT)
            for task in (reader, writer):
                task.cancel()
            for fault in await asyncio.gather(reader, writer, return_exceptions=True):
                if isinstance(fault, Exception):
                    log.error("browser_relay_failed", error=repr(fault))
            code, reason = ending
            with suppress(ConnectionError):
                await relay.socket.close(code=code, message=reason)

    async def _read(self, relay: _Relay) -> None:
        """What the browser says, until it closes or is to be closed."""
        share = _Share(self._clock())
        while (message := await relay.socket.receive()).type in (WSMsgType.TEXT, WSMsgType.BINARY):
            if not share.take(self._clock()):
                relay.end(_TOO_FAST)
                return
            data = message.data
            try:
                await relay.flow.send(data.encode("utf-8", "surrogateescape") if isinstance(data, str) else data)
            except LinkLostError:
                relay.end(_COME_BACK)
                return

    async def _is_signed_in(self, token: str) -> bool:
        try:
            await self._sessions.who(token)
        except UnauthenticatedError:
            return False
        except (SQLAlchemyError, OSError):
            return True
        return True


class _Share:
    """How many messages a browser may send: a bucket that fills again."""

    def __init__(self, now: float) -> None:
        self._left = MESSAGE_BURST
        self._at = now

    def take(self, now: float) -> bool:
        self._left = min(MESSAGE_BURST, self._left + (now - self._at) * MESSAGES_PER_S)
        self._at = now
        if self._left < 1:
            return False
        self._left -= 1
        return True


async def _write(relay: _Relay) -> None:
    """What the exchange says, one message a frame: text where it is UTF-8 (RFC 7118 §5)."""
    try:
        while (data := await relay.flow.receive()) is not None:
            async with asyncio.timeout(WRITE_WAIT_S):
                try:
                    await relay.socket.send_str(data.decode())
                except UnicodeDecodeError:
                    await relay.socket.send_bytes(data)
        relay.end(_GOING_AWAY)
    except (SlowBrowserError, TimeoutError):
        relay.end(_TOO_SLOW)
    except LinkLostError:
        relay.end(_COME_BACK)
    except ConnectionError:
        return
