"""Which calls a figure of a report counts: the same rows as the report adds up, by the calls that they belong to.

A call that came to a queue twice counts twice there and is one call here.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, or_, select

from stats.clock import Period
from stats.reports import NOT_TAKEN
from stats.tables import CallbackAsked, CallFact, Conversation, MenuKey, MenuVisit, Offer, QueueVisit
from stats.visits import ABANDONED


def _visit(*conditions: Any) -> tuple[Any, Any, Any, list[Any]]:
    return QueueVisit.call_id, QueueVisit.queue, QueueVisit.joined_at, [QueueVisit.left_at.is_not(None), *conditions]


def _offer(*conditions: Any) -> tuple[Any, Any, Any, list[Any]]:
    return Offer.call_id, Offer.login, Offer.at, [Offer.outcome.is_not(None), *conditions]


def _talk(role: str) -> tuple[Any, Any, Any, list[Any]]:
    ended = [Conversation.ended_at.is_not(None), Conversation.role == role]
    return Conversation.call_id, Conversation.login, Conversation.started_at, ended


def _call(*conditions: Any) -> tuple[Any, Any, Any, list[Any]]:
    over = [CallFact.ended_at.is_not(None), CallFact.direction == "inbound", *conditions]
    return CallFact.call_id, CallFact.dialled, CallFact.started_at, over


def _menu(*conditions: Any) -> tuple[Any, Any, Any, list[Any]]:
    return MenuVisit.call_id, MenuVisit.menu, MenuVisit.entered_at, [MenuVisit.left_at.is_not(None), *conditions]


def _keyed(outcome: str) -> tuple[Any, Any, Any, list[Any]]:
    return MenuKey.call_id, MenuKey.menu, MenuKey.at, [MenuKey.outcome == outcome]


_ASKED = CallbackAsked.call_id, CallbackAsked.queue, CallbackAsked.at
_RESULTS = ("answered", "abandoned", "missed", "voicemail", "callback", "blocked", "busy")
_FIGURES: dict[str, tuple[Any, Any, Any, list[Any]]] = {
    "queues.offered": _visit(),
    "queues.answered": _visit(QueueVisit.cause == "answered"),
    "queues.abandoned": _visit(QueueVisit.cause == "abandoned"),
    "queues.overflowed": _visit(QueueVisit.cause == "overflow"),
    "queues.callbacks": (*_ASKED, [CallbackAsked.call_id.is_not(None)]),
    "agents.offered": _offer(),
    "agents.missed": _offer(Offer.outcome.in_(NOT_TAKEN)),
    "agents.answered": _talk("answered"),
    "agents.dialled": _talk("dialled"),
    "numbers.calls": _call(),
    **{f"numbers.{result}": _call(CallFact.result == result) for result in _RESULTS},
    "numbers.failed": _call(or_(CallFact.result == "failed", CallFact.result == "cancelled")),
    "menus.entered": _menu(),
    "menus.abandoned": _menu(MenuVisit.left_to == ABANDONED),
    "menus.wrong": _keyed("wrong"),
    "menus.no_answer": _keyed("none"),
}
"""By ``report.figure``: the call, what the report groups by, when it counts, and what must hold."""
COUNTED = tuple(_FIGURES)


def counted_calls(figure: str, of: str | None, period: Period) -> Select[tuple[str]]:
    """The ids of the calls that ``figure`` (one of COUNTED) counts in ``period``; ``of``: one queue, agent, …"""
    call, key, at, conditions = _FIGURES[figure]
    query = select(call).where(at >= period.start, at < period.end, *conditions)
    return query if of is None else query.where(key == of)
