"""What can go wrong with a call: ``code`` names the fault to who commands, ``status`` to who telephones."""

from __future__ import annotations

from pbx.events import Result


class CallsError(Exception):
    """Base of the errors of this package."""

    code = "failed"
    status = 500


class NoSuchCallError(CallsError):
    """No live call has this id."""

    code = "not_found"
    status = 481


class WrongStateError(CallsError):
    """The call exists, but is not in a state in which this can be done."""

    code = "wrong_state"
    status = 480


class LegGoneError(WrongStateError):
    """The telephone has hung up meanwhile."""


class NotAllowedError(CallsError):
    """Whoever asks may not do this to this call."""

    code = "not_allowed"
    status = 403


class BusyError(CallsError):
    """Everything of the kind is taken: every parking slot, for example."""

    code = "busy"
    status = 486


class NoCommonCodecError(CallsError):
    """The two sides share no codec, or the description cannot be used (RFC 3261 §13.3.1.3: 488)."""

    code = "bad_request"
    status = 488


class HandoverError(CallsError):
    """What an earlier exchange has left of a call cannot be read."""


class CallRefusedError(CallsError):
    """The caller cannot be served: how the caller is told (``status``) and what the log says."""

    code = "failed"

    def __init__(self, status: int, reason: str, result: Result = "failed") -> None:
        super().__init__(f"{status} {reason}")
        self.status = status
        self.reason = reason
        self.result = result
