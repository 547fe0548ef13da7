"""A SIP phone: registration, calls out and in, answers by script."""

from __future__ import annotations

import asyncio
import secrets
import ssl
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Self

from tests.kit.call import Call
from tests.kit.credentials import Credentials
from tests.kit.dialog import ALLOW
from tests.kit.endpoint import Endpoint
from tests.kit.errors import NothingCameError
from tests.kit.heard import Heard
from tests.kit.message import Message, host_and_port, parameter, response_to, user_of, written
from tests.kit.registration import Registration
from tests.kit.transport import Address
from tests.kit.watching import Watch

Behaviour = Callable[[Call], Awaitable[None]]


def answers(tone: float | None = None, after: float = 0.1, ringing: bool = True) -> Behaviour:
    """Ring, answer ``after`` seconds, and say ``tone`` Hz (silence without)."""

    async def behave(call: Call) -> None:
        if ringing:
            call.ring()
        await asyncio.sleep(after)
        if not call.is_over:
            await call.answer()
            if tone:
                call.say_tone(tone)

    return behave


def rejects(status: int, after: float = 0.0) -> Behaviour:
    """Refuse with ``status``, without ringing when at once."""

    async def behave(call: Call) -> None:
        if after:
            call.ring()
            await asyncio.sleep(after)
        call.reject(status)

    return behave


async def rings(call: Call) -> None:
    """Ring and never answer."""
    call.ring()


async def ignores(call: Call) -> None:
    """Not even 100: as a device that is switched off."""


class Phone:
    """One SIP phone.

    ``behaviour`` decides what happens with an incoming call (``answers()``, ``rejects(486)``, ``rings``,
    ``ignores``); without one the call is only put on ``incoming()`` and the test acts. ``codecs`` in order of
    preference; ``transport`` is udp, tcp, or tls with its ``encryption``; ``algorithm`` picks among several challenges
    (None: the first that it knows); without ``sound`` calls are signalling only;
    ``is_served``: whether there is anybody to say goodbye to at the end.
    """

    def __init__(
        self,
        server: Address,
        user: str,
        password: str = "",
        *,
        auth_user: str | None = None,
        domain: str | None = None,
        transport: str = "udp",
        encryption: ssl.SSLContext | None = None,
        bind: Address | None = None,
        codecs: Sequence[str] = ("PCMU", "PCMA"),
        algorithm: str | None = None,
        behaviour: Behaviour | None = None,
        sound: bool = True,
        is_served: Callable[[], bool] = lambda: True,
    ) -> None:
        self.server = server
        self.user = user
        self.credentials = Credentials(auth_user or user, password, algorithm)
        self.domain = domain or written(server)
        self.transport = transport
        self.encryption = encryption
        self.bind = bind or ("::1" if ":" in server[0] else "127.0.0.1", 0)
        self.codecs = tuple(codecs)
        self.behaviour = behaviour
        self.sound = sound
        self.is_served = is_served
        self.crypto = ""  # keys of SRTP in what it describes (the value of a=crypto); its sound itself is not encrypted
        self.calls: list[Call] = []
        self.endpoint = Endpoint(self._on_request)
        self.endpoint.on_late_success = self._on_late_success
        self.ignored_methods: set[str] = set()
        self.received: Counter[str] = Counter()  # requests by method, those that were ignored too
        self.messages: list[tuple[str, str]] = []  # who wrote, and what (MESSAGE, RFC 3428)
        self._incoming: asyncio.Queue[Call] = asyncio.Queue()
        self._tasks: set[asyncio.Task[None]] = set()
        self.registration = Registration(self)
        self.watches: list[Watch] = []  # what `tests.kit.watching` has subscribed to

    @classmethod
    async def start(cls, server: Address, user: str, password: str = "", **options: Any) -> Self:
        """Open the phone's socket. Raises OSError."""
        phone = cls(server, user, password, **options)
        await phone.endpoint.open(phone.transport, server, phone.bind, phone.encryption)
        return phone

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *exc: object) -> None:
        await self.close()

    async def close(self) -> None:
        """Forget the registration and what was watched, hang up what is up, close every socket."""
        if not self.endpoint.is_closed and self.is_served():
            await self.registration.end()
            for watch in list(self.watches):
                await watch.end()
        for call in self.calls:
            await call.abandon()
        for task in list(self._tasks):
            task.cancel()
        self.endpoint.close()

    # --- Sound of the latest call ------------------------------------------------------------------------------------

    @property
    def latest(self) -> Call:
        """The latest call. Raises NothingCameError when there was none."""
        if not self.calls:
            raise NothingCameError(f"{self.user} has had no call")
        return self.calls[-1]

    @property
    def heard(self) -> Heard:
        return self.latest.heard

    def say_tone(self, frequency: float, level_db: float = -12.0) -> None:
        self.latest.say_tone(frequency, level_db)

    # --- Registration ------------------------------------------------------------------------------------------------

    @property
    def contact(self) -> str:
        suffix = "" if self.transport == "udp" else f";transport={self.transport}"
        return f"<sip:{self.user}@{written(self.endpoint.transport.local)}{suffix}>"

    @property
    def address_of_record(self) -> str:
        return f"sip:{self.user}@{self.domain}"

    async def register(self, expires: int = 300, refresh: bool = True) -> Message:
        """Register and keep registered (half-way through the granted time). Raises CallFailedError on a refusal."""
        return await self.registration.register(expires, refresh)

    async def unregister(self) -> Message:
        """Take this phone's binding away."""
        return await self.registration.unregister()

    async def bindings(self) -> list[str]:
        """The contacts of this address of record (a REGISTER without Contact, RFC 3261 §10.2.3)."""
        return await self.registration.bindings()

    # --- Outside of calls --------------------------------------------------------------------------------------------

    async def options(self) -> Message:
        """Ask the server what it can (RFC 3261 §11)."""
        message = Message(
            f"OPTIONS sip:{self.domain} SIP/2.0",
            [
                ("Via", self.endpoint.via()),
                ("Max-Forwards", "70"),
                ("From", f"<{self.address_of_record}>;tag={secrets.token_hex(6)}"),
                ("To", f"<sip:{self.domain}>"),
                ("Call-ID", f"{secrets.token_hex(12)}@kit"),
                ("CSeq", "1 OPTIONS"),
            ],
        )
        return await self.endpoint.final(message, self.server)

    async def write(self, number: str, text: str, content_type: str = "text/plain") -> Message:
        """Send a short message (RFC 3428); the final response."""
        call_id, count = f"{secrets.token_hex(12)}@kit", iter(range(1, 10))

        def build() -> Message:
            headers = [
                ("Via", self.endpoint.via()),
                ("Max-Forwards", "70"),
                ("From", f"<{self.address_of_record}>;tag={secrets.token_hex(6)}"),
                ("To", f"<{self.target(number)}>"),
                ("Call-ID", call_id),
                ("CSeq", f"{next(count)} MESSAGE"),
                ("Content-Type", content_type),
            ]
            return Message(f"MESSAGE {self.target(number)} SIP/2.0", headers, text.encode())

        return await self.authenticated(build)

    async def authenticated(self, build: Callable[[], Message]) -> Message:
        """The final response to a request outside a dialog, challenges answered; ``build`` makes each attempt."""
        message = build()
        self.authorize(message)
        response = await self.endpoint.final(message, self.server)
        for _ in range(2):
            if response.status not in (401, 407) or not self.take_challenge(response, message):
                break
            message = build()
            self.authorize(message)
            response = await self.endpoint.final(message, self.server)
        return response

    def take_challenge(self, response: Message, request: Message) -> bool:
        """Remember the challenge; False when it is not ours or has been answered already and is not stale."""
        return self.credentials.take_challenge(response, request)

    def authorize(self, message: Message) -> None:
        """Add credentials for the last challenge, if there was one."""
        self.credentials.authorize(message)

    # --- Calls -------------------------------------------------------------------------------------------------------

    def call(self, number: str, **options: Any) -> Call:
        """Dial; returns at once. ``await call.answered()`` waits. Options are those of Call.dial."""
        call = Call(self, outgoing=True)
        self.calls.append(call)
        call.dial(self.target(number), **options)
        return call

    def target(self, number: str) -> str:
        """The Request-URI for what a person dials."""
        return f"sip:{number}@{self.domain}"

    async def incoming(self, timeout: float = 5.0) -> Call:
        """The next incoming call. Raises NothingCameError."""
        try:
            return await asyncio.wait_for(self._incoming.get(), timeout)
        except TimeoutError:
            raise NothingCameError(f"{self.user}: no incoming call within {timeout} s") from None

    @property
    def incoming_count(self) -> int:
        """How many calls have come in so far."""
        return sum(1 for call in self.calls if not call.is_outgoing)

    def spawn(self, work: Awaitable[None]) -> asyncio.Task[None]:
        """Run ``work`` until done or until the phone is closed."""
        task: asyncio.Task[None] = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    def next_hop(self, uri: str) -> Address:
        """Where a request to ``uri`` goes: to the server over TCP, else where the URI points."""
        return self.server if self.transport != "udp" else host_and_port(uri)

    def _on_request(self, message: Message, source: Address, at: float) -> None:
        self.received[message.method] += 1
        if message.method in self.ignored_methods:
            return
        call = next((one for one in reversed(self.calls) if one.owns(message)), None)
        if call is not None:
            call.on_request(message, source, at)
        elif message.method == "INVITE" and parameter(message["To"], "tag") is None:
            self._on_invite(message, source, at)
        elif message.method == "OPTIONS":
            ok = response_to(message, 200, to_tag=secrets.token_hex(4))
            ok.headers.append(("Allow", ALLOW))
            self.endpoint.send(ok, source)
        elif message.method == "MESSAGE":
            self.messages.append((user_of(message["From"]), message.body.decode()))
            self.endpoint.send(response_to(message, 200, to_tag=secrets.token_hex(4)), source)
        elif message.method == "NOTIFY":
            watch = next((one for one in self.watches if one.owns(message)), None)
            if watch is not None:
                watch.on_notify(message, source)
            else:
                self.endpoint.send(response_to(message, 200, to_tag=secrets.token_hex(4)), source)
        elif message.method != "ACK":
            self.endpoint.send(response_to(message, 481, to_tag=secrets.token_hex(4)), source)

    def _on_invite(self, message: Message, source: Address, at: float) -> None:
        call = Call(self, outgoing=False)
        self.calls.append(call)
        call.take_invite(message, source, at)
        self._incoming.put_nowait(call)
        if self.behaviour is not ignores:
            call.trying()
        if self.behaviour is not None:
            self.spawn(self.behaviour(call))

    def _on_late_success(self, response: Message) -> None:
        for call in self.calls:
            if call.is_outgoing and call.call_id == response["Call-ID"]:
                call.acknowledge_again(response)


async def until(condition: Callable[[], bool], timeout: float, what: str, every: float = 0.02) -> float:
    """Wait for ``condition``; the time at which it was seen. Raises NothingCameError naming ``what``."""
    deadline = time.monotonic() + timeout
    while not condition():
        if time.monotonic() > deadline:
            raise NothingCameError(f"within {timeout} s: {what}")
        await asyncio.sleep(every)
    return time.monotonic()
