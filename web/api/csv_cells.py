"""Cells of a table that a spreadsheet is going to open: none of them is taken for a formula.

A text that begins with ``=``, ``+``, ``-``, ``@``, a tab or a line's end gets an apostrophe in front (OWASP, CSV
injection). Numbers stay what they are, telephone numbers included: ``+34…`` made of digits alone computes nothing.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Collection, Sequence

_STARTS_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
_NUMBER = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?\*?")


def cell(value: object) -> str:
    """What stands in the cell."""
    text = "" if value is None else str(value)
    if text.startswith(_STARTS_FORMULA) and _NUMBER.fullmatch(text) is None:
        return f"'{text}"
    return text


def line_of(values: Sequence[object], numbers: Collection[int] = ()) -> bytes:
    """One line of a table, ``values`` as cells; those at ``numbers`` are written as they are."""
    text = io.StringIO()
    csv.writer(text).writerow(str(value) if place in numbers else cell(value) for place, value in enumerate(values))
    return text.getvalue().encode()
