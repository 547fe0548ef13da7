"""The mails of rules: sent when they are due, tried again for three days."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from email.message import EmailMessage
from email.utils import formatdate, make_msgid
from typing import Protocol

import aiosmtplib
import structlog
from sqlalchemy import delete, select

from crm_bridge.tables import RuleMail
from store.engine import Database
from store.rounds import SteppedRounds

POLL_S = 15.0
SEND_S = 30.0
RETRY_S = 60.0
GIVE_UP_S = 3 * 86_400.0
BATCH = 20

log = structlog.get_logger(__name__)


class Mails(Protocol):
    """Whoever takes the house's mail."""

    @property
    def sender(self) -> str: ...

    async def send(self, mail: EmailMessage) -> None: ...


class RuleMails(SteppedRounds):
    """Sends what rules have written. Without a ``server`` it waits, and is given up after three days."""

    waits = "rule_mail_waits"
    pause_s = POLL_S

    def __init__(self, database: Database, server: Mails | None, now: Callable[[], float]) -> None:
        super().__init__()
        self._database = database
        self._server = server
        self._now = now

    async def step(self) -> int:
        """Send what is due; how many were taken."""
        now, taken = self._now(), 0
        async with self._database.session() as session:
            query = select(RuleMail).where(RuleMail.finished_at.is_(None), RuleMail.next_at <= now)
            due = list(await session.scalars(query.order_by(RuleMail.next_at).limit(BATCH)))
        for mail in due:
            fault = await self._attempt(mail)
            is_over = not fault or now - mail.created_at >= GIVE_UP_S
            taken += not fault
            async with self._database.transaction() as session:
                kept = await session.get(RuleMail, mail.id)
                if kept is not None:
                    kept.fault, kept.finished_at = fault[:500], now if is_over else None
                    kept.next_at = now + max(RETRY_S, (now - mail.created_at) / 4)
        async with self._database.transaction() as session:
            await session.execute(delete(RuleMail).where(RuleMail.created_at < now - 2 * GIVE_UP_S))
        return taken

    async def _attempt(self, mail: RuleMail) -> str:
        """Why it was not taken; empty when it was."""
        if self._server is None:
            return "no mail server is set"
        try:
            async with asyncio.timeout(SEND_S):
                await self._server.send(_written(mail, self._server.sender))
        except (aiosmtplib.SMTPException, OSError, TimeoutError, ValueError) as error:
            log.warning("rule_mail_not_sent", rule=mail.rule, mail_id=mail.id, error=str(error))
            return str(error) or type(error).__name__
        return ""


def _written(row: RuleMail, sender: str) -> EmailMessage:
    mail = EmailMessage()
    mail["Subject"] = "".join(one for one in row.subject if one.isprintable())
    mail["From"] = sender
    mail["To"] = row.to
    mail["Date"] = formatdate(row.created_at)
    mail["Message-ID"] = make_msgid(row.id, domain="centralita.invalid")
    mail["Auto-Submitted"] = "auto-generated"  # RFC 3834 §5
    mail.set_content(row.text + "\n")
    return mail
