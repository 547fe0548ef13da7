"""The block list: who is turned away."""

from __future__ import annotations

import asyncio
import re
from typing import Annotated, Literal

from pydantic import Field

from pbx.ids import new_id
from pbx.routing.blocklist import normal_pattern
from store import blocklist as rules
from store.errors import BlockRuleError
from store.tables import BlockRule
from web.api.dispatch import read_bounded
from web.api.errors import InvalidError, MissingError, UnsupportedTypeError
from web.api.model import NO_NUL, Given, Shown, ShownTime
from web.api.operation import Ask, Operation
from web.api.paging import Paged, decode_cursor, encode_cursor

Action = Literal["reject", "busy", "announcement", "voicemail", "silence"]
CSV = "text/csv"
_PLACE = re.compile(r"(line \d+(?:: \w+)?|\w+): ")


class NewRule(Given):
    """``number``: a number, a prefix ending in ``*``, or ``anonymous``. ``action`` left out: ``reject`` (603)."""

    number: Annotated[str, Field(min_length=1, max_length=40, pattern=r"^([+0-9(][0-9 ()./\-]*\*?|anonymous)$")]
    action: Action = "reject"
    note: Annotated[str, Field(max_length=500, pattern=NO_NUL)] = ""


class Rule(Shown):
    id: str
    number: str
    action: str
    note: str
    created_at: ShownTime
    created_by: str | None


class Rules(Shown):
    items: list[Rule]
    next_cursor: str | None


class Table(Given):
    """CSV with the columns ``number``, ``action``, ``note``."""


class Imported(Shown):
    """``added``: numbers that were not on the list before; ``rows``: rows of the file."""

    rows: int
    added: int


def _document(row: BlockRule) -> dict[str, object]:
    return {name: getattr(row, name) for name in Rule.model_fields}


async def list_rules(ask: Ask) -> Rules:
    before = None
    if ask.query.cursor is not None:
        at, id_ = decode_cursor(ask.query.cursor, (float, str))
        before = (at, id_)
    async with ask.office.database.session() as session:
        rows = await rules.page_of_rules(session, ask.query.limit + 1, before)
    more = len(rows) > ask.query.limit
    rows = rows[: ask.query.limit]
    cursor = encode_cursor(float(rows[-1].created_at), rows[-1].id) if more else None
    return Rules.model_validate({"items": [_document(row) for row in rows], "next_cursor": cursor})


def _kept(country: str, number: str) -> str:
    """The number as it is compared. Raises BlockRuleError: as it is written, it could never match."""
    kept = normal_pattern(number, country)
    if kept is None:
        raise BlockRuleError([f"number: {number!r} is no number of this country; allowed: +34600111222, +3480*"])
    return kept


async def create(ask: Ask) -> Rule:
    try:
        rule = rules.check_rule(_kept(ask.office.company.country, ask.body.number), ask.body.action, ask.body.note)
    except BlockRuleError as error:
        raise _faults(error) from None
    async with ask.office.database.transaction() as session:
        row = await rules.add_rule(session, new_id(), rule, by=ask.viewer.login, now=ask.office.now())
        shown = Rule.model_validate(_document(row))
    await ask.office.company_changed()
    return shown


async def remove(ask: Ask) -> None:
    async with ask.office.database.transaction() as session:
        if not await rules.remove_rule(session, ask.path("id")):
            raise MissingError("there is no such rule")
    await ask.office.company_changed()


async def import_table(ask: Ask) -> Imported:
    """Take a whole file, or nothing of it and say which lines are wrong."""
    if ask.request.content_type not in (CSV, "application/csv", "application/vnd.ms-excel"):
        raise UnsupportedTypeError(f"allowed: {CSV}")
    content = await read_bounded(ask.request)
    try:
        # Half a second of work for a file of the greatest length: calls wait for the answers of this process.
        kept = await asyncio.to_thread(_read_table, content, ask.office.company.country)
    except BlockRuleError as error:
        raise _faults(error) from None
    async with ask.office.database.transaction() as session:
        added = await rules.import_rules(session, kept, by=ask.viewer.login, now=ask.office.now())
    await ask.office.company_changed()
    return Imported(rows=len(kept), added=added)


def _read_table(content: bytes, country: str) -> list[tuple[str, rules.NewRule]]:
    given = rules.parse_csv(content)
    return [(new_id(), rules.NewRule(_kept(country, rule.number), rule.action, rule.note)) for rule in given]


def _faults(error: BlockRuleError) -> InvalidError:
    """A fault reads ``line 3: number: …``, ``line 1: …``, ``number: …``, or concerns the whole file."""
    faults = []
    for fault in error.faults:
        place = _PLACE.match(fault)
        field = place[1] if place is not None else "file"
        faults.append({"field": field, "message": fault[place.end() :] if place is not None else fault})
    return InvalidError("nothing was taken over", faults=faults)


OPERATIONS = (
    Operation("blocklist.list", "GET", "/blocklist", "Who is turned away", list_rules, Rules, query=Paged),
    Operation(
        "blocklist.create",
        "POST",
        "/blocklist",
        "Turn a number away; a rule for the same number is replaced",
        create,
        Rule,
        status=201,
        body=NewRule,
    ),
    Operation(
        "blocklist.delete",
        "DELETE",
        "/blocklist/{id}",
        "Let a number in again",
        remove,
        route="/blocklist/{id:(?!import$)[^/]+}",
    ),
    Operation(
        "blocklist.import",
        "POST",
        "/blocklist/import",
        "Take over a CSV file, all of it or nothing",
        import_table,
        Imported,
        body=Table,
        body_media=CSV,
    ),
)
