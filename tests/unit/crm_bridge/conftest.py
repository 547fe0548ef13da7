"""A database with two customers, and the events of calls."""

from __future__ import annotations

import itertools
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest

from config.company import Contact as Given
from config.crm import CrmRules
from crm_bridge.activities import Activities
from crm_bridge.call_log import CallLog
from crm_bridge.first_load import load_contacts
from crm_bridge.leads import LeadRules
from pbx.events import Body, CallAnswered, CallEnded, CallStarted, Event
from store import event_log
from store.engine import Database

NOW = 1_800_000_000.0
CARMEN, JOHN, STRANGER = "+34600111222", "+442079460123", "+34655000111"
DIALLED = "+34910000001"
CONTACTS = (
    Given(name="Carmen Ruiz", company="Librería Sol", numbers=(CARMEN, "+34910999888"), responsible="ana"),
    Given(name="John Smith", numbers=(JOHN,), language="en", responsible="luis", open_deal="Coffee machines"),
)

_numbers = itertools.count(1)
Happen = Callable[..., Awaitable[None]]


def event(body: Body, call_id: str | None, at: float = NOW) -> dict[str, Any]:
    """``body`` as a document, with an id after those before it."""
    return Event(f"0198c0de-0000-7000-8000-{next(_numbers):012x}", at, call_id, body).to_document()


def started(number: str | None, dialled: str = DIALLED, direction: Any = "inbound", login: str | None = None) -> Body:
    return CallStarted(direction, number, None, dialled, "carrier" if direction == "inbound" else None, login)


def answered(login: str | None, kind: str = "person", queue: str | None = None) -> Body:
    return CallAnswered(kind, login, None, queue)


def ended(number: str | None, result: Any = "answered", login: str | None = None, **more: Any) -> Body:
    values: dict[str, Any] = {
        "result": result,
        "reason": "normal",
        "ended_by": "caller",
        "direction": "inbound",
        "caller_number": number,
        "caller_name": None,
        "dialled": DIALLED,
        "queue": None,
        "login": login,
        "trunk": "carrier",
        "started_at": NOW,
        "answered_at": NOW + 5 if login else None,
        "wait_s": 5.0,
        "talk_s": 30.0 if login else 0.0,
        "transfers": 0,
    }
    return CallEnded(**(values | more))


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    database = Database(database_url)
    async with database.transaction() as session:
        await load_contacts(session, CONTACTS, NOW)
    yield database
    await database.dispose()


@pytest.fixture
def emitted(database: Database) -> list[dict[str, Any]]:
    """What the office has added to the stream."""
    documents: list[dict[str, Any]] = []
    database.on_emitted = documents.extend
    return documents


@pytest.fixture
def rules() -> list[CrmRules]:
    """The company's rules: the last one counts."""
    return [CrmRules()]


@pytest.fixture
def happen(database: Database, rules: list[CrmRules]) -> Happen:
    """Apply events of one call in one transaction, as the projector does: projections first, then reactions."""
    parts = (CallLog("ES"), LeadRules(lambda: rules[-1]), Activities())

    async def apply(call_id: str, *bodies: Body | dict[str, Any]) -> None:
        async with database.transaction() as session:
            for body in bodies:
                document = body if isinstance(body, dict) else event(body, call_id)
                await event_log.insert(session, [document])
                for part in parts:
                    if document["type"] in part.types:
                        await part.apply(session, document)
                        await session.flush()

    return apply
