"""What our answer says of ICE and SRTP keys when a peer's later offer has others: a restart, and a new key.

RFC 8839 §4.4.3.1 (both credentials of ICE change, or neither), RFC 4568 §7.1.4 (an answer has the offer's tag).
"""

from __future__ import annotations

import base64
import secrets
from dataclasses import replace

from pbx.media.sdes import is_usable
from pbx.media.srtp import KEY_BYTES, SALT_BYTES
from pbx.sdp.audio import RemoteAudio
from pbx.sdp.protection import CryptoParameters, IceParameters

UFRAG, PASSWORD = 8, 24
_BASE64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"


def restarted(ours: IceParameters | None, before: RemoteAudio | None, offered: RemoteAudio) -> IceParameters | None:
    """Ours, fresh when the peer's have changed since ``before``."""
    if ours is None or before is None or before.ice is None or offered.ice is None:
        return ours
    same = (before.ice.ufrag, before.ice.password) == (offered.ice.ufrag, offered.ice.password)
    return ours if same else replace(ours, ufrag=_token(UFRAG), password=_token(PASSWORD))


def rekeyed(ours: tuple[CryptoParameters, ...], offered: RemoteAudio) -> tuple[CryptoParameters, ...]:
    """Our line for the first usable one of the offer: with our key of that suite, or a fresh one; () is ``ours``."""
    if not ours or not offered.crypto:
        return ours
    for line in offered.crypto:
        if is_usable(line.suite, line.key, line.session_parameters):
            own = next((own for own in ours if own.suite == line.suite), None)
            if own is None:
                raw = secrets.token_bytes(KEY_BYTES + SALT_BYTES[line.suite])
                own = CryptoParameters(line.tag, line.suite, "inline:" + base64.b64encode(raw).decode("ascii"))
            return (replace(own, tag=line.tag),)
    return ours


def _token(length: int) -> str:
    return "".join(secrets.choice(_BASE64) for _ in range(length))
