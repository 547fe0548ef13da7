"""What can go wrong in routing: each error carries the SIP status that answers it."""

from __future__ import annotations


class RoutingError(Exception):
    """Base of the errors of this package; ``status`` is the SIP response that tells the peer."""

    status = 500


class ForwardingLoopError(RoutingError):
    """The diversions of a call come back to somebody who has already diverted it (RFC 5393: 482)."""

    status = 482


class TooManyDiversionsError(RoutingError):
    """A call was diverted more often than ``forwards.MAX_DIVERSIONS`` times (RFC 7544 §5: 482)."""

    status = 482


class RegistrationRefusedError(RoutingError):
    """A REGISTER that the registrar does not take (RFC 3261 §10.3); ``headers`` go into the response."""

    def __init__(self, status: int, reason: str, headers: tuple[tuple[str, str], ...] = ()) -> None:
        super().__init__(f"{status} {reason}")
        self.status = status
        self.reason = reason
        self.headers = headers


class TrunkUnavailableError(RoutingError):
    """No trunk can take an outgoing call now: none is configured, reachable, or below its limit."""

    status = 503


class TollRefusedError(RoutingError):
    """This number may not be dialled, or not any more of it in this hour: ``code`` names the rule, the text says it."""

    status = 403

    def __init__(self, code: str, text: str) -> None:
        super().__init__(text)
        self.code = code


class StateFileError(RoutingError):
    """The saved state is there and cannot be read."""
