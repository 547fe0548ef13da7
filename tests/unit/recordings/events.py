"""Event documents as the exchange writes them, for tests."""

from __future__ import annotations

from typing import Any

from pbx.events import Body, Event
from pbx.ids import new_id


def document(body: Body, call_id: str | None = "call-1", at: float = 1_000.0) -> dict[str, Any]:
    return Event(new_id(), at, call_id, body).to_document()
