"""One-time addresses that a mobile softphone fetches its account from, after it has read a QR code."""

from __future__ import annotations

import secrets
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from xml.sax.saxutils import quoteattr

from web.api.errors import MissingError

LIFETIME_S = 900.0
MAX_OPEN = 1000
MAX_TOKEN = 64


@dataclass(frozen=True, slots=True)
class SipAccount:
    """What a telephone needs to register."""

    username: str
    password: str = field(repr=False)
    domain: str
    server: str
    port: int
    transport: str
    name: str


class Provisioning:
    """Accounts that wait to be fetched, each once. ``now``: seconds since the epoch."""

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._open: OrderedDict[str, tuple[float, SipAccount]] = OrderedDict()

    def offer(self, account: SipAccount) -> tuple[str, float]:
        """A token that fetches ``account`` once, and until when."""
        until = self._now() + LIFETIME_S
        token = secrets.token_urlsafe(24)
        self._open[token] = until, account
        while len(self._open) > MAX_OPEN:
            self._open.popitem(last=False)
        return token, until

    def fetch(self, token: str) -> SipAccount:
        """The account. Raises MissingError: fetched already, too old, or never offered."""
        until, account = self._open.pop(token[:MAX_TOKEN], (0.0, None))
        if account is None or until <= self._now():
            raise MissingError("this address has been used already, or is too old; make a new QR code")
        return account


def linphone_xml(account: SipAccount) -> str:
    """The account as Linphone's remote provisioning reads it."""
    proxy = f"<sip:{account.server}:{account.port};transport={account.transport}>"
    identity = f'"{_plain(account.name)}" <sip:{account.username}@{account.domain}>'
    entries = {
        "proxy_0": {
            "reg_proxy": proxy,
            "reg_route": proxy,
            "reg_identity": identity,
            "reg_expires": "600",
            "reg_sendregister": "1",
            "publish": "0",
        },
        "auth_info_0": {
            "username": account.username,
            "passwd": account.password,
            "domain": account.domain,
            "realm": account.domain,
        },
        "sip": {"default_proxy": "0"},
    }
    sections = "".join(
        f"<section name={quoteattr(section)}>"
        + "".join(
            f'<entry name={quoteattr(name)} overwrite="true">{_escaped(value)}</entry>'
            for name, value in values.items()
        )
        + "</section>"
        for section, values in entries.items()
    )
    return f'<?xml version="1.0" encoding="UTF-8"?><config xmlns="http://www.linphone.org/xsds/lpconfig.xsd">{sections}</config>'


def _plain(name: str) -> str:
    return "".join(letter for letter in name if letter.isprintable() and letter not in '"\\<>')


def _escaped(value: str) -> str:
    return value.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
