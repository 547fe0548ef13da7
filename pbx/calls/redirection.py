"""Whom a telephone wants called in its place (RFC 3261 §8.1.3.4, §21.3)."""

from __future__ import annotations

from pbx.sip.errors import MalformedError
from pbx.sip.message import Response

MAX_DIALLED = 64


def redirected_to(response: Response | None) -> str:
    """What is to be dialled instead: the user of a 3xx's Contact with the highest q; "" when it names nobody."""
    if response is None or not 300 <= response.status < 400:
        return ""
    try:
        contacts = [one for one in response.contacts if one.uri.user]
    except MalformedError:
        return ""
    if not contacts:
        return ""
    dialled = max(contacts, key=lambda one: _q(one.parameter("q"))).uri.user.partition(";")[0]
    return dialled if len(dialled) <= MAX_DIALLED else ""


def _q(text: str | None) -> float:
    try:
        return float(text) if text else 1.0
    except ValueError:
        return 0.0
