"""Reports over a period, as JSON or as a table (CSV). What the figures mean: ``docs/statistics.md``."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from aiohttp import web
from pydantic import BaseModel, Field

from config.report_mails import ReportKind
from crm_bridge.dispositions import DispositionRow
from stats.menu_report import MenuRow
from stats.reports import AgentRow, NumberRow, QueueRow
from web.api.model import NO_NUL, Shown, ShownTime
from web.api.operation import JSON, Ask, Operation
from web.api.paging import PagedWhole, page_of
from web.api.report_period import DayOrTime, period_between
from web.api.report_rows import rows_of, table_of
from web.api.resources.negotiation import choose
from web.api.resources.numbers import sought

CSV = "text/csv"


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


def _report(report: ReportKind, model: type[BaseModel]) -> Any:
    async def handle(ask: Ask) -> Any:
        media = choose(ask.request.headers.get("Accept"), (JSON, CSV))
        asked = ask.query
        period = period_between(asked.from_, asked.to, ask.office.company.time_zone, ask.office.now(), asked.by)
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
