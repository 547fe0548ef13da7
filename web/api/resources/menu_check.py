"""A menu looked at while it is written: every fault with its line."""

from __future__ import annotations

import asyncio
from typing import Annotated

from pydantic import Field

from ivr.check import check_flow
from web.api.model import Given, Shown
from web.api.operation import Ask, Operation
from web.api.problems import wants_spanish
from web.api.problems_es import in_spanish

MAX_TEXT = 1 << 20


class Draft(Given):
    name: Annotated[str, Field(max_length=64)]
    text: Annotated[str, Field(max_length=MAX_TEXT)]


class MenuFault(Shown):
    """``line`` and ``column`` count from 1. A warning stops nothing.

    ``path``: the keys and places that lead to it from the top of the document, empty where it cannot be read.
    ``message``: one sentence, in Spanish for whoever asks so (RFC 9110 §12.5.4), else in English.
    """

    line: int
    column: int
    path: list[str]
    message: str
    is_warning: bool


class MenuFaults(Shown):
    items: list[MenuFault]
    next_cursor: str | None


async def check(ask: Ask) -> MenuFaults:
    found = await asyncio.to_thread(check_flow, ask.body.text, ask.body.name, ask.office.company)
    is_spanish = wants_spanish(ask.request.headers.get("Accept-Language", ""))
    items = [
        {
            "line": one.line,
            "column": one.column,
            "path": [str(step) for step in one.path],
            "message": in_spanish(one.sentence) if is_spanish else one.sentence,
            "is_warning": one.warning,
        }
        for one in found
    ]
    return MenuFaults.model_validate({"items": items, "next_cursor": None})


OPERATIONS = (
    Operation(
        "settings.menus.check",
        "POST",
        "/settings/menus/check",
        "Settings: the faults of a menu",
        check,
        MenuFaults,
        body=Draft,
    ),
)
