"""Desk telephones of a person, known by their hardware address."""

from __future__ import annotations

import re
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from config.part import Part

Vendor = Literal["yealink", "grandstream", "snom", "poly", "cisco"]
_SEPARATORS = re.compile(r"[:.\-]")
MAX_WRITTEN = 32


def plain_mac(written: object) -> object:
    """``00:15:65:AA:BB:CC`` as ``001565aabbcc``; what is no text is left for the pattern to refuse."""
    if not isinstance(written, str) or len(written) > MAX_WRITTEN:
        return written
    return _SEPARATORS.sub("", written.strip()).lower()


Mac = Annotated[str, BeforeValidator(plain_mac), Field(pattern=r"^[0-9a-f]{12}$")]


class DeskPhone(Part):
    """A desk telephone that fetches its settings by its MAC address (docs/phones.md)."""

    mac: Mac = Field(description="the address on the telephone's label, 12 hexadecimal digits")
    vendor: Vendor
