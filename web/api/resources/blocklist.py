"""The block list: who is turned away."""

from __future__ import annotations

import asyncio
import re
from dataclasses import asdict, replace
from typing import Annotated, Literal

from aiohttp import web
from pydantic import BeforeValidator, Field

from pbx.ids import new_id
from pbx.routing.blocklist import normal_pattern
from store import blocklist as rules
from store.audit import note
from store.errors import BlockRuleError
from store.event_log import rfc3339
from store.tables import BlockRule
from web.api.blocklist_imports import Progress
from web.api.csv_cells import line_of
from web.api.errors import ConflictError, InvalidError, MissingError
from web.api.model import NO_NUL, Given, GivenTime, Shown, ShownTime, leading_plus
from web.api.operation import Ask, Operation
from web.api.paging import Paged, decode_cursor, encode_cursor
from web.api.table_upload import CSV, read_upload

Action = Literal["reject", "busy", "announcement", "voicemail", "silence", "music", "allow"]
EXPORT_PAGE = 2000
_PLACE = re.compile(r"(line \d+(?:: \w+)?|\w+): ")


class NewRule(Given):
    """``number``: a number, a prefix ending in ``*``, or ``anonymous``. ``action`` left out: ``reject`` (603)."""

    number: Annotated[str, Field(min_length=1, max_length=40, pattern=r"^([+0-9(][0-9? ()./\-]*\*?|anonymous)$")]
    action: Action = "reject"
    note: Annotated[str, Field(max_length=500, pattern=NO_NUL)] = ""
    scope: Annotated[
        str, Field(max_length=80, pattern=r"^(company|department:[^\x00]{1,64}|person:[a-z0-9._-]{1,64})$")
    ] = "company"
    expires_at: GivenTime | None = None


class Rule(Shown):
    id: str
    number: str
    action: str
    note: str
    scope: str
    expires_at: ShownTime | None
    created_at: ShownTime
    created_by: str | None


class Rules(Shown):
    items: list[Rule]
    next_cursor: str | None


class Table(Given):
    """CSV with the columns ``number``, ``action``, ``note``, ``scope``, ``expires_at``; all but the first as wanted."""


class Imported(Shown):
    """``added``: numbers that were not on the list before; ``rows``: rows of the file."""

    rows: int
    added: int


def _document(row: BlockRule) -> dict[str, object]:
    return {name: getattr(row, name) for name in Rule.model_fields}


class RulesAsked(Paged):
    """``q``: contained in the number or the note."""

    q: Annotated[str, BeforeValidator(leading_plus), Field(max_length=100, pattern=NO_NUL)] = ""


class ImportProgress(Shown):
    """The import that runs, or the last one. ``rows``: of the file, once it is read; ``done``: those written."""

    state: Literal["idle", "reading", "writing", "done", "failed"]
    rows: int
    done: int
    by: str | None


async def list_rules(ask: Ask) -> Rules:
    before = None
    if ask.query.cursor is not None:
        at, id_ = decode_cursor(ask.query.cursor, (float, str))
        before = (at, id_)
    async with ask.office.database.session() as session:
        rows = await rules.page_of_rules(session, ask.query.limit + 1, before, ask.query.q.strip())
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
        kept = _kept(ask.office.company.country, ask.body.number)
        rule = rules.check_rule(kept, ask.body.action, ask.body.note, ask.body.scope, ask.body.expires_at)
    except BlockRuleError as error:
        raise _faults(error) from None
    async with ask.office.database.transaction() as session:
        row = await rules.add_rule(session, new_id(), rule, by=ask.viewer.login, now=ask.office.now())
        note(session, "created", "block_rule", row.number, by=ask.viewer.login, now=ask.office.now())
        shown = Rule.model_validate(_document(row))
    await ask.office.company_changed()
    return shown


async def remove(ask: Ask) -> None:
    async with ask.office.database.transaction() as session:
        number = await rules.remove_rule(session, ask.path("id"))
        if number is None:
            raise MissingError("there is no such rule")
        note(session, "deleted", "block_rule", number, by=ask.viewer.login, now=ask.office.now())
    await ask.office.company_changed()


async def import_table(ask: Ask) -> Imported:
    """Take a whole file, or nothing of it and say which lines are wrong."""
    content = await read_upload(ask.request)
    imports = ask.office.imports
    if imports.turn.locked():
        raise ConflictError("another file is being taken over at this moment")
    async with imports.turn:
        imports.progress = Progress("reading", by=ask.viewer.login)
        try:
            imported = await _import(ask, content)
        except BaseException:
            imports.progress = replace(imports.progress, state="failed")
            raise
        imports.progress = replace(imports.progress, state="done", done=imported.rows)
    await ask.office.company_changed()
    return imported


async def _import(ask: Ask, content: bytes) -> Imported:
    imports = ask.office.imports
    try:
        # Half a second of work for a file of the greatest length: calls wait for the answers of this process.
        kept = await asyncio.to_thread(_read_table, content, ask.office.company.country)
    except BlockRuleError as error:
        raise _faults(error) from None

    def written(done: int) -> None:
        imports.progress = replace(imports.progress, done=done)

    imports.progress = replace(imports.progress, state="writing", rows=len(kept))
    by, now = ask.viewer.login, ask.office.now()
    async with ask.office.database.transaction() as session:
        added = await rules.import_rules(session, kept, by=by, now=now, progress=written)
        note(
            session,
            "imported",
            "block_rule",
            f"{len(kept)}",
            by=by,
            now=now,
            detail={"rows": len(kept), "added": added},
        )
    return Imported(rows=len(kept), added=added)


async def progress(ask: Ask) -> ImportProgress:
    return ImportProgress.model_validate(asdict(ask.office.imports.progress))


async def export(ask: Ask) -> web.StreamResponse:
    """The whole list as CSV, as ``import`` reads it."""
    response = web.StreamResponse(headers={"Content-Type": f"{CSV}; charset=utf-8"})
    response.headers["Content-Disposition"] = 'attachment; filename="blocklist.csv"'
    await response.prepare(ask.request)
    await response.write(line_of(rules.COLUMNS))
    before: tuple[float, str] | None = None
    while True:
        async with ask.office.database.session() as session:
            rows = await rules.page_of_rules(session, EXPORT_PAGE, before)
        if not rows:
            break
        lines = (line_of((*_cells(row),), numbers=(0,)) for row in rows)
        await response.write(b"".join(lines))
        before = (float(rows[-1].created_at), rows[-1].id)
    await response.write_eof()
    return response


def _cells(row: BlockRule) -> tuple[str, ...]:
    """In the order of the columns: whom a rule is for and until when goes with it, or it would reach farther."""
    until = rfc3339(row.expires_at) if row.expires_at is not None else ""
    return row.number, row.action, row.note, row.scope, until


def _read_table(content: bytes, country: str) -> list[tuple[str, rules.NewRule]]:
    given = rules.parse_csv(content)
    return [(new_id(), replace(rule, number=_kept(country, rule.number))) for rule in given]


def _faults(error: BlockRuleError) -> InvalidError:
    """A fault reads ``line 3: number: …``, ``line 1: …``, ``number: …``, or concerns the whole file."""
    faults = []
    for fault in error.faults:
        place = _PLACE.match(fault)
        field = place[1] if place is not None else "file"
        faults.append({"field": field, "message": fault[place.end() :] if place is not None else fault})
    return InvalidError("nothing was taken over", faults=faults)


OPERATIONS = (
    Operation("blocklist.list", "GET", "/blocklist", "Who is turned away", list_rules, Rules, query=RulesAsked),
    Operation("blocklist.progress", "GET", "/blocklist/import", "How far an import has come", progress, ImportProgress),
    Operation("blocklist.export", "GET", "/blocklist/export", "The whole list as CSV", export, media=(CSV,)),
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
        route="/blocklist/{id:(?!(?:import|export)$)[^/]+}",
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
        errors=(409,),
    ),
)
