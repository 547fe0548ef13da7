"""Requests that are not HTTP (RFC 9112) or too large to read, answered as all else is: by a problem document."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from http import HTTPStatus
from typing import Any

import structlog
from aiohttp import web
from aiohttp.http_exceptions import BadStatusLine, HttpProcessingError, LineTooLong
from aiohttp.web_protocol import RequestHandler

from web.api.errors import ApiError, MalformedError, TooLargeError
from web.api.open_connections import OpenConnections
from web.api.problems import problem, problem_of_status
from web.api.security import add_headers
from web.api.slow_clients import SlowClientLimits, SlowClients

MAX_URL = 32_768  # bytes; what a parameter may be long is for its operation to say
MAX_FIELD = 8190  # bytes of one header
# What a client may send wrongly, at whatever moment it is noticed; none of it is a fault of the server.
BROKEN = (HttpProcessingError, web.RequestPayloadError)
KEEPALIVE_S = 75.0  # an idle connection; a browser opens another one when it needs it
_QUOTED = re.compile("b?['\"]")
log = structlog.get_logger(__name__)


class Connection(RequestHandler):
    """One client's connection: what the application never gets to see is answered in the API's own form.

    Whoever is too slow to say what is wanted is closed (`web.api.slow_clients`).
    """

    def __init__(self, manager: web.Server, slow: SlowClients, open_: OpenConnections, **how: Any) -> None:
        super().__init__(manager, **how)
        self._slow = slow
        self._open = open_
        self._source = ""
        self._arrived: Callable[[], None] | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """A client has connected, behind TLS once the handshake is done."""
        super().connection_made(transport)
        self._source = str((transport.get_extra_info("peername") or ("",))[0])
        is_one_too_many = not self._open.has_room_for(self._source)
        self._open.opened(self._source)
        if is_one_too_many:
            log.info("too_many_connections", remote=self._source)
            self.force_close()
            return
        self._await_request()

    def connection_lost(self, exc: BaseException | None) -> None:
        """It is gone."""
        self._request_is_here()
        self._open.closed(self._source)
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Octets of a request, which is awaited from its first one on."""
        known = self._request_count
        super().data_received(data)
        if self._request_count != known:
            self._request_is_here()
        elif self._arrived is None and self._waiter is not None and not self._waiter.done():
            self._await_request()

    def _await_request(self) -> None:
        self._arrived = self._slow.await_request(self._source, self._too_slow)
        if self._arrived is None:
            log.info("too_many_slow_clients", remote=self._source)
            self.force_close()

    def _request_is_here(self) -> None:
        if self._arrived is not None:
            self._arrived()
            self._arrived = None

    def _too_slow(self) -> None:
        log.info("slow_client_closed", remote=self._source)
        self.force_close()

    def handle_error(
        self,
        request: web.BaseRequest,
        status: int = 500,
        exc: BaseException | None = None,
        message: str | None = None,
    ) -> web.StreamResponse:
        """A problem document for a request that cannot be read; the connection closes behind it."""
        if isinstance(exc, BROKEN):
            log.info("broken_request", remote=request.remote, error=_fault_of(exc))
        else:
            log.error("request_failed", remote=request.remote, exc_info=exc)
        if request.writer.output_size > 0:
            raise ConnectionResetError("the answer has begun: nothing else can be said")
        answer = _answer(status, exc)
        add_headers(answer, is_secure=request.secure)
        answer.force_close()
        return answer

    async def finish_response(
        self, request: web.BaseRequest, resp: web.StreamResponse, start_time: float | None
    ) -> tuple[web.StreamResponse, bool]:
        """Refusals made before the middlewares are reached (an expectation, RFC 9110 §10.1.1) in the same form."""
        if isinstance(resp, web.HTTPException) and resp.status >= HTTPStatus.BAD_REQUEST:
            resp = problem_of_status(resp.status, resp.headers)
            resp.force_close()
        return await super().finish_response(request, resp, start_time)

    def log_exception(self, *args: object, **kw: object) -> None:
        """What is wrong with a body that nobody read shows only when it is skipped."""
        if isinstance(kw.get("exc_info"), BROKEN):
            log.info("broken_request", error=_fault_of(kw["exc_info"]))
        else:
            super().log_exception(*args, **kw)


class Server(web.Server):
    """aiohttp's server with these connections."""

    slow: SlowClients
    open_connections: OpenConnections

    def __call__(self) -> RequestHandler:
        return Connection(self, self.slow, self.open_connections, loop=self._loop, **self._kwargs)


class Runner(web.AppRunner):
    """Runs the application over such connections."""

    def __init__(self, app: web.Application, limits: SlowClientLimits | None = None, **how: Any) -> None:
        super().__init__(app, **{"keepalive_timeout": KEEPALIVE_S, **how})
        self.slow = SlowClients(limits or SlowClientLimits())
        self.open_connections = OpenConnections()

    async def _make_server(self) -> web.Server:
        made = await super()._make_server()
        server = Server(
            made.request_handler,
            request_factory=made.request_factory,
            handler_cancellation=made.handler_cancellation,
            loop=asyncio.get_running_loop(),
            max_line_size=MAX_URL,
            max_field_size=MAX_FIELD,
            **self._kwargs,
        )
        server.slow = self.slow
        server.open_connections = self.open_connections
        return server


def _fault_of(exc: object) -> str:
    """What is wrong, without the client's bytes that aiohttp quotes behind it: they may hold a cookie or a token."""
    return _QUOTED.split(" ".join(str(exc).split()), 1)[0].rstrip(": ")[:200]


def _answer(status: int, exc: BaseException | None) -> web.Response:
    match exc:
        case LineTooLong():
            return problem(431, TooLargeError.title, f"a URL has at most {MAX_URL} bytes, a header {MAX_FIELD}")
        case BadStatusLine():
            return problem(400, MalformedError.title, "the request line is not HTTP")
        case HttpProcessingError() | web.RequestPayloadError():
            return problem(400, MalformedError.title, "the request is not HTTP as RFC 9112 has it")
        case _:
            return problem(
                status, ApiError.title if status >= HTTPStatus.INTERNAL_SERVER_ERROR else MalformedError.title
            )
