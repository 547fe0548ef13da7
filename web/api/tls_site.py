"""HTTPS: handshakes are bounded before their first octet is read, as those of telephones are."""

from __future__ import annotations

import ssl
from collections import Counter

from aiohttp import web

from pbx.net.limits import Limits
from pbx.net.tls_listener import TlsListener
from web.api.framing import Runner

HANDSHAKES = Limits(handshakes_per_source=64, handshakes_per_s=30.0, handshake_burst=400)
"""An office whose browsers all come back at once stands behind one address."""


class TlsSite(web.BaseSite):
    """Serves a runner's application over TLS. ``counts`` holds what was refused or failed, by name."""

    def __init__(
        self, runner: Runner, host: str, port: int, context: ssl.SSLContext, limits: Limits = HANDSHAKES
    ) -> None:
        super().__init__(runner)
        assert runner.server is not None
        self.counts: Counter[str] = Counter()
        self._host, self._port = host, port
        self._listener = TlsListener(
            runner.server,
            context,
            limits,
            trusted=lambda _: False,
            counted=self._counted,
            has_room=runner.open_connections.has_room_for,
        )

    @property
    def name(self) -> str:
        """Where it is."""
        return f"https://{self._host}:{self._port}"

    @property
    def port(self) -> int:
        """The port that it listens on, once started."""
        return self._port

    @property
    def unfinished(self) -> int:
        """Handshakes under way."""
        return self._listener.unfinished

    async def start(self) -> None:
        """Listen. Raises OSError."""
        await super().start()
        self._port = self._listener.start([self._host], self._port)

    async def stop(self) -> None:
        """Take nobody in any more."""
        await self._listener.stop()
        await super().stop()

    def _counted(self, what: str) -> None:
        self.counts[what] += 1
