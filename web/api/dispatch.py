"""From a request to its operation: sign-in, permission, query and body, the handling, the answer."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterable
from typing import Any

from aiohttp import web
from pydantic import BaseModel, ValidationError

from web.api.authentication import authenticate
from web.api.cards_at_hand import CHANGING
from web.api.errors import (
    ApiError,
    ForbiddenError,
    InvalidError,
    MalformedError,
    MissingError,
    TooLargeError,
    TooSlowError,
    UnsupportedTypeError,
)
from web.api.field_sentences import MAX_FAULTS, faults_of
from web.api.office import Office, Viewer
from web.api.operation import JSON, Ask, Operation
from web.api.permissions import Scope, scope_of

BODY_WITHIN_S = 30.0  # a form or a document
UPLOAD_WITHIN_S = 300.0  # a file
MAX_ID = 64
NOBODY = Viewer("", "", "", "", "es", frozenset())


def routes(operations: Iterable[Operation], office: Office) -> list[web.RouteDef]:
    """One route per operation; a GET answers HEAD as well."""
    defined = []
    for operation in operations:
        handler = _handler(operation, office)
        if operation.method == "GET":
            defined.append(web.get(operation.full_path, handler, allow_head=True))
        else:
            defined.append(web.route(operation.method, operation.full_path, handler))
    return defined


def _handler(operation: Operation, office: Office) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    async def handle(request: web.Request) -> web.StreamResponse:
        began, status = time.monotonic(), 500
        try:
            response = await perform(operation, office, request)
            status = response.status
        except ApiError as error:
            status = error.status
            raise
        finally:
            office.metrics.requests.labels(operation.name, str(status)).inc()
            office.metrics.request_seconds.labels(operation.name).observe(time.monotonic() - began)
        return response

    return handle


async def perform(operation: Operation, office: Office, request: web.Request) -> web.StreamResponse:
    """Answer one request. Raises ApiError."""
    viewer, scope = NOBODY, Scope.ALL
    if not operation.is_public:
        viewer = await authenticate(request, office)
        scope = scope_of(operation.name, viewer.role, office.company.roles)
        if scope is Scope.NONE:
            raise ForbiddenError(f"the role {viewer.role} does not permit this")
    for value in request.match_info.values():
        if len(value) > MAX_ID or "\x00" in value:
            raise MissingError
    query = read_query(operation.query, request)
    body = await _read_body(operation, request)
    try:
        answer = await operation.handle(Ask(request, office, viewer, scope, query, body))
    finally:
        if operation.method != "GET" and operation.path.split("/")[1] in CHANGING:
            office.cards.forget()
    if isinstance(answer, web.StreamResponse):
        return answer
    if answer is None:
        return web.Response(status=204)
    return web.Response(status=operation.status, text=answer.model_dump_json(by_alias=True), content_type=JSON)


def read_query(model: type[BaseModel] | None, request: web.Request) -> Any:
    """The query string as the operation's model. Raises InvalidError."""
    given: dict[str, str] = {}
    faults = []
    for name, value in request.query.items():
        if name in given:
            faults.append({"field": name[:100], "message": "given twice"})
        given[name] = value
    if model is None:
        faults += [{"field": name[:100], "message": "unknown parameter"} for name in given]
    if faults:
        raise InvalidError("the query is wrong", faults=faults[:MAX_FAULTS])
    if model is None:
        return None
    try:
        return model.model_validate(given)
    except ValidationError as error:
        raise InvalidError("the query is wrong", faults=faults_of(error)) from None


async def _read_body(operation: Operation, request: web.Request) -> Any:
    if operation.body is None or operation.body_media != JSON:
        return None
    if operation.is_body_optional and not request.can_read_body:
        return operation.body.model_validate({})
    if request.content_type != JSON:
        raise UnsupportedTypeError(f"allowed: {JSON}")
    text = await read_bounded(request)
    try:
        return operation.body.model_validate_json(text)
    except ValidationError as error:
        if any(fault["type"] == "json_invalid" for fault in error.errors(include_url=False, include_input=False)):
            raise MalformedError("the body is not JSON") from None
        raise InvalidError("the body is wrong", faults=faults_of(error)) from None


async def read_bounded(request: web.Request, within_s: float = BODY_WITHIN_S) -> bytes:
    """The whole body. Raises TooLargeError, TooSlowError, MalformedError."""
    if (request.content_length or 0) > request.client_max_size:
        raise TooLargeError(f"allowed: {request.client_max_size} bytes")
    try:
        async with asyncio.timeout(within_s):
            return await request.read()
    except TimeoutError:
        raise TooSlowError(f"the body has {within_s:.0f} s") from None
    except ConnectionError:
        raise MalformedError("the client was gone before its body was here") from None
    except web.RequestPayloadError:
        raise MalformedError("the body is not in its Content-Encoding") from None
    except web.HTTPRequestEntityTooLarge as error:
        raise TooLargeError(str(error.text or "")) from None
