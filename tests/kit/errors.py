"""What can go wrong in a test phone, each with what is needed to find out why."""

from __future__ import annotations

from typing import Any


class KitError(Exception):
    """Base of everything that the kit raises."""


class MessageError(KitError):
    """What came is not a SIP message or a session description that this phone understands."""


class NothingCameError(KitError, AssertionError):
    """What the test waited for did not happen in time."""


class CallFailedError(KitError):
    """The other side refused: ``status`` and ``reason`` are those of its final response (RFC 3261 §21)."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(f"{status} {reason}")
        self.status = status
        self.reason = reason


class ApiError(KitError):
    """The server answered with an error: ``status`` and the problem document (RFC 9457)."""

    def __init__(self, status: int, problem: Any, what: str) -> None:
        super().__init__(f"{what}: {status} {problem}")
        self.status = status
        self.problem = problem


class ServerFailedError(KitError):
    """The product did not start or did not become healthy; the text ends with its log."""
