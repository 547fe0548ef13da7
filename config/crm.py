"""What calls do in the CRM by themselves."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from config.part import Part, YesNo


class CrmRules(Part):
    """Which calls become leads, and whose. ``leads``: of everybody with nothing open, of unknown callers only, of none.

    ``strangers``: an unknown caller becomes a lead, or is suggested to whoever answers. ``follow_transfers``: who takes
    a call over by a transfer becomes responsible for its lead.

    ``no_leads_for``: numbers of ours that make none when they are dialled. ``lead_owner``: responsible for new leads;
    null: whoever answers first.
    """

    leads: Literal["everybody", "unknown", "nobody"] = "everybody"
    strangers: Literal["create", "suggest"] = "create"
    follow_transfers: YesNo = False
    no_leads_for: tuple[Annotated[str, Field(pattern=r"^\+[1-9][0-9]{5,14}$")], ...] = ()
    lead_owner: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9._-]{0,63}$")] | None = None
