"""Flow documents with faults: where they are and what is allowed."""

from __future__ import annotations

from textwrap import dedent

import pytest

from config.company import Company
from config.loading import load_company_file
from ivr.check import check_flow, load_flow
from ivr.document import MAX_CHARACTERS
from ivr.errors import FlowError
from tests.unit.ivr.flows import MENU, document


def faults(text: str, company: Company | None = None) -> list[str]:
    return [str(fault) for fault in check_flow(text, "test", company, "test.yaml")]


def faults_of(nodes: str, company: Company | None = None) -> list[str]:
    return faults(document(nodes), company)


def test_a_good_flow_has_no_faults() -> None:
    assert faults_of(MENU) == []


@pytest.mark.parametrize("name", ["main", "survey"])
def test_the_demo_s_menus_fit_the_demo_company(name: str) -> None:
    company = load_company_file()
    (menu,) = [menu for menu in company.menus if menu.name == name]
    assert check_flow(menu.text, name, company) == []


@pytest.mark.parametrize(
    ("nodes", "fault"),
    [
        (
            "start:\n  say: {prompt: {es: Hola}, next: hang_up, loud: 1}",
            "test.yaml:6:46: nodes.start.say.loud: unknown key; allowed: barge_in, next, prompt",
        ),
        (
            "start:\n  say: {prompt: {es: Hola}}",
            "test.yaml:6:5: nodes.start.say: 'next' must be given",
        ),
        (
            "start:\n  say: {prompt: {es: Hola}, next: there}",
            "test.yaml:6:37: nodes.start.say.next: no node 'there'; allowed: start, hang_up, return, or a destination",
        ),
        (
            MENU.replace("extensions: true", "timeout_s: soon"),
            "test.yaml:10:18: nodes.start.menu.timeout_s: 'soon' is given; allowed: a number",
        ),
        (
            MENU.replace("extensions: true", "timeout_s: 600"),
            "test.yaml:10:18: nodes.start.menu.timeout_s: 600 is given; allowed: 0.5 to 60",
        ),
        (
            MENU.replace("9: repeat", "12: repeat"),
            "test.yaml:14:9: nodes.start.menu.options.12: '12' is no name; allowed: one key of 0-9, * and #",
        ),
        (
            MENU.replace('"*": hang_up', '"#": hang_up'),
            "test.yaml:15:9: nodes.start.menu.options.#: # ends a typed extension and cannot be an option",
        ),
        (
            "start:\n  say: {prompt: {en: Hello}, next: hang_up}",
            "test.yaml:6:19: nodes.start.say.prompt: no text in 'es'; an empty one says nothing",
        ),
        (
            'start:\n  say: {prompt: {es: "Hola, {nombre}"}, next: hang_up}',
            "test.yaml:6:24: nodes.start.say.prompt.es: no variable 'nombre'; allowed: dialled, number",
        ),
        (
            "start:\n  go: {queue: sales, menu: main}",
            (
                "test.yaml:6:9: nodes.start.go: 2 keys are given; allowed: one of: menu, queue, person, room, "
                "voicemail, ring_group, callback, number"
            ),
        ),
        (
            "start:\n  go: repeat",
            "test.yaml:6:9: nodes.start.go: 'repeat' is for the options of a menu",
        ),
        (
            "start:\n  go: {number: '112'}",
            (
                "test.yaml:6:18: nodes.start.go.number: '112' is given; "
                "allowed: a number in E.164, for example +34910000001"
            ),
        ),
        (
            "start:\n  hours: {week: {monday: ['09:00-14:00']}, open: hang_up, closed: hang_up}",
            (
                "test.yaml:6:20: nodes.start.hours.week.monday: 'monday' is no weekday; allowed: mon, tue, wed, thu, "
                "fri, sat, sun, or a span like mon-fri"
            ),
        ),
        (
            "start:\n  hours: {week: {mon: ['14:00-09:00']}, open: hang_up, closed: hang_up}",
            (
                "test.yaml:6:26: nodes.start.hours.week.mon.0: '14:00-09:00' ends before it begins; allowed: "
                "HH:MM-HH:MM within one day"
            ),
        ),
        (
            "start:\n  hours: {week: {}, time_zone: Mars, open: hang_up, closed: hang_up}",
            "test.yaml:6:34: nodes.start.hours.time_zone: 'Mars' is no time zone; allowed: names like Europe/Madrid",
        ),
        (
            "start:\n  hours: {week: {}, holidays: XX, open: hang_up, closed: hang_up}",
            (
                "test.yaml:6:33: nodes.start.hours.holidays: no holidays are known for 'XX'; allowed: ISO 3166 "
                "codes like ES or ES-MD"
            ),
        ),
    ],
)
def test_a_fault_points_at_its_place_and_says_what_is_allowed(nodes: str, fault: str) -> None:
    assert faults_of(nodes) == [fault]


def test_a_prompt_that_the_catalogue_does_not_have() -> None:
    (fault,) = faults_of("start:\n  say: {prompt: {prompt: no.such}, next: hang_up}")
    assert fault.startswith("test.yaml:6:28: nodes.start.say.prompt.prompt: no prompt 'no.such'; allowed: agent.")


def test_a_loop_that_never_asks_the_caller_is_refused_at_each_of_its_nodes() -> None:
    nodes = """
    start:
      say: {prompt: {es: Hola}, next: again}
    again:
      language: {set: es, next: start}
    """
    assert faults_of(nodes) == [
        "test.yaml:5:3: nodes.start: goes round in a loop that never asks the caller; put a menu into it",
        "test.yaml:7:3: nodes.again: goes round in a loop that never asks the caller; put a menu into it",
    ]


def test_a_loop_through_a_question_is_fine() -> None:
    assert faults_of(MENU.replace("{ring_group: reception}", "start")) == []


def test_a_node_that_nothing_leads_to_is_a_warning_and_stops_nothing() -> None:
    text = document(MENU + "alone:\n  go: hang_up\n")
    (fault,) = check_flow(text, "test")
    assert fault.warning
    assert str(fault) == "test.yaml:17:3: warning: nodes.alone: nothing leads here"
    assert load_flow(text, "test").name == "test"


def test_destinations_must_exist_in_the_company() -> None:
    company = load_company_file()
    assert faults_of("start:\n  go: {queue: ventas}", company) == [
        "test.yaml:6:17: nodes.start.go.queue: no queue 'ventas'; allowed: sales, support"
    ]
    assert faults_of("start:\n  go: {callback: support}", company) == [
        "test.yaml:6:20: nodes.start.go.callback: no callback 'support'; allowed: sales"
    ]
    assert faults_of("start:\n  go: {person: 101}", company) == []


def test_the_name_must_be_the_one_it_is_known_by() -> None:
    assert faults(document(MENU, name="other")) == ["test.yaml:1:7: flow: 'other' is given; allowed: test"]


def test_the_start_must_exist() -> None:
    (fault,) = faults(document(MENU, start="begin"))
    assert fault.startswith("test.yaml:3:8: start: no node 'begin'; allowed: start")


def test_several_faults_come_in_the_order_of_the_lines() -> None:
    found = faults("flow: 7\nstart: [x]\nnodes: {a: {say: 3}, b: {}}\nmore: 1\n")
    assert [fault.split(": ")[0] for fault in found] == [
        "test.yaml:1:7",
        "test.yaml:2:8",
        "test.yaml:3:18",
        "test.yaml:3:25",
        "test.yaml:4:1",
    ]


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("", "test.yaml:1:1: nothing is given; allowed: a mapping"),
        ("just a text", "test.yaml:1:1: 'just a text' is given; allowed: a mapping"),
        ("flow: [", "test.yaml:1:8: not YAML: expected the node content, but found '<stream end>'"),
        ("flow: a\nflow: b\n", "test.yaml:2:1: 'flow' stands here twice"),
        ("a: &x 1\nb: *x\n", "test.yaml:1:4: anchors and aliases are not allowed: write the value again"),
        ("!!python/object:os.system {}", "test.yaml:1:1: tags are not allowed"),
        ("? [a]\n: 1\n", "test.yaml:1:3: a key must be a text"),
    ],
)
def test_what_is_not_a_flow_at_all(text: str, fault: str) -> None:
    assert faults(text) == [fault]


def test_documents_that_are_too_long_or_too_deep_are_refused() -> None:
    assert faults("#" * (MAX_CHARACTERS + 1)) == [
        f"test.yaml:1:1: the document is too long; allowed: {MAX_CHARACTERS} characters"
    ]
    (fault,) = faults("[" * 5000)
    assert "too much; allowed: depth 24" in fault


def test_the_faults_are_what_the_error_says() -> None:
    with pytest.raises(FlowError) as caught:
        load_flow(dedent("flow: test\nstart: a\nnodes: {a: {go: b}}\n"), "test", file="menus/test.yaml")
    assert (
        str(caught.value)
        == "menus/test.yaml:3:17: nodes.a.go: no node 'b'; allowed: a, hang_up, return, or a destination"
    )
