"""Which of several media types a client wants (RFC 9110 §12.5.1)."""

from __future__ import annotations

from collections.abc import Sequence

from web.api.errors import NotAcceptableError

MAX_HEADER = 1000


def choose(accept: str | None, offered: Sequence[str]) -> str:
    """The type of ``offered`` with the highest weight; of equal ones the first. Raises NotAcceptableError."""
    if not accept or not accept.strip():
        return offered[0]
    weights = [(_weight(accept[:MAX_HEADER], media), -place) for place, media in enumerate(offered)]
    best = max(weights)
    if best[0] <= 0:
        raise NotAcceptableError(f"allowed: {', '.join(offered)}")
    return offered[-best[1]]


def _weight(accept: str, media: str) -> float:
    """The weight of the most specific range that matches ``media``; 0 when none does."""
    family = media.partition("/")[0]
    best = (-1, 0.0)
    for part in accept.split(","):
        name, *parameters = (piece.strip().lower() for piece in part.split(";"))
        specificity = {media: 2, f"{family}/*": 1, "*/*": 0}.get(name)
        if specificity is not None and specificity > best[0]:
            best = specificity, _quality(parameters)
    return best[1]


def _quality(parameters: list[str]) -> float:
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.strip() == "q":
            try:
                return min(1.0, max(0.0, float(value)))
            except ValueError:
                return 0.0
    return 1.0
