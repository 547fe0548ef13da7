"""Digest answers to a challenge, MD5 and SHA-256, with and without ``qop=auth`` (RFC 8760, RFC 7616)."""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass

HASHES: dict[str, Callable[[bytes], str]] = {
    "MD5": lambda octets: hashlib.md5(octets).hexdigest(),
    "SHA-256": lambda octets: hashlib.sha256(octets).hexdigest(),
}


@dataclass(frozen=True)
class Challenge:
    """One WWW-Authenticate or Proxy-Authenticate value."""

    realm: str
    nonce: str
    algorithm: str
    qop: tuple[str, ...]
    opaque: str | None
    stale: bool


def parse_challenge(value: str) -> Challenge | None:
    """The challenge, or None when its scheme or algorithm is not ours."""
    scheme, _, rest = value.partition(" ")
    if scheme.lower() != "digest":
        return None
    found = {
        name.lower(): (quoted or plain)
        for name, quoted, plain in re.findall(r"([\w-]+)\s*=\s*(?:\"([^\"]*)\"|([^\s,\"]+))", rest)
    }
    algorithm = found.get("algorithm", "MD5").upper()
    if algorithm not in HASHES or "nonce" not in found:
        return None
    return Challenge(
        realm=found.get("realm", ""),
        nonce=found["nonce"],
        algorithm=algorithm,
        qop=tuple(option.strip() for option in found.get("qop", "").split(",") if option.strip()),
        opaque=found.get("opaque"),
        stale=found.get("stale", "").lower() == "true",
    )


def authorization(
    challenge: Challenge,
    username: str,
    password: str,
    method: str,
    uri: str,
    count: int = 1,
    cnonce: str | None = None,
) -> str:
    """The Authorization value that answers ``challenge``."""
    digest = HASHES[challenge.algorithm]
    ha1 = digest(f"{username}:{challenge.realm}:{password}".encode())
    ha2 = digest(f"{method}:{uri}".encode())
    parts = [
        f'username="{username}"',
        f'realm="{challenge.realm}"',
        f'nonce="{challenge.nonce}"',
        f'uri="{uri}"',
        f"algorithm={challenge.algorithm}",
    ]
    if "auth" in challenge.qop:
        cnonce, nc = cnonce or secrets.token_hex(8), f"{count:08x}"
        response = digest(f"{ha1}:{challenge.nonce}:{nc}:{cnonce}:auth:{ha2}".encode())
        parts += ["qop=auth", f"nc={nc}", f'cnonce="{cnonce}"']
    else:
        response = digest(f"{ha1}:{challenge.nonce}:{ha2}".encode())
    parts.append(f'response="{response}"')
    if challenge.opaque is not None:
        parts.append(f'opaque="{challenge.opaque}"')
    return "Digest " + ", ".join(parts)
