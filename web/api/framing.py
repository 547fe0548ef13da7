"""Requests that are not HTTP (RFC 9112) or too large to read, answered as all else is: by a problem document."""

from __future__ import annotations

import asyncio
from http import HTTPStatus

import structlog
from aiohttp import web
from aiohttp.http_exceptions import BadStatusLine, HttpProcessingError, LineTooLong
from aiohttp.web_protocol import RequestHandler

from web.api.errors import ApiError, MalformedError, TooLargeError
from web.api.problems import problem, problem_of_status
from web.api.security import add_headers

MAX_LINE = 8190  # bytes of a URL, and of one header
# What a client may send wrongly, at whatever moment it is noticed; none of it is a fault of the server.
BROKEN = (HttpProcessingError, web.RequestPayloadError)
log = structlog.get_logger(__name__)


class Connection(RequestHandler):
    """One client's connection: what the application never gets to see is answered in the API's own form."""

    def handle_error(
        self,
        request: web.BaseRequest,
        status: int = 500,
        exc: BaseException | None = None,
        message: str | None = None,
    ) -> web.StreamResponse:
        """A problem document for a request that cannot be read; the connection closes behind it."""
        if isinstance(exc, BROKEN):
            log.info("broken_request", remote=request.remote, error=" ".join(str(exc).split())[:200])
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
            log.info("broken_request", error=" ".join(str(kw["exc_info"]).split())[:200])
        else:
            super().log_exception(*args, **kw)


class Server(web.Server):
    """aiohttp's server with these connections."""

    def __call__(self) -> RequestHandler:
        return Connection(self, loop=self._loop, **self._kwargs)


class Runner(web.AppRunner):
    """Runs the application over such connections."""

    async def _make_server(self) -> web.Server:
        made = await super()._make_server()
        return Server(
            made.request_handler,
            request_factory=made.request_factory,
            handler_cancellation=made.handler_cancellation,
            loop=asyncio.get_running_loop(),
            max_line_size=MAX_LINE,
            max_field_size=MAX_LINE,
            **self._kwargs,
        )


def _answer(status: int, exc: BaseException | None) -> web.Response:
    match exc:
        case LineTooLong():
            return problem(431, TooLargeError.title, f"the URL or a header has more than {MAX_LINE} bytes")
        case BadStatusLine():
            return problem(400, MalformedError.title, "the request line is not HTTP")
        case HttpProcessingError() | web.RequestPayloadError():
            return problem(400, MalformedError.title, "the request is not HTTP as RFC 9112 has it")
        case _:
            return problem(
                status, ApiError.title if status >= HTTPStatus.INTERNAL_SERVER_ERROR else MalformedError.title
            )
