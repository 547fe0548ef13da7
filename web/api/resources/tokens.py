"""Tokens for scripts: each acts for the person who made it, until it is taken back."""

from __future__ import annotations

import secrets
from typing import Annotated, Any

from pydantic import Field
from sqlalchemy import delete, func, select

from pbx.ids import new_id
from store.audit import note
from web.api.authentication import token_of
from web.api.errors import ConflictError, ForbiddenError, MissingError
from web.api.model import Given, GivenTime, Line, Shown, ShownTime
from web.api.operation import Ask, Operation
from web.api.paging import Paged, page_by_id
from web.api.sessions import SCRIPT_PREFIX, session_key
from web.api.tables import ApiToken

MAX_PER_PERSON = 100
Name = Annotated[Line, Field(max_length=100)]


class NewToken(Given):
    """``is_read_only``: it may look and change nothing. Without ``expires_at`` it stays good until it is deleted."""

    name: Name
    is_read_only: bool = False
    expires_at: GivenTime | None = None


class Token(Shown):
    id: str
    name: str
    login: str
    is_read_only: bool
    created_at: ShownTime
    expires_at: ShownTime | None
    last_used_at: ShownTime | None


class TokenMade(Token):
    """``token`` goes into ``Authorization: Bearer``; it is told this once."""

    token: str


class Tokens(Shown):
    items: list[Token]
    next_cursor: str | None


def _document(row: ApiToken) -> dict[str, Any]:
    return {name: getattr(row, name) for name in Token.model_fields}


async def list_tokens(ask: Ask) -> Tokens:
    query = select(ApiToken)
    if ask.logins is not None:
        query = query.where(ApiToken.login.in_(ask.logins))
    async with ask.office.database.session() as session:
        rows, cursor = await page_by_id(session, query, ApiToken.id, ask.query)
    return Tokens.model_validate({"items": [_document(row) for (row,) in rows], "next_cursor": cursor})


async def create(ask: Ask) -> TokenMade:
    if (token_of(ask.request)[0] or "").startswith(SCRIPT_PREFIX):
        raise ForbiddenError("a token makes no tokens: a person has to sign in")
    token, now = SCRIPT_PREFIX + secrets.token_urlsafe(32), ask.office.now()
    row = ApiToken(
        id=new_id(),
        token_hash=session_key(token),
        name=ask.body.name,
        login=ask.viewer.login,
        is_read_only=ask.body.is_read_only,
        created_at=now,
        expires_at=ask.body.expires_at,
        last_used_at=None,
    )
    async with ask.office.database.transaction() as session:
        have = await session.scalar(select(func.count()).where(ApiToken.login == ask.viewer.login))
        if (have or 0) >= MAX_PER_PERSON:
            raise ConflictError(f"there are {have} tokens already; delete those that are not used")
        session.add(row)
        note(session, "created", "token", row.name, by=ask.viewer.login, now=now)
    return TokenMade.model_validate({**_document(row), "token": token})


async def remove(ask: Ask) -> None:
    mine = delete(ApiToken).where(ApiToken.id == ask.path("id"))
    if ask.logins is not None:
        mine = mine.where(ApiToken.login.in_(ask.logins))
    async with ask.office.database.transaction() as session:
        gone = (await session.execute(mine.returning(ApiToken.name, ApiToken.login))).first()
        if gone is None:
            raise MissingError("there is no such token")
        note(session, "deleted", "token", gone.name, by=ask.viewer.login, now=ask.office.now())
    ask.office.sessions.forget(gone.login)


OPERATIONS = (
    Operation("tokens.list", "GET", "/tokens", "Tokens of scripts", list_tokens, Tokens, query=Paged),
    Operation(
        "tokens.create",
        "POST",
        "/tokens",
        "A token for a script, on my behalf",
        create,
        TokenMade,
        status=201,
        body=NewToken,
        errors=(409,),
    ),
    Operation("tokens.delete", "DELETE", "/tokens/{id}", "Take a token back", remove),
)
