"""What differs between two versions of a menu, as a unified diff."""

from __future__ import annotations

import asyncio
import difflib
from typing import Annotated

from pydantic import Field

from store.configuration import part_version
from web.api.errors import MissingError
from web.api.model import Asked, Shown
from web.api.operation import Ask, Operation

Version = Annotated[int, Field(ge=1, le=1_000_000_000)]


class DiffAsked(Asked):
    """Two versions; ``to`` is the present one when it is not given."""

    from_: Annotated[Version, Field(alias="from")]
    to: Version | None = None


class MenuDiff(Shown):
    """``diff``: lines with - and +, as diff -u writes them; empty: the texts are the same."""

    from_: Annotated[int, Field(serialization_alias="from", validation_alias="from")]
    to: int
    diff: str


async def diff(ask: Ask) -> MenuDiff:
    name, asked = ask.path("name"), ask.query
    async with ask.office.database.session() as session:
        old = await part_version(session, "menu", name, asked.from_)
        new = await part_version(session, "menu", name, asked.to)
    if old is None or new is None:
        raise MissingError("there is no such version of this menu")
    text = await asyncio.to_thread(_unified, name, old.version, old.body["text"], new.version, new.body["text"])
    return MenuDiff.model_validate({"from": old.version, "to": new.version, "diff": text})


def _unified(name: str, before: int, old: str, after: int, new: str) -> str:
    names = (f"{name} version {before}", f"{name} version {after}")
    return "\n".join(difflib.unified_diff(old.splitlines(), new.splitlines(), *names, lineterm=""))


OPERATIONS = (
    Operation(
        "settings.menus.diff",
        "GET",
        "/settings/menus/{name}/diff",
        "Settings: what differs between two versions of a menu",
        diff,
        MenuDiff,
        query=DiffAsked,
    ),
)
