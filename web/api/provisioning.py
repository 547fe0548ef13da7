"""One-time addresses that a telephone fetches its account from, by a QR code or by its MAC address."""

from __future__ import annotations

import secrets
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from xml.sax.saxutils import quoteattr

from config.devices import DeskPhone
from web.api.desk_phones import AccountFile, file_of
from web.api.errors import MissingError
from web.api.sip_account import SipAccount

LIFETIME_S = 900.0
DEVICE_LIFETIME_S = 86_400.0  # somebody has to walk to it
MAX_OPEN = 1000
MAX_DEVICES_OPEN = 5000
MAX_TOKEN = 64


@dataclass(frozen=True, slots=True)
class _Offer:
    until: float
    device: DeskPhone
    account: SipAccount


class Provisioning:
    """Accounts that wait to be fetched, each once. ``now``: seconds since the epoch."""

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._open: OrderedDict[str, tuple[float, SipAccount]] = OrderedDict()
        self._devices: OrderedDict[str, _Offer] = OrderedDict()

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

    def offer_device(self, device: DeskPhone, account: SipAccount) -> tuple[str, float]:
        """A secret with which ``device`` fetches ``account`` once, and until when; its earlier ones end."""
        for token in [token for token, offer in self._devices.items() if offer.device.mac == device.mac]:
            del self._devices[token]
        token, until = secrets.token_urlsafe(24), self._now() + DEVICE_LIFETIME_S
        self._devices[token] = _Offer(until, device, account)
        while len(self._devices) > MAX_DEVICES_OPEN:
            self._devices.popitem(last=False)
        return token, until

    def fetch_file(self, token: str, name: str) -> AccountFile:
        """The file ``name`` of the device that the secret was made for; what holds the account is given out once.

        Raises MissingError, alike for a wrong secret, another device's name, a second time and a late one.
        """
        offer = self._devices.get(token[:MAX_TOKEN])
        file = file_of(offer.device, offer.account, name) if offer and offer.until > self._now() else None
        if file is None:
            raise MissingError
        if file.has_account:
            del self._devices[token[:MAX_TOKEN]]
        return file


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
