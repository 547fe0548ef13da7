"""pytest plays the callers' scripts of a company: every case of ``flows/tests/*.yaml`` is a test.

``pytest config/demo/flows/tests`` runs those of the demo. The company is the file ``company.yaml`` (or the only YAML
file) in the folder above ``flows``. The fixture ``call_menu`` gives PlayedCallers to tests written in Python:

    def test_sales(call_menu):
        caller = call_menu("main")
        caller.presses("1")
        caller.arrives("queue:sales")
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from config.company import Company
    from ivr.coverage import Coverage
    from ivr.flow import Flow
    from ivr.scripts import Case
    from ivr.testing import PlayedCaller

_COMPANIES = pytest.StashKey[dict[Path, "_Flows"]]()
_COVERAGES = pytest.StashKey[dict[str, "Coverage"]]()


class _Flows:
    """A company's flows, read once."""

    def __init__(self, file: Path) -> None:
        from config.loading import load_company_file
        from ivr.testing import extensions_of, flows_of

        self.company: Company = load_company_file(file)
        self.flows: dict[str, Flow] = flows_of(self.company)
        self.extensions = extensions_of(self.company)


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("centralita")
    group.addoption("--company", type=Path, default=None, help="the company file whose menus are called")


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> ScriptFile | None:
    is_script = (
        file_path.suffix == ".yaml" and file_path.parent.name == "tests" and file_path.parents[1].name == "flows"
    )
    return ScriptFile.from_parent(parent, path=file_path) if is_script else None


class ScriptFile(pytest.File):
    """One file of scripts."""

    def collect(self) -> Iterator[pytest.Item]:
        from config.loading import CompanyFileError
        from ivr.coverage import Coverage
        from ivr.errors import FlowError
        from ivr.scripts import read_script

        try:
            menu, cases = read_script(self.path.read_text(encoding="utf-8"), str(self.path))
            flows = _flows(self.config, self.path)
        except (FlowError, CompanyFileError) as error:
            raise self.CollectError(str(error)) from None
        if menu not in flows.flows:
            raise self.CollectError(f"{self.path}: no menu '{menu}'")
        coverage = self.config.stash.setdefault(_COVERAGES, {}).setdefault(menu, Coverage({menu: flows.flows[menu]}))
        for case in cases:
            yield ScriptItem.from_parent(self, name=case.name, case=case, menu=menu, flows=flows, coverage=coverage)


class ScriptItem(pytest.Item):
    """One case."""

    def __init__(self, *, case: Case, menu: str, flows: _Flows, coverage: Coverage, **more: Any) -> None:
        super().__init__(**more)
        self._case = case
        self._menu = menu
        self._flows = flows
        self._coverage = coverage

    def runtest(self) -> None:
        from ivr.errors import ScriptError
        from ivr.scripts import play_case

        outcome = play_case(self._case, self._menu, self._flows.flows, self._flows.extensions, self._coverage)
        if not outcome.passed:
            raise ScriptError(outcome.fault)

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        from ivr.errors import ScriptError

        if excinfo.errisinstance(ScriptError):
            return f"{self.path}:{self._case.line}: {excinfo.value}"
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, int, str]:
        return self.path, self._case.line - 1, f"{self._menu}: {self._case.name}"


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    for menu, coverage in config.stash.get(_COVERAGES, {}).items():
        nodes, ways = f"{coverage.node_share:.0%} of the nodes", f"{coverage.share:.0%} of the ways"
        terminalreporter.write_line(f"menu {menu}: {nodes} and {ways} taken")


@pytest.fixture
def call_menu(request: pytest.FixtureRequest) -> Callable[..., PlayedCaller]:
    """Calls a menu of the company: ``call_menu("main", number=…, language=…, at=…, world=…)``."""
    from ivr.testing import PlayedCaller

    def call(menu: str, **options: Any) -> PlayedCaller:
        flows = _flows(request.config, request.path)
        return PlayedCaller(flows.flows, menu, extensions=flows.extensions, **options)

    return call


def _flows(config: pytest.Config, path: Path) -> _Flows:
    from config.loading import COMPANY_FILE, DEMO_COMPANY

    chosen: Path | None = config.getoption("company")
    if chosen is None:
        folder = next((parent.parent for parent in path.parents if parent.name == "flows"), None)
        found = sorted(folder.glob("*.yaml")) if folder is not None else []
        chosen = next((file for file in found if file.name == COMPANY_FILE or len(found) == 1), DEMO_COMPANY)
    known = config.stash.setdefault(_COMPANIES, {})
    if chosen not in known:
        known[chosen] = _Flows(chosen)
    return known[chosen]
