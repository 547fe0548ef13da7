"""How often who answers a call is taken for somebody else, and what looking costs.

Every case of the corpus is heard as a media worker hears it, 20 ms at a time, all at once. The table says what was
judged of whom, and when; ``python -m benchmarks.answerer --tuning`` does it with the phrases that the thresholds were
chosen by. The last line is JSON: shares of people taken for a machine and of machines taken for people, of beeps heard
within half a second of their end, when a verdict was there (95 of 100), and µs of CPU of a leg's 20 ms.
"""

from __future__ import annotations

import json
import sys
import time
from collections import Counter, defaultdict
from dataclasses import dataclass

import numpy as np

from benchmarks.answerer_corpus import SECONDS, TESTING, TUNING, Case, cases
from pbx.rtp.answerer import FRAME, FRAME_S, AnswererDetector, Judged, Listens

SEED = 7
NEAR_S = 0.5
COST_LEGS, COST_FRAMES = 100, 200


@dataclass(slots=True)
class Outcome:
    """What became of one case; times in seconds from the answer."""

    case: Case
    judged: Judged | None = None
    at: float = 0.0
    listens: Listens | None = None
    listens_at: float = 0.0


def hear(corpus: list[Case]) -> list[Outcome]:
    """Let a detector hear all of it."""
    frames = np.stack([case.sound for case in corpus]).reshape(len(corpus), -1, FRAME)
    detector, outcomes = AnswererDetector(len(corpus)), [Outcome(case) for case in corpus]
    for row in range(len(corpus)):
        detector.begin(row)
    rows = np.arange(len(corpus))
    for number in range(SECONDS * 50):
        for event in detector.feed(rows, frames[:, number]):
            outcome = outcomes[event.row]
            if isinstance(event, Judged):
                outcome.judged, outcome.at = event, (number + 1) * FRAME_S
            else:
                outcome.listens, outcome.listens_at = event, (number + 1) * FRAME_S
    return outcomes


def table(outcomes: list[Outcome]) -> str:
    """One line for each kind: how many, what they were taken for, and when that was said."""
    by_kind: dict[str, list[Outcome]] = defaultdict(list)
    for outcome in outcomes:
        by_kind[outcome.case.kind].append(outcome)
    lines = [
        "| who answers | cases | human | machine | unknown | verdict after, p50 and p95 |",
        "|---|---|---|---|---|---|",
    ]
    for kind, of_kind in by_kind.items():
        verdicts = Counter(one.judged.verdict if one.judged is not None else "none" for one in of_kind)
        times = [one.at for one in of_kind if one.judged is not None] or [0.0]
        shown = " | ".join(f"{verdicts[name] / len(of_kind):.1%}" for name in ("human", "machine", "unknown"))
        p50, p95 = np.percentile(times, [50, 95])
        lines.append(f"| {kind} | {len(of_kind)} | {shown} | {p50:.1f} s, {p95:.1f} s |")
    return "\n".join(lines)


def cost_us() -> float:
    """CPU of one leg's 20 ms, a hundred legs heard together."""
    detector, random = AnswererDetector(COST_LEGS), np.random.default_rng(SEED)
    rows = np.arange(COST_LEGS)
    frames = random.integers(-3000, 3000, (COST_FRAMES, COST_LEGS, FRAME)).astype(np.int16)
    begun = time.process_time()
    for number in range(COST_FRAMES):
        if number % 100 == 0:
            for row in range(COST_LEGS):
                detector.begin(row)
        detector.feed(rows, frames[number])
    return (time.process_time() - begun) / (COST_FRAMES * COST_LEGS) * 1e6


def figures(outcomes: list[Outcome]) -> dict[str, float]:
    """What the last line says; shares in per cent."""

    def share(kinds: tuple[str, ...], verdict: str) -> float:
        of_kind = [one for one in outcomes if one.case.kind in kinds]
        found = sum(one.judged is not None and one.judged.verdict == verdict for one in of_kind)
        return round(100 * found / len(of_kind), 2)

    machines = [one for one in outcomes if one.case.kind == "machine"]
    judged = [one for one in machines if one.judged is not None and one.judged.verdict == "machine"]
    beeps = sum(one.listens is not None and abs(one.listens_at - (one.case.beep_s or 0)) <= NEAR_S for one in judged)
    return {
        "people_as_machine_pct": share(("person", "person after ringing"), "machine"),
        "firms_as_machine_pct": share(("firm",), "machine"),
        "machines_as_human_pct": share(("machine",), "human"),
        "machines_found_pct": share(("machine",), "machine"),
        "beeps_found_pct": round(100 * beeps / max(1, len(judged)), 2),
        "verdict_p95_s": round(float(np.percentile([one.at for one in outcomes if one.judged], 95)), 2),
        "leg_us": round(cost_us(), 1),
    }


def main() -> None:
    """Measure, print the table, and the figures as JSON."""
    phrases = TUNING if "--tuning" in sys.argv else TESTING
    outcomes = hear(list(cases(phrases, SEED)))
    print(table(outcomes), flush=True)
    print(json.dumps(figures(outcomes)))


if __name__ == "__main__":
    main()
