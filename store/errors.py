"""What can go wrong between Centralita and its database."""

from __future__ import annotations

from collections.abc import Sequence

from store.part_faults import PartFault


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
    """A changed part does not fit the company; ``faults`` holds one readable line per fault, ``fields`` each with the
    field of the part that it is about."""

    def __init__(self, fields: Sequence[PartFault]) -> None:
        self.fields = tuple(fields)
        self.faults = [str(fault) for fault in fields]
        super().__init__("; ".join(self.faults))


class VersionConflictError(StoreError):
    """Somebody else has changed the part since it was read: the newest ``version``, by whom and when."""

    def __init__(
        self, kind: str, name: str, version: int, changed_by: str | None, changed_at: float, is_deleted: bool
    ) -> None:
        super().__init__(f"{kind} '{name}' is at version {version} by now")
        self.version, self.changed_by, self.changed_at = version, changed_by, changed_at
        self.is_deleted = is_deleted


class KeyFileError(StoreError):
    """The key of the installation cannot be used; one readable line with what to do."""


class UnreadableSecretError(StoreError):
    """A secret in the database was encrypted with another key."""


class NoCompanyError(StoreError):
    """The database holds no company yet."""


class BlockRuleError(StoreError):
    """A block rule cannot be kept; ``faults`` holds one readable line per fault."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("; ".join(faults))
        self.faults = faults
