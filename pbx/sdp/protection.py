"""What one side says of how its sound is reached and protected: ICE, DTLS-SRTP, SRTP keys."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class IceParameters:
    """ICE credentials and candidates of one side (RFC 8839); candidates without ``a=candidate:``."""

    ufrag: str
    password: str
    candidates: tuple[str, ...] = ()
    lite: bool = False


@dataclass(frozen=True, slots=True)
class DtlsParameters:
    """Certificate fingerprint and role of one side (RFC 8122, RFC 5763)."""

    algorithm: str
    fingerprint: str
    setup: str


@dataclass(frozen=True, slots=True)
class CryptoParameters:
    """One ``a=crypto`` line: SRTP keys in the description (RFC 4568)."""

    tag: int
    suite: str
    key: str
    session_parameters: str = ""
