"""How legs sound as time goes by: a reading every ten seconds, both ways, kept within a bound.

``mos`` is ITU-T G.107's estimate of what we hear of the peer, ``mos_sent`` of what it hears of us, by its own reports
(RFC 3550 §6.4). A leg keeps at most ``MOST`` readings: once there are so many, each two become one that has the worst
of both, and from then on twice as many are joined, so that an hour costs a leg no more than ten minutes do.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from pbx.media.course import READING_S
from pbx.media.leg import Leg
from pbx.media.messages import Grade, MediaEvent, Reading, SoundChanged
from pbx.media.table import LegTable
from pbx.rtp.emodel import mos

MOST = 60
LEAST_S = 1.0  # what is left at a leg's end is a reading too, unless it is shorter than this
MOST_CHANGES = 20  # of its grade that are told of one leg
SATISFIED, DISSATISFIED = 4.03, 3.6  # R of 80 and of 70: all are satisfied, many are not (G.107 Annex B)

BOUNDS: dict[str, tuple[float, ...]] = {
    "mos": (2.58, 3.1, 3.6, 4.03, 4.34),  # R of 50, 60, 70, 80, 90
    "mos_sent": (2.58, 3.1, 3.6, 4.03, 4.34),
    "loss": (0.0, 0.001, 0.005, 0.01, 0.02, 0.05, 0.1),
    "loss_sent": (0.0, 0.001, 0.005, 0.01, 0.02, 0.05, 0.1),
    "jitter_ms": (1.0, 5.0, 10.0, 20.0, 50.0, 100.0),
    "jitter_sent_ms": (1.0, 5.0, 10.0, 20.0, 50.0, 100.0),
    "round_trip_ms": (10.0, 50.0, 100.0, 200.0, 400.0, 800.0),
}

HEARD = frozenset({"mos", "loss", "jitter_ms"})  # what a reading says only where something was to be heard


@dataclass(slots=True)
class Histogram:
    """How many values lay up to each bound, each counted once, and their sum."""

    bounds: tuple[float, ...]
    counts: list[int] = field(default_factory=list)
    total: float = 0.0

    def __post_init__(self) -> None:
        self.counts = [0] * (len(self.bounds) + 1)

    def add(self, value: float) -> None:
        self.counts[bisect_left(self.bounds, value)] += 1
        self.total += value

    def figures(self) -> dict[str, object]:
        """``by``: values by upper bound, ``inf`` the last; ``sum``: of all values."""
        names = [*(f"{bound:g}" for bound in self.bounds), "inf"]
        return {"by": dict(zip(names, self.counts, strict=True)), "sum": round(self.total, 5)}


class Readings:
    """Takes the readings of a worker's legs. ``epoch_of``: the worker's monotonic seconds as seconds since 1970."""

    def __init__(self, legs: LegTable, epoch_of: Callable[[float], float], emit: Callable[[MediaEvent], None]) -> None:
        self._legs = legs
        self._epoch_of = epoch_of
        self._emit = emit
        self._histograms = {name: Histogram(bounds) for name, bounds in BOUNDS.items()}

    def due(self, leg: Leg, now: float) -> None:
        """Take the leg's reading if it is time."""
        if leg.is_link or now - leg.course.taken_at < READING_S:
            return
        if leg.remote is None:
            leg.course.taken_at = now
            return
        self._keep(leg, self._take(leg, now))

    def over_time(self, leg: Leg, now: float) -> tuple[Reading, ...]:
        """The readings of a leg that ends now."""
        if not leg.is_link and leg.remote is not None and now - leg.course.taken_at >= LEAST_S:
            self._keep(leg, self._take(leg, now))
        return tuple(leg.course.readings)

    def figures(self) -> dict[str, object]:
        """What all readings so far were, by property."""
        return {name: each.figures() for name, each in self._histograms.items()}

    def _take(self, leg: Leg, now: float) -> Reading:
        legs, row, course = self._legs, leg.row, leg.course
        before, course.totals = course.totals, legs.totals(row)
        expected, received = (after - earlier for after, earlier in zip(course.totals, before, strict=True))
        lost = max(0, expected - received)
        jitter_ms = float(legs.jitter[row]) / (8 * int(legs.heard_rate[row]))
        trip_ms = round(leg.round_trip_s * 1000, 2) if leg.round_trip_s is not None else None
        codec = leg.remote.codec if leg.remote is not None else "PCMU"
        loss_sent, jitter_sent_ms = self._heard_of_us(leg)
        reading = Reading(
            at=round(self._epoch_of(now), 3),
            span_s=round(now - course.taken_at, 3),
            packets=max(0, received),
            lost=lost,
            jitter_ms=round(jitter_ms, 2),
            mos=mos(lost / expected, jitter_ms, trip_ms, codec) if expected > 0 else None,
            round_trip_ms=trip_ms,
            loss_sent=loss_sent,
            jitter_sent_ms=jitter_sent_ms,
            mos_sent=mos(loss_sent, jitter_sent_ms or 0.0, trip_ms, codec) if loss_sent is not None else None,
        )
        course.taken_at = now
        return reading

    def _heard_of_us(self, leg: Leg) -> tuple[float | None, float | None]:
        """Loss and jitter of what we have sent since the last reading, as the peer says; None where it says nothing."""
        before, course = leg.course.counted_of_us, leg.course
        if leg.heard_of_us is None or before == leg.counted_of_us:
            return None, None
        course.counted_of_us = leg.counted_of_us
        if before is None:
            return leg.heard_of_us
        lost, highest = (after - earlier for after, earlier in zip(leg.counted_of_us, before, strict=True))
        if highest <= 0:
            return None, None
        return round(min(max(lost, 0), highest) / highest, 5), leg.heard_of_us[1]

    def _keep(self, leg: Leg, reading: Reading) -> None:
        course = leg.course
        for name, histogram in self._histograms.items():
            value = getattr(reading, name)
            if value is not None and (reading.mos is not None or name not in HEARD):
                histogram.add(value)
        if course.readings and course.joined < course.join:
            course.readings[-1] = _joined(course.readings[-1], reading)
            course.joined += 1
        else:
            course.readings.append(reading)
            course.joined = 1
        if len(course.readings) == MOST and course.joined == course.join:
            pairs = zip(course.readings[::2], course.readings[1::2], strict=True)
            course.readings = [_joined(first, second) for first, second in pairs]
            course.join *= 2
            course.joined *= 2
        grade = grade_of(reading)
        if grade is not None and grade != course.grade and course.changes < MOST_CHANGES:
            course.grade = grade
            course.changes += 1
            self._emit(SoundChanged(leg.name, grade, reading))


def grade_of(reading: Reading) -> Grade | None:
    """How the worse of the two directions is found by people; None where nothing was heard."""
    known = [score for score in (reading.mos, reading.mos_sent) if score is not None]
    if not known:
        return None
    return "good" if min(known) >= SATISFIED else "fair" if min(known) >= DISSATISFIED else "poor"


def _joined(first: Reading, second: Reading) -> Reading:
    """Two readings that follow each other as one: counts of both, the worst of the rest."""

    def worst(name: str, choose: Callable[[list[float]], float]) -> float | None:
        known = [value for each in (first, second) if (value := getattr(each, name)) is not None]
        return choose(known) if known else None

    return replace(
        second,
        span_s=round(first.span_s + second.span_s, 3),
        packets=first.packets + second.packets,
        lost=first.lost + second.lost,
        jitter_ms=max(first.jitter_ms, second.jitter_ms),
        mos=worst("mos", min),
        round_trip_ms=worst("round_trip_ms", max),
        loss_sent=worst("loss_sent", max),
        jitter_sent_ms=worst("jitter_sent_ms", max),
        mos_sent=worst("mos_sent", min),
    )
