"""An engine with its own clock, for tests that read like a day at work."""

from __future__ import annotations

from random import Random
from typing import TypeVar

from config.company import Company
from pbx.queues.engine import QueueEngine
from pbx.queues.inputs import (
    AgentReachable,
    AgentSet,
    CallerJoined,
    CallerLeft,
    CallOver,
    FailureCause,
    Input,
    OfferAnswered,
    OfferFailed,
    Presence,
    TimePassed,
)
from pbx.queues.outputs import Offer, Output

Kind = TypeVar("Kind", bound=Output)


class Bench:
    """Feeds an engine and remembers what came out."""

    def __init__(self, company: Company, seed: int = 1) -> None:
        self.now = 0.0
        self.engine = QueueEngine(company, Random(seed), 0.0)
        self.history: list[tuple[float, Output]] = []

    def do(self, event: Input) -> list[Output]:
        out = self.engine.handle(event, self.now)
        self.history += [(self.now, output) for output in out]
        return out

    def pass_time(self, seconds: float) -> list[Output]:
        """Let time pass, waking the engine at each of its deadlines."""
        until, out = self.now + seconds, []
        while (deadline := self.engine.next_deadline()) is not None and deadline <= until:
            self.now = max(self.now, deadline)
            out += self.do(TimePassed())
        self.now = until
        return out

    def on_duty(self, *logins: str) -> None:
        for login in logins:
            self.do(AgentReachable(login, True))
            self.do(AgentSet(login, "available", "api"))

    def set(self, login: str, state: Presence, reason: str | None = None) -> list[Output]:
        return self.do(AgentSet(login, state, "api", reason))

    def join(self, call_id: str, queue: str = "sales", **facts: float) -> list[Output]:
        return self.do(CallerJoined(call_id, queue, **facts))  # type: ignore[arg-type]

    def leave(self, call_id: str) -> list[Output]:
        return self.do(CallerLeft(call_id))

    def answer(self, call_id: str, login: str) -> list[Output]:
        return self.do(OfferAnswered(call_id, login))

    def fail(self, call_id: str, login: str, cause: FailureCause = "declined") -> list[Output]:
        return self.do(OfferFailed(call_id, login, cause))

    def over(self, call_id: str, login: str) -> list[Output]:
        return self.do(CallOver(call_id, login))

    def serve(self, call_id: str, talk_s: float = 0.0, queue: str = "sales") -> str:
        """A call from joining to its end; who took it."""
        (offer,) = only(Offer, self.join(call_id, queue))
        self.answer(call_id, offer.login)
        self.pass_time(talk_s)
        self.over(call_id, offer.login)
        return offer.login

    def state(self, login: str) -> str:
        return self.engine.agents[login].state


def only(kind: type[Kind], outputs: list[Output]) -> list[Kind]:
    return [output for output in outputs if isinstance(output, kind)]


def offers(outputs: list[Output]) -> list[tuple[str, str]]:
    return [(offer.call_id, offer.login) for offer in only(Offer, outputs)]
