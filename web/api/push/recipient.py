"""One browser that takes pushes, and what only it can read (RFC 8291)."""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass

import http_ece
from cryptography.hazmat.primitives.asymmetric import ec

from web.api.push.errors import BadKeyError

MAX_PAYLOAD = 3000
"""Octets: what any push service takes (RFC 8030 §7.2), padding and header included."""
AUTH_OCTETS = 16
POINT_OCTETS = 65


@dataclass(frozen=True, slots=True)
class Recipient:
    """``key``: the browser's public key (P-256, uncompressed); ``auth``: its secret; ``session``: whose it is."""

    id: str
    login: str
    session: str
    endpoint: str
    key: bytes
    auth: bytes
    language: str

    def encrypted(self, text: bytes, private_key: ec.EllipticCurvePrivateKey | None = None, salt: bytes = b"") -> bytes:
        """``text`` as the body of a push; key and salt are made anew unless given."""
        sender = private_key or ec.generate_private_key(ec.SECP256R1())
        body: bytes = http_ece.encrypt(
            text, salt=salt or None, private_key=sender, dh=self.key, auth_secret=self.auth, version="aes128gcm"
        )
        return body


def read_key(written: str) -> bytes:
    """A browser's ``p256dh``. Raises BadKeyError."""
    octets = _read(written)
    try:
        if len(octets) != POINT_OCTETS:
            raise ValueError
        ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), octets)
    except ValueError:
        raise BadKeyError("allowed: a point of P-256, uncompressed, in base64url") from None
    return octets


def read_auth(written: str) -> bytes:
    """A browser's ``auth``. Raises BadKeyError."""
    octets = _read(written)
    if len(octets) != AUTH_OCTETS:
        raise BadKeyError(f"allowed: {AUTH_OCTETS} octets in base64url")
    return octets


def _read(written: str) -> bytes:
    try:
        return base64.b64decode(
            written.rstrip("=") + "=" * (-len(written.rstrip("=")) % 4), altchars=b"-_", validate=True
        )
    except (binascii.Error, ValueError):
        raise BadKeyError("allowed: base64url") from None
