"""The mail server that takes the house's mail (RFC 5321, RFC 3207, RFC 8314), as one setting names it."""

from __future__ import annotations

from dataclasses import dataclass, field
from email.message import EmailMessage
from urllib.parse import unquote, urlsplit

import aiosmtplib

TIMEOUT_S = 15.0
PORTS = {"smtp": 587, "smtps": 465}


@dataclass(frozen=True, slots=True)
class MailServer:
    """``smtp://USER:PASSWORD@HOST:PORT`` (STARTTLS where offered) or ``smtps://`` (TLS from the first byte)."""

    host: str
    port: int
    sender: str
    is_tls: bool = False
    username: str | None = None
    password: str | None = field(default=None, repr=False)

    @classmethod
    def of(cls, url: str, sender: str) -> MailServer | None:
        """The server of a URL; None for an empty one. Raises ValueError."""
        if not url:
            return None
        parts = urlsplit(url)
        if parts.scheme not in PORTS or not parts.hostname:
            raise ValueError("allowed: smtp:// or smtps://, for example smtp://user:password@mail.example:587")
        return cls(
            parts.hostname,
            parts.port or PORTS[parts.scheme],
            sender or f"centralita@{parts.hostname}",
            parts.scheme == "smtps",
            unquote(parts.username) if parts.username else None,
            unquote(parts.password) if parts.password else None,
        )

    async def send(self, mail: EmailMessage) -> None:
        """Hand a mail over. Raises aiosmtplib.SMTPException, OSError."""
        await aiosmtplib.send(
            mail,
            hostname=self.host,
            port=self.port,
            use_tls=self.is_tls,
            start_tls=None if not self.is_tls else False,
            username=self.username,
            password=self.password,
            timeout=TIMEOUT_S,
        )
