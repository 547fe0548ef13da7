"""Queues as they are at this moment."""

from __future__ import annotations

from typing import Annotated, Any

from aiohttp import web
from pydantic import Field

from config.company import Queue as QueueSettings
from stats.live import QueueToday
from web.api.encoding import encoded, page
from web.api.errors import MissingError
from web.api.model import Seconds, Shown
from web.api.operation import JSON, Ask, Operation
from web.api.paging import PagedWhole, page_of
from web.api.resources.agents import Agent
from web.api.resources.callbacks import WaitingCaller

Share = Annotated[float, Field(ge=0, le=1)]


class Today(Shown):
    """Visits since midnight on the company's clock that are over."""

    offered: int
    answered: int
    abandoned: int


class Queue(Shown):
    """``service_level``: of today's calls, answered within the limit ÷ (answered + abandoned after 5 s); null without
    any. ``waiting``: callers without an agent. ``callers``: the first 100 places of the line, callbacks included.
    ``service_level_s`` and ``max_wait_s``: the queue's limits. ``last_hour``: who joined, by five minutes of the clock,
    the present ones last."""

    name: str
    title: str
    waiting: int
    longest_wait_s: Seconds
    agents: list[Agent]
    callers: list[WaitingCaller]
    service_level: Share | None
    service_level_s: int
    max_wait_s: int
    today: Today
    last_hour: list[int]


class Queues(Shown):
    items: list[Queue]
    next_cursor: str | None


async def _shown(ask: Ask) -> list[dict[str, Any]]:
    floor = await ask.office.floor.look()
    limits = {queue.name: queue for queue in ask.office.company.queues}
    today = await ask.office.today.queues()
    reached = None if ask.logins is None else ask.office.queues_of(ask.logins)
    return [
        document | _figures(limits[document["name"]], today[document["name"]])
        for document in floor.queue_documents(ask.office.now())
        if document["name"] in limits.keys() & today.keys() and (reached is None or document["name"] in reached)
    ]


def _figures(queue: QueueSettings, today: QueueToday) -> dict[str, Any]:
    return {
        "service_level": today.service_level,
        "service_level_s": queue.service_level_s,
        "max_wait_s": queue.max_wait_s,
        "today": {"offered": today.offered, "answered": today.answered, "abandoned": today.abandoned},
        "last_hour": list(today.last_hour),
    }


async def list_queues(ask: Ask) -> web.Response:
    return page(*page_of(await _shown(ask), lambda queue: str(queue["name"]), ask.query))


async def read_queue(ask: Ask) -> web.Response:
    for queue in await _shown(ask):
        if queue["name"] == ask.path("name"):
            return web.Response(body=encoded(queue), content_type=JSON)
    raise MissingError("there is no such queue")


OPERATIONS = (
    Operation(
        "queues.list",
        "GET",
        "/queues",
        "Queues of this moment",
        list_queues,
        Queues,
        query=PagedWhole,
        errors=(503,),
    ),
    Operation("queues.read", "GET", "/queues/{name}", "One queue of this moment", read_queue, Queue, errors=(404, 503)),
)
