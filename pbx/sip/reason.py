"""The Reason header: why a call was ended or cancelled (RFC 3326)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from pbx.sip.errors import MalformedError
from pbx.sip.name_address import parse_header_parameters, quote_string


@dataclass(frozen=True, slots=True)
class Reason:
    """``SIP;cause=200;text="Call completed elsewhere"`` or ``Q.850;cause=16``. ``cause`` 0 when none is given."""

    protocol: str = "SIP"
    cause: int = 0
    text: str = ""

    def __str__(self) -> str:
        cause = f";cause={self.cause}" if self.cause else ""
        text = f";text={quote_string(self.text)}" if self.text else ""
        return f"{self.protocol}{cause}{text}"


ANSWERED_ELSEWHERE = Reason("SIP", 200, "Call completed elsewhere")


def parse_reason(values: Iterable[str]) -> Reason | None:
    """The first readable Reason of several values; SIP's own before another protocol's. Never raises."""
    found = None
    for value in values:
        protocol, _, rest = value.partition(";")
        try:
            parameters = dict(parse_header_parameters(rest))
        except MalformedError:
            continue
        cause = parameters.get("cause") or ""
        number = int(cause) if cause.isascii() and cause.isdigit() and len(cause) < 4 else 0
        reason = Reason(protocol.strip(), number, parameters.get("text") or "")
        if reason.protocol.upper() == "SIP":
            return reason
        found = found or reason
    return found
