"""Reports over a period, as JSON or as a table (CSV). What the figures mean: ``docs/statistics.md``."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Annotated, Any, Literal

from aiohttp import web
from pydantic import AfterValidator, BaseModel, Field, WithJsonSchema

from config.report_mails import ReportKind
from crm_bridge.dispositions import DispositionRow
from stats.clock import Period, start_of_day, zone
from stats.errors import PeriodError
from stats.menu_report import MenuRow
from stats.reports import AgentRow, NumberRow, QueueRow
from web.api.errors import InvalidError
from web.api.model import NO_NUL, Shown, ShownTime, parse_time
from web.api.operation import JSON, Ask, Operation
from web.api.paging import PagedWhole, page_of
from web.api.report_rows import rows_of, table_of
from web.api.resources.negotiation import choose
from web.api.resources.numbers import sought

CSV = "text/csv"


def _day_or_time(value: str) -> date | float:
    try:
        return date.fromisoformat(value) if len(value) == len("2026-03-01") else parse_time(value)
    except ValueError:
        raise ValueError("allowed: 2026-03-01, or a time as in RFC 3339 such as 2026-03-01T09:30:00Z") from None


DayOrTime = Annotated[
    str,
    AfterValidator(_day_or_time),
    WithJsonSchema({"anyOf": [{"type": "string", "format": "date"}, {"type": "string", "format": "date-time"}]}),
]


class ReportAsked(PagedWhole):
    """A period on the company's clock. A day means the whole of it; left out: today so far. A CSV table is whole."""

    from_: Annotated[DayOrTime | None, Field(alias="from")] = None
    to: DayOrTime | None = None
    by: Literal["hour", "day", "none"] = "none"
    only: (
        Annotated[str, Field(max_length=64, pattern=NO_NUL, description="one queue, agent, number or menu")] | None
    ) = None


class QueueReport(Shown):
    from_: Annotated[ShownTime, Field(alias="from")]
    to: ShownTime
    by: str
    items: list[QueueRow]
    next_cursor: str | None


class AgentReport(Shown):
    from_: Annotated[ShownTime, Field(alias="from")]
    to: ShownTime
    by: str
    items: list[AgentRow]
    next_cursor: str | None


class NumberReport(Shown):
    from_: Annotated[ShownTime, Field(alias="from")]
    to: ShownTime
    by: str
    items: list[NumberRow]
    next_cursor: str | None


class MenuReport(Shown):
    from_: Annotated[ShownTime, Field(alias="from")]
    to: ShownTime
    by: str
    items: list[MenuRow]
    next_cursor: str | None


class DispositionReport(Shown):
    from_: Annotated[ShownTime, Field(alias="from")]
    to: ShownTime
    by: str
    items: list[DispositionRow]
    next_cursor: str | None


def period_of(asked: ReportAsked, time_zone: str, now: float) -> Period:
    """The period asked for. Raises InvalidError."""
    try:
        place = zone(time_zone)
        start = start_of_day(now, place) if asked.from_ is None else _instant(asked.from_, place, 0)
        end = now if asked.to is None else _instant(asked.to, place, 1)
        return Period(start, end, asked.by)
    except (PeriodError, OverflowError, ValueError) as error:
        raise InvalidError("the period is wrong", faults=[{"field": "from, to, by", "message": str(error)}]) from None


def _instant(value: Any, place: Any, days_after: int) -> float:
    if isinstance(value, float):
        return value
    day = value + timedelta(days=days_after)
    return datetime(day.year, day.month, day.day, tzinfo=place).timestamp()


def _report(report: ReportKind, model: type[BaseModel]) -> Any:
    async def handle(ask: Ask) -> Any:
        media = choose(ask.request.headers.get("Accept"), (JSON, CSV))
        period = period_of(ask.query, ask.office.company.time_zone, ask.office.now())
        only = ask.query.only
        if only is not None and report == "numbers":
            only = sought(ask, only)
        async with ask.office.database.session() as session:
            rows = await rows_of(report, session, ask.office.company, period, only)
        if media == CSV:
            table = table_of(report, rows)
            return web.Response(text=table, content_type=CSV, charset="utf-8", headers={"Vary": "Accept"})
        numbered, following = page_of(list(enumerate(rows)), lambda one: str(one[0]), ask.query)
        items = [line for _, line in numbered]
        shown = {"from": period.start, "to": period.end, "by": period.by, "items": items, "next_cursor": following}
        return model.model_validate(shown)

    return handle


_MODELS: dict[ReportKind, type[BaseModel]] = {
    "queues": QueueReport,
    "agents": AgentReport,
    "numbers": NumberReport,
    "menus": MenuReport,
    "dispositions": DispositionReport,
}
OPERATIONS = tuple(
    Operation(
        f"reports.{name}",
        "GET",
        f"/reports/{name}",
        f"Report on {name}",
        _report(name, model),
        model,
        query=ReportAsked,
        media=(CSV,),
        errors=(406,),
    )
    for name, model in _MODELS.items()
)
