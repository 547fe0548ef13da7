"""What can be wrong with a subscription."""

from __future__ import annotations


class PushError(Exception):
    """Base of this package's errors; the text is for who has subscribed."""


class ForbiddenEndpointError(PushError):
    """The address is not one of a push service."""


class BadKeyError(PushError):
    """The browser's key or secret is none (RFC 8291 §2)."""
