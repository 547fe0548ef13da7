"""What can go wrong between us and the network."""

from __future__ import annotations


class NetError(Exception):
    """Base of every error of this package."""


class AddressInUseError(NetError):
    """Another program listens on the SIP port; the text says which address and port."""


class CertificateError(NetError):
    """The files of the certificate cannot be used; the text says which and why."""


class ResolveError(NetError):
    """A name of a URI leads nowhere."""


class RequestTimeoutError(NetError):
    """Nobody answered a request within 64*T1 (32 s), or it could not be sent."""


class OfferRefusedError(NetError):
    """The peer refused our re-INVITE or UPDATE. ``status`` is what it said; 408 when it said nothing."""

    def __init__(self, status: int) -> None:
        super().__init__(f"the peer refused the offer: {status}")
        self.status = status


class HandoverError(NetError):
    """What an earlier exchange has left of a dialog cannot be read."""
