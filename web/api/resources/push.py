"""Browsers that are told of calls while their page is closed (Web Push)."""

from __future__ import annotations

from typing import Annotated, Any
from urllib.parse import urlsplit

from pydantic import Field

from config.part import Language
from web.api.authentication import token_of
from web.api.errors import ForbiddenError, InvalidError, MissingError
from web.api.model import NO_NUL, Given, Shown, ShownTime
from web.api.operation import Ask, Operation
from web.api.paging import PagedWhole, page_of
from web.api.push.endpoint import MAX_ENDPOINT, check_endpoint
from web.api.push.errors import BadKeyError, ForbiddenEndpointError
from web.api.push.recipient import read_auth, read_key
from web.api.sessions import SCRIPT_PREFIX, session_key
from web.api.tables import PushSubscription

Octets = Annotated[str, Field(max_length=200, pattern=NO_NUL)]


class PushKeyShown(Shown):
    """``public_key``: `applicationServerKey` of `PushManager.subscribe`, in base64url."""

    public_key: str


class PushKeys(Given):
    """What only the browser can read pushes with (RFC 8291), in base64url."""

    p256dh: Octets
    auth: Octets


class Subscribe(Given):
    """What `PushSubscription.toJSON` says, and the language of the notifications."""

    endpoint: Annotated[str, Field(max_length=MAX_ENDPOINT, pattern=NO_NUL)]
    keys: PushKeys
    language: Language = "es"


class Subscribed(Shown):
    """``service``: the host of the push service; ``is_this``: of the session that asks."""

    id: str
    service: str
    language: Language
    created_at: ShownTime
    is_this: bool


class AllSubscribed(Shown):
    items: list[Subscribed]
    next_cursor: str | None


async def key(ask: Ask) -> PushKeyShown:
    return PushKeyShown(public_key=ask.office.push.keys.public)


async def listed(ask: Ask) -> AllSubscribed:
    rows, mine = await ask.office.push.subscriptions.listed(ask.viewer.login), _session(ask)
    shown, following = page_of(rows, lambda row: str(row.id), ask.query)
    return AllSubscribed.model_validate({"items": [_document(row, mine) for row in shown], "next_cursor": following})


async def subscribe(ask: Ask) -> Subscribed:
    """As long as this session lasts; what it had subscribed before is forgotten."""
    token, _ = token_of(ask.request)
    if (token or "").startswith(SCRIPT_PREFIX):
        raise ForbiddenError("only a browser in which a person has signed in is told of calls")
    given, field = ask.body, "endpoint"
    try:
        check_endpoint(given.endpoint, ask.office.settings.push_hosts)
        field = "keys.p256dh"
        point = read_key(given.keys.p256dh)
        field = "keys.auth"
        auth = read_auth(given.keys.auth)
    except (ForbiddenEndpointError, BadKeyError) as error:
        raise InvalidError(str(error), faults=[{"field": field, "message": str(error)}]) from None
    mine = _session(ask)
    row = await ask.office.push.subscriptions.add(ask.viewer.login, mine, given.endpoint, point, auth, given.language)
    return Subscribed.model_validate(_document(row, mine))


async def unsubscribe(ask: Ask) -> None:
    if not await ask.office.push.subscriptions.remove(ask.viewer.login, ask.path("id")):
        raise MissingError("there is no such subscription")


def _session(ask: Ask) -> str:
    return session_key(token_of(ask.request)[0] or "")


def _document(row: PushSubscription, session: str) -> dict[str, Any]:
    return {
        "id": row.id,
        "service": urlsplit(row.endpoint).hostname or "",
        "language": row.language,
        "created_at": row.created_at,
        "is_this": row.session_hash == session,
    }


OPERATIONS = (
    Operation("push.key", "GET", "/push/key", "The key that a browser subscribes to pushes with", key, PushKeyShown),
    Operation(
        "push.list",
        "GET",
        "/push/subscriptions",
        "My browsers that are told of calls",
        listed,
        AllSubscribed,
        query=PagedWhole,
    ),
    Operation(
        "push.subscribe",
        "POST",
        "/push/subscriptions",
        "Tell this browser of calls while its page is closed",
        subscribe,
        Subscribed,
        status=201,
        body=Subscribe,
    ),
    Operation("push.unsubscribe", "DELETE", "/push/subscriptions/{id}", "No longer tell a browser", unsubscribe),
)
