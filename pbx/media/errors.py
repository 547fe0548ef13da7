"""What can go wrong between the exchange and its media workers."""

from __future__ import annotations


class MediaError(Exception):
    """Base of the media plane's errors."""


class NoWorkerError(MediaError):
    """No media worker is connected, so no leg can be opened."""


class LegRefusedError(MediaError):
    """A media worker cannot open the leg: ``code`` names the fault (``overloaded``, ``no_port``, ``duplicate`` …)."""

    def __init__(self, code: str, text: str) -> None:
        super().__init__(text)
        self.code = code


class CommandError(MediaError):
    """A command is malformed or cannot be done; the text says why."""

    def __init__(self, text: str, code: str = "bad_request") -> None:
        super().__init__(text)
        self.code = code


class PortsError(MediaError):
    """The media ports cannot be opened: in use, or too few for so many workers."""


class NoPortError(CommandError):
    """Every port is dedicated to a leg."""

    def __init__(self, text: str) -> None:
        super().__init__(text, "no_port")


class ClipError(MediaError):
    """A sound file cannot be played: missing, not a WAV, or not 8 kHz 16-bit mono."""


class StunError(MediaError):
    """A datagram is not a connectivity check that can be answered."""


class SrtpError(MediaError):
    """Keys do not fit their profile, or the library does not know it."""


class DtlsError(MediaError):
    """A handshake failed, or the peer's certificate is not the one that its description names."""


class CodecError(MediaError):
    """A packet is not of its codec, or the codec's library is not on this machine."""
