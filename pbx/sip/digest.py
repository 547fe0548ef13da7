"""Asking for and checking digest credentials (RFC 7616, RFC 8760; RFC 3261 §22)."""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from pbx.sip.errors import DigestError, MalformedError, UriError
from pbx.sip.name_address import parse_header_parameters, quote_string
from pbx.sip.nonces import Nonces
from pbx.sip.uri import parse_uri

ALGORITHMS = {"MD5": "md5", "SHA-256": "sha256", "SHA-512-256": "sha512_256"}
_MAX_CREDENTIALS = 4096
_NC = re.compile(r"[0-9a-fA-F]{1,8}").fullmatch

Ha1 = Callable[[str, str, str], str | None]  # (user name, realm, algorithm) -> HA1 in hexadecimal, None when unknown


@dataclass(frozen=True, slots=True)
class Verified:
    """The credentials are right."""

    username: str


@dataclass(frozen=True, slots=True)
class Stale:
    """The credentials are right, but their nonce is old, spent or of another address: challenge with stale=True."""

    username: str


@dataclass(frozen=True, slots=True)
class Denied:
    """The credentials are wrong, or the user unknown: nobody can tell which. ``username`` is what was claimed."""

    username: str


def digest_hash(algorithm: str, text: str) -> str:
    """H() of RFC 7616 §3.2, in hexadecimal."""
    raw = text.encode("utf-8", "surrogateescape")
    if algorithm == "MD5":
        return hashlib.md5(raw, usedforsecurity=False).hexdigest()
    return hashlib.new(ALGORITHMS[algorithm], raw).hexdigest()


def ha1(username: str, realm: str, password: str, algorithm: str = "MD5") -> str:
    """What may be stored in place of a password (RFC 7616 §3.4.2)."""
    return digest_hash(algorithm, f"{username}:{realm}:{password}")


def parse_digest(text: str) -> dict[str, str]:
    """The parameters of a ``Digest …`` challenge or credentials, names in lower case. Raises DigestError."""
    if len(text) > _MAX_CREDENTIALS:
        raise DigestError("credentials too long")
    scheme, _, rest = text.strip().partition(" ")
    if scheme.lower() != "digest":
        raise DigestError(f"not Digest: {scheme[:20]!r}")
    try:
        pairs = parse_header_parameters(_commas_to_semicolons(rest))
    except MalformedError as error:
        raise DigestError(str(error)) from None
    return {name: value or "" for name, value in pairs}


def _commas_to_semicolons(text: str) -> str:
    """Digest separates by commas what other headers separate by semicolons."""
    quoted, escaped, out = False, False, []
    for character in text:
        if escaped:
            escaped = False
        elif character == "\\" and quoted:
            escaped = True
        elif character == '"':
            quoted = not quoted
        out.append(";" if character == "," and not quoted else character)
    return "".join(out)


class DigestServer:
    """Challenges and checks for one realm. ``algorithms``: in the order in which they are offered."""

    def __init__(
        self,
        realm: str,
        secret: bytes,
        *,
        algorithms: Sequence[str] = ("MD5", "SHA-256"),
        lifetime_s: float = 300.0,
    ) -> None:
        self.realm = realm
        self.algorithms = tuple(algorithms)
        self._nonces = Nonces(secret, lifetime_s)

    def challenge(self, source: str, now: float, *, stale: bool = False) -> list[str]:
        """The values of WWW-Authenticate (or Proxy-Authenticate) for a peer at address ``source``."""
        nonce = self._nonces.make(source, now)
        marks = ", stale=true" if stale else ""
        return [
            f'Digest realm={quote_string(self.realm)}, nonce="{nonce}", algorithm={algorithm}, qop="auth"{marks}'
            for algorithm in self.algorithms
        ]

    def verify(
        self, authorization: str, method: str, source: str, ha1_of: Ha1, now: float
    ) -> Verified | Stale | Denied:
        """Check an Authorization value. Raises DigestError (400) when it cannot be read.

        Takes as long for a user that does not exist as for a wrong password.
        """
        given = parse_digest(authorization)
        username = given.get("username", "")
        algorithm = given.get("algorithm", "MD5").upper()
        if not username or not given.get("nonce") or not given.get("response") or not given.get("uri"):
            raise DigestError("credentials without username, nonce, uri or response")
        if algorithm not in self.algorithms:
            raise DigestError(f"algorithm {algorithm[:20]!r} was not offered")
        if given.get("realm") != self.realm:
            return Denied(username)
        known = ha1_of(username, self.realm, algorithm)
        secret = known if known is not None else digest_hash(algorithm, f"{username}:{self.realm}:")
        matches = hmac.compare_digest(
            expected_response(secret, method, algorithm, given).encode(),
            given["response"].lower().encode("utf-8", "surrogateescape"),
        )
        if not matches or known is None:
            return Denied(username)
        is_fresh = self._nonces.use(given["nonce"], _uses(given), source, now)
        return Verified(username) if is_fresh else Stale(username)


def check_target(authorization: str, request_uri: str) -> None:
    """The credentials are for a request to ``request_uri`` (RFC 7616 §3.4.6). Raises DigestError when they are not.

    Compared is whom the request is for, where the credentials name somebody: phones write the host as they know it
    (an address, a name, with or without a port), and some write the server alone whomever they call.
    """
    proven = parse_digest(authorization).get("uri", "")
    if proven == request_uri:
        return
    try:
        user = parse_uri(proven).user
        if user and user != parse_uri(request_uri).user:
            raise DigestError("credentials for another request")
    except UriError:
        raise DigestError("credentials for no SIP address") from None


def _uses(given: dict[str, str]) -> int:
    """How often the nonce has been used, this time included; one without qop counts nothing, and is good once."""
    return int(given["nc"], 16) if given.get("qop") else 1


def expected_response(secret: str, method: str, algorithm: str, given: dict[str, str]) -> str:
    """The response for HA1 ``secret`` (RFC 7616 §3.4.1). Raises DigestError for a qop other than auth."""
    ha2 = digest_hash(algorithm, f"{method}:{given.get('uri', '')}")
    qop = given.get("qop", "").lower()
    if not qop:
        return digest_hash(algorithm, f"{secret}:{given['nonce']}:{ha2}")
    if qop != "auth" or not given.get("cnonce") or not _NC(given.get("nc", "")):
        raise DigestError("a qop other than auth, or one without cnonce and nc")
    return digest_hash(algorithm, f"{secret}:{given['nonce']}:{given['nc']}:{given['cnonce']}:{qop}:{ha2}")
