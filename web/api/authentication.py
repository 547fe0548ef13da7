"""Who asks: the Bearer token of a script, or the cookie of the page, whose writes carry a second token."""

from __future__ import annotations

import hmac
from urllib.parse import urlsplit

from aiohttp import web

from web.api.errors import ForbiddenError, UnauthenticatedError
from web.api.office import Office, Viewer

SESSION_COOKIE = "centralita_session"
CSRF_COOKIE = "centralita_csrf"
CSRF_HEADER = "X-CSRF-Token"
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


def token_of(request: web.Request) -> tuple[str | None, bool]:
    """The token that a request brings, and whether it came in a cookie."""
    authorization = request.headers.get("Authorization")
    if authorization is not None:
        scheme, _, token = authorization.partition(" ")
        if scheme.lower() != "bearer" or not token.strip():
            raise UnauthenticatedError("Authorization: allowed: Bearer TOKEN")
        return token.strip(), False
    return request.cookies.get(SESSION_COOKIE), True


async def authenticate(request: web.Request, office: Office) -> Viewer:
    """The person who asks. Raises UnauthenticatedError, ForbiddenError (a cookie without its CSRF token)."""
    token, in_cookie = token_of(request)
    if not token:
        raise UnauthenticatedError
    signed_in = await office.sessions.who(token)
    if signed_in.is_read_only and request.method not in SAFE:
        raise ForbiddenError("this token may only read")
    if in_cookie and request.method not in SAFE:
        given = request.headers.get(CSRF_HEADER, "")
        if not hmac.compare_digest(given.encode(), signed_in.csrf_token.encode()):
            raise ForbiddenError(f"a request with the session cookie needs the header {CSRF_HEADER}")
        if not is_same_origin(request, office.settings.public_url, without_origin=True):
            raise ForbiddenError("this page belongs to another origin")
    return office.viewer(signed_in.login, signed_in.role)


def is_same_origin(request: web.Request, public_url: str, *, without_origin: bool) -> bool:
    """Whether the request's Origin is this server's; ``without_origin`` says what a request without one counts as."""
    origin = request.headers.get("Origin")
    if origin is None:
        return without_origin
    given = urlsplit(origin)
    if public_url:
        public = urlsplit(public_url)
        if (given.scheme, given.netloc) == (public.scheme, public.netloc):
            return True
    return given.scheme in ("http", "https") and given.netloc == request.host
