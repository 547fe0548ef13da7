"""What a mailed report says: the main figures of every row as a table one can read, and all of them as CSV."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid
from html import escape
from typing import Literal

from config.company import Company
from config.part import Language
from config.report_mails import ReportKind, ReportMail
from stats.clock import Period, zone
from web.api.report_rows import Rows, table_of

Shape = Literal["count", "clock", "percent", "rating"]
Words = Mapping[Language, str]


@dataclass(frozen=True, slots=True)
class Column:
    """A figure of a row, what it is called, and how it is written."""

    field: str
    words: Words
    shape: Shape = "count"


def _column(field: str, es: str, en: str, shape: Shape = "count") -> Column:
    return Column(field, {"es": es, "en": en}, shape)


_OFFERED = _column("offered", "Ofrecidas", "Offered")
_ANSWERED = _column("answered", "Atendidas", "Answered")
_ABANDONED = _column("abandoned", "Abandonadas", "Abandoned")
_MISSED = _column("missed", "Perdidas", "Missed")
_CALLS = _column("calls", "Llamadas", "Calls")
_RATING = _column("rating", "Valoración", "Rating", "rating")
_TITLES: Mapping[ReportKind, Words] = {
    "queues": {"es": "Informe de colas", "en": "Report on queues"},
    "agents": {"es": "Informe de agentes", "en": "Report on agents"},
    "numbers": {"es": "Informe de números", "en": "Report on numbers"},
    "menus": {"es": "Informe de menús", "en": "Report on menus"},
    "dispositions": {"es": "Informe de resultados", "en": "Report on dispositions"},
}
_NAMED_BY: Mapping[ReportKind, Column] = {
    "queues": _column("queue", "Cola", "Queue"),
    "agents": _column("agent", "Agente", "Agent"),
    "numbers": _column("number", "Número", "Number"),
    "menus": _column("menu", "Menú", "Menu"),
    "dispositions": _column("disposition", "Resultado", "Disposition"),
}
_COLUMNS: Mapping[ReportKind, tuple[Column, ...]] = {
    "queues": (
        _OFFERED,
        _ANSWERED,
        _ABANDONED,
        _column("service_level", "Nivel de servicio", "Service level", "percent"),
        _column("average_speed_of_answer_s", "Espera media", "Mean wait", "clock"),
        _column("handling_time_s", "Gestión media", "Mean handling", "clock"),
        _RATING,
    ),
    "agents": (
        _ANSWERED,
        _MISSED,
        _column("dialled", "Marcadas", "Dialled"),
        _column("talk_total_s", "Hablando", "Talking", "clock"),
        _column("signed_in_total_s", "Conectado", "Signed in", "clock"),
        _column("occupancy", "Ocupación", "Occupancy", "percent"),
        _RATING,
    ),
    "numbers": (
        _CALLS,
        _ANSWERED,
        _ABANDONED,
        _MISSED,
        _column("voicemail", "Mensajes", "Messages"),
        _column("talk_s", "Conversación media", "Mean talk", "clock"),
        _RATING,
    ),
    "menus": (
        _column("entered", "Entradas", "Entered"),
        _column("abandoned", "Cuelgan", "Hung up"),
        _column("wrong", "Teclas erróneas", "Wrong keys"),
        _column("no_answer", "Sin tecla", "No key"),
        _column("stay_s", "Estancia media", "Mean stay", "clock"),
    ),
    "dispositions": (
        _CALLS,
        _column("share", "Parte de la cola", "Share of the queue", "percent"),
        _column("talk_s", "Conversación media", "Mean talk", "clock"),
    ),
}
_NOTHING: Words = {"es": "En este periodo no hay nada que contar.", "en": "There is nothing to count in this period."}
_MORE: Words = {"es": "Verlo en la centralita", "en": "See it in the exchange"}


def letter(
    mail: ReportMail, company: Company, period: Period, rows: Rows, *, sender: str, page: str, now: float
) -> EmailMessage:
    """The mail of a report over whole days; ``page``: the address of the web page, or empty where it has none."""
    language, place = mail.language, zone(company.time_zone)
    first = datetime.fromtimestamp(period.start, place).date()
    last = (datetime.fromtimestamp(period.end, place) - timedelta(hours=12)).date()
    days = f"{first:%d.%m.%Y}" if first == last else f"{first:%d.%m.%Y} – {last:%d.%m.%Y}"
    heading = f"{mail.title or _TITLES[mail.report][language]}: {days}"
    link = f"{page}/reports?of={mail.report}&from={first}&to={last}" if page else ""
    lines = _lines(mail.report, company, rows, language)
    written = EmailMessage()
    written["Subject"] = f"{heading} · {company.name}"
    written["From"] = sender
    written["To"] = ", ".join(mail.mail_to)
    written["Date"] = format_datetime(datetime.fromtimestamp(now, place))
    written["Message-ID"] = make_msgid(mail.name, domain="centralita.invalid")
    written["Auto-Submitted"] = "auto-generated"  # RFC 3834 §5
    more = f"\n{_MORE[language]}: {link}\n" if link else ""
    written.set_content(f"{heading}\n{company.name}\n\n{_plain(lines) if rows else _NOTHING[language]}\n{more}")
    written.add_alternative(_html(heading, company.name, lines if rows else [], language, link), subtype="html")
    table = table_of(mail.report, rows).encode("utf-8-sig")
    name = f"{mail.report}-{first}-{last}.csv"
    written.add_attachment(table, maintype="text", subtype="csv", filename=name, params={"charset": "utf-8"})
    return written


def _lines(report: ReportKind, company: Company, rows: Rows, language: Language) -> list[list[str]]:
    """The head and the rows, as they are read."""
    columns, named_by = _COLUMNS[report], _NAMED_BY[report]
    head = [named_by.words[language], *(column.words[language] for column in columns)]
    called = [_called(report, company, row, language) for row in rows]
    figures = [[_shown(getattr(row, column.field), column.shape, language) for column in columns] for row in rows]
    return [head, *([name, *numbers] for name, numbers in zip(called, figures, strict=True))]


def _called(report: ReportKind, company: Company, row: object, language: Language) -> str:
    name = str(getattr(row, _NAMED_BY[report].field))
    match report:
        case "queues":
            return _queue_title(company, name)
        case "agents":
            person = company.person(name)
            return person.name if person is not None else name
        case "dispositions":
            queue = company.queue(str(getattr(row, "queue", "")))
            known = next((one for one in queue.dispositions if one.code == name), None) if queue is not None else None
            title = known.title.get(language, name) if known is not None else name
            return f"{_queue_title(company, queue.name)} · {title}" if queue is not None else title
        case _:
            return name


def _queue_title(company: Company, name: str) -> str:
    queue = company.queue(name)
    return queue.title or name if queue is not None else name


def _shown(value: float | None, shape: Shape, language: Language) -> str:
    if value is None:
        return "–"
    match shape:
        case "clock":
            minutes, seconds = divmod(round(value), 60)
            hours, minutes = divmod(minutes, 60)
            return f"{hours}:{minutes:02d}:{seconds:02d}" if hours else f"{minutes}:{seconds:02d}"
        case "percent":
            return f"{round(value * 100)} %" if language == "es" else f"{round(value * 100)}%"
        case "rating":
            return f"{value:.1f}".replace(".", "," if language == "es" else ".")
        case _:
            return str(value)


def _plain(lines: list[list[str]]) -> str:
    widths = [max(len(line[place]) for line in lines) for place in range(len(lines[0]))]
    return "\n".join(
        "  ".join(cell.ljust(width) if place == 0 else cell.rjust(width) for place, (cell, width) in enumerate(both))
        for both in (list(zip(line, widths, strict=True)) for line in lines)
    )


_CELL = "padding:6px 12px;border-bottom:1px solid #dee2e6;white-space:nowrap;text-align:"


def _html(heading: str, company: str, lines: list[list[str]], language: Language, link: str) -> str:
    def row(line: list[str], tag: str) -> str:
        cells = (
            f'<{tag} style="{_CELL}{"left" if place == 0 else "right"}">{escape(text)}</{tag}>'
            for place, text in enumerate(line)
        )
        return f"<tr>{''.join(cells)}</tr>"

    body = "".join(row(line, "th" if place == 0 else "td") for place, line in enumerate(lines))
    table = f'<table style="border-collapse:collapse;font-variant-numeric:tabular-nums">{body}</table>'
    more = f'<p><a href="{escape(link)}">{_MORE[language]}</a></p>' if link else ""
    return (
        f'<!doctype html><html lang="{language}"><body style="font:14px/1.5 system-ui,sans-serif;color:#212529">'
        f'<h1 style="font-size:20px;margin:0">{escape(heading)}</h1><p style="color:#545c64">{escape(company)}</p>'
        f"{table if lines else f'<p>{_NOTHING[language]}</p>'}{more}</body></html>"
    )
