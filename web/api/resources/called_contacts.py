"""Whom outgoing calls were made to, by name: the log itself knows only the contact."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from crm_bridge.tables import Contact, CustomerCompany


async def with_called(session: AsyncSession, documents: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """The documents of calls, ``called`` the name and company of the contact that each outgoing one was made to."""
    shown = list(documents)
    ids = {document["caller"]["contact_id"] for document in shown if document["direction"] == "outbound"} - {None}
    known: dict[str | None, dict[str, str | None]] = {}
    if ids:
        query = (
            select(Contact.id, Contact.name, CustomerCompany.name)
            .outerjoin(CustomerCompany, CustomerCompany.id == Contact.company_id)
            .where(Contact.id.in_(ids))
        )
        known = {id_: {"name": name, "company": company} for id_, name, company in await session.execute(query)}
    return [document | {"called": _called(document, known)} for document in shown]


def _called(document: dict[str, Any], known: dict[str | None, dict[str, str | None]]) -> dict[str, str | None] | None:
    return known.get(document["caller"]["contact_id"]) if document["direction"] == "outbound" else None
