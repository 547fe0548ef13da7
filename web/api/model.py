"""Base models and field types of the API's documents."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PlainSerializer, WithJsonSchema

from crm_bridge.times import rfc3339

NO_NUL = r"^[^\x00]*$"
# A name or a title: no line's end, other control character or one that turns the direction of what stands around it
# (Unicode TR 36 §3.2), and something that can be seen.
_CONTROLS = r"\x00-\x1f\x7f\u2028-\u202e\u2066-\u2069"
ONE_LINE = (
    rf"^[^{_CONTROLS}]*[^{_CONTROLS} \u00a0\u2000-\u200f\u202f\u205f-\u2065\u206a-\u206f\u3000\ufeff][^{_CONTROLS}]*$"
)


class Given(BaseModel):
    """Base of what a client sends: strict types, no unknown fields."""

    model_config = ConfigDict(extra="forbid", strict=True, allow_inf_nan=False, str_strip_whitespace=False)


class Asked(BaseModel):
    """Base of a query string: values are text, unknown parameters are refused."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True)


class Shown(BaseModel):
    """Base of what the server answers."""

    model_config = ConfigDict(extra="forbid")


_RFC3339 = re.compile(r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)", re.ASCII)


def parse_time(value: Any) -> float:
    """A time as in RFC 3339 in seconds since the epoch. Raises ValueError."""
    if not isinstance(value, str) or _RFC3339.fullmatch(value) is None:
        raise ValueError("allowed: a time as in RFC 3339, for example 2026-03-01T09:30:00Z")
    try:
        return datetime.fromisoformat(value.upper()).astimezone(UTC).timestamp()
    except (OverflowError, ValueError):
        raise ValueError("there is no such time") from None


def _stamp(value: Any) -> Any:
    return rfc3339(value) if isinstance(value, int | float) else value


def leading_plus(value: Any) -> Any:
    """In a query string ``+`` means a space; a number that begins with one was written with ``+``."""
    return "+" + value[1:] if isinstance(value, str) and value.startswith(" ") else value


Line = Annotated[str, Field(min_length=1, max_length=200, pattern=ONE_LINE)]
Prose = Annotated[str, Field(max_length=20_000, pattern=NO_NUL)]
Id = Annotated[str, Field(min_length=1, max_length=64, pattern=NO_NUL)]
LoginName = Annotated[str, Field(min_length=1, max_length=64, pattern=NO_NUL)]
WrittenNumber = Annotated[str, Field(min_length=2, max_length=40, pattern=r"^[+0-9(][0-9 ()./\-]*$")]
QueryNumber = Annotated[
    str,
    BeforeValidator(leading_plus),
    Field(min_length=1, max_length=64, pattern=NO_NUL, description="E.164; a leading space means +"),
]
# A time that a client gives, as seconds since the epoch.
GivenTime = Annotated[float, BeforeValidator(parse_time), WithJsonSchema({"type": "string", "format": "date-time"})]
# A time that the server shows; made from seconds since the epoch.
ShownTime = Annotated[str, BeforeValidator(_stamp), WithJsonSchema({"type": "string", "format": "date-time"})]
Seconds = Annotated[float, PlainSerializer(lambda value: round(value, 3), return_type=float), Field(ge=0)]
