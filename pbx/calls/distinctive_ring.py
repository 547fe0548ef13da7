"""A telephone rings differently for colleagues, the outside and a queue (Alert-Info, RFC 3261 §20.4)."""

from __future__ import annotations

from collections.abc import Sequence

from pbx.calls.party import Party

INTERNAL = "<urn:alert:source:internal>;info=alert-internal"
EXTERNAL = "<urn:alert:source:external>;info=alert-external"
QUEUE = "<urn:alert:source:external>;info=alert-group"
"""The URN is for who reads RFC 7462; ``info`` is what desk telephones (Yealink, Snom, Poly …) are set to ring by."""


def ring_headers(
    caller: Party, called: Party, queue: str | None, given: Sequence[tuple[str, str]]
) -> list[tuple[str, str]]:
    """Alert-Info for one of our telephones; none where ``given`` headers say already how it is to ring."""
    if called.is_outside or any(name == "Alert-Info" for name, _ in given):
        return []
    kind = QUEUE if queue is not None else EXTERNAL if caller.is_outside else INTERNAL
    return [("Alert-Info", kind)]
