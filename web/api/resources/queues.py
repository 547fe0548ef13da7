"""Queues as they are at this moment."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field

from config.company import Queue as QueueSettings
from stats.live import QueueToday, queues_today
from web.api.errors import MissingError
from web.api.model import Seconds, Shown
from web.api.operation import Ask, Operation
from web.api.paging import PagedWhole, page_of
from web.api.resources.agents import Agent, agent_document
from web.api.resources.callbacks import WaitingCaller

Share = Annotated[float, Field(ge=0, le=1)]


class Today(Shown):
    """Visits since midnight on the company's clock that are over."""

    offered: int
    answered: int
    abandoned: int


class Queue(Shown):
    """``service_level``: of today's calls, answered within the limit ÷ (answered + abandoned after 5 s); null without
    any. ``waiting``: callers without an agent. ``callers``: the first 100
    places of the line, callbacks included. ``service_level_s`` and ``max_wait_s``: the queue's limits."""

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


class Queues(Shown):
    items: list[Queue]
    next_cursor: str | None


async def _shown(ask: Ask) -> list[Queue]:
    statuses = await ask.office.exchange.queues()
    limits = {queue.name: queue for queue in ask.office.company.queues}
    today = await _today(ask)
    reached = None if ask.logins is None else ask.office.queues_of(ask.logins)
    return [
        Queue.model_validate(_document(status, limits[status["name"]], today[status["name"]]))
        for status in statuses
        if status["name"] in limits and (reached is None or status["name"] in reached)
    ]


async def _today(ask: Ask) -> dict[str, QueueToday]:
    company = ask.office.company
    limits = {queue.name: queue.service_level_s for queue in company.queues}
    async with ask.office.database.session() as session:
        return await queues_today(session, limits, company.time_zone, ask.office.now())


def _document(status: dict[str, Any], queue: QueueSettings, today: QueueToday) -> dict[str, Any]:
    return {
        "name": status["name"],
        "title": status["title"],
        "waiting": status["waiting"],
        "longest_wait_s": status["longest_wait_s"],
        "agents": [agent_document(agent) for agent in status["agents"]],
        "callers": status.get("callers", []),
        "service_level": today.service_level,
        "service_level_s": queue.service_level_s,
        "max_wait_s": queue.max_wait_s,
        "today": {"offered": today.offered, "answered": today.answered, "abandoned": today.abandoned},
    }


async def list_queues(ask: Ask) -> Queues:
    page, following = page_of(await _shown(ask), lambda queue: queue.name, ask.query)
    return Queues(items=page, next_cursor=following)


async def read_queue(ask: Ask) -> Queue:
    for queue in await _shown(ask):
        if queue.name == ask.path("name"):
            return queue
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
