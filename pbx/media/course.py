"""What is kept of a leg's sound over time (`readings.py` takes it)."""

from __future__ import annotations

from dataclasses import dataclass, field

from pbx.media.messages import Grade, Reading

READING_S = 10.0


@dataclass(slots=True)
class Course:
    """How a leg has sounded so far, and what had been counted at the last reading, ``taken_at``."""

    taken_at: float
    readings: list[Reading] = field(default_factory=list)
    join: int = 1  # so many are joined into one that is kept; of the last one there are ``joined`` so far
    joined: int = 0
    totals: tuple[int, int] = (0, 0)  # packets expected, received
    counted_of_us: tuple[int, int] | None = None  # packets lost, highest sequence: what the peer reports of our stream
    grade: Grade = "good"
    changes: int = 0
