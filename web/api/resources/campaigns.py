"""Outgoing campaigns: their contacts, starting and pausing them, what they have come to, and an agent's next contact.

What a campaign is set to is a part of the company: ``/settings/campaigns``.
"""

from __future__ import annotations

import asyncio
import csv
import io
from datetime import timedelta
from typing import Annotated, Any, Literal

from pydantic import Field

from pbx.exchange.campaigns.asked import MAX_CONTACTS_AT_ONCE, MAX_NAME
from pbx.routing.numbers import normalise
from stats.campaigns import figures_of, page_of_attempts
from store.audit import Action, note
from web.api.errors import InvalidError, MissingError
from web.api.model import NO_NUL, Asked, Given, GivenTime, Id, Seconds, Shown, ShownTime, WrittenNumber
from web.api.operation import Ask, Operation
from web.api.paging import Paged, PagedWhole, decode_cursor, encode_cursor, page_of
from web.api.table_upload import CSV, read_upload

MAX_FAULTS = 100
EVER = timedelta(days=36500).total_seconds()
State = Literal["running", "paused", "stopped"]


class Campaign(Shown):
    """``waiting``: contacts still to be called; ``calling``: those being called; ``done``: how the others ended."""

    name: str
    title: str
    kind: Literal["preview", "progressive"]
    queue: str
    state: State
    waiting: int
    calling: int
    done: dict[str, int]


class Campaigns(Shown):
    items: list[Campaign]
    next_cursor: str | None


class Wanted(Given):
    """``stopped`` is the end of the list too: contacts that have not been called are done with."""

    state: State


class CampaignContact(Given):
    number: WrittenNumber
    name: Annotated[str, Field(max_length=MAX_NAME, pattern=NO_NUL)] = ""


class CampaignContacts(Given):
    items: Annotated[list[CampaignContact], Field(min_length=1, max_length=MAX_CONTACTS_AT_ONCE)]


class ContactTable(Given):
    """CSV with the columns ``number`` and, if wanted, ``name``."""


class Added(Shown):
    """``given``: contacts that came; ``added``: those whose number was not waiting already."""

    given: int
    added: int


class CampaignAttempt(Shown):
    """``result``: ``answered``, ``machine``, ``message_left``, ``no_answer``, ``busy``, ``failed``, ``cancelled``,
    ``skipped``, ``do_not_call`` …"""

    id: Id
    at: ShownTime
    number: str
    name: str
    attempt: int
    agent: str | None
    result: str
    is_last: bool
    talk_s: Seconds
    call_id: str | None


class CampaignAttempts(Shown):
    items: list[CampaignAttempt]
    next_cursor: str | None


class Period(Asked):
    from_: Annotated[GivenTime | None, Field(alias="from")] = None
    to: GivenTime | None = None


class CampaignReport(Shown):
    """``results``: attempts by result; ``agents``: attempts by agent; ``contacts``: people they were for."""

    attempts: int
    contacts: int
    results: dict[str, int]
    agents: dict[str, int]
    talk_s: Seconds


class CampaignOffer(Shown):
    """Who is to be called next: to be decided on before ``until``."""

    id: Id
    campaign: str
    title: str
    number: str
    name: str
    attempts: int
    until: ShownTime


class CampaignOffers(Shown):
    """None, or one."""

    items: list[CampaignOffer]
    next_cursor: str | None


class Decision(Given):
    action: Literal["start", "skip"]


class Started(Shown):
    """``call_id``: of the call that was started."""

    call_id: str | None


async def list_campaigns(ask: Ask) -> Campaigns:
    shown, following = page_of(await ask.office.exchange.campaigns(), lambda one: str(one["name"]), ask.query)
    return Campaigns.model_validate({"items": shown, "next_cursor": following})


async def set_state(ask: Ask) -> Campaign:
    _existing(ask)
    shown = await ask.office.exchange.campaign_state(ask.path("name"), ask.body.state, ask.viewer.login)
    await _note(ask, ask.body.state)
    return Campaign.model_validate(shown)


async def add(ask: Ask) -> Added:
    given = [(f"items.{place}.number", one.number, one.name) for place, one in enumerate(ask.body.items)]
    return await _add(ask, _checked(given, ask.office.company.country))


async def import_table(ask: Ask) -> Added:
    """Take a whole file, or nothing of it and say which lines are wrong."""
    _existing(ask)
    content = await read_upload(ask.request)
    return await _add(ask, await asyncio.to_thread(read_contacts, content, ask.office.company.country))


async def _add(ask: Ask, contacts: list[dict[str, str]]) -> Added:
    _existing(ask)
    answer = await ask.office.exchange.campaign_add(ask.path("name"), contacts)
    await _note(ask, "imported", {"given": len(contacts), "added": answer["added"]})
    return Added(given=len(contacts), added=answer["added"])


def read_contacts(content: bytes, country: str) -> list[dict[str, str]]:
    """Contacts of a CSV file, ``number`` (E.164) and ``name`` each. Raises InvalidError with a fault per wrong line."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise InvalidError("nothing was taken over", faults=[_fault("file", "not UTF-8 text")]) from None
    delimiter = ";" if ";" in text.partition("\n")[0] else ","
    rows = csv.DictReader(io.StringIO(text), delimiter=delimiter)
    try:
        columns = [(name or "").strip().lower() for name in rows.fieldnames or ()]
        if "number" not in columns:
            raise InvalidError("nothing was taken over", faults=[_fault("line 1", "allowed: the columns number, name")])
        rows.fieldnames = columns
        given: list[tuple[str, str, str]] = []
        for row in rows:
            if len(given) >= MAX_CONTACTS_AT_ONCE:
                fault = _fault("file", f"allowed: {MAX_CONTACTS_AT_ONCE} contacts at once")
                raise InvalidError("nothing was taken over", faults=[fault])
            name = (row.get("name") or "").replace("\0", "")
            given.append((f"line {rows.line_num}", row.get("number") or "", name.strip()[:MAX_NAME]))
    except csv.Error as error:
        raise InvalidError("nothing was taken over", faults=[_fault(f"line {rows.line_num}", str(error))]) from None
    return _checked(given, country)


def _checked(given: list[tuple[str, str, str]], country: str) -> list[dict[str, str]]:
    """Contacts with E.164 numbers. Raises InvalidError with every place that has none."""
    faults, contacts = [], []
    for place, written, name in given:
        number = normalise(written, country)
        if number is None or not number.startswith("+"):
            faults.append(_fault(place, f"'{written[:40]}' is not a number; allowed: +34600111222"))
        else:
            contacts.append({"number": number, "name": name})
    if faults or not contacts:
        raise InvalidError("nothing was taken over", faults=faults[:MAX_FAULTS] or [_fault("file", "no contacts")])
    return contacts


def _fault(field: str, message: str) -> dict[str, str]:
    return {"field": field, "message": message}


async def attempts(ask: Ask) -> CampaignAttempts:
    _existing(ask)
    before = None
    if ask.query.cursor is not None:
        at, id_ = decode_cursor(ask.query.cursor, (float, str))
        before = (at, id_)
    async with ask.office.database.session() as session:
        rows = await page_of_attempts(session, ask.path("name"), ask.query.limit + 1, before)
    more = len(rows) > ask.query.limit
    rows = rows[: ask.query.limit]
    cursor = encode_cursor(float(rows[-1].at), rows[-1].id) if more else None
    items = [
        {name: getattr(row, "login" if name == "agent" else name) for name in CampaignAttempt.model_fields}
        for row in rows
    ]
    return CampaignAttempts.model_validate({"items": items, "next_cursor": cursor})


async def report(ask: Ask) -> CampaignReport:
    _existing(ask)
    start = ask.query.from_ if ask.query.from_ is not None else 0.0
    end = ask.query.to if ask.query.to is not None else ask.office.now() + EVER
    async with ask.office.database.session() as session:
        figures = await figures_of(session, ask.path("name"), start, end)
    return CampaignReport.model_validate({name: getattr(figures, name) for name in CampaignReport.model_fields})


async def offers(ask: Ask) -> CampaignOffers:
    shown = await ask.office.exchange.campaign_offer(ask.viewer.login)
    items = [] if shown is None else [{name: shown[name] for name in CampaignOffer.model_fields}]
    items, following = page_of(items, lambda one: str(one["id"]), ask.query)
    return CampaignOffers.model_validate({"items": items, "next_cursor": following})


async def decide(ask: Ask) -> Started:
    starts = ask.body.action == "start"
    call_id = await ask.office.exchange.campaign_decide(ask.path("id"), ask.viewer.login, starts)
    return Started(call_id=call_id)


def _existing(ask: Ask) -> None:
    if ask.path("name") not in {campaign.name for campaign in ask.office.company.campaigns}:
        raise MissingError("there is no such campaign")


async def _note(ask: Ask, action: Action, detail: dict[str, Any] | None = None) -> None:
    async with ask.office.database.transaction() as session:
        note(
            session,
            action,
            "campaign",
            ask.path("name"),
            by=ask.viewer.login,
            now=ask.office.now(),
            detail=detail or {},
        )


OPERATIONS = (
    Operation(
        "campaigns.list",
        "GET",
        "/campaigns",
        "Campaigns, as of now",
        list_campaigns,
        Campaigns,
        query=PagedWhole,
        errors=(503,),
    ),
    Operation(
        "campaigns.state",
        "PUT",
        "/campaigns/{name}/state",
        "Start, pause, go on with or stop a campaign",
        set_state,
        Campaign,
        body=Wanted,
        errors=(404, 409, 503),
    ),
    Operation(
        "campaigns.contacts",
        "POST",
        "/campaigns/{name}/contacts",
        "More contacts, all of them or none",
        add,
        Added,
        status=201,
        body=CampaignContacts,
        errors=(404, 409, 503),
    ),
    Operation(
        "campaigns.import",
        "POST",
        "/campaigns/{name}/contacts/import",
        "More contacts from a CSV file, all of it or nothing",
        import_table,
        Added,
        body=ContactTable,
        body_media=CSV,
        errors=(404, 409, 503),
    ),
    Operation(
        "campaigns.attempts",
        "GET",
        "/campaigns/{name}/attempts",
        "Every attempt to reach a contact",
        attempts,
        CampaignAttempts,
        query=Paged,
    ),
    Operation(
        "campaigns.report",
        "GET",
        "/campaigns/{name}/report",
        "What it has come to",
        report,
        CampaignReport,
        query=Period,
    ),
    Operation(
        "campaigns.offers",
        "GET",
        "/campaign-offers",
        "Whom I am to call next",
        offers,
        CampaignOffers,
        query=PagedWhole,
        errors=(503,),
    ),
    Operation(
        "campaigns.decide",
        "POST",
        "/campaign-offers/{id}",
        "Start the call to whom I am shown, or leave it out",
        decide,
        Started,
        body=Decision,
        errors=(404, 409, 503),
    ),
)
