"""Reports by mail beyond their settings: one that is sent at once."""

from __future__ import annotations

import aiosmtplib

from config.report_mails import ReportMail
from web.api.errors import ConflictError, MissingError, UnavailableError
from web.api.operation import Ask, Operation


def _mail(ask: Ask) -> ReportMail:
    """The one of the path. Raises MissingError."""
    found = next((mail for mail in ask.office.company.report_mails if mail.name == ask.path("name")), None)
    if found is None:
        raise MissingError("there is no such report by mail")
    return found


async def send(ask: Ask) -> None:
    """Send the newest whole day, week or month to its addresses now."""
    mail = _mail(ask)
    if ask.office.reports.server is None:
        raise ConflictError("there is no mail server; set CENTRALITA_SMTP_URL first")
    try:
        await ask.office.reports.send_latest(mail)
    except (aiosmtplib.SMTPException, OSError, TimeoutError) as error:
        raise UnavailableError(f"the mail server did not take it: {error}") from None


OPERATIONS = (
    Operation(
        "settings.report_mails.send",
        "POST",
        "/settings/report_mails/{name}/send",
        "Settings: send a report by mail now",
        send,
        status=204,
        errors=(409, 503),
    ),
)
