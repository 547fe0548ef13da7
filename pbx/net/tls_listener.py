"""TLS connections that are taken in: handshakes beside everything else, bounded before their first octet is read."""

from __future__ import annotations

import asyncio
import errno
import socket
import ssl
from collections.abc import Callable, Sequence
from functools import partial

from pbx.background import for_ever
from pbx.net.limits import Limits
from pbx.net.sources import Sources
from pbx.net.transport import Count

HANDSHAKE_WITHIN = 10.0
GOODBYE_WITHIN = 5.0
_PAUSE_S = 0.2  # when the process has no file descriptor left


class TlsListener:
    """Listening sockets whose connections get a protocol of ``accepted`` once their handshake is done.

    How many handshakes may be unfinished, in all and per source, and how many a source may begin a second are in
    ``limits``; ``has_room`` says whether one more connection of a source may be. What is over is closed unread. When
    all places are taken, the source that holds most of them loses its oldest one to a source that holds fewer: few
    who say nothing keep nobody out.
    """

    def __init__(
        self,
        accepted: Callable[[], asyncio.BaseProtocol],
        context: ssl.SSLContext,
        limits: Limits,
        *,
        trusted: Callable[[str], bool],
        counted: Count,
        has_room: Callable[[str], bool] = lambda _: True,
    ) -> None:
        self._accepted = accepted
        self._context = context
        self._limits = limits
        self._rates = Sources(limits.of_handshakes(), trusted)
        self._count = counted
        self._has_room = has_room
        self._handshakes: dict[str, dict[asyncio.Task[None], None]] = {}  # unfinished ones by source, oldest first
        self._listeners: list[socket.socket] = []
        self._accepting: list[asyncio.Task[None]] = []

    @property
    def unfinished(self) -> int:
        """Handshakes under way."""
        return sum(map(len, self._handshakes.values()))

    def start(self, addresses: Sequence[str], port: int) -> int:
        """Listen on every address; the port that it became (0 chooses one). Raises OSError with the address in it."""
        for address in addresses:
            family = socket.AF_INET6 if ":" in address else socket.AF_INET
            try:
                listener = socket.create_server((address, port), family=family, backlog=1024)
            except OSError as error:
                raise OSError(error.errno, error.strerror, address) from None
            listener.setblocking(False)
            self._listeners.append(listener)
            self._accepting.append(for_ever(partial(self._accept, listener), "tls_accept", address=address))
            port = int(listener.getsockname()[1])
        return port

    async def stop(self) -> None:
        """Take nobody in any more; handshakes under way end."""
        tasks = [*(task for tasks in self._handshakes.values() for task in tasks), *self._accepting]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        for listener in self._listeners:
            listener.close()
        self._listeners.clear()
        self._accepting.clear()

    async def _accept(self, listener: socket.socket) -> None:
        loop = asyncio.get_running_loop()
        while True:
            try:
                accepted, address = await loop.sock_accept(listener)
            except OSError as error:
                if error.errno not in {errno.ECONNABORTED, errno.EPERM}:
                    self._count("accept_failed")
                    await asyncio.sleep(_PAUSE_S)
                continue
            source = str(address[0])
            if not self._may_begin(source):
                self._count("handshakes_refused")
                accepted.close()
                continue
            task = loop.create_task(self._handshake(accepted))
            self._handshakes.setdefault(source, {})[task] = None
            task.add_done_callback(partial(self._over, source))

    def _may_begin(self, source: str) -> bool:
        """Whether there is a place for one more handshake; one is made where that is fair."""
        limits, held = self._limits, len(self._handshakes.get(source, ()))
        most = limits.handshakes_of_exempt if self._rates.is_trusted(source) else limits.handshakes_per_source
        if held >= most or not self._has_room(source):
            return False
        if not self._rates.may_request(source, asyncio.get_running_loop().time()):
            return False
        if self.unfinished < limits.handshakes:
            return True
        crowd = max(self._handshakes, key=lambda one: len(self._handshakes[one]))
        if len(self._handshakes[crowd]) <= held + 1:
            return False
        oldest = next(iter(self._handshakes[crowd]))
        oldest.cancel()
        self._over(crowd, oldest)
        self._count("handshakes_displaced")
        return True

    def _over(self, source: str, task: asyncio.Task[None]) -> None:
        held = self._handshakes.get(source, {})
        held.pop(task, None)
        if not held:
            self._handshakes.pop(source, None)

    async def _handshake(self, accepted: socket.socket) -> None:
        try:
            accepted.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            await asyncio.get_running_loop().connect_accepted_socket(
                self._accepted,
                accepted,
                ssl=self._context,
                ssl_handshake_timeout=HANDSHAKE_WITHIN,
                ssl_shutdown_timeout=GOODBYE_WITHIN,
            )
        except OSError:  # ssl.SSLError and TimeoutError are OSErrors: the peer's fault or the network's
            self._count("handshakes_failed")
            accepted.close()
