"""How long the passes of a worker take: what decides the delay that it adds."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass, field

BOUNDS_MS = (1.0, 2.5, 5.0, 10.0, 20.0, 50.0)


@dataclass(slots=True)
class PassTimes:
    """A histogram of durations; the longest, and the most CPU time that a pass used, since they were last asked for.

    Where the two are far apart, passes were kept from running: by other processes, or by threads of our own.
    """

    counts: list[int] = field(default_factory=lambda: [0] * (len(BOUNDS_MS) + 1))
    seconds: float = 0.0
    worst_s: float = 0.0
    worst_cpu_s: float = 0.0

    def add(self, wall_s: float, cpu_s: float) -> None:
        self.counts[bisect_left(BOUNDS_MS, wall_s * 1000)] += 1
        self.seconds += wall_s
        self.worst_s = max(self.worst_s, wall_s)
        self.worst_cpu_s = max(self.worst_cpu_s, cpu_s)

    def figures(self) -> dict[str, object]:
        """The histogram as ``{upper bound in ms: passes}``, ``inf`` the last; the worst begins anew."""
        names = [*(f"{bound:g}" for bound in BOUNDS_MS), "inf"]
        told = {
            "passes_by_ms": dict(zip(names, self.counts, strict=True)),
            "passes_s": round(self.seconds, 3),
            "worst_pass_ms": round(self.worst_s * 1000, 2),
            "worst_pass_cpu_ms": round(self.worst_cpu_s * 1000, 2),
        }
        self.worst_s = self.worst_cpu_s = 0.0
        return told
