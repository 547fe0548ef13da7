"""What strangers may cost us at most."""

from __future__ import annotations

from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds per source address and in all. Addresses in ``exempt`` (loopback, trunks) have no per-source bounds."""

    requests_per_s: float = 50.0  # new requests outside a dialog, per source
    request_burst: int = 200
    transactions: int = 20_000  # server transactions that wait for an answer of ours, in all
    transactions_per_source: int = 1_000
    answered: int = 60_000  # answered ones, kept for repetitions; beyond that the oldest is forgotten
    sessions: int = 20_000  # open INVITE sessions in all
    sessions_per_source: int = 500
    connections: int = 5_000
    connections_per_source: int = 100
    connection_idle_s: float = 3900.0  # longer than a registration of an hour
    handshakes: int = 256  # unfinished TLS handshakes in all
    handshakes_per_source: int = 16
    handshakes_per_s: float = 10.0  # TLS handshakes begun, per source; one costs about a millisecond
    handshake_burst: int = 100
    send_buffer: int = 1 << 20  # octets waiting on one connection before it is closed
    sources: int = 50_000  # source addresses remembered
    exempt: frozenset[str] = frozenset({"127.0.0.1", "::1"})

    @property
    def transactions_of_exempt(self) -> int:
        """Even who is trusted leaves half of the room to others."""
        return self.transactions // 2

    @property
    def handshakes_of_exempt(self) -> int:
        """As ``transactions_of_exempt``; never less than what strangers may have."""
        return max(self.handshakes // 2, self.handshakes_per_source)

    def of_handshakes(self) -> Limits:
        """The same, with the share of requests that of TLS handshakes."""
        return replace(self, requests_per_s=self.handshakes_per_s, request_burst=self.handshake_burst)
