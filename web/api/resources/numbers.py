"""Numbers as clients write them, in E.164."""

from __future__ import annotations

from pbx.routing import numbers
from web.api.errors import InvalidError
from web.api.operation import Ask


def normal(ask: Ask, written: str, field: str) -> str:
    """``written`` in E.164, read as dialled in the company's country. Raises InvalidError naming ``field``."""
    number = numbers.normalise(written, ask.office.company.country)
    if number is None:
        raise InvalidError("the number is wrong", faults=[{"field": field, "message": "not a telephone number"}])
    return number


def sought(ask: Ask, written: str) -> str:
    """A number to look for: E.164 where it is one, else as it was written."""
    return numbers.normalise(written, ask.office.company.country) or written
