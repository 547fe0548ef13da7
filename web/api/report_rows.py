"""The rows of each report over a period, and the table of them (CSV)."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import asdict, fields
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from config.company import Company
from config.report_mails import ReportKind
from crm_bridge.dispositions import DispositionRow, disposition_report
from stats.clock import Period, local_hour, shown, zone
from stats.menu_report import MenuRow, menu_report
from stats.reports import AgentRow, NumberRow, QueueRow, agent_report, number_report, queue_report
from web.api.csv_cells import cell

Rows = Sequence[Any]
ROWS: dict[ReportKind, type[Any]] = {
    "queues": QueueRow,
    "agents": AgentRow,
    "numbers": NumberRow,
    "menus": MenuRow,
    "dispositions": DispositionRow,
}


async def rows_of(
    report: ReportKind, session: AsyncSession, company: Company, period: Period, only: str | None = None
) -> Rows:
    """What the report counts in the period; ``only``: one queue, agent, number (E.164) or menu."""
    match report:
        case "queues":
            limits = {queue.name: queue.service_level_s for queue in company.queues}
            return await queue_report(session, period, limits, only)
        case "agents":
            return await agent_report(session, period, only)
        case "numbers":
            return await number_report(session, period, only)
        case "menus":
            return await menu_report(session, period, only)
        case "dispositions":
            return await _dispositions(session, company, period, only)


async def _dispositions(session: AsyncSession, company: Company, period: Period, only: str | None) -> Rows:
    place = zone(company.time_zone)

    def bucket(at: float) -> str | None:
        hour = local_hour(at, place)
        return shown(hour if period.by == "hour" else hour // 100, period.by)

    return await disposition_report(session, period.start, period.end, bucket, only)


def table_of(report: ReportKind, rows: Rows) -> str:
    """The rows as CSV, with the names of the figures in the first line."""
    names = [field.name for field in fields(ROWS[report])]
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(names)
    for line in rows:
        plain = asdict(line)
        writer.writerow([_cell(plain[name]) for name in names])
    return out.getvalue()


def _cell(value: Any) -> str:
    """A list in one cell: its entries' values, ``node keys 12; …``."""
    if isinstance(value, list):
        entries = (" ".join("" if part is None else str(part) for part in entry.values()) for entry in value)
        return cell("; ".join(entries))
    return cell(value)
