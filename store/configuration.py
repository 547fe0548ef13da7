"""The company as versioned documents: one row per version of each person, number, queue, menu and so on.

Every change is a new version that names who made it; what the exchange reads is the newest of each.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, cast

from pydantic import ValidationError
from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from config.company import Company
from config.part import Part
from config.settings import Settings
from store.audit import Action, Kind, note
from store.credentials import Credentials, load_credentials
from store.errors import NoCompanyError, PartRefusedError, UnknownPartError, VersionConflictError
from store.part_faults import PartFault, faults_of
from store.secret_key import SecretKey
from store.tables import Account, CompanyPart, Installation

# Kind of part → the field of Company that lists it, and the field of the part that names it.
KINDS: Mapping[str, tuple[str, str]] = {
    "person": ("people", "login"),
    "number": ("numbers", "number"),
    "queue": ("queues", "name"),
    "ring_group": ("ring_groups", "name"),
    "room": ("rooms", "extension"),
    "switch": ("switches", "name"),
    "voicemail_box": ("voicemail_boxes", "box"),
    "trunk": ("trunks", "name"),
    "menu": ("menus", "name"),
    "role": ("roles", "name"),
    "webhook": ("webhooks", "name"),
    "crm_rule": ("crm_rules", "name"),
    "campaign": ("campaigns", "name"),
    "report_mail": ("report_mails", "name"),
}
COMPANY = "company"
# Parts that there is one of, by name: the company as a whole, and fields of it that have a history of their own.
SINGLE = (COMPANY, "recordings")
_LISTED = {field for field, _ in KINDS.values()}
_ELSEWHERE = _LISTED | {field for field in SINGLE if field != COMPANY}
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


async def load_company(
    session: AsyncSession, settings: Settings | None = None, key: SecretKey | None = None
) -> tuple[Company, Credentials]:
    """The company and its secrets, as one snapshot.

    ``settings.domain`` is the digest realm, and on a demo installation ``settings.demo_carrier`` is where the trunks
    lead. The trunks' secrets are read with ``key`` only. Raises NoCompanyError before the first load.
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
    company, credentials = _company(document), await load_credentials(session, settings.domain, key)
    resting = {person.extension for person in company.people if not person.is_active}
    if resting:
        sip = {username: secret for username, secret in credentials.sip.items() if username not in resting}
        credentials = replace(credentials, sip=sip)
    return company, credentials


async def save_part(
    session: AsyncSession,
    kind: str,
    name: str,
    body: dict[str, Any],
    *,
    by: str | None,
    now: float,
    expected: int | None = None,
    action: Action | None = None,
) -> int:
    """Write a new version of a part and return its number (within a ``transaction``).

    ``expected``: the version that the change was made from, 0 for a part that is to be new; None: whatever is there.
    Raises PartRefusedError when the company with it would not fit together, VersionConflictError, UnknownPartError for
    an unknown kind.
    """
    return (await save_parts(session, [(kind, name, body)], by=by, now=now, expected=expected, action=action))[0]


async def save_parts(
    session: AsyncSession,
    parts: Sequence[tuple[str, str, dict[str, Any]]],
    *,
    by: str | None,
    now: float,
    expected: int | None = None,
    action: Action | None = None,
) -> list[int]:
    """``save_part`` for several parts (kind, name, body) that fit together only all at once.

    ``expected`` is that of the first one.
    """
    document = await _document(session)
    for kind, name, body in parts:
        _check_kind(kind)
        document.setdefault(kind, {})[name] = _named(kind, name, body)
    await _expect(session, *parts[0][:2], expected)
    versions = []
    for kind, name, _ in parts:
        checked = _checked(document, kind, name)
        version, is_new = await _write(session, kind, name, checked, by, now)
        said = action or ("created" if is_new else "changed")
        note(session, said, cast("Kind", kind), name, by=by, now=now, version=version)
        versions.append(version)
        if kind == "person":
            await _follow(session, name, checked["role"], is_disabled=not checked["is_active"])
    return versions


async def delete_part(
    session: AsyncSession, kind: str, name: str, *, by: str | None, now: float, expected: int | None = None
) -> None:
    """Take a part out of the company; its history stays.

    Raises UnknownPartError, PartRefusedError, VersionConflictError.
    """
    document = await _document(session)
    _check_kind(kind)
    if name not in document.get(kind, {}) or kind in SINGLE:
        raise UnknownPartError(f"there is no {kind} '{name}'")
    await _expect(session, kind, name, expected)
    body = document[kind].pop(name)
    _checked(document, kind, name)
    version, _ = await _write(session, kind, name, body, by, now, deleted=True)
    note(session, "deleted", cast("Kind", kind), name, by=by, now=now, version=version)
    if kind == "person":
        await _follow(session, name, body.get("role", "agent"), is_disabled=True)


async def read_part(session: AsyncSession, kind: str, name: str) -> PartVersion | None:
    """The part as it is now."""
    row = await session.scalar(
        select(CompanyPart).where(CompanyPart.kind == kind, CompanyPart.name == name, CompanyPart.is_current.is_(True))
    )
    return None if row is None else shown(row)


async def current_parts(session: AsyncSession, kind: str) -> list[PartVersion]:
    """Every part of a kind as it is now, by name."""
    rows = await session.scalars(
        select(CompanyPart).where(CompanyPart.kind == kind, CompanyPart.is_current.is_(True)).order_by(CompanyPart.name)
    )
    return [shown(row) for row in rows]


async def part_versions(session: AsyncSession, kind: str, name: str, limit: int = 100) -> list[PartVersion]:
    """The history of a part, newest first."""
    rows = await session.scalars(
        select(CompanyPart)
        .where(CompanyPart.kind == kind, CompanyPart.name == name)
        .order_by(CompanyPart.version.desc())
        .limit(limit)
    )
    return [shown(row) for row in rows]


def shown(row: CompanyPart) -> PartVersion:
    """A row as its history shows it."""
    return PartVersion(
        row.kind, row.name, row.version, row.body, row.is_current, row.is_deleted, row.changed_at, row.changed_by
    )


async def part_version(session: AsyncSession, kind: str, name: str, version: int | None = None) -> PartVersion | None:
    """One version of a part, the present one when ``version`` is None; None when there is none."""
    query = select(CompanyPart).where(CompanyPart.kind == kind, CompanyPart.name == name)
    wanted = CompanyPart.is_current.is_(True) if version is None else CompanyPart.version == version
    row = await session.scalar(query.where(wanted))
    if row is None:
        return None
    return PartVersion(
        row.kind, row.name, row.version, row.body, row.is_current, row.is_deleted, row.changed_at, row.changed_by
    )


async def restore_part(
    session: AsyncSession,
    kind: str,
    name: str,
    version: int,
    *,
    by: str | None,
    now: float,
    expected: int | None = None,
) -> int:
    """Make an old version the newest again (as a new version).

    Raises UnknownPartError, PartRefusedError, VersionConflictError.
    """
    old = await session.get(CompanyPart, (kind, name, version))
    if old is None:
        raise UnknownPartError(f"there is no version {version} of {kind} '{name}'")
    return await save_part(session, kind, name, old.body, by=by, now=now, expected=expected, action="restored")


async def save_company(session: AsyncSession, company: Company, *, by: str | None, now: float) -> None:
    """Write every part of ``company`` (into a database that has none)."""
    plain = company.model_dump(mode="json")
    root = {field: value for field, value in plain.items() if field not in _ELSEWHERE | _NOT_KEPT}
    await _write(session, COMPANY, COMPANY, root, by, now)
    await save_missing(session, company, now=now)
    for kind, (field, named_by) in KINDS.items():
        for body in plain[field]:
            await _write(session, kind, body[named_by], body, by, now)


async def save_missing(session: AsyncSession, company: Company | None = None, *, now: float) -> None:
    """Write the single parts that are not there: of ``company``, else as every company begins.

    A database that an earlier version has loaded lacks those that are newer.
    """
    there = set(await session.scalars(select(CompanyPart.kind).where(CompanyPart.kind.in_(SINGLE))))
    for kind in SINGLE:
        if kind != COMPANY and kind not in there:
            part: Part = getattr(company, kind) if company is not None else Company.model_fields[kind].default
            await _write(session, kind, kind, part.model_dump(mode="json"), None, now)


async def has_company(session: AsyncSession) -> bool:
    """Whether the first load has happened."""
    return await session.scalar(select(CompanyPart.name).where(CompanyPart.kind == COMPANY).limit(1)) is not None


async def is_demo(session: AsyncSession) -> bool:
    """Whether this is the demo company with its public passwords."""
    return await session.scalar(select(Installation.value).where(Installation.name == "demo")) == "yes"


def _check_kind(kind: str) -> None:
    if kind not in KINDS and kind not in SINGLE:
        raise UnknownPartError(f"there is no part of kind '{kind}'; allowed: {', '.join([*SINGLE, *KINDS])}")


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
    parts: dict[str, Any] = {field: list(document.get(kind, {}).values()) for kind, (field, _) in KINDS.items()}
    parts |= {kind: document[kind][kind] for kind in SINGLE if kind != COMPANY and kind in document}
    return Company.model_validate({**document[COMPANY][COMPANY], **parts})


def _checked(document: dict[str, dict[str, Any]], kind: str, name: str) -> dict[str, Any]:
    """The part as the model writes it, defaults included. Raises PartRefusedError."""
    try:
        company = _company(document)
    except ValidationError as error:
        listed = KINDS[kind][0] if kind in KINDS else "" if kind == COMPANY else kind
        place = list(document.get(kind, {})).index(name) if name in document.get(kind, {}) else -1
        raise PartRefusedError(faults_of(error, listed, name, place if kind in KINDS else None)) from None
    if kind == COMPANY:
        return company.model_dump(mode="json", exclude=_ELSEWHERE | _NOT_KEPT)
    if kind in SINGLE:
        body: dict[str, Any] = getattr(company, kind).model_dump(mode="json")
        return body
    field, named_by = KINDS[kind]
    parts: tuple[Part, ...] = getattr(company, field)
    return next((part.model_dump(mode="json") for part in parts if getattr(part, named_by) == name), {})


def _named(kind: str, name: str, body: dict[str, Any]) -> dict[str, Any]:
    if kind in SINGLE:
        return body
    named_by = KINDS[kind][1]
    body = {named_by: name, **body}
    if body[named_by] != name:
        text = f"'{body[named_by]}' is given for '{name}'; a part keeps its name"
        raise PartRefusedError([PartFault(named_by, text)])
    return body


async def _expect(session: AsyncSession, kind: str, name: str, expected: int | None) -> None:
    """Raises VersionConflictError when somebody else was faster."""
    if expected is None:
        return
    newest = await session.scalar(
        select(CompanyPart)
        .where(CompanyPart.kind == kind, CompanyPart.name == name)
        .order_by(CompanyPart.version.desc())
        .limit(1)
    )
    present = newest is not None and not newest.is_deleted
    if newest is not None and (newest.version != expected if expected else present):
        raise VersionConflictError(kind, name, newest.version, newest.changed_by, newest.changed_at, newest.is_deleted)


async def _follow(session: AsyncSession, login: str, role: str, *, is_disabled: bool) -> None:
    """The account goes with the person."""
    await session.execute(update(Account).where(Account.login == login).values(role=role, is_disabled=is_disabled))


async def _write(
    session: AsyncSession, kind: str, name: str, body: dict[str, Any], by: str | None, now: float, deleted: bool = False
) -> tuple[int, bool]:
    """The number of the new version, and whether the part was not there before."""
    newest = (
        await session.execute(
            select(CompanyPart.version, CompanyPart.is_current)
            .where(CompanyPart.kind == kind, CompanyPart.name == name)
            .order_by(CompanyPart.version.desc())
            .limit(1)
        )
    ).first()
    is_new = newest is None or not newest.is_current
    if not is_new:
        await session.execute(
            update(CompanyPart)
            .where(CompanyPart.kind == kind, CompanyPart.name == name, CompanyPart.is_current.is_(True))
            .values(is_current=False)
        )
    version = (newest.version if newest is not None else 0) + 1
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
    return version, is_new
