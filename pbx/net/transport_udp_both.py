"""SIP over UDP in both address families at once: a socket for each, on one port."""

from __future__ import annotations

from pbx.net.hop import Hop
from pbx.net.transport import Count, Receive
from pbx.net.transport_udp import UdpTransport, Undelivered


class BothUdpTransport:
    """A socket, and a second one where an IPv6 address is listened on beside; a datagram leaves by its family's."""

    name = "udp"

    def __init__(self, receive: Receive, count: Count, undelivered: Undelivered | None = None) -> None:
        self._first = UdpTransport(receive, count, undelivered)
        self._beside = UdpTransport(receive, count, undelivered)
        self._v6: UdpTransport | None = None

    async def start(self, bind: str, port: int, bind_v6: str = "") -> int:
        """Bind to one port; which it became. Raises AddressInUseError."""
        became = await self._first.start(bind, port)
        if bind_v6:
            await self._beside.start(bind_v6, became)
            self._v6 = self._beside
        return became

    def send(self, data: bytes, hop: Hop, failed: object) -> None:
        """Send a datagram, as `UdpTransport.send` does."""
        transport = self._v6 if self._v6 is not None and ":" in hop.host else self._first
        transport.send(data, hop, failed)

    async def stop(self) -> None:
        """Close what is open."""
        await self._first.stop()
        await self._beside.stop()
