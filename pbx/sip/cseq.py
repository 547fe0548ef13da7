"""The CSeq header: the order of requests in a dialog (RFC 3261 §20.16)."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from pbx.sip.errors import MalformedError
from pbx.sip.name_address import is_token

MAX_SEQUENCE = 2**31 - 1


@dataclass(frozen=True, slots=True)
class CSeq:
    number: int
    method: str

    def __str__(self) -> str:
        return f"{self.number} {self.method}"


@lru_cache(maxsize=1024)
def parse_cseq(text: str) -> CSeq:
    """``number method``. Raises MalformedError; the number is below 2**31 (§8.1.1.5)."""
    parts = text.split()
    if len(parts) != 2 or not parts[0].isascii() or not parts[0].isdigit() or not is_token(parts[1]):
        raise MalformedError("a CSeq without number and method")
    if len(parts[0]) > 10 or int(parts[0]) > MAX_SEQUENCE:
        raise MalformedError("a CSeq of 2**31 or more")
    return CSeq(int(parts[0]), parts[1])
