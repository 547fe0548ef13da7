"""What can be wrong with a packet from outside."""

from __future__ import annotations


class RtpError(ValueError):
    """Base: the bytes are not what they should be."""


class HeaderError(RtpError):
    """Not an RTP packet (RFC 3550 §5.1)."""


class RtcpError(RtpError):
    """Not an RTCP compound packet (RFC 3550 §6)."""


class TelephoneEventError(RtpError):
    """Not a telephone-event payload (RFC 4733 §2.3)."""
