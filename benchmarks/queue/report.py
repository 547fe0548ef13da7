"""The strategies side by side, as a table and as a plot for ``docs/``."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from benchmarks.media_plot import Chart, Line
from benchmarks.media_plot import write as write_plot
from benchmarks.queue.day import AGENTS, CALLS, Comparison, Day


def against_theory(comparison: Comparison) -> str:
    """One line."""
    theory, seen = comparison.theory, comparison.corrected
    return (
        f"wait {seen.wait_s:.2f} s (Erlang C {theory.wait_s:.2f}), answered within 20 s {seen.level:.1%}"
        f" ({theory.level:.1%}): {comparison.error_pct} % off; beside the reference on the same calls"
        f" {comparison.engine_error_pct} %"
    )


def table(strategies: Mapping[str, Day]) -> str:
    """Markdown."""
    rows = [
        "| strategy | mean wait | in 20 s | fairness (Jain) | occupancy lowest – mean – highest | calls per agent |",
        "|---|---|---|---|---|---|",
    ]
    for name, day in strategies.items():
        low, mean, high = day.occupancy
        rows.append(
            f"| `{name}` | {day.wait_s:.1f} s | {day.level:.1%} | {day.fairness:.4f} |"
            f" {low:.0%} – {mean:.0%} – {high:.0%} | {min(day.calls.values())} to {max(day.calls.values())} |"
        )
    return "\n".join(rows)


def write(folder: Path, comparison: Comparison, strategies: Mapping[str, Day]) -> None:
    """``queue-strategies.md`` and ``queue-strategies.svg``."""
    lines = [
        Line(name, [(index, 100 * seconds / day.seconds) for index, seconds in enumerate(sorted(day.busy_s.values()))])
        for name, day in strategies.items()
        if name != "ring_all"
    ]
    calls = [
        Line(name, [(index, count) for index, count in enumerate(sorted(day.calls.values()))])
        for name, day in strategies.items()
        if name != "ring_all"
    ]
    write_plot(
        folder / "queue-strategies.svg",
        f"One day, {CALLS} calls, {AGENTS} agents: who works how much, agents from least to most",
        [Chart("Occupancy, %", "agents", lines, top=100), Chart("Calls taken", "agents", calls)],
    )
    (folder / "queue-strategies.md").write_text(
        f"""# The strategies side by side

`make bench-queue` sends one and the same day of {CALLS} calls (Poisson arrivals, exponential talk of three minutes,
{AGENTS} agents of one queue) through the queue engine in virtual time, once for each strategy. Nobody gives up, so the
strategy does not change how long callers wait: only who works how much.

{table(strategies)}

`ring_all` is answered here by the first of the list, so its agents share the work as `in_order` does.
Agents who differ only in chance: `weighted` has equal penalties.

![Occupancy and calls by agent](queue-strategies.svg)

Against theory (Erlang C for {AGENTS} agents): {against_theory(comparison)}. The wait is that of the engine's days with
the chance of just these days taken out by a control variate: a ten-line queue that is given the same calls, and 800
other days.
"""
    )
