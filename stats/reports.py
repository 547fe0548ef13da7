"""The reports: queues, agents, numbers and menus over a period. What each figure means: ``docs/statistics.md``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Integer, func, or_
from sqlalchemy.ext.asyncio import AsyncSession

from stats.aggregation import SHORT_WAIT_S, count_if, grouped, limit_of, mean, merged, ratio, sum_if
from stats.clock import Period, shown
from stats.tables import AgentTime, CallbackAsked, CallFact, Conversation, Offer, QueueVisit

NOT_TAKEN = ("no_answer", "declined", "busy", "unreachable")


@dataclass(frozen=True, slots=True)
class QueueRow:
    """One queue in one period; times in seconds, means where the name says no ``total``."""

    period: str | None
    queue: str
    offered: int
    answered: int
    abandoned: int
    abandoned_short: int
    overflowed: int
    callbacks: int
    callbacks_reached: int
    service_level: float | None
    average_speed_of_answer_s: float | None
    average_abandon_s: float | None
    longest_wait_s: float
    handling_time_s: float | None
    talk_s: float | None
    wrap_up_s: float | None
    talk_total_s: float
    wrap_up_total_s: float
    transfers: int
    ratings: int
    rating: float | None


@dataclass(frozen=True, slots=True)
class AgentRow:
    """One agent in one period; times in seconds."""

    period: str | None
    agent: str
    offered: int
    answered: int
    missed: int
    dialled: int
    handling_time_s: float | None
    talk_s: float | None
    wrap_up_s: float | None
    ring_s: float | None
    talk_total_s: float
    wrap_up_total_s: float
    available_total_s: float
    break_total_s: float
    signed_in_total_s: float
    occupancy: float | None
    transfers: int
    ratings: int
    rating: float | None


@dataclass(frozen=True, slots=True)
class NumberRow:
    """One of the company's numbers in one period."""

    period: str | None
    number: str
    calls: int
    answered: int
    abandoned: int
    missed: int
    voicemail: int
    callback: int
    blocked: int
    busy: int
    failed: int
    wait_s: float | None
    talk_s: float | None
    talk_total_s: float
    transfers: int
    ratings: int
    rating: float | None


async def queue_report(
    session: AsyncSession, period: Period, limits: Mapping[str, int], only: str | None = None
) -> list[QueueRow]:
    """Per queue; ``limits``: each queue's service level in seconds. A visit counts when it is over."""
    visits = await _visits(session, period, limits, only)
    talk = await grouped(
        session,
        period,
        Conversation.started_at,
        Conversation.local_hour,
        Conversation.queue,
        {
            "conversations": func.count(),
            "talk": func.coalesce(func.sum(Conversation.talk_s), 0.0),
            "wrap_up": func.coalesce(func.sum(Conversation.wrap_up_s), 0.0),
            "transfers": count_if(Conversation.was_transferred.is_(True)),
        },
        [Conversation.ended_at.is_not(None), Conversation.queue.is_not(None), *_only(Conversation.queue, only)],
    )
    callbacks = await grouped(
        session,
        period,
        CallbackAsked.at,
        CallbackAsked.local_hour,
        CallbackAsked.queue,
        {"callbacks": func.count(), "callbacks_reached": count_if(CallbackAsked.result == "reached")},
        _only(CallbackAsked.queue, only),
    )
    ratings = await _ratings(session, period, CallFact.queue, only)
    return [_queue_row(period, key, row) for key, row in merged(visits, talk, callbacks, ratings)]


async def _visits(session: AsyncSession, period: Period, limits: Mapping[str, int], only: str | None) -> Any:
    is_answered = QueueVisit.cause == "answered"
    is_abandoned = QueueVisit.cause == "abandoned"
    is_short = is_abandoned & (QueueVisit.wait_s <= SHORT_WAIT_S)
    return await grouped(
        session,
        period,
        QueueVisit.joined_at,
        QueueVisit.local_hour,
        QueueVisit.queue,
        {
            "offered": func.count(),
            "answered": count_if(is_answered),
            "in_time": count_if(is_answered & (QueueVisit.wait_s <= limit_of(QueueVisit.queue, limits))),
            "abandoned": count_if(is_abandoned),
            "short": count_if(is_short),
            "overflowed": count_if(QueueVisit.cause == "overflow"),
            "answer_wait": sum_if(is_answered, QueueVisit.wait_s),
            "abandon_wait": sum_if(is_abandoned, QueueVisit.wait_s),
            "longest": func.coalesce(func.max(QueueVisit.wait_s), 0.0),
        },
        [QueueVisit.left_at.is_not(None), *_only(QueueVisit.queue, only)],
    )


def _queue_row(period: Period, key: tuple[int, Any], row: dict[str, Any]) -> QueueRow:
    answered, abandoned, short = row.get("answered", 0), row.get("abandoned", 0), row.get("short", 0)
    talk, wrap_up, conversations = row.get("talk", 0.0), row.get("wrap_up", 0.0), row.get("conversations", 0)
    return QueueRow(
        period=shown(key[0], period.by),
        queue=key[1],
        offered=row.get("offered", 0),
        answered=answered,
        abandoned=abandoned,
        abandoned_short=short,
        overflowed=row.get("overflowed", 0),
        callbacks=row.get("callbacks", 0),
        callbacks_reached=row.get("callbacks_reached", 0),
        service_level=ratio(row.get("in_time", 0), answered + abandoned - short),
        average_speed_of_answer_s=mean(row.get("answer_wait", 0.0), answered),
        average_abandon_s=mean(row.get("abandon_wait", 0.0), abandoned),
        longest_wait_s=round(row.get("longest", 0.0), 2),
        handling_time_s=mean(talk + wrap_up, conversations),
        talk_s=mean(talk, conversations),
        wrap_up_s=mean(wrap_up, conversations),
        talk_total_s=round(talk, 2),
        wrap_up_total_s=round(wrap_up, 2),
        transfers=row.get("transfers", 0),
        ratings=row.get("ratings", 0),
        rating=mean(row.get("rating_sum", 0), row.get("ratings", 0)),
    )


async def agent_report(session: AsyncSession, period: Period, only: str | None = None) -> list[AgentRow]:
    """Per agent. A state that still lasts counts when it is over."""
    offers = await grouped(
        session,
        period,
        Offer.at,
        Offer.local_hour,
        Offer.login,
        {
            "offered": func.count(),
            "missed": count_if(Offer.outcome.in_(NOT_TAKEN)),
            "ring": func.coalesce(func.sum(Offer.ring_s), 0.0),
        },
        [Offer.outcome.is_not(None), *_only(Offer.login, only)],
    )
    is_answer = Conversation.role == "answered"
    talk = await grouped(
        session,
        period,
        Conversation.started_at,
        Conversation.local_hour,
        Conversation.login,
        {
            "answered": count_if(is_answer),
            "dialled": count_if(Conversation.role == "dialled"),
            "answered_talk": sum_if(is_answer, Conversation.talk_s),
            "talk": func.coalesce(func.sum(Conversation.talk_s), 0.0),
            "wrap_up": func.coalesce(func.sum(Conversation.wrap_up_s), 0.0),
            "transfers": count_if(Conversation.was_transferred.is_(True)),
        },
        [Conversation.ended_at.is_not(None), *_only(Conversation.login, only)],
    )
    states = ("available", "ringing", "talking", "wrap_up", "break")
    times = await grouped(
        session,
        period,
        AgentTime.at,
        AgentTime.local_hour,
        AgentTime.login,
        {f"{state}_time": sum_if(AgentTime.state == state, AgentTime.seconds) for state in states},
        _only(AgentTime.login, only),
    )
    ratings = await _ratings(session, period, CallFact.login, only)
    return [_agent_row(period, key, row) for key, row in merged(offers, talk, times, ratings)]


def _agent_row(period: Period, key: tuple[int, Any], row: dict[str, Any]) -> AgentRow:
    answered, dialled = row.get("answered", 0), row.get("dialled", 0)
    talk, wrap_up = row.get("talk", 0.0), row.get("wrap_up", 0.0)
    available = row.get("available_time", 0.0) + row.get("ringing_time", 0.0)
    busy = row.get("talking_time", 0.0) + row.get("wrap_up_time", 0.0)
    pause = row.get("break_time", 0.0)
    return AgentRow(
        period=shown(key[0], period.by),
        agent=key[1],
        offered=row.get("offered", 0),
        answered=answered,
        missed=row.get("missed", 0),
        dialled=dialled,
        handling_time_s=mean(row.get("answered_talk", 0.0) + wrap_up, answered),
        talk_s=mean(row.get("answered_talk", 0.0), answered),
        wrap_up_s=mean(wrap_up, answered),
        ring_s=mean(row.get("ring", 0.0), row.get("offered", 0)),
        talk_total_s=round(talk, 2),
        wrap_up_total_s=round(wrap_up, 2),
        available_total_s=round(available, 2),
        break_total_s=round(pause, 2),
        signed_in_total_s=round(available + busy + pause, 2),
        occupancy=ratio(busy, busy + available),
        transfers=row.get("transfers", 0),
        ratings=row.get("ratings", 0),
        rating=mean(row.get("rating_sum", 0), row.get("ratings", 0)),
    )


async def number_report(session: AsyncSession, period: Period, only: str | None = None) -> list[NumberRow]:
    """Per number that was dialled from outside. A call counts when it is over."""
    results = ("answered", "abandoned", "missed", "voicemail", "callback", "blocked", "busy")
    is_person = CallFact.result == "answered"
    rows = await grouped(
        session,
        period,
        CallFact.started_at,
        CallFact.local_hour,
        CallFact.dialled,
        {
            "calls": func.count(),
            **{result: count_if(CallFact.result == result) for result in results},
            "failed": count_if(or_(CallFact.result == "failed", CallFact.result == "cancelled")),
            "wait": func.coalesce(func.sum(CallFact.wait_s), 0.0),
            "talk": sum_if(is_person, CallFact.talk_s),
            "transfers": func.coalesce(func.sum(CallFact.transfers), 0),
            "ratings": func.count(CallFact.rating),
            "rating_sum": func.coalesce(func.sum(CallFact.rating), 0),
        },
        [CallFact.ended_at.is_not(None), CallFact.direction == "inbound", *_only(CallFact.dialled, only)],
    )
    return [
        NumberRow(
            period=shown(when, period.by),
            number=number,
            calls=row["calls"],
            failed=row["failed"],
            wait_s=mean(row["wait"], row["calls"]),
            talk_s=mean(row["talk"], row["answered"]),
            talk_total_s=round(row["talk"], 2),
            transfers=int(row["transfers"]),
            ratings=row["ratings"],
            rating=mean(float(row["rating_sum"]), row["ratings"]),
            **{result: row[result] for result in results},
        )
        for (when, number), row in merged(rows)
    ]


async def _ratings(session: AsyncSession, period: Period, key: Any, only: str | None) -> Any:
    return await grouped(
        session,
        period,
        CallFact.started_at,
        CallFact.local_hour,
        key,
        {"ratings": func.count(CallFact.rating), "rating_sum": func.sum(CallFact.rating).cast(Integer)},
        [CallFact.rating.is_not(None), key.is_not(None), *_only(key, only)],
    )


def _only(key: Any, value: str | None) -> list[Any]:
    return [] if value is None else [key == value]
