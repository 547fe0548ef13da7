"""What can go wrong in the CRM."""

from __future__ import annotations


class CrmError(Exception):
    """Base of the CRM's errors."""


class OpenLeadExistsError(CrmError):
    """The number already has an open lead: ``lead_id``."""

    def __init__(self, number: str, lead_id: str) -> None:
        super().__init__(f"{number} already has an open lead")
        self.number = number
        self.lead_id = lead_id
