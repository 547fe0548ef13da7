"""The browser's telephone: credentials for it, and the WebSocket that it speaks SIP over."""

from __future__ import annotations

from aiohttp import web

from pbx.facade import ExchangeUnavailableError
from web.api.authentication import is_same_origin, token_of
from web.api.errors import ForbiddenError, MalformedError, UnauthenticatedError
from web.api.ice_servers import ice_servers
from web.api.model import Shown, ShownTime
from web.api.operation import Ask, Operation
from web.api.sessions import session_key


class IceServer(Shown):
    """As `RTCPeerConnection` takes it."""

    urls: list[str]
    username: str | None = None
    credential: str | None = None


class SipCredentials(Shown):
    """Good for this web session only, until ``expires_at``, and only over ``/api/v1/sip``."""

    uri: str
    username: str
    password: str
    expires_at: ShownTime
    ice_servers: list[IceServer]


async def credentials(ask: Ask) -> SipCredentials:
    """New ones with each request; those of before stay good until they expire."""
    office, viewer = ask.office, ask.viewer
    token, _ = token_of(ask.request)
    signed_in = await office.sessions.who(token or "")
    issued = await office.exchange.sip_credentials(viewer.login, session_key(token or ""), signed_in.expires_at)
    return SipCredentials.model_validate(
        {**issued, "ice_servers": ice_servers(office.settings, viewer.login, issued["expires_at"])}
    )


async def socket(ask: Ask) -> web.StreamResponse:
    """Upgrade to a WebSocket, for who is signed in: by the cookie of this very origin's page, or by Bearer."""
    request, office = ask.request, ask.office
    token, in_cookie = token_of(request)
    if not token:
        raise UnauthenticatedError
    if in_cookie and not is_same_origin(request, office.settings.public_url, without_origin=False):
        raise ForbiddenError("the session cookie opens this only from its own origin")
    signed_in = await office.sessions.who(token)
    if signed_in.is_read_only:
        raise ForbiddenError("this token may only read")
    if request.headers.get("Upgrade", "").lower() != "websocket":
        raise MalformedError("this is a WebSocket; connect with Upgrade: websocket (RFC 6455)")
    with office.metrics.browser_phones.track_inprogress():
        return await office.browsers.serve(request, token, signed_in)


async def end_telephone(ask: Ask, token: str) -> None:
    """A session ends: its telephone with it, at once. An exchange that is away has forgotten it already."""
    ask.office.browsers.sign_out(token)
    try:
        await ask.office.exchange.revoke_sip(session_key(token))
    except ExchangeUnavailableError:
        return


OPERATIONS = (
    Operation(
        "session.sip",
        "POST",
        "/session/sip",
        "SIP credentials for the browser's telephone",
        credentials,
        SipCredentials,
        errors=(404, 503),
    ),
    Operation(
        "sip",
        "GET",
        "/sip",
        "SIP over WebSocket (RFC 7118): with the session cookie from the same origin, or a Bearer token",
        socket,
        errors=(401, 403, 429, 503),
        status=101,
        is_public=True,
    ),
)
