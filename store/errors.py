"""What can go wrong between Centralita and its database."""

from __future__ import annotations


class StoreError(Exception):
    """Base of every fault of the store."""


class UnreachableDatabaseError(StoreError):
    """No connection to the database; one readable line, without the password."""


class DatabaseUrlError(StoreError):
    """The database URL names a database that Centralita does not speak."""


class SchemaTooNewError(StoreError):
    """The database was written by a later version of Centralita."""


class UnknownPartError(StoreError):
    """There is no part of the company of that kind and name (or no such version of it)."""


class PartRefusedError(StoreError):
    """A changed part does not fit the company; ``faults`` holds one readable line per fault."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("; ".join(faults))
        self.faults = faults


class NoCompanyError(StoreError):
    """The database holds no company yet."""


class BlockRuleError(StoreError):
    """A block rule cannot be kept; ``faults`` holds one readable line per fault."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("; ".join(faults))
        self.faults = faults
