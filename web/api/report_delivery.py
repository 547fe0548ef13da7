"""Reports by mail: each period is sent once to those who asked for it, however long the mail server is away."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import aiosmtplib
import structlog

from config.company import Company
from config.report_mails import ReportMail
from recordings.smtp import MailServer
from stats.clock import Period, zone
from stats.due_periods import latest_due
from store.engine import Database
from store.rounds import SteppedRounds
from web.api.report_letter import letter
from web.api.report_rows import rows_of
from web.api.tables import ReportMailSent

POLL_S = 20.0
RETRY_S = 60.0
LONGEST_REST_S = 3600.0
SEND_S = 30.0

log = structlog.get_logger("web")


class ReportDelivery(SteppedRounds):
    """Sends what is due. ``company()``: the present one; ``page``: the address of the web page, or empty.

    A mail that is new begins with the next period that ends; one that cannot be sent is tried again, ever less often,
    until its next period is due.
    """

    waits = "report_mail_waits"
    pause_s = POLL_S

    def __init__(
        self,
        database: Database,
        server: MailServer | None,
        company: Callable[[], Company],
        *,
        clock: Callable[[], float],
        page: str,
    ) -> None:
        super().__init__()
        self.server = server
        self._database = database
        self._company = company
        self._clock = clock
        self._page = page.rstrip("/")
        self._rests: dict[str, tuple[float, float]] = {}

    async def step(self) -> int:
        """Send what is due; how many reports were sent."""
        if self.server is None:
            return 0
        company, now, sent = self._company(), self._clock(), 0
        for mail in company.report_mails:
            period = latest_due(mail.every, mail.hour, now, zone(company.time_zone))
            until, rest_s = self._rests.get(mail.name, (0.0, RETRY_S))
            if now < until or not await self._is_due(mail, period):
                continue
            try:
                await self.send(mail, period)
            except (aiosmtplib.SMTPException, OSError, TimeoutError) as error:
                log.warning("report_not_mailed", mail=mail.name, error=str(error))
                self._rests[mail.name] = now + rest_s, min(2 * rest_s, LONGEST_REST_S)
                continue
            self._rests.pop(mail.name, None)
            await self._remember(mail, period)
            sent += 1
        return sent

    async def send_latest(self, mail: ReportMail) -> None:
        """Send the newest whole period now, whether it has been sent or not. Raises as ``send``."""
        company = self._company()
        await self.send(mail, latest_due(mail.every, 0, self._clock(), zone(company.time_zone)))

    async def send(self, mail: ReportMail, period: Period) -> None:
        """Send the report of ``period``. Raises aiosmtplib.SMTPException, OSError, TimeoutError."""
        assert self.server is not None
        company = self._company()
        async with self._database.session() as session:
            rows = await rows_of(mail.report, session, company, period, mail.only or None)
        written = letter(mail, company, period, rows, sender=self.server.sender, page=self._page, now=self._clock())
        async with asyncio.timeout(SEND_S):
            await self.server.send(written)

    async def _is_due(self, mail: ReportMail, period: Period) -> bool:
        async with self._database.session() as session:
            known = await session.get(ReportMailSent, mail.name)
        if known is None:
            await self._remember(mail, period)
            return False
        if not mail.is_active and known.period_end < period.end:
            await self._remember(mail, period)
        return mail.is_active and known.period_end < period.end

    async def _remember(self, mail: ReportMail, period: Period) -> None:
        async with self._database.transaction() as session:
            await session.merge(ReportMailSent(name=mail.name, period_end=period.end))
