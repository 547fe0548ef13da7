"""What every part of the company document has in common."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict

Language = Literal["es", "en"]


class Part(BaseModel):
    """Base of every part of the company document: immutable, no unknown keys."""

    model_config = ConfigDict(frozen=True, extra="forbid")
