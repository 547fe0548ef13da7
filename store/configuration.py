"""The company as versioned documents: one row per version of each person, number, queue, menu and so on.

Every change is a new version that names who made it; what the exchange reads is the newest of each.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError
from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from config.company import Company, Part
from config.settings import Settings
from store.credentials import Credentials, load_credentials
from store.errors import NoCompanyError, PartRefusedError, UnknownPartError
from store.tables import Account, CompanyPart, Installation

# Kind of part → the field of Company that lists it, and the field of the part that names it.
KINDS: Mapping[str, tuple[str, str]] = {
    "person": ("people", "login"),
    "number": ("numbers", "number"),
    "queue": ("queues", "name"),
    "ring_group": ("ring_groups", "name"),
    "room": ("rooms", "extension"),
    "voicemail_box": ("voicemail_boxes", "box"),
    "trunk": ("trunks", "name"),
    "menu": ("menus", "name"),
}
COMPANY = "company"
_LISTED = {field for field, _ in KINDS.values()}
_NOT_KEPT = {"contacts"}  # customers live in the CRM from the first load on


@dataclass(frozen=True, slots=True)
class PartVersion:
    """One version of a part, as its history shows it."""

    kind: str
    name: str
    version: int
    body: dict[str, Any]
    is_current: bool
    is_deleted: bool
    changed_at: float
    changed_by: str | None


async def load_company(session: AsyncSession, settings: Settings | None = None) -> tuple[Company, Credentials]:
    """The company and its secrets, as one snapshot.

    ``settings.domain`` is the digest realm, and on a demo installation ``settings.demo_carrier`` is where the trunks
    lead. Raises NoCompanyError before the first load.
    """
    settings = settings or Settings()
    document = await _document(session)
    if COMPANY not in document:
        raise NoCompanyError("the database holds no company; load one with: centralita serve, or centralita init")
    if await is_demo(session):
        document["trunk"] = {
            name: {**body, "host": host, "port": port, "known_addresses": [f"{host}:{port}"]}
            for host, port in [settings.demo_carrier]
            for name, body in document.get("trunk", {}).items()
        }
    return _company(document), await load_credentials(session, settings.domain)


async def menu_versions(session: AsyncSession) -> dict[str, int]:
    """The current version of each menu, by name."""
    rows = await session.execute(
        select(CompanyPart.name, CompanyPart.version).where(
            CompanyPart.is_current.is_(True), CompanyPart.kind == "menu"
        )
    )
    return {row.name: row.version for row in rows}


async def save_part(
    session: AsyncSession, kind: str, name: str, body: dict[str, Any], *, by: str | None, now: float
) -> int:
    """Write a new version of a part and return its number (within a ``transaction``).

    Raises PartRefusedError when the company with it would not fit together, UnknownPartError for an unknown kind.
    """
    document = await _document(session)
    _check_kind(kind)
    if kind != COMPANY:
        named_by = KINDS[kind][1]
        body = {named_by: name, **body}
        if body[named_by] != name:
            raise PartRefusedError([f"{kind}.{name}: {named_by} is '{body[named_by]}'; a part keeps its name"])
    document.setdefault(kind, {})[name] = body
    checked = _checked(document, kind, name)
    version = await _write(session, kind, name, checked, by, now)
    if kind == "person":
        await session.execute(update(Account).where(Account.login == name).values(role=checked["role"]))
    return version


async def delete_part(session: AsyncSession, kind: str, name: str, *, by: str | None, now: float) -> None:
    """Take a part out of the company; its history stays. Raises UnknownPartError, PartRefusedError."""
    document = await _document(session)
    _check_kind(kind)
    if name not in document.get(kind, {}) or kind == COMPANY:
        raise UnknownPartError(f"there is no {kind} '{name}'")
    body = document[kind].pop(name)
    _checked(document, kind, name)
    await _write(session, kind, name, body, by, now, deleted=True)
    if kind == "person":
        await session.execute(update(Account).where(Account.login == name).values(is_disabled=True))


async def part_versions(session: AsyncSession, kind: str, name: str, limit: int = 100) -> list[PartVersion]:
    """The history of a part, newest first."""
    rows = await session.scalars(
        select(CompanyPart)
        .where(CompanyPart.kind == kind, CompanyPart.name == name)
        .order_by(CompanyPart.version.desc())
        .limit(limit)
    )
    return [
        PartVersion(
            row.kind, row.name, row.version, row.body, row.is_current, row.is_deleted, row.changed_at, row.changed_by
        )
        for row in rows
    ]


async def restore_part(session: AsyncSession, kind: str, name: str, version: int, *, by: str | None, now: float) -> int:
    """Make an old version the newest again (as a new version). Raises UnknownPartError, PartRefusedError."""
    old = await session.get(CompanyPart, (kind, name, version))
    if old is None:
        raise UnknownPartError(f"there is no version {version} of {kind} '{name}'")
    return await save_part(session, kind, name, old.body, by=by, now=now)


async def save_company(session: AsyncSession, company: Company, *, by: str | None, now: float) -> None:
    """Write every part of ``company`` (into a database that has none)."""
    plain = company.model_dump(mode="json")
    root = {field: value for field, value in plain.items() if field not in _LISTED | _NOT_KEPT}
    await _write(session, COMPANY, COMPANY, root, by, now)
    for kind, (field, named_by) in KINDS.items():
        for body in plain[field]:
            await _write(session, kind, body[named_by], body, by, now)


async def has_company(session: AsyncSession) -> bool:
    """Whether the first load has happened."""
    return await session.scalar(select(CompanyPart.name).where(CompanyPart.kind == COMPANY).limit(1)) is not None


async def is_demo(session: AsyncSession) -> bool:
    """Whether this is the demo company with its public passwords."""
    return await session.scalar(select(Installation.value).where(Installation.name == "demo")) == "yes"


def _check_kind(kind: str) -> None:
    if kind not in KINDS and kind != COMPANY:
        raise UnknownPartError(f"there is no part of kind '{kind}'; allowed: {', '.join([COMPANY, *KINDS])}")


async def _document(session: AsyncSession) -> dict[str, dict[str, Any]]:
    rows = await session.execute(
        select(CompanyPart.kind, CompanyPart.name, CompanyPart.body)
        .where(CompanyPart.is_current.is_(True))
        .order_by(CompanyPart.kind, CompanyPart.name)
    )
    document: dict[str, dict[str, Any]] = {}
    for kind, name, body in rows:
        document.setdefault(kind, {})[name] = body
    return document


def _company(document: dict[str, dict[str, Any]]) -> Company:
    listed = {field: list(document.get(kind, {}).values()) for kind, (field, _) in KINDS.items()}
    return Company.model_validate({**document[COMPANY][COMPANY], **listed})


def _checked(document: dict[str, dict[str, Any]], kind: str, name: str) -> dict[str, Any]:
    """The part as the model writes it, defaults included. Raises PartRefusedError."""
    try:
        company = _company(document)
    except ValidationError as error:
        faults = [line for fault in error.errors() for line in _fault(fault["loc"], fault["msg"]).splitlines()]
        raise PartRefusedError(faults) from None
    if kind == COMPANY:
        return company.model_dump(mode="json", exclude=_LISTED | _NOT_KEPT)
    field, named_by = KINDS[kind]
    parts: tuple[Part, ...] = getattr(company, field)
    return next((part.model_dump(mode="json") for part in parts if getattr(part, named_by) == name), {})


def _fault(path: tuple[int | str, ...], message: str) -> str:
    where = ".".join(str(step) for step in path)
    message = message.removeprefix("Value error, ")
    return f"{where}: {message}" if where else message


async def _write(
    session: AsyncSession, kind: str, name: str, body: dict[str, Any], by: str | None, now: float, deleted: bool = False
) -> int:
    newest = await session.scalar(
        select(func.max(CompanyPart.version)).where(CompanyPart.kind == kind, CompanyPart.name == name)
    )
    if newest is not None:
        await session.execute(
            update(CompanyPart)
            .where(CompanyPart.kind == kind, CompanyPart.name == name, CompanyPart.is_current.is_(True))
            .values(is_current=False)
        )
    version = (newest or 0) + 1
    session.add(
        CompanyPart(
            kind=kind,
            name=name,
            version=version,
            body=body,
            is_current=not deleted,
            is_deleted=deleted,
            changed_at=now,
            changed_by=by,
        )
    )
    await session.flush()
    return version
