"""No cell of a table is taken for a formula."""

from __future__ import annotations

import pytest

from web.api.csv_cells import cell, line_of, text_of


@pytest.mark.parametrize("text", ["=1+1", "+SUM(A1)", "-2+3", "@SUM(1)", "\tx", "\r=1", "=cmd|' /C calc'!A0"])
def test_what_begins_a_formula_is_text(text: str) -> None:
    assert cell(text) == f"'{text}"


@pytest.mark.parametrize(
    ("value", "shown"), [("+34910000001", "+34910000001"), (-3, "-3"), (None, ""), ("a=b", "a=b"), (1.5, "1.5")]
)
def test_numbers_and_words_stay_as_they_are(value: object, shown: str) -> None:
    assert cell(value) == shown


@pytest.mark.parametrize(("text", "shown"), [("a;=1+1;b", "a;'=1+1;b"), ("a\t@x", "a\t'@x"), ("a; b;c", "a; b;c")])
def test_nor_is_what_begins_one_where_cells_end_with_semicolons_or_tabs(text: str, shown: str) -> None:
    assert cell(text) == shown


@pytest.mark.parametrize("text", ["=1;=2;-3", "'x", "O'Hara; '", "a;=1", "\t=1", "+34600111222", "plain"])
def test_a_cell_is_read_as_what_was_written(text: str) -> None:
    assert text_of(cell(text)) == text


def test_a_line_is_quoted() -> None:
    assert line_of(("a,b", "=x", 3)) == b'"a,b",\'=x,3\r\n'
