"""The examples of docs/flows.md are what they say."""

from __future__ import annotations

import json
import re

from ivr.check import load_flow
from ivr.scripts import run_script
from tests.unit.ivr.flows import ROOT


def test_the_worked_example_passes_its_own_test() -> None:
    text = (ROOT / "docs" / "flows.md").read_text(encoding="utf-8").partition("## A worked example")[2]
    flow, script = re.findall(r"```yaml\n(.*?)```", text, re.DOTALL)[:2]
    report = run_script(script, {"shop": load_flow(flow, "shop")}, {"101"})
    assert [outcome.fault for outcome in report.outcomes] == ["", ""]


def test_every_node_is_described() -> None:

    schema = json.loads((ROOT / "ivr" / "flow.schema.json").read_text(encoding="utf-8"))
    text = (ROOT / "docs" / "flows.md").read_text(encoding="utf-8")
    missing = [name for name in schema["$defs"]["node"]["properties"] if f"`{name}`" not in text]
    assert missing == []
