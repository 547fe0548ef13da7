"""Where a message goes to or has come from."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Hop:
    """An address, and the connection to it where there is one.

    ``transport``: ``udp``, ``tcp``, ``tls``, ``ws``, ``wss``. ``local`` is our side of a flow seen before (None for an
    address not yet spoken to). ``connection`` is the number of a stream connection (0: none yet, or UDP): a phone
    behind a NAT is reached by that connection only (RFC 5626). ``symmetric``: the peer is behind a NAT, so whatever its
    Contact says it is reached at ``remote``. ``name`` is the host name that led here: what the certificate of a TLS
    peer must be for (RFC 5922); it is no part of where the hop is.
    """

    transport: str
    remote: tuple[str, int]
    local: tuple[str, int] | None = None
    connection: int = 0
    symmetric: bool = False
    name: str = field(default="", compare=False)

    @property
    def host(self) -> str:
        return self.remote[0]

    @property
    def port(self) -> int:
        return self.remote[1]

    @property
    def uri_transport(self) -> str:
        """As the transport parameter of a URI says it: one word for WebSocket, over TLS or not (RFC 7118 §5.4)."""
        return "ws" if self.transport == "wss" else self.transport

    @property
    def share(self) -> str:
        """On whose account it goes: the address's; a browser, whoever it is having signed in, has its own.

        All of a company may come from one address, or through one web proxy.
        """
        return f"{self.transport}:{self.connection}" if self.transport in {"ws", "wss"} else self.host

    @property
    def is_reliable(self) -> bool:
        return self.transport != "udp"

    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{self.transport}:{host}:{self.port}"
