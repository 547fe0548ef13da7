"""A day at the company, told in events at given seconds."""

from __future__ import annotations

from typing import Any

from pbx.events import (
    AgentStateChanged,
    Body,
    CallAnswered,
    CallEnded,
    CallNotAnswered,
    CallRinging,
    CallStarted,
    CallTransferred,
    Event,
    QueueJoined,
    QueueLeft,
)
from pbx.ids import new_id
from stats.projection import Statistics
from store.engine import Database

NINE = 1_763_971_200.0  # Monday 2025-11-24 09:00 in Madrid (08:00 UTC)
NUMBER = "+34910000002"


class Day:
    """Events are collected with the seconds since nine o'clock, then applied in the order of time."""

    def __init__(self) -> None:
        self._events: list[tuple[float, str | None, Body]] = []

    def at(self, second: float, body: Body, call: str | None = None) -> None:
        self._events.append((second, call, body))

    def state(self, second: float, login: str, state: Any, previous: Any = "offline") -> None:
        self.at(second, AgentStateChanged(login, state, previous, "api"))

    def started(self, call: str, second: float, dialled: str = NUMBER) -> None:
        self.at(second, CallStarted("inbound", "+34600111222", None, dialled, "carrier"), call)

    def joined(self, call: str, second: float, queue: str = "sales") -> None:
        self.at(second, QueueJoined(queue, 1), call)

    def left(self, call: str, second: float, cause: str, wait_s: float, login: str | None = None) -> None:
        self.at(second, QueueLeft("sales", cause, wait_s, login), call)

    def rings(self, call: str, second: float, login: str, queue: str | None = "sales") -> None:
        self.at(second, CallRinging(login, "101", queue), call)

    def not_taken(self, call: str, second: float, login: str, cause: str) -> None:
        self.at(second, CallNotAnswered(login, "101", cause, "sales"), call)

    def answered(self, call: str, second: float, login: str, queue: str | None = "sales") -> None:
        self.at(second, CallAnswered("person", login, "101", queue), call)

    def transferred(self, call: str, second: float, by: str, to: str) -> None:
        self.at(second, CallTransferred(by, to, "blind"), call)

    def ended(self, call: str, second: float, result: Any, **fields: Any) -> None:
        values: dict[str, Any] = {
            "result": result,
            "reason": "",
            "ended_by": "caller",
            "direction": "inbound",
            "caller_number": "+34600111222",
            "caller_name": None,
            "dialled": NUMBER,
            "queue": "sales",
            "login": None,
            "trunk": "carrier",
            "started_at": NINE,
            "answered_at": None,
            "wait_s": 0.0,
            "talk_s": 0.0,
            "transfers": 0,
        }
        self.at(second, CallEnded(**{**values, **fields}), call)

    def served(self, call: str, second: float, wait: float, talk: float, login: str, **fields: Any) -> None:
        """One call, from joining the queue to its end."""
        self.started(call, second)
        self.joined(call, second)
        self.rings(call, second + wait - 2, login)
        self.answered(call, second + wait, login)
        self.left(call, second + wait, "answered", wait, login)
        end = second + wait + talk
        self.ended(
            call,
            end,
            "answered",
            login=login,
            started_at=NINE + second,
            answered_at=NINE + second + wait,
            wait_s=wait,
            talk_s=talk,
            **fields,
        )

    def given_up(self, call: str, second: float, wait: float) -> None:
        """One caller who hangs up in the queue."""
        self.started(call, second)
        self.joined(call, second)
        self.left(call, second + wait, "abandoned", wait)
        self.ended(call, second + wait, "abandoned", started_at=NINE + second, wait_s=wait)

    def documents(self) -> list[dict[str, Any]]:
        told = sorted(self._events, key=lambda event: event[0])
        return [Event(new_id(), NINE + second, call, body).to_document() for second, call, body in told]

    async def apply(self, database: Database) -> None:
        statistics = Statistics("Europe/Madrid")
        async with database.transaction() as session:
            for event in self.documents():
                if event["type"] in statistics.types:
                    await statistics.apply(session, event)
