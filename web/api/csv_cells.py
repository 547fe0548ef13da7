"""Cells of a table that a spreadsheet is going to open: none of them is taken for a formula.

A text that begins with ``=``, ``+``, ``-``, ``@``, a tab or a line's end gets an apostrophe in front (OWASP, CSV
injection); so does what follows a semicolon or a tab, where spreadsheets of many countries begin a cell. Numbers stay
what they are, telephone numbers included: ``+34…`` made of digits alone computes nothing.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Collection, Sequence

_STARTS_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
_ESCAPED = re.compile(r"(^|[;\t])'(?=[=+\-@\t\r\n])")
_BEGINS_CELL = re.compile(r"([;\t])(?=[=+\-@])")
_NUMBER = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?\*?")


def cell(value: object) -> str:
    """What stands in the cell."""
    text = _BEGINS_CELL.sub(r"\1'", "" if value is None else str(value))
    if text.startswith(_STARTS_FORMULA) and _NUMBER.fullmatch(text) is None:
        return f"'{text}"
    return text


def text_of(cell: str) -> str:
    """Inverse of ``cell``."""
    return _ESCAPED.sub(r"\1", cell)


def line_of(values: Sequence[object], numbers: Collection[int] = ()) -> bytes:
    """One line of a table, ``values`` as cells; those at ``numbers`` are written as they are."""
    text = io.StringIO()
    csv.writer(text).writerow(str(value) if place in numbers else cell(value) for place, value in enumerate(values))
    return text.getvalue().encode()
