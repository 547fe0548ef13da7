"""One's own account: the password, the second factor, and where one is signed in."""

from __future__ import annotations

import asyncio
from typing import Annotated

from pydantic import Field
from sqlalchemy import select

from store.audit import note
from store.credentials import hash_password, set_web_hash
from web.api.authentication import token_of
from web.api.errors import InvalidError, UnauthenticatedError
from web.api.model import NO_NUL, Asked, Given, Shown, ShownTime
from web.api.operation import Ask, Operation
from web.api.paging import PagedWhole, page_of
from web.api.passwords import weakness
from web.api.second_factor import MAX_CODE
from web.api.sessions import session_key
from web.api.tables import WebSession

Password = Annotated[str, Field(min_length=1, max_length=1024, pattern=NO_NUL)]
Code = Annotated[str, Field(min_length=1, max_length=MAX_CODE, pattern=NO_NUL)]
SHOWN_SESSIONS = 100


class ChangePassword(Given):
    """``password``: the present one; ``fresh``: the one from now on."""

    password: Password
    fresh: Password


class OpenSession(Shown):
    """``is_this``: the session that asks. ``browser``, ``system``: by their names, null where they are not known."""

    since: ShownTime
    expires_at: ShownTime
    browser: str | None
    system: str | None
    is_this: bool


class OpenSessions(Shown):
    items: list[OpenSession]
    next_cursor: str | None


class EndAsked(Asked):
    """``others``: the session that asks stays."""

    others: bool = False


class SecondFactorState(Shown):
    is_on: bool
    recovery_left: int


class NewSecondFactor(Shown):
    """``uri`` is what the QR code for an authenticator says; it counts once it is confirmed with a code."""

    secret: str
    uri: str


class Confirm(Given):
    code: Code


class RecoveryCodes(Shown):
    """Each opens the account once instead of a code; told this once."""

    recovery_codes: list[str]


class Prove(Given):
    password: Password


async def list_sessions(ask: Ask) -> OpenSessions:
    token, _ = token_of(ask.request)
    query = (
        select(WebSession)
        .where(WebSession.login == ask.viewer.login, WebSession.expires_at > ask.office.now())
        .order_by(WebSession.created_at.desc())
        .limit(SHOWN_SESSIONS)
    )
    async with ask.office.database.session() as session:
        rows = list(await session.scalars(query))
    mine = session_key(token or "")
    shown, following = page_of(rows, lambda row: f"{row.created_at} {row.expires_at}", ask.query)
    items = [
        {
            "since": row.created_at,
            "expires_at": row.expires_at,
            "browser": row.browser or None,
            "system": row.system or None,
            "is_this": row.token_hash == mine,
        }
        for row in shown
    ]
    return OpenSessions.model_validate({"items": items, "next_cursor": following})


async def end_sessions(ask: Ask) -> None:
    token, _ = token_of(ask.request)
    await ask.office.end_sessions(ask.viewer.login, but=token if ask.query.others else None)


async def change_password(ask: Ask) -> None:
    """Every other session ends: whoever knew the old password is out."""
    token, _ = token_of(ask.request)
    account = await _proven(ask, ask.body.password)
    fault = weakness(ask.body.fresh, (ask.viewer.login, ask.viewer.name, ask.office.company.name))
    if fault is not None:
        raise InvalidError("the new password is not taken", faults=[{"field": "fresh", "message": fault}])
    hashed = await asyncio.to_thread(hash_password, ask.body.fresh)
    now, login = ask.office.now(), ask.viewer.login
    async with ask.office.database.transaction() as session:
        await set_web_hash(session, login, hashed, account, now)
        note(session, "password_set", "person", login, by=login, now=now)
    await ask.office.end_sessions(login, but=token)


async def _proven(ask: Ask, password: str) -> str:
    """The role of the account, when the password is right. Raises InvalidError, TooManyError.

    A wrong password here does not mean that nobody is signed in.
    """
    try:
        return (await ask.office.sessions.prove(ask.viewer.login, password, ask.request.remote or "")).role
    except UnauthenticatedError:
        fault = {"field": "password", "message": "this is not your password"}
        raise InvalidError("the password is wrong", faults=[fault]) from None


async def read_second_factor(ask: Ask) -> SecondFactorState:
    standing = await ask.office.second_factors.standing(ask.viewer.login)
    return SecondFactorState(is_on=standing.is_on, recovery_left=standing.recovery_left)


async def begin_second_factor(ask: Ask) -> NewSecondFactor:
    await _proven(ask, ask.body.password)
    secret, uri = await ask.office.second_factors.begin(ask.viewer.login)
    return NewSecondFactor(secret=secret, uri=uri)


async def confirm_second_factor(ask: Ask) -> RecoveryCodes:
    codes = await ask.office.second_factors.confirm(ask.viewer.login, ask.body.code)
    if codes is None:
        raise InvalidError("the code is wrong", faults=[{"field": "code", "message": "this code is not the right one"}])
    async with ask.office.database.transaction() as session:
        note(session, "second_factor_on", "person", ask.viewer.login, by=ask.viewer.login, now=ask.office.now())
    return RecoveryCodes(recovery_codes=codes)


async def drop_second_factor(ask: Ask) -> None:
    await _proven(ask, ask.body.password)
    await ask.office.second_factors.drop(ask.viewer.login)
    async with ask.office.database.transaction() as session:
        note(session, "second_factor_dropped", "person", ask.viewer.login, by=ask.viewer.login, now=ask.office.now())


OPERATIONS = (
    Operation(
        "session.list", "GET", "/sessions", "Where I am signed in", list_sessions, OpenSessions, query=PagedWhole
    ),
    Operation("session.end", "DELETE", "/sessions", "Sign me out everywhere", end_sessions, query=EndAsked),
    Operation(
        "session.password",
        "PUT",
        "/session/password",
        "My new password; ends my other sessions",
        change_password,
        body=ChangePassword,
        errors=(429,),
    ),
    Operation(
        "session.second_factor",
        "GET",
        "/session/second-factor",
        "Whether my sign-in asks for a code",
        read_second_factor,
        SecondFactorState,
    ),
    Operation(
        "session.begin_second_factor",
        "POST",
        "/session/second-factor",
        "A new secret for my authenticator",
        begin_second_factor,
        NewSecondFactor,
        body=Prove,
        errors=(409, 429),
    ),
    Operation(
        "session.confirm_second_factor",
        "PUT",
        "/session/second-factor",
        "Turn my second factor on with its first code",
        confirm_second_factor,
        RecoveryCodes,
        body=Confirm,
        errors=(409,),
    ),
    Operation(
        "session.drop_second_factor",
        "POST",
        "/session/second-factor/drop",
        "Turn my second factor off",
        drop_second_factor,
        body=Prove,
        errors=(429,),
    ),
)
