"""The strategies side by side, as a table and as a plot for ``docs/``."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from benchmarks.media_plot import Chart, Line
from benchmarks.media_plot import write as write_plot
from benchmarks.queue.day import AGENTS, CALLS, Comparison, Day


def against_theory(comparison: Comparison) -> str:
    """One line."""
    theory, many = comparison.theory, comparison.many
    wait, level = comparison.many_wait, comparison.many_level
    return (
        f"{comparison.days} days of the engine: wait {comparison.engine.wait_s:.2f} s, answered within 20 s"
        f" {comparison.engine.level:.1%}; single days differ by {wait.day_spread_pct:.0f} % (standard deviation)."
        f" On the same calls a plain queue differs from the engine by {comparison.engine_error_pct} %, and over"
        f" {comparison.reference_days} days it comes to {many.wait_s:.2f} s (Erlang C {theory.wait_s:.2f};"
        f" {wait.error_pct} % off, standard error {wait.standard_error_pct} %) and {many.level:.2%}"
        f" ({theory.level:.2%}; {level.error_pct} % off, standard error {level.standard_error_pct} %)"
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

Against theory (Erlang C for {AGENTS} agents): {against_theory(comparison)}.
The days are those of the seeds 1, 2, 3 …, none left out; the first 1000 calls of each are not counted.
"""
    )
