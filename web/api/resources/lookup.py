"""Who a number is: the same card that pops up before the phone rings."""

from __future__ import annotations

from typing import Annotated

from pydantic import BeforeValidator, Field

from crm_bridge.lookup import look_up
from crm_bridge.screen_pop import card
from pbx.events import Direction
from pbx.routing import numbers
from web.api.model import Asked, Shown, ShownTime, leading_plus
from web.api.operation import Ask, Operation


class LookupAsked(Asked):
    number: Annotated[
        str,
        BeforeValidator(leading_plus),
        Field(max_length=64, pattern=r"^\+?[0-9 ()./\-]+$", description="however written; a leading space means +"),
    ]


class KnownContact(Shown):
    id: str
    name: str
    language: str | None
    responsible: str | None
    vip: bool


class KnownCompany(Shown):
    id: str
    name: str | None


class OpenLead(Shown):
    id: str
    status: str
    source: str | None
    responsible: str | None
    repeat: bool
    created_at: ShownTime


class OpenDeal(Shown):
    id: str
    title: str
    status: str
    responsible: str | None
    created_at: ShownTime


class LastCall(Shown):
    id: str
    direction: Direction
    started_at: ShownTime
    result: str | None
    queue: str | None
    agent: str | None


class Card(Shown):
    """``contact`` null: nobody has this number; ``number`` null: it is none. ``leads``, ``deals``: open ones."""

    number: str | None
    contact: KnownContact | None
    company: KnownCompany | None
    responsible: str | None
    language: str | None
    leads: list[OpenLead]
    deals: list[OpenDeal]
    last_calls: list[LastCall]


async def lookup(ask: Ask) -> Card:
    number = numbers.normalise(ask.query.number, ask.office.company.country)
    async with ask.office.database.session() as session:
        return Card.model_validate(card(await look_up(session, number)))


OPERATIONS = (Operation("lookup", "GET", "/lookup", "Who a number is", lookup, Card, query=LookupAsked),)
