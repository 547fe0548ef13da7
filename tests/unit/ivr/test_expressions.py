"""What expressions come to, and what they may not do."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.errors import ExpressionError
from ivr.expressions import MAX_CHARACTERS, read_expression


@pytest.mark.parametrize(
    ("text", "variables", "value"),
    [
        ("1 + 2 * 3", {}, 7),
        ("(1 + 2) * 3 - -1", {}, 10),
        ("7 / 2", {}, 3.5),
        ("7 % 4", {}, 3),
        ('"a" + "b"', {}, "ab"),
        ("tries + 1", {"tries": "2"}, 3),
        ("missing == none", {}, True),
        ("digits == 7", {"digits": "007"}, True),
        ('digits == "7"', {"digits": "007"}, False),
        ("not vip or number in ['34600', 5]", {"vip": True, "number": "5"}, True),
        ('starts_with(number, "34") and length(number) >= 11', {"number": "34600111222"}, True),
        ("default(name, 'nobody')", {}, "nobody"),
        ("right(number, 3)", {"number": "34600111222"}, "222"),
        ("digits('a1b2')", {}, "12"),
        ("true and 0", {}, 0),
    ],
)
def test_values(text: str, variables: dict[str, Any], value: object) -> None:
    assert read_expression(text).value(variables) == value


@pytest.mark.parametrize("text", ["1 / 0", "'a' * 2", "none + 1", "true < 1", "999999999999999 * 999999999999999"])
def test_what_does_not_go_together_is_an_error(text: str) -> None:
    with pytest.raises(ExpressionError):
        read_expression(text).value({})


@pytest.mark.parametrize(
    "text",
    [
        *("", "1 +", "a.b", "a[0]", "__import__('os')", "lambda: 1", "x = 1", "f(1)", "length()", "{}", "a b"),
        *("(" * 40 + "1" + ")" * 39, "not " * 40 + "1", "1" * (MAX_CHARACTERS + 1), "1 if 2 else 3"),
    ],
)
def test_what_is_no_expression_is_refused(text: str) -> None:
    with pytest.raises(ExpressionError):
        read_expression(text)


@given(st.text(alphabet="abc019 ().,[]\"'+-*/%<>=!ortndinf_", max_size=80))
def test_only_documented_errors_come_out(text: str) -> None:
    try:
        read_expression(text).value({"a": 1, "b": "x"})
    except ExpressionError:
        pass


def test_a_text_cannot_grow_without_end() -> None:
    variables: dict[str, Any] = {"a": "x"}
    double = read_expression("a + a")
    with pytest.raises(ExpressionError):
        for _ in range(20):
            variables["a"] = double.value(variables)
