"""What can go wrong with statistics."""

from __future__ import annotations


class StatisticsError(Exception):
    """Base of every fault of the statistics."""


class PeriodError(StatisticsError):
    """The period asked for cannot be reported on; one readable line."""
