"""Whatever is written into a flow or a script costs its documented errors; whatever passes, every caller can leave.

``FUZZ_SECONDS`` makes it longer.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from random import Random
from typing import Any

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from config.loading import load_company_file
from ivr.actions import Leave
from ivr.check import check_flow, load_flow
from ivr.errors import FlowError
from ivr.flow import Flow
from ivr.interpreter import MAX_STEPS, Interpreter
from ivr.scripts import run_script
from ivr.testing import extensions_of, match
from pbx.ports import Digit, MenuInput, Played, TimedOut

EXAMPLES = 60 * max(1, int(os.environ.get("FUZZ_SECONDS", "1")))
RELAXED = settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=[HealthCheck.too_slow])
COMPANY = load_company_file()
EXTENSIONS = extensions_of(COMPANY)
DEMO = [menu.text for menu in COMPANY.menus]
SCRIPTS = [
    file.read_text(encoding="utf-8")
    for file in sorted((Path(__file__).parents[2] / "config" / "demo" / "flows" / "tests").glob("*.yaml"))
]

# --- Any text ---------------------------------------------------------------------------------------------------------

YAML_PIECES = st.lists(
    st.one_of(
        st.sampled_from(
            ["flow:", " ", "\n", "- ", "{", "}", "[", "]", "&a", "*a", "!!int", "!x", ": ", "? ", "|", ">", "'", '"']
        ),
        st.sampled_from(
            [
                "#",
                "---",
                "...",
                "%YAML 1.1",
                "\t",
                "nodes:",
                "start:",
                "menu",
                "say",
                "1e999",
                "0x1F",
                ".inf",
                "~",
                "<<:",
            ]
        ),
        st.text(max_size=5),
    ),
    max_size=40,
).map("".join)


def must_answer(text: str) -> Flow | None:
    """Check and load agree, every fault lies within the text, and nothing but FlowError comes out."""
    faults = check_flow(text, "", COMPANY, "f.yaml")
    lines = text.count("\n") + 2
    assert all(1 <= fault.line <= lines and fault.column >= 1 and "\n" not in str(fault) for fault in faults)
    try:
        flow = load_flow(text, "", COMPANY, "f.yaml")
    except FlowError as error:
        assert error.faults == tuple(fault for fault in faults if not fault.warning)
        return None
    assert all(fault.warning for fault in faults)
    return flow


@RELAXED
@given(st.one_of(YAML_PIECES, st.text(max_size=200)))
@example("a: 0b1\nb: 1_000\nc: 0o7\nd: +1\ne: 1:30\n")
@example("? ? a\n: b\n")
@example("flow: \ufeff")
@example("a: !!timestamp 2001-01-01")
@example("a: 2001-99-99")
def test_any_text(text: str) -> None:
    must_answer(text)


# --- Damaged menus ----------------------------------------------------------------------------------------------------


def damaged(text: str, seed: int) -> str:
    """``text`` with some of its lines and characters cut, doubled, swapped or replaced."""
    rng = Random(seed)
    lines = text.split("\n")
    for _ in range(rng.randint(1, 4)):
        at = rng.randrange(len(lines))
        what = rng.randrange(6)
        if what == 0:
            del lines[at]
        elif what == 1:
            lines.insert(at, lines[rng.randrange(len(lines))])
        elif what == 2:
            lines[at] = lines[at].replace(":", rng.choice(["", ": :", ":", ": [", ": {"]), 1)
        elif what == 3:
            lines[at] = " " * rng.randint(0, 9) + lines[at].strip()
        elif what == 4 and lines[at]:
            cut = rng.randrange(len(lines[at]))
            lines[at] = lines[at][:cut] + chr(rng.choice([0, 9, 34, 0xE9, 0x2028, 0x1F600, 58])) + lines[at][cut + 1 :]
        else:
            words = lines[at].split(" ")
            words[rng.randrange(len(words))] = rng.choice(
                ["hang_up", "repeat", "options", "-1", "1e9", "true", "null", "{}"]
            )
            lines[at] = " ".join(words)
        lines = lines or [""]
    return "\n".join(lines)


@RELAXED
@given(st.sampled_from(DEMO), st.integers(0, 2**32))
def test_a_damaged_menu_is_refused_or_can_be_left(text: str, seed: int) -> None:
    flow = must_answer(damaged(text, seed))
    if flow is not None:
        calls(flow, seed)


@RELAXED
@given(st.sampled_from(SCRIPTS), st.integers(0, 2**32))
def test_a_damaged_script_is_refused_or_played(text: str, seed: int) -> None:
    flows = {menu.name: load_flow(menu.text, menu.name, COMPANY) for menu in COMPANY.menus}
    try:
        run_script(damaged(text, seed), flows, EXTENSIONS)
    except FlowError as error:
        assert error.faults


# --- Menus of any shape -----------------------------------------------------------------------------------------------

NAMES = ("start", "a", "b", "c", "d")
TARGET = st.one_of(
    st.sampled_from([*NAMES, *NAMES, "hang_up"]),
    st.sampled_from(["queue", "person", "menu", "voicemail", "number", "callback", "room", "ring_group"]).flatmap(
        lambda kind: st.sampled_from(["sales", "101", 100, "700", "main", "reception", "+34600111222"]).map(
            lambda target: {kind: target}
        )
    ),
)
PROMPT = st.sampled_from(
    [{"es": "Hola", "en": "Hello"}, {"prompt": "call.goodbye"}, [{"es": "", "en": ""}], {"es": "{x}"}]
)
ANY = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=8)),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=8), inner, max_size=3)),
    max_leaves=6,
)
OPTIONS = st.dictionaries(st.sampled_from("0123456789*#"), st.one_of(TARGET, st.just("repeat")), min_size=1, max_size=5)
NODE = st.one_of(
    st.builds(
        lambda prompt, to, over: {"say": {"prompt": prompt, "next": to, "barge_in": over}},
        PROMPT, TARGET, st.booleans(),
    ),
    st.builds(
        lambda prompt, options, to, typed: {
            "menu": {"prompt": prompt, "options": options, "fallback": to, "extensions": typed}
        },
        PROMPT, OPTIONS, TARGET, st.booleans(),
    ),
    st.builds(
        lambda prompt, to, back: {"input": {"prompt": prompt, "into": "x", "next": to, "fallback": back}},
        PROMPT, TARGET, TARGET,
    ),
    st.builds(
        lambda prompt, to, back: {"survey": {"prompt": prompt, "next": to, "fallback": back}}, PROMPT, TARGET, TARGET
    ),
    st.builds(lambda to: {"language": {"set": "en", "next": to}}, TARGET),
    st.builds(lambda to, back: {"caller": {"known": to, "withheld": back}}, TARGET, TARGET),
    st.builds(
        lambda to, back: {"hours": {"week": {"mon-sun": ["00:00-12:00"]}, "open": to, "closed": back}}, TARGET, TARGET
    ),
    st.builds(lambda to: {"go": to}, TARGET),
)  # fmt: skip
FLOW = st.builds(
    lambda nodes: {"flow": "any", "start": "start", "nodes": nodes},
    st.dictionaries(st.sampled_from(NAMES), NODE, min_size=1, max_size=5),
)


def whole(document: dict[str, Any]) -> dict[str, Any]:
    """With every node that anything leads to, so that more of them pass."""
    for name in NAMES:
        document["nodes"].setdefault(name, {"go": "hang_up"})
    return document


@RELAXED
@given(FLOW.map(whole), st.integers(0, 2**32))
def test_a_menu_of_any_shape_is_refused_or_can_be_left(document: dict[str, Any], seed: int) -> None:
    flow = must_answer(json.dumps(document))
    if flow is not None:
        calls(flow, seed)


@RELAXED
@given(FLOW, st.data())
def test_any_value_in_any_place(document: dict[str, Any], data: st.DataObject) -> None:
    place: Any = document
    while True:
        key = data.draw(st.sampled_from(list(place) if isinstance(place, dict) else list(range(len(place)))))
        if not isinstance(place[key], dict | list) or not place[key] or data.draw(st.integers(0, 3)) == 0:
            break
        place = place[key]
    place[key] = data.draw(ANY)
    must_answer(json.dumps(document))


def calls(flow: Flow, seed: int) -> None:
    """A caller who does anything at all leaves within the bounds, exactly once."""
    rng = Random(seed)
    interpreter = Interpreter(
        {flow.name: flow}, flow.name, language="es", number=None, match=lambda digits: match(EXTENSIONS, digits)
    )
    now = 1_800_000_000.0
    actions = interpreter.begin(now)
    silent = rng.random() < 0.5
    for _ in range(MAX_STEPS * 60):
        if interpreter.over:
            break
        deadline = interpreter.deadline()
        assert deadline is not None
        assert deadline >= now, "a wait without an end"
        event: MenuInput = TimedOut()
        if not silent and rng.random() < 0.7:
            event = rng.choice([Digit(rng.choice("0123456789*#A")), Played(f"menu-{rng.randint(0, 3)}")])
            now += rng.random()
        else:
            now = deadline
        actions = interpreter.handle(event, now)
    assert interpreter.over
    assert sum(isinstance(action, Leave) for action in actions) == 1
