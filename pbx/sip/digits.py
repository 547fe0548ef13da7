"""Digits by INFO: application/dtmf-relay and application/dtmf, as phones have done it for decades (RFC 6086 §1)."""

from __future__ import annotations

from pbx.sip.errors import MalformedError

MEDIA_TYPES = ("application/dtmf-relay", "application/dtmf")
_DIGITS = frozenset("0123456789*#ABCD")
_EVENTS = {"10": "*", "11": "#", "12": "A", "13": "B", "14": "C", "15": "D"}
_DEFAULT_MS = 160


def parse_digit(content_type: str, body: bytes) -> tuple[str, int]:
    """The digit and its length in ms. Raises MalformedError."""
    text = body[:256].decode("ascii", "replace").strip()
    if content_type == "application/dtmf":
        return _digit(text.removeprefix("Signal=").strip() or text), _DEFAULT_MS
    signal, duration = "", _DEFAULT_MS
    for line in text.splitlines():
        name, _, value = line.partition("=")
        if name.strip().lower() == "signal":
            signal = value.strip()
        elif name.strip().lower() == "duration" and value.strip().isascii() and value.strip().isdigit():
            duration = min(int(value.strip()[:6]), 10_000)
    return _digit(signal), duration


def build_digit(digit: str, duration_ms: int = _DEFAULT_MS) -> tuple[str, bytes]:
    """Content type and body of an INFO that presses ``digit`` (application/dtmf-relay)."""
    return MEDIA_TYPES[0], f"Signal={_digit(digit)}\r\nDuration={duration_ms}\r\n".encode("ascii")


def _digit(text: str) -> str:
    digit = _EVENTS.get(text, text.upper())
    if digit not in _DIGITS:
        raise MalformedError(f"not a digit: {text[:10]!r}")
    return digit
