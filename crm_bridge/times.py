"""Times between the database (seconds since the epoch) and documents (RFC 3339, UTC)."""

from __future__ import annotations

from datetime import UTC, datetime


def rfc3339(at: float) -> str:
    """``at`` with milliseconds and ``Z``."""
    return datetime.fromtimestamp(at, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def rfc3339_or_none(at: float | None) -> str | None:
    return None if at is None else rfc3339(at)


def epoch(text: str) -> float:
    """Inverse of rfc3339. Raises ValueError."""
    return datetime.fromisoformat(text).timestamp()
