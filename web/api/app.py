"""The web application: the API, the page, health and figures."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path

from aiohttp import web

from web.api.bitrix import Bitrix
from web.api.dispatch import routes
from web.api.events_socket import SOCKETS, close_sockets
from web.api.health import healthz, metrics
from web.api.office import Office
from web.api.openapi import described
from web.api.operation import BASE, Operation
from web.api.pages import DIST, Page
from web.api.problems import problems
from web.api.provision import provision, provision_device
from web.api.resources import OPERATIONS
from web.api.security import add_security_headers

VERSION = "0.1.0"
MAX_BODY = 9 << 20


def build_app(office: Office, page: Path = DIST, operations: tuple[Operation, ...] = OPERATIONS) -> web.Application:
    """The application over ``office``; ``page`` is the folder of the built user interface."""
    app = web.Application(middlewares=[problems, Page(page).fall_back], client_max_size=MAX_BODY)
    app.on_response_prepare.append(add_security_headers)
    app[SOCKETS] = set()
    app.on_shutdown.append(close_sockets)
    app.on_shutdown.append(lambda _: office.browsers.close())
    app.add_routes(routes(operations, office))
    describing = asyncio.Lock()

    async def openapi(request: web.Request) -> web.Response:
        async with describing:  # once, however many ask for it at the same time
            document = await asyncio.to_thread(described, operations, VERSION)
        return web.Response(body=document, content_type="application/json", charset="utf-8")

    app.router.add_get(f"{BASE}/openapi.json", openapi)
    app.router.add_get("/provision/{token}", _with(office, provision), allow_head=False)
    app.router.add_get("/provision/{token}/{file}", _with(office, provision_device), allow_head=False)
    app.router.add_route("GET", "/rest/{user}/{token}/{method}", Bitrix(office).serve)
    app.router.add_route("POST", "/rest/{user}/{token}/{method}", Bitrix(office).serve)
    app.router.add_get("/healthz", _with(office, healthz))
    app.router.add_get("/metrics", _with(office, metrics))
    return app


def _with(
    office: Office, handle: Callable[[Office, web.Request], Awaitable[web.Response]]
) -> Callable[[web.Request], Awaitable[web.Response]]:
    return partial(handle, office)
