"""Who stood beside which call, in the audit log, wherever it was asked for: by the page, the API or a telephone."""

from __future__ import annotations

from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from store.audit import Action, note
from store.event_log import seconds


class SupervisionAudit:
    """Reaction to supervisions and take-overs."""

    name = "supervision_audit"
    types = frozenset({"call.supervised", "call.taken_over"})

    async def apply(self, session: AsyncSession, event: dict[str, Any]) -> None:
        """Note one."""
        mode: Action | None = event.get("mode")
        note(session, mode or "taken_over", "call", event["call_id"], by=event["by"], now=seconds(event["at"]))
