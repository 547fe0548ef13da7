"""What can go wrong with recordings and messages."""

from __future__ import annotations


class RecordingsError(Exception):
    """Base of every fault of recordings."""


class NoSpoolError(RecordingsError):
    """The spool is gone, so there is nothing to make a file of."""


class AudioUnavailableError(RecordingsError):
    """The recording's sound is not there: not finished yet, deleted, or its file was lost."""


class TranscriptionError(RecordingsError):
    """The engine did not say what a message says; one readable line."""


class ConversionError(RecordingsError):
    """A sound file could not be converted; one readable line."""
