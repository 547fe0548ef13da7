"""What can go wrong with the journal."""

from __future__ import annotations


class JournalError(Exception):
    """Base of every fault of the journal."""


class JournalUnusableError(JournalError):
    """The journal's folder cannot be written to at the start; one readable line."""


class FrameError(JournalError):
    """The bytes are not a frame: cut off, or damaged."""
