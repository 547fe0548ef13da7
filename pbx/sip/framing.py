"""Cutting a byte stream into messages (RFC 3261 §18.3; keep-alives RFC 5626 §3.5.1)."""

from __future__ import annotations

import re

from pbx.sip.errors import FramingError
from pbx.sip.parse import MAX_HEAD, MAX_MESSAGE

_LENGTH = re.compile(
    rb"(?:\r\n|\A)(?:content-length|l)[ \t]*:[ \t]*(?:\r\n[ \t]+)?([0-9]{1,10})[ \t]*(?=\r\n|\Z)", re.I
)


class PingReceived:
    """A keep-alive (CRLFCRLF) that wants a CRLF back."""


class StreamFraming:
    """Bytes in, whole messages out. Holds at most one message that is not complete."""

    def __init__(self) -> None:
        self._buffer = bytearray()
        self._searched = 0

    @property
    def buffered(self) -> int:
        """Octets of a message that is not complete yet."""
        return len(self._buffer)

    def feed(self, data: bytes) -> list[bytes | PingReceived]:
        """The messages and pings that these octets complete.

        Raises FramingError when no end of a message can be found any more: over a limit, or no Content-Length, which a
        stream requires.
        """
        self._buffer += data
        found: list[bytes | PingReceived] = []
        while self._buffer:
            if self._buffer[0] in b"\r\n":
                if not self._skip_line_ends(found):
                    break
                continue
            message = self._cut()
            if message is None:
                break
            found.append(message)
        return found

    def _skip_line_ends(self, found: list[bytes | PingReceived]) -> bool:
        """Take line ends off the front; False when more octets are needed to tell."""
        if self._buffer.startswith(b"\r\n\r\n"):
            del self._buffer[:4]
            found.append(PingReceived())
        elif self._buffer.startswith(b"\r\n"):
            # One alone is a pong, or half a ping: as soon as something follows we know.
            if len(self._buffer) == 2 or self._buffer == b"\r\n\r":
                return False
            del self._buffer[:2]
        elif self._buffer == b"\r":
            return False
        else:
            raise FramingError("line ends that belong to no message")
        return True

    def _cut(self) -> bytes | None:
        end = self._buffer.find(b"\r\n\r\n", self._searched)
        if end < 0:
            self._searched = max(0, len(self._buffer) - 3)
            if len(self._buffer) > MAX_HEAD:
                raise FramingError(f"a header of more than {MAX_HEAD} octets")
            return None
        if end > MAX_HEAD:
            raise FramingError(f"a header of more than {MAX_HEAD} octets")
        lengths = _LENGTH.findall(self._buffer, 0, end + 2)
        if len(lengths) != 1:
            raise FramingError("no Content-Length, or several")
        total = end + 4 + int(lengths[0])
        if total > MAX_MESSAGE:
            raise FramingError(f"a message of {total} octets")
        if len(self._buffer) < total:
            self._searched = end
            return None
        message = bytes(self._buffer[:total])
        del self._buffer[:total]
        self._searched = 0
        return message
