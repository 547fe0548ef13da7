"""What every part of the company document has in common."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, model_validator

Language = Literal["es", "en"]


class Part(BaseModel):
    """Base of every part of the company document: immutable, no unknown keys, no NUL, which no database keeps."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    @model_validator(mode="before")
    @classmethod
    def _has_no_nul(cls, given: Any) -> Any:
        if isinstance(given, dict) and "\x00" in _texts(given):
            raise ValueError("a text holds the character NUL; allowed: any other")
        return given


def _texts(value: Any) -> str:
    """The texts in ``value``, one after the other, however deep lists and maps hold them."""
    if isinstance(value, str):
        return value
    if isinstance(value, dict):
        return "".join(map(_texts, value.values())) + "".join(map(_texts, value))
    if isinstance(value, list | tuple):
        return "".join(map(_texts, value))
    return ""
