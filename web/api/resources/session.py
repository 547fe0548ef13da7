"""Signing in and out, and who one is."""

from __future__ import annotations

from typing import Annotated, Literal

from aiohttp import web
from pydantic import Field

from config.company import BuiltInRole
from web.api.authentication import CSRF_COOKIE, SESSION_COOKIE, token_of
from web.api.model import NO_NUL, Given, Shown, ShownTime
from web.api.operation import JSON, Ask, Operation
from web.api.permissions import PERMISSIONS, Scope, built_in, scope_of
from web.api.resources.sip import end_telephone
from web.api.second_factor import MAX_CODE
from web.api.sessions import LIFETIME_S


class SignIn(Given):
    """``code``: from the authenticator, or a recovery code, for who has a second factor; without it the answer is 401
    with ``code`` as the field at fault."""

    login: Annotated[str, Field(min_length=1, max_length=64, pattern=NO_NUL)]
    password: Annotated[str, Field(min_length=1, max_length=1024, pattern=NO_NUL)]
    code: Annotated[str, Field(max_length=MAX_CODE, pattern=NO_NUL)] = ""


class Session(Shown):
    """``token`` goes into ``Authorization: Bearer``; the page uses the cookie that comes with it."""

    token: str
    expires_at: ShownTime


class Me(Shown):
    """Who is signed in. ``role``: the built-in one that ``role_name`` is or is based on; ``permissions``: how far each
    operation reaches, those left out not at all. ``queue_titles``: what every queue of the company is called, because a
    call of one's own may have come by any of them; ``time_zone``: the company's (IANA), by which its days begin."""

    login: str
    name: str
    role: BuiltInRole
    role_name: str
    extension: str
    language: str
    queues: list[str]
    queue_titles: dict[str, str]
    time_zone: str
    permissions: dict[str, Literal["own", "department", "all"]]


async def sign_in(ask: Ask) -> web.Response:
    """Check the password; the answer brings the token, and the cookies that the page uses instead."""
    token, signed_in = await ask.office.sessions.sign_in(
        ask.body.login,
        ask.body.password,
        ask.request.remote or "",
        ask.body.code,
        ask.request.headers.get("User-Agent", ""),
    )
    shown = Session.model_validate({"token": token, "expires_at": signed_in.expires_at})
    return _with_cookies(ask, shown, token, signed_in.csrf_token)


def _with_cookies(ask: Ask, shown: Shown, token: str, csrf_token: str) -> web.Response:
    response = web.Response(status=200, text=shown.model_dump_json(), content_type=JSON)
    secure = ask.request.secure or ask.office.settings.public_url.startswith("https:")
    for name, value, is_hidden in ((SESSION_COOKIE, token, True), (CSRF_COOKIE, csrf_token, False)):
        response.set_cookie(
            name, value, max_age=LIFETIME_S, path="/", httponly=is_hidden, secure=secure, samesite="Strict"
        )
    return response


async def read(ask: Ask) -> Me | web.Response:
    shown = _me(ask)
    token, in_cookie = token_of(ask.request)
    renewed = await ask.office.sessions.renew(token) if token and in_cookie else None
    return shown if renewed is None or not token else _with_cookies(ask, shown, token, renewed.csrf_token)


def _me(ask: Ask) -> Me:
    viewer = ask.viewer
    return Me.model_validate(
        {
            "login": viewer.login,
            "name": viewer.name,
            "role": built_in(viewer.role, ask.office.company.roles),
            "role_name": viewer.role,
            "extension": viewer.extension,
            "language": viewer.language,
            "queues": sorted(viewer.queues),
            "queue_titles": {queue.name: queue.title or queue.name for queue in ask.office.company.queues},
            "time_zone": ask.office.company.time_zone,
            "permissions": _permissions(ask),
        }
    )


def _permissions(ask: Ask) -> dict[str, str]:
    reaches = {name: scope_of(name, ask.viewer.role, ask.office.company.roles) for name in PERMISSIONS}
    return {name: scope.value for name, scope in reaches.items() if scope is not Scope.NONE}


async def sign_out(ask: Ask) -> web.Response:
    token, _ = token_of(ask.request)
    await ask.office.sessions.sign_out(token or "")
    await end_telephone(ask, token or "")
    response = web.Response(status=204)
    for name in (SESSION_COOKIE, CSRF_COOKIE):
        response.del_cookie(name, path="/", samesite="Strict")
    return response


OPERATIONS = (
    Operation(
        "session.create",
        "POST",
        "/session",
        "Sign in",
        sign_in,
        answer=Session,
        body=SignIn,
        errors=(401, 429),
        is_public=True,
    ),
    Operation("session.read", "GET", "/session", "Who is signed in; a page that asks stays signed in", read, answer=Me),
    Operation("session.delete", "DELETE", "/session", "Sign out", sign_out),
)
