"""The demo's menus, by the scripts that ship with them."""

from __future__ import annotations

from pathlib import Path

import pytest

from config.loading import load_company_file
from ivr.scripts import run_script_file

SCRIPTS = Path(__file__).parents[3] / "config" / "demo" / "flows" / "tests"


@pytest.mark.parametrize("menu", ["main", "survey"])
def test_every_script_holds_and_every_way_is_taken(menu: str) -> None:
    report = run_script_file(SCRIPTS / f"{menu}.yaml", load_company_file())
    assert [f"{outcome.case}: {outcome.fault}" for outcome in report.outcomes if not outcome.passed] == []
    assert report.coverage.missing == []
