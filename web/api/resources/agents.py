"""Agents: how everybody is, and how I am."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from aiohttp import web
from pydantic import Field

from config.company import Queue, QueueMember
from config.part import Language
from pbx.events import AgentState
from store.audit import note
from store.configuration import current_parts, save_parts
from web.api.encoding import array, page
from web.api.errors import InvalidError, MissingError
from web.api.floor import agent_document
from web.api.model import NO_NUL, Given, Shown, ShownTime
from web.api.operation import Ask, Operation
from web.api.paging import PagedWhole, page_of
from web.api.resources.part_changes import editing

QUEUE = "queue"


class Agent(Shown):
    """``until``: end of wrap-up; ``next_state``: chosen during the present call, for afterwards; ``asleep``: reachable
    by a browser that is told of calls by push, and by nothing else. ``queues`` (empty), ``reason``, ``call_id`` and
    ``next_state`` are not told of people with whom one shares no queue."""

    login: str
    name: str
    extension: str
    queues: list[str]
    state: AgentState
    reason: str | None
    since: ShownTime | None
    until: ShownTime | None
    call_id: str | None
    next_state: AgentState | None
    reachable: bool
    asleep: bool


class Agents(Shown):
    items: list[Agent]
    next_cursor: str | None


class Break(Shown):
    """A reason for a break; ``title`` by language, empty where the company has given none."""

    name: str
    title: dict[Language, str]
    max_s: int


class Breaks(Shown):
    items: list[Break]
    next_cursor: str | None


class MyState(Given):
    """``reason`` is for a break."""

    state: Literal["available", "break", "offline"]
    reason: Annotated[str, Field(max_length=100, pattern=NO_NUL)] | None = None


class MoreTime(Given):
    extend_s: Annotated[float, Field(gt=0, le=3600)]


async def list_agents(ask: Ask) -> web.Response:
    """Everybody can be called and seen to be free; with whom one does not work, no more than that."""
    floor = await ask.office.floor.look()
    shown, following = page_of(floor.agents, lambda agent: str(agent["login"]), ask.query)
    works_with = ask.viewer.works_with
    seen = (floor.written if works_with(agent["login"]) else floor.outlined for agent in shown)
    return page(array(rows[agent["login"]] for rows, agent in zip(seen, shown, strict=True)), following)


async def list_breaks(ask: Ask) -> Breaks:
    named = [reason.model_dump() for reason in ask.office.company.agents.breaks]
    shown, following = page_of(named, lambda reason: str(reason["name"]), ask.query)
    return Breaks.model_validate({"items": shown, "next_cursor": following})


async def set_me(ask: Ask) -> Agent:
    answer = await ask.office.exchange.set_agent(ask.viewer.login, ask.body.state, ask.body.reason or None)
    return Agent.model_validate(agent_document(answer))


async def set_one(ask: Ask) -> Agent:
    login = ask.path("login")
    if ask.office.company.person(login) is None:
        raise MissingError("there is no such agent")
    answer = await ask.office.exchange.set_agent(login, ask.body.state, ask.body.reason or None)
    return Agent.model_validate(agent_document(answer))


class Serves(Given):
    """The queues that the agent serves from now on."""

    queues: Annotated[list[Annotated[str, Field(min_length=1, max_length=64)]], Field(max_length=500)]


async def set_queues(ask: Ask) -> Agent:
    office, login = ask.office, ask.path("login")
    if office.company.person(login) is None:
        raise MissingError("there is no such agent")
    async with editing(ask) as session:  # as they are in the database: what is written goes over all of each
        queues = [Queue.model_validate(part.body) for part in await current_parts(session, QUEUE)]
        parts = _served(queues, login, set(ask.body.queues))
        if parts:
            await save_parts(session, parts, by=ask.viewer.login, now=office.now())
    if parts:
        await office.company_changed()
    agent = (await office.floor.look()).agent(login)
    if agent is None:
        raise MissingError("the exchange does not know this agent")
    return Agent.model_validate(agent_document(agent))


def _served(queues: list[Queue], login: str, wanted: set[str]) -> list[tuple[str, str, dict[str, Any]]]:
    """The queues that change so that ``login`` serves those ``wanted`` and no others. Raises InvalidError."""
    known = {queue.name for queue in queues}
    if wanted - known:
        fault = {"field": "queues", "message": f"allowed: {', '.join(sorted(known))}"}
        raise InvalidError("the body is wrong", faults=[fault])
    return [
        (QUEUE, queue.name, _with(queue, login) if queue.name in wanted else _without(queue, login))
        for queue in queues
        if (queue.name in wanted) != any(member.login == login for member in queue.members)
    ]


def _with(queue: Queue, login: str) -> dict[str, Any]:
    return queue.model_copy(update={"members": (*queue.members, QueueMember(login=login))}).model_dump(mode="json")


def _without(queue: Queue, login: str) -> dict[str, Any]:
    others = tuple(member for member in queue.members if member.login != login)
    return queue.model_copy(update={"members": others}).model_dump(mode="json")


async def extend_wrap_up(ask: Ask) -> Agent:
    answer = await ask.office.exchange.wrap_up(ask.viewer.login, ask.body.extend_s)
    return Agent.model_validate(agent_document(answer))


async def end_wrap_up(ask: Ask) -> Agent:
    answer = await ask.office.exchange.wrap_up(ask.path("login"))
    async with ask.office.database.transaction() as session:
        note(session, "ended", "wrap_up", ask.path("login"), by=ask.viewer.login, now=ask.office.now())
    return Agent.model_validate(agent_document(answer))


OPERATIONS = (
    Operation(
        "agents.list",
        "GET",
        "/agents",
        "Everybody with the state of this moment",
        list_agents,
        Agents,
        query=PagedWhole,
        errors=(503,),
    ),
    Operation(
        "agents.breaks",
        "GET",
        "/agents/breaks",
        "The company's reasons for a break",
        list_breaks,
        Breaks,
        query=PagedWhole,
    ),
    Operation(
        "agents.set_me",
        "PUT",
        "/agents/me",
        "Set my state; during a call it applies afterwards",
        set_me,
        Agent,
        body=MyState,
        errors=(404, 409, 503),
    ),
    Operation(
        "agents.set",
        "PUT",
        "/agents/{login}",
        "Set somebody's state; during a call it applies afterwards",
        set_one,
        Agent,
        body=MyState,
        errors=(404, 409, 503),
        route="/agents/{login:(?!me$)[^/]+}",
    ),
    Operation(
        "agents.set_queues",
        "PUT",
        "/agents/{login}/queues",
        "Choose the queues that somebody serves",
        set_queues,
        Agent,
        body=Serves,
        errors=(404, 409, 503),
    ),
    Operation(
        "agents.extend_wrap_up",
        "POST",
        "/agents/me/wrap-up",
        "More time after my call",
        extend_wrap_up,
        Agent,
        body=MoreTime,
        errors=(404, 409, 503),
    ),
    Operation(
        "agents.end_wrap_up",
        "DELETE",
        "/agents/{login}/wrap-up",
        "End somebody's wrap-up",
        end_wrap_up,
        Agent,
        errors=(404, 409, 503),
    ),
)
