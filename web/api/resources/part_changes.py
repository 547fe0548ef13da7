"""What every change of the company goes through: who may make it, how what is refused is said, and what follows."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from pydantic import ValidationError
from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession

from config.company import BUILT_IN_ROLES, RoleRights
from config.loading import MAX_FLOW_BYTES
from ivr.check import check_flow
from store.configuration import KINDS, read_part
from store.errors import PartRefusedError, UnknownPartError, VersionConflictError
from store.part_faults import PartFault
from store.tables import TrunkCredential
from web.api.errors import ConflictError, ForbiddenError, InvalidError, MissingError
from web.api.field_sentences import faults_of
from web.api.operation import Ask
from web.api.permissions import is_within, unknown_permissions

REFUSED = "the company would not fit together"


@asynccontextmanager
async def editing(ask: Ask) -> AsyncIterator[AsyncSession]:
    """A transaction that changes the company. Raises InvalidError, ConflictError, MissingError."""
    try:
        async with ask.office.database.transaction() as session:
            yield session
    except PartRefusedError as error:
        faults = [_told(fault) for fault in error.fields]
        if faults and all(not fault["field"] for fault in faults):
            raise ConflictError("it is still used: " + "; ".join(error.faults)[:1000], faults=faults) from None
        raise InvalidError(REFUSED, faults=faults) from None
    except VersionConflictError as error:
        raise ConflictError(_conflict(ask, error)) from None
    except UnknownPartError as error:
        raise MissingError(str(error)) from None


def _told(fault: PartFault) -> dict[str, str]:
    if not fault.part:
        return {"field": fault.field, "message": fault.message}
    message = f"{fault.part} names it: {fault.part_field}"
    return {"field": fault.field, "message": message, "part": fault.part, "part_field": fault.part_field}


def _conflict(ask: Ask, error: VersionConflictError) -> str:
    person = ask.office.company.person(error.changed_by or "")
    who = person.name if person is not None else error.changed_by or "the command line"
    if error.is_deleted:
        return f"{who} has removed it meanwhile (version {error.version}); nothing was saved"
    return f"{who} has changed it meanwhile (version {error.version}); look at the new version and try again"


async def allowed(ask: Ask, kind: str, name: str, value: dict[str, Any] | None) -> None:
    """Whether this person may write this part (None: remove it). Raises ForbiddenError, InvalidError.

    Nobody gives a role more than the own one reaches, or touches somebody whose role reaches farther.
    """
    roles = ask.office.company.roles
    if kind == "person":
        present = ask.office.company.person(name)
        for role in {value.get("role", "agent") if value else None, present.role if present else None} - {None}:
            if any(one.name == role for one in roles) or role in BUILT_IN_ROLES:
                _within(ask, str(role), roles)
        if name == ask.viewer.login and (value is None or not value.get("is_active", True)):
            raise ConflictError("nobody removes or deactivates the own account: somebody else has to do it")
    elif kind == "role":
        _role(ask, name, value, roles)
    elif kind == "menu" and value is not None:
        await _menu(ask, name, value)
    if value is None:
        await _unused_by_menus(ask, kind, name)


async def _unused_by_menus(ask: Ask, kind: str, name: str) -> None:
    """Raises ConflictError when a menu leads to what is to be removed."""
    company = ask.office.company
    listed, named_by = KINDS[kind]
    rest = tuple(part for part in getattr(company, listed) if getattr(part, named_by) != name)
    without = company.model_copy(update={listed: rest})

    def look() -> dict[str, list[int]]:
        found: dict[str, list[int]] = {}
        for menu in without.menus:
            known = {str(fault) for fault in check_flow(menu.text, menu.name, company)}
            faults = (fault for fault in check_flow(menu.text, menu.name, without) if not fault.warning)
            lines = sorted({one.line for one in faults if str(one) not in known})
            if lines:
                found[menu.name] = lines
        return found

    used = await asyncio.to_thread(look)
    if used:
        told = {menu: f"menu {menu}, line {', '.join(map(str, lines[:10]))}" for menu, lines in used.items()}
        faults = [{"field": "", "message": said, "part": f"menus/{menu}"} for menu, said in told.items()]
        raise ConflictError(f"a menu still leads to it: {'; '.join(told.values())}"[:1000], faults=faults[:20])


def _within(ask: Ask, role: str, roles: tuple[RoleRights, ...]) -> None:
    if not is_within(role, ask.viewer.role, roles):
        raise ForbiddenError(f"the role {role} reaches farther than your own")


def _role(ask: Ask, name: str, value: dict[str, Any] | None, roles: tuple[RoleRights, ...]) -> None:
    others = tuple(role for role in roles if role.name != name)
    if any(role.name == name for role in roles):
        _within(ask, name, roles)
    if value is None:
        return
    try:
        given = RoleRights.model_validate(value)
    except ValidationError as error:
        raise InvalidError("the version does not fit any more", faults=faults_of(error)) from None
    unknown = unknown_permissions(given)
    if unknown:
        faults = [{"field": f"permissions.{one}", "message": "there is no such permission"} for one in unknown]
        raise InvalidError("some permissions do not exist", faults=faults[:20])
    _within(ask, name, (*others, given))


async def _menu(ask: Ask, name: str, value: dict[str, Any]) -> None:
    """Raises InvalidError with a fault for each line, ``text:LINE:COLUMN``."""
    text = str(value.get("text", ""))
    if len(text) > MAX_FLOW_BYTES:
        raise InvalidError("the menu is too long", faults=[{"field": "text", "message": f"allowed: {MAX_FLOW_BYTES}"}])
    found = await asyncio.to_thread(check_flow, text, name, ask.office.company)
    faults = [fault for fault in found if not fault.warning]
    if faults:
        shown = [{"field": f"text:{one.line}:{one.column}", "message": one.message} for one in faults[:100]]
        raise InvalidError("the menu has faults", faults=shown)


async def _rename_trunk_user(ask: Ask, name: str) -> None:
    """The password that is kept goes with the user name that the trunk has now."""
    async with ask.office.database.transaction() as session:
        part = await read_part(session, "trunk", name)
        if part is not None:
            username = part.body.get("username", "")
            await session.execute(
                update(TrunkCredential).where(TrunkCredential.trunk == name).values(username=username)
            )


async def changed(ask: Ask, kind: str, name: str) -> None:
    """The change counts from now on: here, in the exchange, and for the sessions of a person."""
    if kind == "trunk":
        await _rename_trunk_user(ask, name)
    before = ask.office.company.person(name) if kind == "person" else None
    await ask.office.company_changed()
    if kind == "person":
        person = ask.office.company.person(name)
        ask.office.sessions.forget(name)
        if person is None or not person.is_active:
            await ask.office.end_sessions(name)
        elif before is not None and before.extension != person.extension:
            ask.office.browsers.come_back(name)
    elif kind == "role":
        ask.office.sessions.forget_all()
