"""Requests as phones and carriers write them."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import Any

from pbx.net.hop import Hop
from pbx.sip.digest import expected_response, parse_digest
from pbx.sip.message import Request

DOMAIN = "pbx.example"


def request(method: str = "REGISTER", user: str = "101", **headers: str | list[str]) -> Request:
    """A request from ``user``; ``headers`` add or replace (underscores stand for dashes)."""
    fields: dict[str, str | list[str]] = {
        "via": "SIP/2.0/UDP 192.0.2.1:5062;branch=z9hG4bK1;rport",
        "from": f"<sip:{user}@{DOMAIN}>;tag=1",
        "to": f"<sip:{user}@{DOMAIN}>",
        "call-id": "call-1",
        "cseq": f"1 {method}",
    }
    fields |= {name.rstrip("_").replace("_", "-"): value for name, value in headers.items()}
    flat = [(n, v) for n, value in fields.items() for v in ([value] if isinstance(value, str) else value)]
    return Request(method, f"sip:{DOMAIN}", flat)


def udp(host: str = "192.0.2.1", port: int = 5062) -> Hop:
    return Hop("udp", (host, port), ("192.0.2.100", 5060))


def authorization(
    challenge: str, method: str, username: str, password: str, *, realm: str | None = None, qop: bool = True
) -> str:
    """The answer to one WWW-Authenticate value."""
    asked = parse_digest(challenge)
    algorithm = asked["algorithm"]
    name = {"MD5": "md5", "SHA-256": "sha256", "SHA-512-256": "sha512_256"}[algorithm]

    def digest(octets: bytes) -> Any:
        return hashlib.new(name, octets)

    given = {"uri": f"sip:{DOMAIN}", "nonce": asked["nonce"], "realm": realm or asked["realm"], "username": username}
    if qop:
        given |= {"qop": "auth", "nc": "00000001", "cnonce": "abc"}
    ha1 = digest(f"{username}:{given['realm']}:{password}".encode()).hexdigest()
    quoted = ", ".join(f'{name}="{value}"' for name, value in given.items() if name not in {"qop", "nc"})
    bare = "".join(f", {name}={given[name]}" for name in ("qop", "nc") if name in given)
    return (
        f'Digest {quoted}{bare}, algorithm={algorithm}, response="{expected_response(ha1, method, algorithm, given)}"'
    )


@dataclass
class Received:
    """A request outside a dialog as the network hands it over; keeps what was responded."""

    request: Request
    source: Hop = field(default_factory=udp)
    responses: list[tuple[int, list[tuple[str, str]]]] = field(default_factory=list)

    def respond(self, status: int, reason: str | None = None, headers=(), body: bytes = b"", content_type="") -> None:
        self.responses.append((status, [(name.lower(), value) for name, value in headers]))

    @property
    def status(self) -> int:
        assert len(self.responses) == 1
        return self.responses[0][0]

    def values(self, name: str) -> list[str]:
        return [value for key, value in self.responses[0][1] if key == name]
