"""SRTP keys that travel in the descriptions (RFC 4568, RFC 7714 §14.2): for phones whose signalling is TLS."""

from __future__ import annotations

import base64
import binascii
import secrets
from collections.abc import Sequence

from pbx.media.errors import CommandError
from pbx.media.srtp import AEAD_AES_128, AES_CM_128, KEY_BYTES, SALT_BYTES, SrtpKeys
from pbx.sdp.protection import CryptoParameters

SUITES = (AES_CM_128, AEAD_AES_128)
_METHOD = "inline:"


def offer() -> tuple[CryptoParameters, ...]:
    """A fresh key for each suite that we know."""
    return tuple(_made(tag, suite) for tag, suite in enumerate(SUITES, 1))


def answer(offered: Sequence[CryptoParameters]) -> tuple[CryptoParameters, ...]:
    """A fresh key for the first line of the offer that can be used. Raises CommandError when there is none."""
    for line in offered:
        if is_usable(line.suite, line.key, line.session_parameters):
            return (_made(line.tag, line.suite),)
    raise CommandError(f"no usable crypto line is offered; allowed: {', '.join(SUITES)}")


def agreed(ours: Sequence[CryptoParameters], theirs: Sequence[CryptoParameters]) -> SrtpKeys:
    """The keys of both directions, from the line that both descriptions have. Raises CommandError."""
    for line in theirs:
        for own in ours:
            if (own.tag, own.suite) == (line.tag, line.suite) and is_usable(
                line.suite, line.key, line.session_parameters
            ):
                return SrtpKeys(line.suite, _key(line), _key(own))
    raise CommandError("the descriptions have no crypto line in common")


def _made(tag: int, suite: str) -> CryptoParameters:
    raw = secrets.token_bytes(KEY_BYTES + SALT_BYTES[suite])
    return CryptoParameters(tag, suite, _METHOD + base64.b64encode(raw).decode("ascii"))


def is_usable(suite: str, key: str, session_parameters: str = "") -> bool:
    """Whether the suite is ours, the key is one key without an index (MKI), and nothing unusual is asked for."""
    if suite not in SUITES or session_parameters or ";" in key:
        return False
    try:
        return len(_key(CryptoParameters(0, suite, key))) == KEY_BYTES + SALT_BYTES[suite]
    except CommandError:
        return False


def _key(line: CryptoParameters) -> bytes:
    if not line.key.startswith(_METHOD):
        raise CommandError("crypto: allowed: inline keys")
    key, *rest = line.key[len(_METHOD) :].split("|")
    if any(":" in part for part in rest):
        raise CommandError("crypto: keys with an index are not taken")
    try:
        return base64.b64decode(key, validate=True)
    except (binascii.Error, ValueError):
        raise CommandError("crypto: not base64") from None
