"""Scripts that play callers: what they find, and what is wrong with them."""

from __future__ import annotations

import pytest

from ivr.errors import FlowError, ScriptError
from ivr.scripts import run_script
from tests.unit.ivr.flows import EXTENSIONS, MENU, call, flow

FLOWS = {"test": flow(MENU)}


def run(steps: str) -> str:
    """The fault of a script with these steps."""
    report = run_script(f"menu: test\ncases: [{{case: it, steps: [{steps}]}}]", FLOWS, EXTENSIONS)
    return report.outcomes[0].fault


def test_a_script_that_holds() -> None:
    assert run("{hears: uno o dos}, {presses: 2}, {arrives: 'queue:support', within: 0}") == ""


def test_words_that_are_not_heard_are_reported_with_what_was() -> None:
    fault = run("{hears: Bienvenido, within: 3}")
    assert fault.startswith("3.00 s into the call: 'Bienvenido' was not heard; heard so far:")
    assert "0.00 s  Uno o dos." in fault


def test_words_after_the_caller_has_cut_in_are_not_heard() -> None:
    assert "was not heard" in run("{waits: 0.1}, {presses: 101}, {hears: dos, within: 1}")
    assert run("{waits: 0.1}, {presses: 101}, {never_hears: dos}") == ""
    assert "'dos' was heard" in run("{waits: 1}, {never_hears: dos}")


def test_an_arrival_elsewhere_late_or_never() -> None:
    assert "the call went to queue:support, not to queue:sales" in run("{presses: 2}, {arrives: 'queue:sales'}")
    assert "still in the menu after 1 s" in run("{presses: 1}, {arrives: 'queue:sales', within: 1}")


def test_a_rating_that_was_not_given() -> None:
    assert "the rating is missing, not 3" in run("{rates: 3}")


def test_accents_and_capitals_do_not_matter() -> None:
    caller = call(flow("start:\n  say: {prompt: {es: Márquela AHORA}, next: hang_up}"))
    caller.hears("marquela ahora")


def test_coverage_names_the_ways_that_nobody_took() -> None:
    report = run_script("menu: test\ncases: [{case: it, steps: [{presses: 2}]}]", FLOWS, EXTENSIONS)
    assert report.passed
    assert report.coverage.share == pytest.approx(1 / 5)
    assert len(report.coverage.missing) == 4


def test_a_thousand_callers_fit_into_one_file() -> None:
    steps = "[{hears: uno o dos, within: 1}, {presses: 2}, {arrives: 'queue:support', within: 0}]"
    cases = (
        f"  - {{case: A caller who knows the way to support {number:04}, steps: {steps}}}" for number in range(1000)
    )
    report = run_script("\n".join(("menu: test", "cases:", *cases)), FLOWS, EXTENSIONS)
    assert report.passed
    assert len(report.outcomes) == 1000


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("menu: other\ncases: [{case: it, steps: [{waits: 1}]}]", "s.yaml:1:7: menu: no menu 'other'; allowed: test"),
        ("menu: test\ncases: []", "s.yaml:2:8: cases: 0 are given; allowed: 1 to 1000"),
        (
            "menu: test\ncases: [{case: it, steps: [{shouts: 1}]}]",
            (
                "s.yaml:2:29: cases.0.steps.0.shouts: unknown key; allowed: arrives, hears, never_hears, presses, "
                "rates, says, waits, within"
            ),
        ),
        (
            "menu: test\ncases: [{case: it, at: noon, steps: [{waits: 1}]}]",
            "s.yaml:2:24: cases.0.at: 'noon' is no time; allowed: RFC 3339",
        ),
        (
            "menu: test\ncases: [{case: it, steps: [{arrives: there}]}]",
            (
                "s.yaml:2:38: cases.0.steps.0.arrives: 'there' is given; allowed: KIND:TARGET, for example "
                "queue:sales, or hangup"
            ),
        ),
    ],
)
def test_scripts_with_faults_are_refused_where_they_stand(text: str, fault: str) -> None:
    with pytest.raises(FlowError) as caught:
        run_script(text, FLOWS, EXTENSIONS, "s.yaml")
    assert str(caught.value) == fault


def test_a_thousand_scripted_calls_need_no_waiting() -> None:
    for _ in range(1000):
        caller = call(FLOWS["test"])
        caller.presses("101")
        caller.arrives("person:101")


def test_a_failed_expectation_is_a_failed_assertion() -> None:
    with pytest.raises(AssertionError):
        call(FLOWS["test"]).rates(5)
    assert issubclass(ScriptError, AssertionError)
