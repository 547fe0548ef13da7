"""The do-not-call list: whom no campaign calls."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from pbx.routing.numbers import normalise
from store import do_not_call as listed
from store.audit import note
from web.api.errors import InvalidError, MissingError
from web.api.model import NO_NUL, Given, Shown, ShownTime, WrittenNumber
from web.api.operation import Ask, Operation
from web.api.paging import Paged, decode_cursor, encode_cursor


class NewUnwanted(Given):
    number: WrittenNumber
    note: Annotated[str, Field(max_length=500, pattern=NO_NUL)] = ""


class Unwanted(Shown):
    number: str
    note: str
    created_at: ShownTime
    created_by: str | None


class UnwantedNumbers(Shown):
    items: list[Unwanted]
    next_cursor: str | None


async def list_entries(ask: Ask) -> UnwantedNumbers:
    before = None
    if ask.query.cursor is not None:
        at, number = decode_cursor(ask.query.cursor, (float, str))
        before = (at, number)
    async with ask.office.database.session() as session:
        rows = await listed.page_of_do_not_call(session, ask.query.limit + 1, before)
    more = len(rows) > ask.query.limit
    rows = rows[: ask.query.limit]
    cursor = encode_cursor(float(rows[-1].created_at), rows[-1].number) if more else None
    items = [{name: getattr(row, name) for name in Unwanted.model_fields} for row in rows]
    return UnwantedNumbers.model_validate({"items": items, "next_cursor": cursor})


async def create(ask: Ask) -> Unwanted:
    number = normalise(ask.body.number, ask.office.company.country)
    if number is None or not number.startswith("+"):
        message = f"'{ask.body.number}' is not a number; allowed: +34600111222"
        raise InvalidError("the number is wrong", faults=[{"field": "number", "message": message}])
    by, now = ask.viewer.login, ask.office.now()
    async with ask.office.database.transaction() as session:
        row = await listed.add_do_not_call(session, number, ask.body.note, by=by, now=now)
        note(session, "created", "do_not_call", number, by=by, now=now)
        shown = Unwanted.model_validate({name: getattr(row, name) for name in Unwanted.model_fields})
    await ask.office.company_changed()
    return shown


async def remove(ask: Ask) -> None:
    async with ask.office.database.transaction() as session:
        if not await listed.remove_do_not_call(session, ask.path("number")):
            raise MissingError("this number is not on the list")
        note(session, "deleted", "do_not_call", ask.path("number"), by=ask.viewer.login, now=ask.office.now())
    await ask.office.company_changed()


OPERATIONS = (
    Operation(
        "do_not_call.list", "GET", "/do-not-call", "Whom no campaign calls", list_entries, UnwantedNumbers, query=Paged
    ),
    Operation(
        "do_not_call.create",
        "POST",
        "/do-not-call",
        "Have no campaign call a number; again: with another note",
        create,
        Unwanted,
        status=201,
        body=NewUnwanted,
    ),
    Operation(
        "do_not_call.delete", "DELETE", "/do-not-call/{number}", "Let campaigns call a number again", remove, status=204
    ),
)
