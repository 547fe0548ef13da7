"""The block list: numbers and prefixes that are not let in, and what becomes of them."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, delete, func, or_, select
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.ext.asyncio import AsyncSession

from store.base import table_of
from store.errors import BlockRuleError
from store.tables import BlockRule

ACTIONS = ("reject", "busy", "announcement", "voicemail", "silence", "music", "allow")
COMPANY = "company"
COLUMNS = ("number", "action", "note", "scope", "expires_at")
DEFAULT_ACTION = "reject"
MAX_NOTE = 500
MAX_IMPORT_BYTES = 8 << 20
MAX_IMPORT_ROWS = 100_000
MAX_FAULTS = 100
IMPORT_BATCH = 5000
_NUMBER = re.compile(r"^(\+[1-9][0-9?]{1,14}\*?|[0-9]{2,15}\*?|anonymous)$")
_SCOPE = re.compile(r"^(company|department:.{1,64}|person:[a-z0-9][a-z0-9._-]{0,63})$")


@dataclass(frozen=True, slots=True)
class NewRule:
    """``number``: E.164, an extension, a prefix of either ending in ``*``, or ``anonymous`` for withheld numbers."""

    number: str
    action: str = DEFAULT_ACTION
    note: str = ""
    scope: str = COMPANY
    expires_at: float | None = None


def check_rule(
    number: str,
    action: str | None = None,
    note: str | None = None,
    scope: str | None = None,
    expires_at: float | None = None,
) -> NewRule:
    """The rule in its kept form. Raises BlockRuleError."""
    number = re.sub(r"[\s().-]", "", number)
    action = action or DEFAULT_ACTION
    faults = []
    if not _NUMBER.match(number):
        allowed = "+34600111222, a prefix such as +3480*, or anonymous"
        faults.append(f"number: '{number[:40]}' is not a number; allowed: {allowed}")
    if action not in ACTIONS:
        faults.append(f"action: '{action[:40]}'; allowed: {', '.join(ACTIONS)}")
    scope = scope or COMPANY
    if not _SCOPE.match(scope):
        faults.append(f"scope: '{scope[:40]}'; allowed: company, department:NAME, person:LOGIN")
    if note and len(note) > MAX_NOTE:
        faults.append(f"note: {len(note)} characters; allowed: {MAX_NOTE}")
    if faults:
        raise BlockRuleError(faults)
    return NewRule(number, action, note or "", scope, expires_at)


def parse_csv(content: bytes) -> list[NewRule]:
    """Rules from a CSV file with the column ``number``, and optionally the other COLUMNS; ``expires_at`` in RFC 3339.

    All or nothing: raises BlockRuleError with one line per fault (the first MAX_FAULTS).
    """
    if len(content) > MAX_IMPORT_BYTES:
        raise BlockRuleError([f"the file is larger than {MAX_IMPORT_BYTES >> 20} MiB"])
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise BlockRuleError(["the file is not UTF-8 text"]) from None
    first = text.partition("\n")[0]
    reader = csv.DictReader(
        io.StringIO(text, newline=""), delimiter=";" if first.count(";") > first.count(",") else ","
    )
    rules: list[NewRule] = []
    faults: list[str] = []
    try:
        columns = [(column or "").strip().lower() for column in reader.fieldnames or ()]
        if "number" not in columns or set(columns) - set(COLUMNS):
            found = ", ".join(columns[:10])[:200]
            raise BlockRuleError([f"line 1: columns '{found}'; allowed: {', '.join(COLUMNS)}"])
        reader.fieldnames = columns
        for row in reader:
            if len(rules) >= MAX_IMPORT_ROWS:
                raise BlockRuleError([f"more than {MAX_IMPORT_ROWS} rows"])
            try:
                rules.append(
                    check_rule(
                        row["number"] or "",
                        row.get("action"),
                        row.get("note"),
                        row.get("scope"),
                        _moment(row.get("expires_at")),
                    )
                )
            except BlockRuleError as error:
                faults += [f"line {reader.line_num}: {fault}" for fault in error.faults]
                if len(faults) >= MAX_FAULTS:
                    break
    except csv.Error as error:
        raise BlockRuleError([f"line {reader.line_num}: {error}"]) from None
    if faults:
        raise BlockRuleError(faults)
    return rules


def _moment(text: str | None) -> float | None:
    """Epoch seconds of a moment in RFC 3339; none is never. Raises BlockRuleError."""
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text)
        if moment.tzinfo is not None:
            return moment.timestamp()
    except (ValueError, OverflowError):
        pass
    raise BlockRuleError([f"expires_at: '{text[:40]}'; allowed: 2027-01-31T18:00:00Z"])


async def add_rule(session: AsyncSession, id_: str, rule: NewRule, *, by: str | None, now: float) -> BlockRule:
    """Keep a rule; one for the same number is replaced and keeps its id."""
    existing = await session.scalar(
        select(BlockRule).where(BlockRule.number == rule.number, BlockRule.scope == rule.scope)
    )
    if existing is not None:
        existing.action, existing.note, existing.created_by = rule.action, rule.note, by
        existing.expires_at = rule.expires_at
        return existing
    row = BlockRule(
        id=id_, number=rule.number, action=rule.action, scope=rule.scope, expires_at=rule.expires_at, note=rule.note
    )
    row.created_at, row.created_by = now, by
    session.add(row)
    await session.flush()
    return row


async def import_rules(
    session: AsyncSession,
    rules: list[tuple[str, NewRule]],
    *,
    by: str | None,
    now: float,
    progress: Callable[[int], None] | None = None,
) -> int:
    """Keep many rules, each with its new id; returns how many numbers are new. Known numbers stay as they are.

    ``progress`` is told how many have been written.
    """
    build = sqlite_insert if session.get_bind().dialect.name == "sqlite" else postgresql_insert
    statement = build(table_of(BlockRule)).on_conflict_do_nothing(index_elements=["number", "scope"])
    before = await _count(session)
    for start in range(0, len(rules), IMPORT_BATCH):
        rows = [
            {
                "id": id_,
                "number": rule.number,
                "action": rule.action,
                "scope": rule.scope,
                "expires_at": rule.expires_at,
                "note": rule.note,
                "created_at": now,
                "created_by": by,
            }
            for id_, rule in rules[start : start + IMPORT_BATCH]
        ]
        await session.execute(statement, rows)
        if progress is not None:
            progress(min(start + IMPORT_BATCH, len(rules)))
    return await _count(session) - before


async def _count(session: AsyncSession) -> int:
    return await session.scalar(select(func.count()).select_from(BlockRule)) or 0


async def remove_rule(session: AsyncSession, id_: str) -> str | None:
    """The number of the rule that has gone; None: there was none."""
    gone = await session.scalars(delete(BlockRule).where(BlockRule.id == id_).returning(BlockRule.number))
    return gone.first()


async def page_of_rules(
    session: AsyncSession, limit: int, before: tuple[float, str] | None = None, sought: str = ""
) -> list[BlockRule]:
    """Rules, newest first, from behind ``before`` (``created_at`` and ``id`` of the last one seen).

    ``sought``: contained in the number or the note.
    """
    query = select(BlockRule).order_by(BlockRule.created_at.desc(), BlockRule.id.desc()).limit(limit)
    if sought:
        query = query.where(
            or_(BlockRule.number.contains(sought, autoescape=True), BlockRule.note.icontains(sought, autoescape=True))
        )
    if before is not None:
        at, id_ = before
        query = query.where(or_(BlockRule.created_at < at, and_(BlockRule.created_at == at, BlockRule.id < id_)))
    return list(await session.scalars(query))


@dataclass(frozen=True, slots=True)
class KeptRule:
    """A rule as the exchange reads it."""

    number: str
    action: str
    id: str
    scope: str
    expires_at: float | None


async def load_rules(session: AsyncSession) -> list[KeptRule]:
    """Every rule for the exchange's snapshot."""
    columns = (BlockRule.number, BlockRule.action, BlockRule.id, BlockRule.scope, BlockRule.expires_at)
    return [KeptRule(*row) for row in await session.execute(select(*columns))]
