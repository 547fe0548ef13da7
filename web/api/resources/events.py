"""The event stream over WebSocket."""

from __future__ import annotations

from typing import Annotated

from aiohttp import web
from pydantic import Field

from web.api.errors import MalformedError
from web.api.events_socket import serve_events
from web.api.model import Asked
from web.api.operation import Ask, Operation


class EventsAsked(Asked):
    since: (
        Annotated[
            str,
            Field(
                pattern=r"^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$",
                description="id of the last event that was seen",
            ),
        ]
        | None
    ) = None


async def events(ask: Ask) -> web.StreamResponse:
    """Upgrade to a WebSocket. It signs in by itself: a browser's WebSocket cannot send a header."""
    request = ask.request
    if request.headers.get("Upgrade", "").lower() != "websocket":
        raise MalformedError("this is a WebSocket; connect with Upgrade: websocket (RFC 6455)")
    return await serve_events(ask.office, request, ask.query.since)


OPERATIONS = (
    Operation(
        "events",
        "GET",
        "/events",
        "Events as they happen (WebSocket): with the session cookie from the same origin, a Bearer token, or a first "
        'message {"token"}',
        events,
        query=EventsAsked,
        errors=(401, 403, 503),
        status=101,
        is_public=True,
    ),
)
