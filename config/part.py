"""What every part of the company document has in common."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Strict, ValidationInfo, model_validator

Language = Literal["es", "en"]
FROM_YAML = "from YAML"
"""The context in which a document written by hand is validated."""
_WORDS = {"yes": True, "on": True, "true": True, "no": False, "off": False, "false": False}


def _truth(given: Any, info: ValidationInfo) -> Any:
    # YAML 1.2 reads as texts what YAML 1.1 and those who write it mean as truth values.
    if info.context == FROM_YAML and isinstance(given, str):
        return _WORDS.get(given.lower(), given)
    return given


YesNo = Annotated[bool, Strict(), BeforeValidator(_truth)]
"""True or false: neither 0 and 1 nor a text; in a document written by hand also YAML's yes, no, on and off."""


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
