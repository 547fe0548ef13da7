"""What can go wrong with a session description."""

from __future__ import annotations


class SdpError(Exception):
    """Base of every error of this package: the description cannot be read. A request with it is answered 400."""


class NoAgreementError(SdpError):
    """Offer and answer have no audio in common: 488 Not Acceptable Here."""
