"""Files of scripts that play callers: read, checked, and run, with what they have covered.

``centralita flow test FILE`` and the tests of the demo's menus use it; ``docs/flows.md`` describes the files.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from config.company import Company
from ivr.coverage import Coverage
from ivr.document import Document
from ivr.errors import Fault, FlowError, ScriptError
from ivr.flow import Flow
from ivr.schema import schema_faults
from ivr.scripted_world import ScriptedWorld, WebReply
from ivr.testing import PATIENCE_S, PlayedCaller, extensions_of, flows_of
from pbx.ports import Identity

LARGER_THAN_A_FLOW = 8  # room for a thousand cases


@dataclass(frozen=True, slots=True)
class Case:
    """One script: a caller, and what the caller does and expects."""

    name: str
    number: str | None
    language: str
    at: datetime | None
    steps: tuple[Mapping[str, Any], ...]
    line: int
    around: Mapping[str, Any]

    def world(self) -> ScriptedWorld:
        """What is around the caller, fresh for one call."""
        crm = self.around.get("crm")
        return ScriptedWorld(
            contact=Identity("1", **{"name": "", **crm}) if crm is not None else None,
            web=tuple(WebReply(**reply) for reply in self.around.get("web", ())),
            answering=frozenset(str(one) for one in self.around.get("answering", ())),
            on=frozenset(self.around.get("on", ())),
            speaks_s=float(self.around.get("speaks_s", 5.0)),
        )


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a case; ``fault`` is empty when everything was as expected, ``seconds`` are the caller's."""

    case: str
    line: int
    fault: str
    seconds: float

    @property
    def passed(self) -> bool:
        return not self.fault


@dataclass(frozen=True, slots=True)
class Report:
    """What became of all cases of a file."""

    menu: str
    cases: tuple[Case, ...]
    outcomes: tuple[Outcome, ...]
    coverage: Coverage

    @property
    def passed(self) -> bool:
        return all(outcome.passed for outcome in self.outcomes)


def run_script_file(file: Path, company: Company) -> Report:
    """Play every case of ``file`` against the company's flows.

    Raises FlowError when the file or a flow cannot be used, OSError when the file cannot be read.
    """
    return run_script(file.read_text(encoding="utf-8"), flows_of(company), extensions_of(company), str(file))


def run_script(text: str, flows: Mapping[str, Flow], extensions: Collection[str], file: str = "script.yaml") -> Report:
    """Play every case of a script document. Raises FlowError when it cannot be used."""
    menu, cases = read_script(text, file)
    if menu not in flows:
        raise FlowError(
            [
                Fault(
                    file,
                    *Document(text, file, times=LARGER_THAN_A_FLOW).position(("menu",)),
                    f"menu: no menu '{menu}'; allowed: {', '.join(sorted(flows))}",
                )
            ]
        )
    coverage = Coverage({menu: flows[menu]})
    outcomes = tuple(play_case(case, menu, flows, extensions, coverage) for case in cases)
    return Report(menu, cases, outcomes, coverage)


def read_script(text: str, file: str = "script.yaml") -> tuple[str, tuple[Case, ...]]:
    """The menu that a script document calls, and its cases. Raises FlowError when it cannot be used."""
    document = Document(text, file, times=LARGER_THAN_A_FLOW)
    faults = schema_faults(document, "script")
    if faults:
        raise FlowError(sorted(faults))
    return document.value["menu"], tuple(_case(document, index) for index in range(len(document.value["cases"])))


def _case(document: Document, index: int) -> Case:
    value = document.value["cases"][index]
    at = None
    if "at" in value:
        try:
            at = datetime.fromisoformat(value["at"])
        except ValueError:
            fault: Fault = document.fault(("cases", index, "at"), f"'{value['at']}' is no time; allowed: RFC 3339")
            raise FlowError([fault]) from None
    caller = value.get("caller", "+34600111222")
    number = None if caller == "withheld" else caller
    line = document.position(("cases", index))[0]
    return Case(value["case"], number, value.get("language", "es"), at, tuple(value["steps"]), line, value)


def play_case(
    case: Case, menu: str, flows: Mapping[str, Flow], extensions: Collection[str], coverage: Coverage
) -> Outcome:
    """Play one case in virtual time, and add the ways that it takes to ``coverage``."""
    options: dict[str, Any] = {
        "number": case.number,
        "language": case.language,
        "extensions": extensions,
        "world": case.world(),
    }
    if case.at is not None:
        local = case.at if case.at.tzinfo else case.at.replace(tzinfo=ZoneInfo("Europe/Madrid"))
        options["at"] = local.timestamp()
    caller = PlayedCaller(flows, menu, **options)
    fault = ""
    try:
        for step in case.steps:
            _do(caller, step)
    except ScriptError as error:
        fault = str(error)
    coverage.taken |= caller.ways
    return Outcome(case.name, case.line, fault, caller.now - caller.began)


def _do(caller: PlayedCaller, step: Mapping[str, Any]) -> None:
    within_s = float(step.get("within", PATIENCE_S))
    for what, value in step.items():
        if what == "hears":
            caller.hears(value, within_s)
        elif what == "never_hears":
            caller.never_hears(value)
        elif what == "presses":
            caller.presses(str(value))
        elif what == "says":
            caller.says(value)
        elif what == "waits":
            caller.waits(float(value))
        elif what == "rates":
            caller.rates(value)
        elif what == "arrives":
            caller.arrives(value, within_s)
