"""The event WebSocket: catch up from ``since``, then live, in order and each event once."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from typing import Any

import structlog
from aiohttp import WSCloseCode, WSMsgType, web
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncSession

from crm_bridge.tables import CallParticipant
from store import event_log
from store.tables import LoggedEvent
from web.api.authentication import is_same_origin, token_of
from web.api.errors import ForbiddenError, UnauthenticatedError, UnavailableError
from web.api.live import Document, SlowReaderError, Subscription
from web.api.office import Office, Viewer
from web.api.visibility import Participants, may_see

HEARTBEAT_S = 20.0
TOKEN_WAIT_S = 10.0
WRITE_WAIT_S = 10.0
LOOK_AGAIN_S = 10.0
MAX_MESSAGE = 4096
CATCH_UP_PAGE = 500

# Close codes of RFC 6455 §7.4.2's private range.
NOT_SIGNED_IN = 4401
SLOW_READER = 4408

log = structlog.get_logger(__name__)
SOCKETS: web.AppKey[set[web.WebSocketResponse]] = web.AppKey("event_sockets", set)


async def close_sockets(app: web.Application) -> None:
    """Tell every reader that the server goes away (RFC 6455 §7.4.1: 1001)."""
    closing = [socket.close(code=WSCloseCode.GOING_AWAY) for socket in app[SOCKETS]]
    await asyncio.gather(*closing, return_exceptions=True)


async def serve_events(office: Office, request: web.Request, since: str | None) -> web.StreamResponse:
    """Serve one reader until one side closes. Raises UnauthenticatedError, ForbiddenError, UnavailableError."""
    if office.hub.is_full:
        raise UnavailableError("too many event readers")
    token, in_cookie = token_of(request)
    if token and in_cookie and not is_same_origin(request, office.settings.public_url, without_origin=False):
        # A foreign page's browser sends the cookie too; such a page may still come with a token of its own.
        if request.headers.get("Origin") is not None:
            raise ForbiddenError("the session cookie opens this only from its own origin")
        token = None
    reader = await _reader(office, token) if token else None
    socket = web.WebSocketResponse(heartbeat=HEARTBEAT_S, max_msg_size=MAX_MESSAGE, compress=False)
    await socket.prepare(request)
    if reader is None:
        reader = await _first_message(office, socket)
        if reader is None:
            await socket.close(code=NOT_SIGNED_IN, message=b"sign in first")
            return socket
    office.metrics.event_readers.inc()
    request.app[SOCKETS].add(socket)
    try:
        await _stream(office, socket, reader, since)
    finally:
        request.app[SOCKETS].discard(socket)
        office.metrics.event_readers.dec()
    return socket


@dataclass(frozen=True, slots=True)
class _Reader:
    """Who reads, and the token by which that is so."""

    token: str
    viewer: Viewer


async def _reader(office: Office, token: str) -> _Reader:
    signed_in = await office.sessions.who(token)
    return _Reader(token, office.viewer(signed_in.login, signed_in.role))


async def _first_message(office: Office, socket: web.WebSocketResponse) -> _Reader | None:
    try:
        message = await socket.receive(timeout=TOKEN_WAIT_S)
        if message.type is not WSMsgType.TEXT:
            return None
        given = json.loads(message.data)
        token = given.get("token") if isinstance(given, dict) else None
        return await _reader(office, token) if isinstance(token, str) else None
    except (TimeoutError, ValueError, RecursionError, UnauthenticatedError):
        return None


async def _stream(office: Office, socket: web.WebSocketResponse, reader: _Reader, since: str | None) -> None:
    viewer = reader.viewer

    def sees(document: Document) -> bool:
        return _sees(viewer, document, office.hub.participants)

    subscription = office.hub.subscribe(sees)
    writer = asyncio.create_task(_write(office, socket, viewer, subscription, sees, since))
    try:
        with office.sessions.watching(viewer.login) as changed:
            await _watch(office, socket, reader, writer, changed)
    finally:
        office.hub.unsubscribe(subscription)
        writer.cancel()
        (fault,) = await asyncio.gather(writer, return_exceptions=True)
        if isinstance(fault, Exception):
            log.error("event_stream_failed", login=reader.viewer.login, error=repr(fault))
            await socket.close(code=WSCloseCode.INTERNAL_ERROR, message=b"come back with since")
        await socket.close()


async def _watch(
    office: Office,
    socket: web.WebSocketResponse,
    reader: _Reader,
    writer: asyncio.Task[None],
    changed: asyncio.Event,
) -> None:
    """Until the reader leaves, the writer has ended, or the token opens this no more."""
    viewer = reader.viewer
    while not writer.done():
        message = await _receive(socket, writer, changed)
        if message is None:
            changed.clear()
            if not await _is_signed_in(office, reader):
                await socket.close(code=NOT_SIGNED_IN, message=b"signed out")
                return
            if office.viewer(viewer.login, viewer.role) == viewer:
                continue
            await socket.close(code=WSCloseCode.SERVICE_RESTART, message=b"rights changed; come back with since")
            return
        if message.type not in (WSMsgType.TEXT, WSMsgType.BINARY):
            return


async def _receive(socket: web.WebSocketResponse, writer: asyncio.Task[None], changed: asyncio.Event) -> Any:
    """What the reader says (nothing is expected); None when the writer has ended or it is time to look again."""
    reading, news = asyncio.create_task(socket.receive()), asyncio.create_task(changed.wait())
    await asyncio.wait((reading, writer, news), timeout=LOOK_AGAIN_S, return_when=asyncio.FIRST_COMPLETED)
    news.cancel()
    if reading.done():
        return reading.result()
    reading.cancel()
    await asyncio.gather(reading, return_exceptions=True)
    return None


async def _is_signed_in(office: Office, reader: _Reader) -> bool:
    """Whether the token still opens this with the same role: somebody may have signed out or been changed."""
    try:
        return (await office.sessions.who(reader.token)).role == reader.viewer.role
    except UnauthenticatedError:
        return False
    except (SQLAlchemyError, OSError):
        return True


async def _write(
    office: Office,
    socket: web.WebSocketResponse,
    viewer: Viewer,
    subscription: Subscription,
    sees: Callable[[Document], bool],
    since: str | None,
) -> None:
    try:
        sent: set[str] = set()
        if since is not None:
            async for document in _missed(office, viewer, sees, since):
                if document["id"] not in sent:
                    sent.add(document["id"])
                    await _send(socket, _text(office, viewer, document))
        while True:
            document = await subscription.next()
            if document["id"] not in sent:
                await _send(socket, _text(office, viewer, document))
    except (SlowReaderError, TimeoutError):
        office.metrics.slow_readers.inc()
        await socket.close(code=SLOW_READER, message=b"too slow; come back with since")
    except ConnectionError:
        return


def _text(office: Office, viewer: Viewer, document: Document) -> str:
    is_outline = document["type"] == "agent.state" and not viewer.works_with(document["login"])
    return office.hub.text(document, is_outline=is_outline)


async def _send(socket: web.WebSocketResponse, text: str) -> None:
    async with asyncio.timeout(WRITE_WAIT_S):
        await socket.send_str(text)


async def _missed(
    office: Office, viewer: Viewer, sees: Callable[[Document], bool], since: str
) -> AsyncIterator[Document]:
    remembered = office.hub.remembered(since)
    last: str | None = since
    while remembered is None and last is not None:
        async with office.database.session() as session:
            documents = await event_log.since(session, last, CATCH_UP_PAGE)
            if documents is None:
                documents = await _after(session, last)
            past = await _participants(session, documents)
        for document in documents:
            if _sees(viewer, document, past):
                yield document
        last = documents[-1]["id"] if len(documents) == CATCH_UP_PAGE else None
        if last is None:
            # What is not in the database yet is remembered; what is in both is sent once.
            remembered = [document for document in office.hub.remembered(None) or () if document["id"] > since]
    for document in remembered or ():
        if sees(document):
            yield document


async def _after(session: AsyncSession, since: str) -> list[Document]:
    """The events behind a point in time that no logged event marks: ids are ordered by time (RFC 9562 §5.7)."""
    query = select(LoggedEvent.body).where(LoggedEvent.id > since).order_by(LoggedEvent.id).limit(CATCH_UP_PAGE)
    return list(await session.scalars(query))


async def _participants(session: AsyncSession, documents: list[Document]) -> Participants:
    """Who took part in the calls of these events."""
    past = Participants()
    ids = list({document["call_id"] for document in documents if document["call_id"] is not None})
    query = select(CallParticipant.call_id, CallParticipant.login).where(CallParticipant.call_id.in_(ids))
    for call_id, login in await session.execute(query):
        past.add(call_id, (login,))
    return past


def _sees(viewer: Viewer, document: Document, participants: Participants) -> bool:
    return may_see(
        viewer.login,
        viewer.extension,
        viewer.event_queues,
        viewer.sees_all,
        document,
        participants.of(document.get("call_id")),
        viewer.event_logins or (),
        viewer.event_boxes,
    )
