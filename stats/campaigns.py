"""What campaigns have come to: every attempt, and the figures of a campaign."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import and_, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from stats.tables import CampaignTry
from store.batch_rows import BatchRows
from store.event_log import seconds

TYPES = frozenset({"campaign.attempted"})


@dataclass(frozen=True, slots=True)
class CampaignFigures:
    """``results``: how many attempts ended so; ``contacts``: how many people they were for; ``talk_s``: in all."""

    attempts: int
    contacts: int
    results: dict[str, int]
    talk_s: float
    agents: dict[str, int]


async def apply(session: AsyncSession, event: dict[str, Any], _time_zone: ZoneInfo) -> None:
    """Take one event of TYPES."""
    BatchRows.of(session).add(
        CampaignTry(
            id=event["id"],
            call_id=event["call_id"],
            campaign=event["campaign"],
            contact_id=event["contact_id"],
            number=event["number"],
            name=event["name"],
            attempt=event["attempt"],
            login=event["login"],
            result=event["result"],
            is_last=event["is_last"],
            talk_s=event["talk_s"],
            at=seconds(event["at"]),
        )
    )


async def page_of_attempts(
    session: AsyncSession, campaign: str, limit: int, before: tuple[float, str] | None = None
) -> Sequence[CampaignTry]:
    """Attempts of a campaign, the newest first; ``before``: time and id of the last one of the page before."""
    rows = select(CampaignTry).where(CampaignTry.campaign == campaign)
    if before is not None:
        at, id_ = before
        rows = rows.where(or_(CampaignTry.at < at, and_(CampaignTry.at == at, CampaignTry.id < id_)))
    rows = rows.order_by(CampaignTry.at.desc(), CampaignTry.id.desc()).limit(limit)
    return (await session.scalars(rows)).all()


async def figures_of(session: AsyncSession, campaign: str, start: float, end: float) -> CampaignFigures:
    """The campaign from ``start`` until before ``end`` (epoch seconds)."""
    mine = and_(CampaignTry.campaign == campaign, CampaignTry.at >= start, CampaignTry.at < end)
    results = await session.execute(
        select(CampaignTry.result, func.count()).where(mine).group_by(CampaignTry.result).order_by(CampaignTry.result)
    )
    by_result = {str(result): int(count) for result, count in results}
    agents = await session.execute(
        select(CampaignTry.login, func.count())
        .where(mine, CampaignTry.login.is_not(None))
        .group_by(CampaignTry.login)
        .order_by(CampaignTry.login)
    )
    people, talk_s = (
        await session.execute(
            select(
                func.count(CampaignTry.contact_id.distinct()), func.coalesce(func.sum(CampaignTry.talk_s), 0.0)
            ).where(mine)
        )
    ).one()
    return CampaignFigures(
        attempts=sum(by_result.values()),
        contacts=int(people),
        results=by_result,
        talk_s=round(float(talk_s), 3),
        agents={str(login): int(count) for login, count in agents},
    )
