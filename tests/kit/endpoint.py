"""Transactions of a phone: requests that are repeated until answered, answers that are repeated when asked again.

RFC 3261 §17, the part that a phone on a quick network needs. Everything that goes by is kept in ``trace``.
"""

from __future__ import annotations

import asyncio
import secrets
import ssl
import time
from collections.abc import AsyncIterator, Callable
from typing import NamedTuple

from tests.kit.errors import MessageError, NothingCameError
from tests.kit.message import Message, parse, written
from tests.kit.transport import Address, TcpTransport, Transport, UdpTransport

T1 = 0.5
T2 = 4.0
TIMEOUT = 32.0
MOST_KEPT = 2000


class Traced(NamedTuple):
    """A message that went by: time.monotonic(), sent or received, the other side, the message."""

    at: float
    sent: bool
    peer: Address
    message: Message


class Endpoint:
    """Sends requests and yields their responses; hands requests of others to ``on_request(message, source, at)``.

    ``on_late_success`` is given every 2xx to an INVITE that comes after its transaction is over (RFC 3261 §13.2.2.4).
    """

    def __init__(self, on_request: Callable[[Message, Address, float], None]) -> None:
        self._on_request = on_request
        self.on_late_success: Callable[[Message], None] = lambda response: None
        self._waiting: dict[tuple[str, str], asyncio.Queue[tuple[Message, float]]] = {}
        self._answered: dict[tuple[str, str], Message] = {}
        self._seen: dict[tuple[str, str], None] = {}
        self.trace: list[Traced] = []
        self.malformed: list[bytes] = []
        self.transport: Transport

    async def open(
        self, transport: str, server: Address, bind: Address, encryption: ssl.SSLContext | None = None
    ) -> None:
        """Bind a UDP socket, or connect to ``server`` by TCP, or by TLS with ``encryption``. Raises OSError."""
        if transport == "udp":
            self.transport = UdpTransport(self._received, bind)
        else:
            self.transport = await TcpTransport.connect(self._received, server, encryption)

    @property
    def is_closed(self) -> bool:
        """Whether nothing can be sent any more."""
        return self.transport.is_closed

    def close(self) -> None:
        self.transport.close()

    def via(self) -> str:
        """A Via with a new branch (RFC 3261 §8.1.1.7) and rport (RFC 3581)."""
        return (
            f"SIP/2.0/{self.transport.name} {written(self.transport.local)};branch=z9hG4bK{secrets.token_hex(10)};rport"
        )

    def send(self, message: Message, to: Address) -> None:
        """Send once; an answer is kept so that a repeated request gets it again."""
        if not message.is_request and message.method != "ACK":
            self._answered[message.branch, message.method] = message
            while len(self._answered) > MOST_KEPT:
                self._answered.pop(next(iter(self._answered)))
        self.trace.append(Traced(time.monotonic(), True, to, message))
        self.transport.send(message.to_bytes(), to)

    async def request(self, message: Message, to: Address) -> AsyncIterator[tuple[Message, float]]:
        """Send ``message`` and yield each response with its arrival time, the final one last.

        Raises NothingCameError when nothing comes for 32 s (timer B, timer F); there is no limit after a provisional.
        """
        key = (message.branch, message.method)
        responses = self._waiting[key] = asyncio.Queue()
        deadline, pause, provisional = time.monotonic() + TIMEOUT, T1, False
        self.send(message, to)
        try:
            while True:
                try:
                    wait = None if provisional and message.method == "INVITE" else pause
                    response, at = await asyncio.wait_for(responses.get(), wait)
                except TimeoutError:
                    if time.monotonic() > deadline:
                        raise NothingCameError(f"no response to {message.start} within {TIMEOUT:.0f} s") from None
                    if not self.transport.is_reliable:
                        self.send(message, to)
                    pause = min(pause * 2, T2) if message.method != "INVITE" else pause * 2
                    continue
                yield response, at
                if response.status >= 200:
                    return
                provisional = True
        finally:
            self._waiting.pop(key, None)

    async def final(self, message: Message, to: Address) -> Message:
        """The final response. Raises NothingCameError."""
        last: Message | None = None
        async for response, _ in self.request(message, to):
            last = response
        assert last is not None
        return last

    def _received(self, octets: bytes, source: Address, at: float) -> None:
        if not octets.strip(b"\r\n\0"):
            return
        try:
            message = parse(octets)
            key = (message.branch, message.method)
        except (MessageError, ValueError, IndexError):
            self.malformed.append(octets)
            return
        self.trace.append(Traced(at, False, source, message))
        if not message.is_request:
            waiting = self._waiting.get(key)
            if waiting is not None:
                waiting.put_nowait((message, at))
            elif message.method == "INVITE" and 200 <= message.status < 300:
                self.on_late_success(message)
            return
        if key in self._seen and message.method != "ACK":
            if key in self._answered:
                self.transport.send(self._answered[key].to_bytes(), source)
            return
        self._seen[key] = None
        while len(self._seen) > MOST_KEPT:
            self._seen.pop(next(iter(self._seen)))
        self._on_request(message, source, at)
