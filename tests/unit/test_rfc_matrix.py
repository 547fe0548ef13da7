"""docs/rfc-matrix.md names files and tests that are there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ROWS = [
    [cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]]
    for line in (ROOT / "docs/rfc-matrix.md").read_text().splitlines()
    if line.startswith("| ") and not re.match(r"\| (section|RFC)\b", line)
]
NAMES = re.compile(r"`([\w./-]+\.(?:py|sip|xml|cfg)|tests/[\w/]+)`")


def found(cell: str, *folders: str) -> list[str]:
    """The names in a cell that lead to no file: each is from the repository, a folder, or beside the one before it."""
    missing, beside = [], ROOT
    for name in NAMES.findall(cell):
        places = [ROOT / name, beside / name, *(ROOT / folder / name for folder in folders)]
        there = next((place for place in places if place.exists()), None)
        if there is None:
            missing.append(name)
        else:
            beside = there.parent if there.is_file() else there
    return missing


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0])
def test_a_section_is_met_in_a_file_and_shown_by_a_test(row: list[str]) -> None:
    assert len(row) == 4
    _, _, where, tests = row
    assert NAMES.search(where), "no file is named"
    assert NAMES.search(tests), "no test is named"
    assert found(where) == []
    assert found(tests, "tests/unit", "tests/unit/web", "tests/interop") == []


def test_there_is_a_row_for_each_thing() -> None:
    assert len(ROWS) > 80
