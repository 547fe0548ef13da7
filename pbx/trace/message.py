"""One message of a trace."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from pbx.trace.errors import TraceError

Address = tuple[str, int]


@dataclass(frozen=True, slots=True)
class TracedMessage:
    """``at`` in epoch seconds; ``direction`` as the exchange sees it; ``octets`` with the secrets masked."""

    at: float
    direction: Literal["in", "out"]
    transport: str
    local: Address
    remote: Address
    octets: bytes

    @property
    def summary(self) -> str:
        """The method and, in short, whom it is for; or the status and its reason."""
        first = self.octets.partition(b"\r\n")[0].decode("utf-8", "replace")
        if first.startswith("SIP/2.0 "):
            return first[8:]
        return first.removesuffix(" SIP/2.0")

    @property
    def text(self) -> str:
        """The message as text; octets that are none are replaced."""
        return self.octets.decode("utf-8", "replace")

    def to_document(self) -> dict[str, Any]:
        """As msgpack types."""
        return {
            "at": self.at,
            "direction": self.direction,
            "transport": self.transport,
            "local": list(self.local),
            "remote": list(self.remote),
            "octets": self.octets,
        }

    @classmethod
    def from_document(cls, document: Any) -> TracedMessage:
        """Inverse of ``to_document``. Raises TraceError."""
        try:
            local, remote = document["local"], document["remote"]
            return cls(
                float(document["at"]),
                "in" if document["direction"] == "in" else "out",
                str(document["transport"]),
                (str(local[0]), int(local[1])),
                (str(remote[0]), int(remote[1])),
                bytes(document["octets"]),
            )
        except (KeyError, IndexError, TypeError, ValueError) as error:
            raise TraceError(f"not a traced message: {error}") from None
