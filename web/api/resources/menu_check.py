"""A menu looked at while it is written: every fault with its line."""

from __future__ import annotations

import asyncio
from typing import Annotated

from pydantic import Field

from ivr.check import check_flow
from web.api.model import Given, Shown
from web.api.operation import Ask, Operation

MAX_TEXT = 1 << 20


class Draft(Given):
    name: Annotated[str, Field(max_length=64)]
    text: Annotated[str, Field(max_length=MAX_TEXT)]


class MenuFault(Shown):
    """``line`` and ``column`` count from 1. A warning stops nothing."""

    line: int
    column: int
    message: str
    is_warning: bool


class MenuFaults(Shown):
    items: list[MenuFault]
    next_cursor: str | None


async def check(ask: Ask) -> MenuFaults:
    found = await asyncio.to_thread(check_flow, ask.body.text, ask.body.name, ask.office.company)
    items = [
        {"line": one.line, "column": one.column, "message": one.message, "is_warning": one.warning} for one in found
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
