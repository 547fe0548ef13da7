"""A trace as a ladder: one column for each peer, the exchange in the middle of what it relays; as text and as SVG."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, tzinfo
from xml.sax.saxutils import escape

from pbx.trace.message import TracedMessage

EXCHANGE = "Centralita"
_TEXT_COLUMN = 34
_MAX_SUMMARY = 60
_COLUMN, _ROW, _LEFT, _TOP = 260, 26, 110, 60


def columns(messages: Sequence[TracedMessage]) -> list[str]:
    """The peers: whoever spoke first, the exchange, then the others in the order in which they appear."""
    peers = list(dict.fromkeys(_peer(message) for message in messages))
    return [*peers[:1], EXCHANGE, *peers[1:]]


def text(messages: Sequence[TracedMessage], zone: tzinfo = UTC) -> str:
    """The ladder in lines of text, its times on the clock of ``zone``; empty for an empty trace."""
    if not messages:
        return ""
    names = columns(messages)
    width = _TEXT_COLUMN
    lines = [f"{_clock(messages, zone):<14}" + "".join(name.center(width) for name in names)]
    for message in messages:
        source, target = (names.index(name) for name in _ends(message))
        first, last = sorted((source, target))
        label = f" {message.summary[: (last - first) * width - 6]} "
        span = label.center((last - first) * width - 1, "-")
        arrow = span[:-1] + ">" if source < target else "<" + span[1:]
        cells = [" "] * (len(names) * width)
        for index in range(len(names)):
            cells[index * width + width // 2] = "|"
        begin = first * width + width // 2 + 1
        cells[begin : begin + len(arrow)] = arrow
        lines.append(f"{_time(message.at, zone):<14}" + "".join(cells).rstrip())
    return "\n".join(lines) + "\n"


def svg(messages: Sequence[TracedMessage], zone: tzinfo = UTC) -> str:
    """The ladder as a picture that needs nothing else, its times on the clock of ``zone``.

    Each arrow has its whole message as a tooltip.
    """
    names = columns(messages) if messages else [EXCHANGE]
    width = _LEFT + _COLUMN * len(names)
    height = _TOP + _ROW * (len(messages) + 1)
    middle = {name: _LEFT + _COLUMN * index + _COLUMN // 2 for index, name in enumerate(names)}
    parts = [
        (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" '
            'font-family="ui-monospace, monospace" font-size="12">'
        ),
        f'<rect width="{width}" height="{height}" fill="#ffffff"/>',
        (
            '<defs><marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" markerHeight="8" orient="auto">'
            '<path d="M0 0 8 4 0 8z" fill="#495057"/></marker></defs>'
        ),
    ]
    if messages:
        parts.append(f'<text x="8" y="30" fill="#868e96">{escape(_clock(messages, zone))}</text>')
    for name, at in middle.items():
        parts.append(f'<text x="{at}" y="30" text-anchor="middle" font-weight="bold">{escape(name)}</text>')
        parts.append(f'<line x1="{at}" y1="40" x2="{at}" y2="{height - 8}" stroke="#ced4da"/>')
    for row, message in enumerate(messages):
        source, target = (middle[name] for name in _ends(message))
        y = _TOP + _ROW * row + 14
        gap = 6 if source < target else -6
        parts.append(
            f"<g><title>{escape(_printable(message.text))}</title>"
            f'<text x="8" y="{y}" fill="#868e96">{_time(message.at, zone)}</text>'
            f'<line x1="{source}" y1="{y}" x2="{target - gap}" y2="{y}" stroke="{_colour(message)}" stroke-width="1.5" '
            'marker-end="url(#tip)"/>'
            f'<text x="{(source + target) // 2}" y="{y - 5}" text-anchor="middle">'
            f"{escape(_printable(message.summary[:_MAX_SUMMARY]))}</text></g>"
        )
    return "".join([*parts, "</svg>"])


def _ends(message: TracedMessage) -> tuple[str, str]:
    peer = _peer(message)
    return (peer, EXCHANGE) if message.direction == "in" else (EXCHANGE, peer)


def _peer(message: TracedMessage) -> str:
    host, port = message.remote
    return f"{message.transport}:{f'[{host}]' if ':' in host else host}:{port}"


def _time(at: float, zone: tzinfo) -> str:
    return datetime.fromtimestamp(at, zone).strftime("%H:%M:%S.%f")[:-3]


def _clock(messages: Sequence[TracedMessage], zone: tzinfo) -> str:
    """What the clock of ``zone`` is called at that time: UTC, CET, -05."""
    return datetime.fromtimestamp(messages[0].at, zone).strftime("%Z")


def _colour(message: TracedMessage) -> str:
    first = message.summary[:1]
    return {"1": "#868e96", "2": "#2b8a3e"}.get(first, "#c92a2a" if first in {"3", "4", "5", "6"} else "#1864ab")


def _printable(text_: str) -> str:
    """Without the characters that XML 1.0 cannot hold."""
    return "".join(one for one in text_ if one in "\t\n\r" or (ord(one) >= 32 and not 0xFFFE <= ord(one) <= 0xFFFF))
