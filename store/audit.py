"""The audit log: who did what to the company, and when; only ever added to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import uuid_utils
from sqlalchemy import select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from store.tables import AuditEntry, CompanyPart

Action = Literal[
    "created",
    "changed",
    "deleted",
    "restored",
    "moved",
    "imported",
    "merged",
    "recorded",
    "erased",
    "held",
    "released",
    "ended",
    "password_set",
    "telephone_password_set",
    "secret_set",
    "signed_out",
    "second_factor_on",
    "second_factor_dropped",
    "running",
    "paused",
    "stopped",
    "listen",
    "whisper",
    "barge",
    "taken_over",
]
Kind = Literal[
    "company",
    "recordings",
    "person",
    "number",
    "queue",
    "ring_group",
    "room",
    "switch",
    "voicemail_box",
    "trunk",
    "menu",
    "role",
    "webhook",
    "crm_rule",
    "campaign",
    "report_mail",
    "block_rule",
    "do_not_call",
    "prompt",
    "greeting",
    "token",
    "call",
    "recording",
    "voicemail",
    "callback",
    "place",
    "wrap_up",
    "contact",
]
MAX_CHANGES = 50
MASK = "••••"
SECRETS = frozenset({"pin", "moderator_pin", "supervision_pin"})
SCALAR = 200  # characters of a text that a change shows


@dataclass(frozen=True, slots=True)
class Change:
    """One field that a new version of a part has changed; None: it was not there."""

    field: str
    before: Any
    after: Any


def note(
    session: AsyncSession,
    action: Action,
    kind: Kind,
    name: str,
    *,
    by: str | None,
    now: float,
    version: int | None = None,
    detail: dict[str, Any] | None = None,
) -> None:
    """Add an entry, within the transaction that does what it says."""
    session.add(
        AuditEntry(
            id=str(uuid_utils.uuid7()),
            at=now,
            by=by,
            action=action,
            kind=kind,
            name=name[:128],
            version=version,
            detail=detail or {},
        )
    )


async def changes_of(session: AsyncSession, entries: list[AuditEntry]) -> dict[str, list[Change]]:
    """What the entries that made a version have changed, by the entry's id."""
    made = {(entry.kind, entry.name, entry.version): entry.id for entry in entries if entry.version is not None}
    wanted = {(kind, name, number) for kind, name, version in made for number in (version, (version or 0) - 1)}
    if not wanted:
        return {}
    place = tuple_(CompanyPart.kind, CompanyPart.name, CompanyPart.version)
    rows = await session.scalars(select(CompanyPart).where(place.in_(sorted(wanted))))
    known = {(row.kind, row.name, row.version): {} if row.is_deleted else row.body for row in rows}
    return {
        id_: differences(known.get((kind, name, (version or 0) - 1), {}), known.get((kind, name, version), {}))
        for (kind, name, version), id_ in made.items()
    }


def differences(before: dict[str, Any], after: dict[str, Any]) -> list[Change]:
    """The fields that differ, by name; long texts are shortened."""
    fields = [*after, *(field for field in before if field not in after)]
    changed = [field for field in fields if before.get(field) != after.get(field)]
    return [
        Change(field, _short(field, before.get(field)), _short(field, after.get(field)))
        for field in changed[:MAX_CHANGES]
    ]


def _short(field: str, value: Any) -> Any:
    """The value as everybody who reads the log may see it: no PIN, and no more of a text than tells it from others."""
    if field in SECRETS:
        return MASK if value else value
    if isinstance(value, dict):
        return {name: _short(name, inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [_short(field, inner) for inner in value]
    return value[:SCALAR] + "…" if isinstance(value, str) and len(value) > SCALAR else value
