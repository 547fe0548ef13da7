"""Queues as they are at this moment."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field

from stats.live import queues_today
from web.api.errors import MissingError
from web.api.model import Seconds, Shown
from web.api.operation import Ask, Operation
from web.api.permissions import Scope
from web.api.resources.agents import Agent, agent_document


class Queue(Shown):
    """``service_level``: of today's calls, answered within the limit ÷ (answered + abandoned after 5 s); null without
    any. ``waiting``: callers without an agent."""

    name: str
    title: str
    waiting: int
    longest_wait_s: Seconds
    agents: list[Agent]
    service_level: Annotated[float, Field(ge=0, le=1)] | None


class Queues(Shown):
    items: list[Queue]
    next_cursor: str | None


async def _shown(ask: Ask) -> list[Queue]:
    statuses = await ask.office.exchange.queues()
    levels = await _service_levels(ask)
    return [
        Queue.model_validate(_document(status, levels.get(status["name"])))
        for status in statuses
        if ask.scope is Scope.ALL or status["name"] in ask.viewer.queues
    ]


async def _service_levels(ask: Ask) -> dict[str, float | None]:
    company = ask.office.company
    limits = {queue.name: queue.service_level_s for queue in company.queues}
    async with ask.office.database.session() as session:
        today = await queues_today(session, limits, company.time_zone, ask.office.now())
    return {name: queue.service_level for name, queue in today.items()}


def _document(status: dict[str, Any], service_level: float | None) -> dict[str, Any]:
    return {
        "name": status["name"],
        "title": status["title"],
        "waiting": status["waiting"],
        "longest_wait_s": status["longest_wait_s"],
        "agents": [agent_document(agent) for agent in status["agents"]],
        "service_level": service_level,
    }


async def list_queues(ask: Ask) -> Queues:
    return Queues(items=await _shown(ask), next_cursor=None)


async def read_queue(ask: Ask) -> Queue:
    for queue in await _shown(ask):
        if queue.name == ask.path("name"):
            return queue
    raise MissingError("there is no such queue")


OPERATIONS = (
    Operation("queues.list", "GET", "/queues", "Queues of this moment", list_queues, Queues, errors=(503,)),
    Operation("queues.read", "GET", "/queues/{name}", "One queue of this moment", read_queue, Queue, errors=(404, 503)),
)
