"""Who is turned away."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pbx.routing.blocklist import Blocklist, Rule, normal_pattern


def blocked(number: str | None, *patterns: str) -> str | None:
    rule = Blocklist([Rule(pattern) for pattern in patterns]).match(number)
    return None if rule is None else rule.number


def test_nothing_is_blocked_by_an_empty_list() -> None:
    assert blocked("+34600111222") is None
    assert blocked(None) is None


def test_an_exact_number_however_it_was_written() -> None:
    assert blocked("+34600111222", "600 11 12 22") == "600 11 12 22"
    assert blocked("+34600111223", "600 11 12 22") is None


def test_a_prefix() -> None:
    assert blocked("+34900123456", "+34900*") == "+34900*"
    assert blocked("+34901123456", "+34900*") is None


def test_an_exact_number_wins_over_a_prefix_and_a_long_prefix_over_a_short_one() -> None:
    rules = ("+34*", "+34900*", "+34900123456")
    assert blocked("+34900123456", *rules) == "+34900123456"
    assert blocked("+34900999999", *rules) == "+34900*"
    assert blocked("+34600111222", *rules) == "+34*"


def test_withheld_numbers_only_by_their_own_rule() -> None:
    assert blocked(None, "+34*") is None
    assert blocked(None, "anonymous") == "anonymous"
    assert blocked("+34600111222", "anonymous") is None


def test_rules_that_are_none_are_left_out() -> None:
    assert len(Blocklist([Rule("*"), Rule(""), Rule("x"), Rule("+*")])) == 0


@pytest.mark.parametrize(
    ("written", "pattern"),
    [
        ("+34900*", "+34900*"), ("900*", "+34900*"), ("0034 900 *", "+34900*"), ("600111222", "+34600111222"),
        ("Anonymous", "anonymous"), ("101", "101"), ("*", None), ("+*", None), ("34+", None), ("9*9", None),
    ],
)  # fmt: skip
def test_the_form_that_is_compared(written: str, pattern: str | None) -> None:
    assert normal_pattern(written) == pattern


@given(
    st.lists(st.from_regex(r"\+[1-9][0-9]{5,9}\*?", fullmatch=True), max_size=20),
    st.from_regex(r"\+[1-9][0-9]{5,11}", fullmatch=True),
)
def test_agrees_with_comparing_one_by_one(patterns: list[str], number: str) -> None:
    expected = any(number.startswith(p[:-1]) if p.endswith("*") else number == p for p in patterns)
    assert (blocked(number, *patterns) is not None) is expected


def test_a_hundred_thousand_rules_are_an_index() -> None:
    rules = [Rule(f"+346{n:08d}") for n in range(100_000)]
    index = Blocklist(rules)
    assert index.match("+34600099999") == rules[99_999]
    assert index.match("+34700000000") is None


def test_a_pattern_has_places_for_any_digit() -> None:
    assert blocked("+34600112322", "+3460011??22") == "+3460011??22"
    assert blocked("+346001123220", "+3460011??22") is None
    assert blocked("+34600112322999", "+3460011??22*") == "+3460011??22*"
    assert blocked("+34600112322", "+3460011??22", "+34600112322") == "+34600112322"
    assert normal_pattern("60011??22") is None


def test_the_nearest_scope_decides_and_an_exception_lets_in() -> None:
    rules = [
        Rule("+34900*"),
        Rule("+34900123456", "allow"),
        Rule("+34900123456", scope="person:ana"),
        Rule("+34900777777", "allow", scope="person:ana"),
        Rule("+34600*", scope="department:sales"),
    ]
    listed = Blocklist(rules)
    assert listed.match("+34900123456") is None
    assert listed.match("+34900123456", ["person:ana", "company"]) == rules[2]
    assert listed.match("+34900777777", ["person:ana", "company"]) is None
    assert listed.match("+34900777777", ["person:luis", "company"]) == rules[0]
    assert listed.match("+34600111222", ["person:luis", "department:sales", "company"]) == rules[4]
    assert listed.match("+34600111222") is None


def test_a_rule_counts_until_it_expires() -> None:
    listed = Blocklist([Rule("+34600111222", expires_at=100.0), Rule("+34*", "busy")])
    assert listed.match("+34600111222", now=99.0) == Rule("+34600111222", expires_at=100.0)
    assert listed.match("+34600111222", now=100.0) == Rule("+34*", "busy")
