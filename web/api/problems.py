"""Every error of the server as a problem document (RFC 9457), whoever raised it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

import structlog
from aiohttp import web
from aiohttp.typedefs import Handler
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from pbx.facade import BusyError, ExchangeUnavailableError, NotAllowedError, NotFoundError, WrongStateError
from pbx.ipc.connection import RequestFailedError
from web.api.errors import (
    ApiError,
    ConflictError,
    ForbiddenError,
    InvalidError,
    MissingError,
    UnavailableError,
)
from web.api.problems_es import in_spanish

MEDIA_TYPE = "application/problem+json"
LONGEST_ACCEPT_LANGUAGE = 200
log = structlog.get_logger(__name__)


def problem(
    status: int,
    title: str,
    detail: str = "",
    *,
    faults: list[Any] | None = None,
    headers: Mapping[str, str] | None = None,
) -> web.Response:
    """A problem document; ``errors`` lists the fields at fault, each with ``field`` and ``message``."""
    document: dict[str, Any] = {"type": "about:blank", "title": title, "status": status}
    if detail:
        document["detail"] = detail
    if faults:
        document["errors"] = faults
    text = json.dumps(document, ensure_ascii=False)
    return web.Response(status=status, text=text, content_type=MEDIA_TYPE, headers=headers)


def problem_of_status(status: int, headers: Mapping[str, str] | None = None) -> web.Response:
    """A problem document that says no more than the status; of ``headers`` those that explain it are kept."""
    kept = {name: headers[name] for name in ("Allow", "WWW-Authenticate") if name in headers} if headers else None
    return problem(status, _phrase(status), headers=kept)


def refused(error: RequestFailedError) -> ApiError:
    """What the exchange refused, as an error of the API."""
    match error:
        case NotFoundError():
            return MissingError(error.text)
        case NotAllowedError():
            return ForbiddenError(error.text)
        case WrongStateError() | BusyError():
            return ConflictError(error.text)
        case _:
            return InvalidError(error.text)


@web.middleware
async def problems(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Middleware: no error leaves the server in another form; in Spanish for whoever asks so, else in English."""
    try:
        return await handler(request)
    except ApiError as error:
        return _of(error, request)
    except RequestFailedError as error:
        return _of(refused(error), request)
    except ExchangeUnavailableError as error:
        return _of(UnavailableError(str(error), headers={"Retry-After": "1"}), request)
    except (OperationalError, InterfaceError, PoolTimeoutError, OSError) as error:
        log.error("database_away", path=request.path, error=" ".join(str(error).split())[:500])
        return _of(UnavailableError("the database does not answer", headers={"Retry-After": "2"}), request)
    except web.HTTPMethodNotAllowed as error:
        return problem_of_status(error.status, {"Allow": ", ".join(sorted(_allowed(request) or error.allowed_methods))})
    except web.HTTPException as error:
        if error.status < HTTPStatus.BAD_REQUEST:
            raise
        return problem_of_status(error.status, error.headers)
    except Exception as error:
        log.exception("request_failed", method=request.method, path=request.path, error=repr(error))
        return problem(500, ApiError.title)


def _allowed(request: web.Request) -> set[str]:
    """The methods of the path itself where there is one, and not also of ``/things/{id}`` that it looks like."""
    named = (one for one in request.app.router.resources() if one.get_info().get("path") == request.path)
    return {route.method for resource in named for route in resource}


def wants_spanish(accepted: str) -> bool:
    """Whether an Accept-Language header (RFC 9110 §12.5.4) prefers Spanish to English."""
    if len(accepted) > LONGEST_ACCEPT_LANGUAGE:
        return False
    weights = {"es": 0.0, "en": 0.0}
    for range_ in accepted.lower().split(","):
        tag, _, weight = range_.strip().partition(";q=")
        language = tag.split("-")[0].strip()
        if language in weights:
            weights[language] = max(weights[language], _weight(weight))
    return weights["es"] > weights["en"]


def told(request: web.Request, text: str) -> str:
    """A sentence of the server in the language that ``request`` asks for."""
    return in_spanish(text) if wants_spanish(request.headers.get("Accept-Language", "")) else text


def _weight(written: str) -> float:
    try:
        return float(written or 1)
    except ValueError:
        return 0.0


def _of(error: ApiError, request: web.Request) -> web.Response:
    headers = {**error.headers, "Vary": "Accept-Language"}
    if not wants_spanish(request.headers.get("Accept-Language", "")):
        return problem(error.status, error.title, error.detail, faults=error.faults, headers=headers)
    faults = [{**fault, "message": in_spanish(str(fault["message"]))} for fault in error.faults]
    headers["Content-Language"] = "es"
    return problem(error.status, in_spanish(error.title), in_spanish(error.detail), faults=faults, headers=headers)


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "Error"
