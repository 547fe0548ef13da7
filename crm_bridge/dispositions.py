"""What calls came to: written by their agents afterwards, counted by queue and code."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from crm_bridge.tables import Call, CallDisposition
from pbx.events import CallDisposed
from pbx.ids import new_id
from store.event_log import append

QUARTER_S = 900.0  # every time zone's hours begin at one


@dataclass(frozen=True, slots=True)
class DispositionRow:
    """Calls of a queue that came to ``code``; ``share`` of those of the queue that have one; ``talk_s``: their mean."""

    period: str | None
    queue: str
    disposition: str
    calls: int
    share: float
    talk_s: float | None


async def dispose(
    session: AsyncSession, call_id: str, queue: str, code: str, note: str | None, *, by: str, now: float
) -> CallDisposition:
    """Write what the call came to, in place of what was written before (within a ``transaction``)."""
    row = await session.get(CallDisposition, call_id)
    if row is None:
        row = CallDisposition(call_id=call_id)
        session.add(row)
    row.queue, row.code, row.note, row.author, row.at = queue, code, note, by, now
    body = CallDisposed(by, queue, code, note)
    await append(session, body.type, call_id, asdict(body), id=new_id(), at=now)
    return row


def disposed_calls(start: float, end: float, queue: str | None, code: str | None) -> Select[Any]:
    """The ids of the calls that were disposed of from ``start`` to ``end``, as the report counts them."""
    query = select(CallDisposition.call_id).where(CallDisposition.at >= start, CallDisposition.at < end)
    if queue is not None:
        query = query.where(CallDisposition.queue == queue)
    return query if code is None else query.where(CallDisposition.code == code)


async def disposition_report(
    session: AsyncSession, start: float, end: float, bucket: Callable[[float], str | None], only: str | None = None
) -> list[DispositionRow]:
    """Per bucket, queue and code, for calls that were disposed of from ``start`` to ``end``; ``only``: one queue."""
    quarter = func.floor(CallDisposition.at / QUARTER_S)
    query = (
        select(quarter, CallDisposition.queue, CallDisposition.code, func.count(), func.sum(Call.talk_s))
        .outerjoin(Call, Call.id == CallDisposition.call_id)
        .where(CallDisposition.at >= start, CallDisposition.at < end)
        .group_by(quarter, CallDisposition.queue, CallDisposition.code)
    )
    if only is not None:
        query = query.where(CallDisposition.queue == only)
    counts: defaultdict[tuple[str | None, str, str], int] = defaultdict(int)
    talk: defaultdict[tuple[str | None, str, str], float] = defaultdict(float)
    of_queue: defaultdict[tuple[str | None, str], int] = defaultdict(int)
    for number, queue, code, count, talked in await session.execute(query):
        key = bucket(float(number) * QUARTER_S), queue, code
        counts[key] += count
        talk[key] += talked or 0.0
        of_queue[key[:2]] += count
    ordered = sorted(counts, key=lambda key: (key[0] or "", key[1], -counts[key], key[2]))
    return [
        DispositionRow(*key, counts[key], round(counts[key] / of_queue[key[:2]], 4), round(talk[key] / counts[key], 3))
        for key in ordered
    ]
