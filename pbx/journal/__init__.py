"""The event journal: append-only segment files on the local disk, written before anything else knows of an event."""

from pbx.journal.errors import JournalError, JournalUnusableError
from pbx.journal.format import Position
from pbx.journal.reader import JournalReader
from pbx.journal.writer import Journal

__all__ = ["Journal", "JournalError", "JournalReader", "JournalUnusableError", "Position"]
