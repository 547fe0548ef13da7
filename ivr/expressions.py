"""Expressions of flows: a small language of its own, read by a grammar, followed by rules, and bounded everywhere.

There is no way from an expression to Python: it knows texts, numbers, true, false and none, the variables of the call
and the functions listed here. It ends at once, because it has no loops and no definitions.
"""

from __future__ import annotations

import operator as operator_
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from lark import Lark, Token, Tree
from lark.exceptions import UnexpectedInput

from ivr.errors import ExpressionError

Value = str | int | float | bool | None

MAX_CHARACTERS = 500
MAX_DEPTH = 32
MAX_TEXT = 1000
MAX_NUMBER = 10**15

_GRAMMAR = r"""
?start: either
?either: both | either "or" both
?both: negation | both "and" negation
?negation: comparison | "not" negation -> negated
?comparison: sum | sum COMPARE sum -> compared | sum "in" list -> contained
list: "[" [either ("," either)*] "]"
?sum: product | sum ADD product -> added
?product: sign | product MULTIPLY sign -> multiplied
?sign: atom | "-" sign -> minus
?atom: NUMBER -> number | TEXT -> text | "true" -> true | "false" -> false | "none" -> none
     | NAME "(" [either ("," either)*] ")" -> call | NAME -> variable | "(" either ")"
COMPARE: "==" | "!=" | "<=" | ">=" | "<" | ">"
ADD: "+" | "-"
MULTIPLY: "*" | "/" | "%"
NAME: /[a-z][a-z0-9_]{0,31}/
NUMBER: /[0-9]{1,15}(\.[0-9]{1,6})?/
TEXT: /"[^"\n]*"|'[^'\n]*'/
%ignore /[ \t\n]+/
"""
_PARSER = Lark(_GRAMMAR, parser="lalr")


@dataclass(frozen=True, slots=True)
class Expression:
    """One expression: its text, and the names of the variables that it reads."""

    text: str
    variables: frozenset[str]

    def value(self, variables: Mapping[str, Value]) -> Value:
        """What it comes to; a variable that was never set is none. Raises ExpressionError."""
        return _value(_tree(self.text), variables)


def read_expression(text: str) -> Expression:
    """``text`` as an expression. Raises ExpressionError, which says where it cannot be read."""
    tree = _tree(text)
    names = {str(found.children[0]) for found in tree.find_data("variable")}
    for call in tree.find_data("call"):
        name = str(call.children[0])
        if name not in FUNCTIONS:
            raise ExpressionError(f"no function '{name}'; allowed: {', '.join(sorted(FUNCTIONS))}")
        count, wanted = len(_arguments(call)), FUNCTIONS[name][0]
        if count != wanted:
            raise ExpressionError(f"'{name}' is given {count} values; allowed: {wanted}")
    return Expression(text, frozenset(names))


@lru_cache(maxsize=4096)
def _tree(text: str) -> Tree[Token]:
    if len(text) > MAX_CHARACTERS:
        raise ExpressionError(f"{len(text)} characters; allowed: {MAX_CHARACTERS}")
    try:
        tree = _PARSER.parse(text)
    except UnexpectedInput as error:
        at = (getattr(error, "pos_in_stream", None) or 0) + 1
        raise ExpressionError(f"'{text}' cannot be read at character {at}") from None
    if _depth(tree) > MAX_DEPTH:
        raise ExpressionError(f"nested deeper than {MAX_DEPTH}")
    return tree


def _depth(tree: Tree[Token]) -> int:
    deepest, pending = 0, [(tree, 1)]
    while pending:
        node, depth = pending.pop()
        deepest = max(deepest, depth)
        pending += [(child, depth + 1) for child in node.children if isinstance(child, Tree)]
    return deepest


def _arguments(call: Tree[Token]) -> list[Any]:
    return [child for child in call.children[1:] if child is not None]


_ORDER: Mapping[str, Callable[[Any, Any], bool]] = {
    "<": operator_.lt,
    "<=": operator_.le,
    ">": operator_.gt,
    ">=": operator_.ge,
}
_ARITHMETIC: Mapping[str, Callable[[Any, Any], int | float]] = {
    "+": operator_.add,
    "-": operator_.sub,
    "*": operator_.mul,
    "/": operator_.truediv,
    "%": operator_.mod,
}


# --- Values -----------------------------------------------------------------------------------------------------------


def _value(node: Any, variables: Mapping[str, Value]) -> Value:
    children = node.children

    def of(index: int) -> Value:
        return _value(children[index], variables)

    match node.data:
        case "number":
            text = str(children[0])
            return float(text) if "." in text else int(text)
        case "text":
            return str(children[0])[1:-1]
        case "true" | "false":
            return bool(node.data == "true")
        case "none":
            return None
        case "variable":
            return variables.get(str(children[0]))
        case "either":
            return of(0) or of(1)
        case "both":
            return of(0) and of(1)
        case "negated":
            return not of(0)
        case "minus":
            return _bounded(-_number(of(0)))
        case "compared":
            return _compared(of(0), str(children[1]), of(2))
        case "contained":
            wanted = of(0)
            return any(_same(wanted, _value(item, variables)) for item in children[1].children if item is not None)
        case "added" | "multiplied":
            return _calculated(of(0), str(children[1]), of(2))
        case _:
            arguments = [_value(item, variables) for item in _arguments(node)]
            return _bounded(FUNCTIONS[str(children[0])][1](*arguments))


def _number(value: Value) -> int | float:
    """A number, or a text that reads as one: what a caller types is a text."""
    if isinstance(value, bool) or value is None:
        raise ExpressionError(f"{written(value) or 'nothing'} is no number")
    if isinstance(value, int | float):
        return value
    text = value.strip()
    try:
        if len(text) <= 20 and text.isascii() and "_" not in text:
            return _in_range(float(text) if "." in text else int(text))
    except ValueError:
        pass
    raise ExpressionError(f"'{text[:40]}' is no number")


def _in_range(number: int | float) -> int | float:
    if not -MAX_NUMBER <= number <= MAX_NUMBER:  # also what is not a number at all
        raise ExpressionError(f"a number beyond {MAX_NUMBER}")
    return number


def _bounded(value: Value) -> Value:
    if isinstance(value, str) and len(value) > MAX_TEXT:
        raise ExpressionError(f"a text of more than {MAX_TEXT} characters")
    return _in_range(value) if isinstance(value, int | float) and not isinstance(value, bool) else value


def _is_number(value: Value) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _same(a: Value, b: Value) -> bool:
    if _is_number(a) != _is_number(b) and isinstance(a, str | int | float) and isinstance(b, str | int | float):
        try:
            return _number(a) == _number(b)
        except ExpressionError:
            return False
    return a == b if _is_number(a) else type(a) is type(b) and a == b


def _compared(a: Value, operator: str, b: Value) -> bool:
    if operator in {"==", "!="}:
        return _same(a, b) == (operator == "==")
    left: Any = a
    right: Any = b
    if not (isinstance(a, str) and isinstance(b, str)):
        left, right = _number(a), _number(b)
    return bool(_ORDER[operator](left, right))


def _calculated(a: Value, operator: str, b: Value) -> Value:
    if operator == "+" and isinstance(a, str) and isinstance(b, str):
        return _bounded(a + b)
    left, right = _number(a), _number(b)
    if operator in {"/", "%"} and right == 0:
        raise ExpressionError("divided by nought")
    return _bounded(_ARITHMETIC[operator](left, right))


def written(value: Value) -> str:
    """A value as a text: none is empty, whole numbers have no point."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def _text(value: Value) -> str:
    return written(value)


FUNCTIONS: Mapping[str, tuple[int, Callable[..., Value]]] = {
    "length": (1, lambda a: len(_text(a))),
    "lower": (1, lambda a: _text(a).lower()),
    "upper": (1, lambda a: _text(a).upper()),
    "text": (1, _text),
    "number": (1, _number),
    "round": (1, lambda a: round(_number(a))),
    "left": (2, lambda a, b: _text(a)[: max(0, int(_number(b)))]),
    "right": (2, lambda a, b: _text(a)[max(0, len(_text(a)) - max(0, int(_number(b)))) :]),
    "starts_with": (2, lambda a, b: _text(a).startswith(_text(b))),
    "ends_with": (2, lambda a, b: _text(a).endswith(_text(b))),
    "contains": (2, lambda a, b: _text(b) in _text(a)),
    "digits": (1, lambda a: "".join(letter for letter in _text(a) if letter in "0123456789")),
    "default": (2, lambda a, b: b if a is None or a == "" else a),
}
"""Every function: how many values it takes, and what it does."""
