"""Outside the API: is the house open, and its figures."""

from __future__ import annotations

from contextlib import suppress

from aiohttp import web

from pbx.facade import ExchangeUnavailableError
from pbx.ipc.connection import RequestFailedError
from web.api.errors import UnavailableError
from web.api.office import Office

AGENT_STATES = ("available", "ringing", "talking", "wrap_up", "break", "offline")


async def healthz(office: Office, request: web.Request) -> web.Response:
    """200 once calls can be taken. Raises UnavailableError."""
    try:
        health = await office.exchange.health()
    except (ExchangeUnavailableError, RequestFailedError) as error:
        raise UnavailableError(str(error)) from None
    if not health["ready"]:
        raise UnavailableError("the exchange finishes its calls and takes no new ones")
    if not health["media_workers"]:
        raise UnavailableError("no media worker is there")
    return web.json_response({"status": "ok"})


async def metrics(office: Office, request: web.Request) -> web.Response:
    """The figures of this moment, for Prometheus."""
    await _look(office)
    body, content_type = office.metrics.exposition()
    return web.Response(body=body, headers={"Content-Type": content_type})


async def _look(office: Office) -> None:
    figures = office.metrics
    try:
        floor = await office.floor.look()
        figures.calls_live.set(len(await office.exchange.calls()))
    except (ExchangeUnavailableError, RequestFailedError):
        figures.exchange_up.set(0)
        return
    figures.exchange_up.set(1)
    figures.media.told = []
    with suppress(ExchangeUnavailableError, RequestFailedError):
        figures.media.told = await office.exchange.media()
    for queue in floor.queue_documents(office.now()):
        figures.waiting.labels(queue["name"]).set(queue["waiting"])
        figures.longest_wait.labels(queue["name"]).set(queue["longest_wait_s"])
    for state in AGENT_STATES:
        figures.agents.labels(state).set(sum(agent["state"] == state for agent in floor.agents))
