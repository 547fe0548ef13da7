"""Deals: sales in the making."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from crm_bridge.tables import Contact, CustomerCompany, Deal, Lead
from web.api.model import Given, Id, Line, LoginName, Shown, ShownTime
from web.api.resources.records import Change, Records, RecordsAsked

Status = Literal["open", "won", "lost"]
Amount = Annotated[float, Field(ge=0, le=1e12)]
Currency = Annotated[str, Field(pattern=r"^[A-Z]{3}$", description="ISO 4217")]


class NewDeal(Given):
    title: Line
    status: Status = "open"
    amount: Amount | None = None
    currency: Currency | None = None
    responsible: LoginName | None = None
    contact_id: Id | None = None
    company_id: Id | None = None
    lead_id: Id | None = None


class ChangeDeal(Change):
    needed: ClassVar[frozenset[str]] = frozenset({"title", "status"})

    title: Line | None = None
    status: Status | None = None
    amount: Amount | None = None
    currency: Currency | None = None
    responsible: LoginName | None = None
    contact_id: Id | None = None
    company_id: Id | None = None
    lead_id: Id | None = None


class DealShown(Shown):
    id: str
    title: str
    status: Status
    amount: float | None
    currency: str | None
    responsible: str | None
    contact_id: str | None
    company_id: str | None
    lead_id: str | None
    created_at: ShownTime
    updated_at: ShownTime


class Deals(Shown):
    items: list[DealShown]
    next_cursor: str | None


class DealsAsked(RecordsAsked):
    status: Status | None = None
    company_id: Id | None = None
    lead_id: Id | None = None


RECORDS = Records(
    "deals",
    "deal",
    Deal,
    DealShown,
    Deals,
    NewDeal,
    ChangeDeal,
    DealsAsked,
    {"contact_id": Contact, "company_id": CustomerCompany, "lead_id": Lead},
    ("title", "responsible"),
)
OPERATIONS = RECORDS.operations()
