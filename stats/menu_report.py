"""The report on menus: how many came, what they keyed, where they went, where they hung up."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from stats.aggregation import bucket, count_if, grouped, mean, merged
from stats.clock import Period, shown
from stats.tables import MenuKey, MenuVisit
from stats.visits import ABANDONED


@dataclass(frozen=True, slots=True)
class MenuOption:
    """How often ``keys`` were chosen at ``node``."""

    node: str
    keys: str
    outcome: str
    count: int


@dataclass(frozen=True, slots=True)
class MenuExit:
    """How many callers left from ``node`` to ``to`` (``abandoned``: they hung up)."""

    node: str | None
    to: str
    count: int


@dataclass(frozen=True, slots=True)
class MenuRow:
    """One menu in one period."""

    period: str | None
    menu: str
    entered: int
    abandoned: int
    wrong: int
    no_answer: int
    extensions: int
    stay_s: float | None
    options: list[MenuOption] = field(default_factory=list)
    exits: list[MenuExit] = field(default_factory=list)


async def menu_report(session: AsyncSession, period: Period, only: str | None = None) -> list[MenuRow]:
    """Per menu. A visit counts when it is over."""
    of_menu = [] if only is None else [MenuVisit.menu == only]
    visits = await grouped(
        session,
        period,
        MenuVisit.entered_at,
        MenuVisit.local_hour,
        MenuVisit.menu,
        {
            "entered": func.count(),
            "abandoned": count_if(MenuVisit.left_to == ABANDONED),
            "stay": func.coalesce(func.sum(MenuVisit.left_at - MenuVisit.entered_at), 0.0),
        },
        [MenuVisit.left_at.is_not(None), *of_menu],
    )
    keys = await _counted(
        session,
        period,
        MenuKey.at,
        MenuKey.local_hour,
        MenuKey.menu,
        [MenuKey.node, MenuKey.keys, MenuKey.outcome],
        only,
    )
    exits = await _counted(
        session,
        period,
        MenuVisit.entered_at,
        MenuVisit.local_hour,
        MenuVisit.menu,
        [MenuVisit.last_node, MenuVisit.left_to],
        only,
    )
    rows = []
    for key, row in merged(visits):
        options = [MenuOption(node, keyed, outcome, count) for node, keyed, outcome, count in keys.get(key, ())]
        outcomes = {name: sum(option.count for option in options if option.outcome == name) for name in _OUTCOMES}
        rows.append(
            MenuRow(
                period=shown(key[0], period.by),
                menu=key[1],
                entered=row["entered"],
                abandoned=row["abandoned"],
                wrong=outcomes["wrong"],
                no_answer=outcomes["none"],
                extensions=outcomes["extension"],
                stay_s=mean(row["stay"], row["entered"]),
                options=[option for option in options if option.outcome == "option"],
                exits=[MenuExit(node, to, count) for node, to, count in exits.get(key, ()) if to is not None],
            )
        )
    return rows


_OUTCOMES = ("option", "extension", "wrong", "none")


async def _counted(
    session: AsyncSession, period: Period, at: Any, local_hour: Any, menu: Any, columns: list[Any], only: str | None
) -> dict[tuple[int, str], list[Any]]:
    when = bucket(local_hour, period.by).label("bucket")
    query = (
        select(when, menu, *columns, func.count())
        .where(at >= period.start, at < period.end)
        .group_by(*([] if period.by == "none" else [when]), menu, *columns)
        .order_by(func.count().desc(), *columns)
        .limit(10_000)
    )
    if only is not None:
        query = query.where(menu == only)
    found: dict[tuple[int, str], list[Any]] = {}
    for row in await session.execute(query):
        found.setdefault((int(row[0]), row[1]), []).append(tuple(row[2:]))
    return found
