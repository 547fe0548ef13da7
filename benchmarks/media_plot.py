"""Line charts as SVG, side by side: what a run of the media bench showed, for ``docs/``."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from xml.sax.saxutils import escape

WIDTH, HEIGHT = 420, 316
LEFT, RIGHT, TOP, BOTTOM = 52, 16, 34, 88
COLOURS = ("#1f5fbf", "#c2410c", "#15803d", "#7e22ce", "#0e7490", "#a16207", "#be185d")
LEGEND_COLUMNS = 3


@dataclass(frozen=True)
class Line:
    """One line: points (x, y) in the order of x."""

    name: str
    points: Sequence[tuple[float, float]]


@dataclass(frozen=True)
class Chart:
    """One chart; ``limit`` draws a dashed line across it."""

    title: str
    across: str
    lines: Sequence[Line]
    top: float | None = None  # what is above is cut off
    limit: float | None = None


def write(path: Path, title: str, charts: Sequence[Chart]) -> None:
    """Draw ``charts`` in one row."""
    width, height = WIDTH * len(charts), HEIGHT + 28
    body = "".join(f'<g transform="translate({WIDTH * at},28)">{_chart(chart)}</g>' for at, chart in enumerate(charts))
    path.write_text(
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" '
        f'font-family="system-ui, sans-serif" font-size="11"><title>{escape(title)}</title>'
        f'<rect width="{width}" height="{height}" fill="#ffffff"/>'
        f'<text x="12" y="19" font-size="14" font-weight="600">{escape(title)}</text>{body}</svg>\n'
    )


def _chart(chart: Chart) -> str:
    points = [point for line in chart.lines for point in line.points]
    most_x = max((x for x, _ in points), default=1.0)
    most_y = chart.top or max([y for _, y in points] + [chart.limit or 0.0], default=1.0) * 1.1 or 1.0

    def at(x: float, y: float) -> tuple[float, float]:
        across = LEFT + x / most_x * (WIDTH - LEFT - RIGHT)
        return across, HEIGHT - BOTTOM - min(y, most_y) / most_y * (HEIGHT - TOP - BOTTOM)

    parts = [f'<text x="{LEFT}" y="22" font-weight="600">{escape(chart.title)}</text>']
    for value in _ticks(most_y):
        _, y = at(0, value)
        parts.append(f'<path d="M{LEFT} {y:.1f}H{WIDTH - RIGHT}" stroke="#d4d4d4"/>')
        parts.append(f'<text x="{LEFT - 6}" y="{y + 4:.1f}" text-anchor="end">{value:g}</text>')
    for value in _ticks(most_x):
        x, y = at(value, 0)
        parts.append(f'<text x="{x:.1f}" y="{y + 16:.1f}" text-anchor="middle">{value:g}</text>')
    parts.append(
        f'<text x="{WIDTH - RIGHT}" y="{HEIGHT - BOTTOM + 30}" text-anchor="end">{escape(chart.across)}</text>'
    )
    if chart.limit is not None:
        _, y = at(0, chart.limit)
        parts.append(f'<path d="M{LEFT} {y:.1f}H{WIDTH - RIGHT}" stroke="#525252" stroke-dasharray="5 4"/>')
    for number, line in enumerate(chart.lines):
        parts.append(_line(number, line, [at(x, y) for x, y in line.points]))
    return "".join(parts)


def _line(number: int, line: Line, places: Sequence[tuple[float, float]]) -> str:
    colour = COLOURS[number % len(COLOURS)]
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
    dots = "".join(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="2.5" fill="{colour}"/>' for x, y in places)
    x = LEFT + number % LEGEND_COLUMNS * (WIDTH - LEFT - RIGHT) / LEGEND_COLUMNS
    y = HEIGHT - BOTTOM + 46 + number // LEGEND_COLUMNS * 15
    key = f'<circle cx="{x + 4:.1f}" cy="{y - 4:.1f}" r="4" fill="{colour}"/>'
    return (
        f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"/>{dots}{key}'
        f'<text x="{x + 12:.1f}" y="{y:.1f}">{escape(line.name)}</text>'
    )


def _ticks(most: float) -> list[float]:
    """Round numbers from 0 up to ``most``, four or so."""
    rough = most / 4
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(factor * power for factor in (1, 2, 2.5, 5, 10) if factor * power >= rough)
    return [step * number for number in range(int(most / step + 1e-9) + 1)]
