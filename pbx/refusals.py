"""Why the exchange does not do what it was asked: one class per code, the same on both ends of the command socket."""

from __future__ import annotations

from typing import ClassVar

from pbx.ipc.connection import RequestFailedError


class Refusal(RequestFailedError):  # noqa: N818 — a refusal is the answer to a command, not a fault of the exchange
    """Base: ``code`` is its name on the socket, ``text`` says it to a person."""

    name: ClassVar[str] = "failed"

    def __init__(self, text: str) -> None:
        super().__init__(self.name, text)


class NotFoundError(Refusal):
    """There is no such call, person, queue or slot."""

    name = "not_found"


class NotAllowedError(Refusal):
    """This person may not do that to this call."""

    name = "not_allowed"


class WrongStateError(Refusal):
    """Not now: the call or the person is in a state in which this cannot be done."""

    name = "wrong_state"


class BadRequestError(Refusal):
    """The command itself is wrong: a parameter is missing, of the wrong type, or not one of the allowed values."""

    name = "bad_request"


class BusyError(Refusal):
    """Everything that this needs is in use: lines of a trunk, slots, ports."""

    name = "busy"


_BY_CODE = {
    refusal.name: refusal for refusal in (NotFoundError, NotAllowedError, WrongStateError, BadRequestError, BusyError)
}


def refusal_from(error: RequestFailedError) -> RequestFailedError:
    """The typed refusal that came over the socket; ``error`` itself when its code is none of ours."""
    kind = _BY_CODE.get(error.code)
    return error if kind is None else kind(error.text)
