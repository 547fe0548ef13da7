"""The card of the pop-up: who is calling, as the agent sees it before the phone rings."""

from __future__ import annotations

from typing import Any

from crm_bridge.lookup import Dossier
from pbx.ports import Identity


def card(dossier: Dossier) -> dict[str, Any]:
    """What is known about a number, as JSON types: also the answer of ``GET /lookup``."""
    contact, company = dossier.contact, None
    if contact is not None and contact.company_id is not None:
        company = {"id": contact.company_id, "name": contact.company}
    return {
        "number": dossier.number,
        "contact": None
        if contact is None
        else {
            "id": contact.id,
            "name": contact.name,
            "language": contact.language,
            "responsible": contact.responsible,
            "vip": contact.vip,
        },
        "company": company,
        "responsible": dossier.responsible,
        "language": contact.language if contact is not None else None,
        "leads": dossier.leads,
        "deals": dossier.deals,
        "last_calls": dossier.calls,
    }


def identity(dossier: Dossier) -> Identity | None:
    """What the exchange and its menus need to know; None when the number is nobody's."""
    contact = dossier.contact
    if contact is None:
        return None
    return Identity(
        contact_id=contact.id,
        name=contact.name,
        company=contact.company,
        language=contact.language,
        responsible=contact.responsible,
        vip=contact.vip,
    )
