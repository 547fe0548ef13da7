"""Companies that customers belong to."""

from __future__ import annotations

from typing import ClassVar

from crm_bridge.tables import CustomerCompany
from web.api.model import Given, Line, LoginName, Shown, ShownTime
from web.api.resources.records import Change, Records, Searched


class NewCompany(Given):
    name: Line
    responsible: LoginName | None = None


class ChangeCompany(Change):
    needed: ClassVar[frozenset[str]] = frozenset({"name"})

    name: Line | None = None
    responsible: LoginName | None = None


class Company(Shown):
    id: str
    name: str
    responsible: str | None
    created_at: ShownTime
    updated_at: ShownTime


class Companies(Shown):
    items: list[Company]
    next_cursor: str | None


class CompaniesAsked(Searched):
    name: Line | None = None
    responsible: LoginName | None = None


RECORDS = Records(
    "companies",
    "company",
    CustomerCompany,
    Company,
    Companies,
    NewCompany,
    ChangeCompany,
    CompaniesAsked,
    {},
    ("name", "responsible"),
)
OPERATIONS = RECORDS.operations()
