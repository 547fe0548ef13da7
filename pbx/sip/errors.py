"""What can go wrong in SIP, and whose fault it is."""

from __future__ import annotations

from collections.abc import Iterable


class SipError(Exception):
    """Base of every error of this package."""


class RemoteError(SipError):
    """The peer sent something wrong; such a request is answered with ``status``, ``reason`` and ``headers``."""

    status = 400
    reason = "Bad Request"

    def __init__(
        self,
        detail: str,
        status: int | None = None,
        reason: str | None = None,
        headers: Iterable[tuple[str, str]] = (),
    ) -> None:
        super().__init__(detail)
        self.headers = tuple(headers)
        if status is not None:
            self.status = status
        if reason is not None:
            self.reason = reason


class MalformedError(RemoteError):
    """Not a SIP message, or a header of it that cannot be read."""


class UriError(MalformedError):
    """Not a URI that this stack reads."""


class TooLargeError(RemoteError):
    """A message, its head, a line or the number of headers is over the limit."""

    status = 513
    reason = "Message Too Large"


class UnsupportedError(RemoteError):
    """A request that asks for what we cannot do: 405, 415, 420, 501 …"""


class FramingError(RemoteError):
    """A byte stream that cannot be cut into messages any more: the connection is to be closed."""


class DigestError(RemoteError):
    """Credentials or a challenge that cannot be read."""


class LocalError(SipError):
    """We asked for something that the protocol does not allow."""


class WrongStateError(LocalError):
    """The call is not in a state in which this can be done."""
