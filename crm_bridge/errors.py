"""What can go wrong in the CRM."""

from __future__ import annotations


class CrmError(Exception):
    """Base of the CRM's errors."""


class UnknownRecordError(CrmError):
    """A record that is referred to does not exist; ``field`` names the reference."""

    def __init__(self, field: str, id_: str) -> None:
        super().__init__(f"{field}: there is no '{id_}'")
        self.field = field
        self.id = id_


class OpenLeadExistsError(CrmError):
    """The number already has an open lead: ``lead_id``."""

    def __init__(self, number: str, lead_id: str) -> None:
        super().__init__(f"{number} already has an open lead")
        self.number = number
        self.lead_id = lead_id


class RepeatLeadError(CrmError):
    """A repeat lead can only become a deal."""
