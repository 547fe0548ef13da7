"""Agents and queues of this moment, as the exchange has them: told anew, and written as JSON, only when changed."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Protocol

from crm_bridge.times import rfc3339_or_none
from web.api.encoding import array, encoded
from web.api.shared_reading import SharedReading

Document = dict[str, Any]
_SHOWN = ("login", "name", "extension", "queues", "state", "reason", "call_id", "next_state")
# What is nobody's business who works in other queues: which ones, with which call, why the break.
OUTLINE: Document = {"queues": [], "reason": None, "call_id": None, "next_state": None}


class Told(Protocol):
    """The exchange, as far as it is asked here."""

    def floor(self, known: str | None = None) -> Awaitable[Document]:
        """``pbx.facade.Exchange.floor``."""


@dataclass(frozen=True, slots=True)
class Floor:
    """``agents`` by extension and ``queues`` in the company's order, as told at ``seen_at`` (the office's clock).

    ``written``: each agent by login as the API shows it, in JSON; ``outlined`` to people who do not work with them.
    """

    revision: str
    seen_at: float
    agents: tuple[Document, ...]
    queues: tuple[Document, ...]
    written: dict[str, bytes]
    outlined: dict[str, bytes]

    @classmethod
    def of(cls, told: Document, seen_at: float) -> Floor:
        agents = tuple(told["agents"])
        written = {agent["login"]: encoded(agent_document(agent)) for agent in agents}
        outlined = {agent["login"]: encoded(agent_document(agent) | OUTLINE) for agent in agents}
        return cls(told["revision"], seen_at, agents, tuple(told["queues"]), written, outlined)

    def agent(self, login: str) -> Document | None:
        """One agent, as the exchange tells it."""
        return next((agent for agent in self.agents if agent["login"] == login), None)

    def queue_documents(self, now: float) -> list[Document]:
        """The queues as the API shows them, without today's figures; waits are as of ``now``."""
        passed_s = max(0.0, now - self.seen_at)
        return [
            {
                "name": queue["name"],
                "title": queue["title"],
                "waiting": queue["waiting"],
                "longest_wait_s": round(queue["longest_wait_s"] + passed_s, 3) if queue["waiting"] else 0.0,
                "agents": array(self.written[login] for login in queue["members"]),
                "callers": [
                    caller | {"wait_s": round(max(0.0, caller["wait_s"] + passed_s), 3)} for caller in queue["callers"]
                ],
            }
            for queue in self.queues
        ]


class FloorView:
    """What the office knows of the floor. ``now`` is its clock (seconds)."""

    def __init__(self, exchange: Told, now: Callable[[], float]) -> None:
        self._exchange = exchange
        self._now = now
        self._latest: Floor | None = None
        self._shared = SharedReading(self._read)

    async def look(self) -> Floor:
        """The floor, at the earliest as of this question. Raises what a command of the exchange raises."""
        return await self._shared()

    async def _read(self) -> Floor:
        latest = self._latest
        told = await self._exchange.floor(latest.revision if latest is not None else None)
        if latest is None or told["revision"] != latest.revision:
            latest = self._latest = Floor.of(told, self._now())
        return latest


def agent_document(told: Document) -> Document:
    """An agent of the exchange's answer as the API shows it."""
    return {name: told.get(name) for name in _SHOWN} | {
        "since": rfc3339_or_none(told.get("since")),
        "until": rfc3339_or_none(told.get("until")),
        "reachable": bool(told.get("reachable")),
        "asleep": bool(told.get("asleep")),
    }
