"""Connectivity checks as an ICE-lite side sees them (RFC 8445 §7.3, RFC 8489): requests read, answers made. Pure."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from enum import Enum

import numpy as np
from aioice import stun
from numpy.typing import NDArray

from pbx.media.errors import StunError

U8 = NDArray[np.uint8]
I64 = NDArray[np.int64]
BOOL = NDArray[np.bool_]

HEADER = 20
MAX_BYTES = 548  # the smallest datagram that every host takes; no check is nearly as long
UFRAG_BYTES = 8  # of ours: what a vector comparison of the user name looks at
_REQUEST = (0, 1)
_USERNAME = 6
_COOKIE = np.frombuffer(stun.COOKIE.to_bytes(4, "big"), np.uint8)
_FAULTS = (ValueError, struct.error, KeyError, IndexError)


class Verdict(Enum):
    """What a check is worth."""

    REFUSED = "refused"
    CONFLICT = "conflict"
    VALID = "valid"
    NOMINATED = "nominated"


@dataclass(frozen=True, slots=True)
class Check:
    """A binding request, read; ``ufrag`` is ours, from the first half of USERNAME."""

    message: stun.Message
    ufrag: str


def requests(packets: U8, lengths: I64) -> BOOL:
    """Which of ``packets`` (n, width) are binding requests by their header."""
    body = packets[:, 2:4].view(">u2")[:, 0].astype(np.int64)
    found: BOOL = (packets[:, 0] == _REQUEST[0]) & (packets[:, 1] == _REQUEST[1])
    found &= (lengths == body + HEADER) & (lengths <= MAX_BYTES) & (packets[:, 4:8] == _COOKIE).all(axis=1)
    return found


def leading_ufrags(packets: U8) -> NDArray[np.uint64]:
    """The first eight bytes of USERNAME as a number where it is the first attribute, else 0."""
    first = (packets[:, HEADER] == 0) & (packets[:, HEADER + 1] == _USERNAME)
    words = np.ascontiguousarray(packets[:, HEADER + 4 : HEADER + 4 + UFRAG_BYTES]).view("=u8")[:, 0]
    return np.where(first, words, np.uint64(0))


def number_of_ufrag(ufrag: str) -> int:
    """Our user fragment as ``leading_ufrags`` sees it."""
    return int(np.frombuffer(ufrag.encode("ascii")[:UFRAG_BYTES], "=u8")[0])


def read(datagram: bytes) -> Check:
    """The check in ``datagram``. Raises StunError."""
    try:
        message = stun.parse_message(datagram)
    except _FAULTS as error:
        raise StunError(str(error)) from None
    attributes = message.attributes
    if message.message_class is not stun.Class.REQUEST or message.message_method is not stun.Method.BINDING:
        raise StunError("not a binding request")
    if "FINGERPRINT" not in attributes or "MESSAGE-INTEGRITY" not in attributes:
        raise StunError("FINGERPRINT and MESSAGE-INTEGRITY are needed")
    ours, _, theirs = str(attributes.get("USERNAME", "")).partition(":")
    if not ours or not theirs:
        raise StunError("USERNAME names two fragments")
    return Check(message, ours)


def judge(check: Check, password: str) -> Verdict:
    """Whether the check is of who knows ``password``, and what it asks for. A lite side is always controlled."""
    if not check.message.check_message_integrity(password.encode("ascii")):
        return Verdict.REFUSED
    if "ICE-CONTROLLED" in check.message.attributes:
        return Verdict.CONFLICT
    return Verdict.NOMINATED if "USE-CANDIDATE" in check.message.attributes else Verdict.VALID


def answer(check: Check, verdict: Verdict, source: tuple[str, int], password: str) -> bytes:
    """The response to a check from ``source``: success, or 487 to a peer that thinks itself controlled."""
    conflict = verdict is Verdict.CONFLICT
    reply = stun.Message(
        stun.Method.BINDING,
        stun.Class.ERROR if conflict else stun.Class.RESPONSE,
        transaction_id=check.message.transaction_id,
    )
    if conflict:
        reply.attributes["ERROR-CODE"] = (487, "Role Conflict")
    else:
        reply.attributes["XOR-MAPPED-ADDRESS"] = source
    reply.add_message_integrity(password.encode("ascii"))
    return bytes(reply)
