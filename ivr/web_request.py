"""A flow's request to a web service: the address and body it sends, what it takes from the answer, where it leads."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import quote

from config.company import Destination
from ivr.errors import ExpressionError
from ivr.expressions import MAX_TEXT, Value, written
from ivr.flow import Web
from pbx.ports import Match

VARIABLE_IN_URL = re.compile(r"\{([a-z][a-z0-9_]{0,31})\}")
MAX_URL = 2000
MAX_PATH = 8
_E164 = re.compile(r"\+[1-9][0-9]{5,14}")


def request_of(node: Web, variables: Mapping[str, Value]) -> tuple[str, dict[str, Value] | None]:
    """The address with its variables, percent-encoded, and the body's fields. Raises ExpressionError."""
    url = VARIABLE_IN_URL.sub(lambda found: quote(written(variables.get(found[1])), safe=""), node.url)
    if len(url) > MAX_URL:
        raise ExpressionError(f"an address of {len(url)} characters; allowed: {MAX_URL}")
    return url, {name: value.value(variables) for name, value in node.body.items()} if node.body else None


def saved_from(document: Any, save: Mapping[str, str]) -> dict[str, Value]:
    """The variables that an answer gives: each the text, number or truth value at a path (``customer.orders.0.state``).

    What is not there is none. Raises ExpressionError for a list or an object where a value should be.
    """
    return {name: _plain(_at(document, path), path) for name, path in save.items()}


def _at(document: Any, path: str) -> Any:
    for step in path.split(".")[:MAX_PATH]:
        if isinstance(document, dict):
            document = document.get(step)
        elif isinstance(document, list) and step.isdigit() and int(step) < len(document):
            document = document[int(step)]
        else:
            return None
    return document


def _plain(value: Any, path: str) -> Value:
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, str):
        return value[:MAX_TEXT]
    raise ExpressionError(f"'{path}' of the answer is no text, number or truth value")


def outside_or_inside(to: Value, allowed: tuple[str, ...], match: Callable[[str], Match]) -> Destination | None:
    """Where ``to`` leads: an extension, or a number in E.164 that begins with one of ``allowed``; None: nowhere."""
    text = written(to)
    if text.isascii() and text.isdigit() and len(text) <= 6 and match(text) in {Match.EXACT, Match.EXACT_AND_PREFIX}:
        return Destination(kind="person", target=text)
    if _E164.fullmatch(text) and any(text.startswith(prefix) for prefix in allowed):
        return Destination(kind="number", target=text)
    return None
