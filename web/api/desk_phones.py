"""The settings files of desk telephones, in the words of each maker's provisioning guide.

Each function makes the whole text of one file out of an account. Names of parameters: Yealink "Auto Provisioning
Guide", Grandstream "XML Configuration File Generator", Snom "Settings", Poly "UC Software Administrator Guide", Cisco
"IP Phone 6800/7800/8800 Multiplatform Provisioning Guide" (also SPA).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from xml.sax.saxutils import escape, quoteattr

from config.devices import DeskPhone, Vendor
from web.api.sip_account import SipAccount

REFRESH_S = 600
XML = "application/xml"
TEXT = "text/plain"
HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'


@dataclass(frozen=True, slots=True)
class AccountFile:
    """A file as a telephone fetches it. ``has_account``: it holds the password, and is given out once.

    Without it the file only names the one that does.
    """

    text: str = field(repr=False)
    content_type: str
    has_account: bool = True


def address_of(device: DeskPhone, base: str) -> str:
    """What is entered in ``device`` so that it asks for its file below ``base`` (which ends in ``/``)."""
    names: Mapping[Vendor, str] = {
        "yealink": base,
        "grandstream": base.partition("://")[2].rstrip("/"),
        "snom": f"{base}{{mac}}.xml",
        "poly": base,
        "cisco": f"{base}$MA.xml",
    }
    return names[device.vendor]


def file_of(device: DeskPhone, account: SipAccount, name: str) -> AccountFile | None:
    """The file ``name`` for ``device``, in whichever case it asks; None when no such file is its own."""
    make = _FILES[device.vendor].get(name.lower().replace(device.mac, "MAC", 1))
    return make(device, account) if make else None


def _yealink(_: DeskPhone, account: SipAccount) -> AccountFile:
    one = "account.1."
    values = {
        f"{one}enable": "1",
        f"{one}label": account.username,
        f"{one}display_name": _line(account.name),
        f"{one}auth_name": account.username,
        f"{one}user_name": account.username,
        f"{one}password": account.password,
        f"{one}sip_server.1.address": account.domain,
        f"{one}sip_server.1.port": str(account.port),
        f"{one}sip_server.1.transport_type": {"udp": "0", "tcp": "1", "tls": "2"}[account.transport],
        f"{one}sip_server.1.expires": str(REFRESH_S),
        f"{one}outbound_proxy_enable": "1",
        f"{one}outbound_proxy.1.address": account.server,
        f"{one}outbound_proxy.1.port": str(account.port),
        f"{one}srtp_encryption": _srtp(account, "0", "1", "2"),
    }
    lines = "".join(f"{name} = {value}\n" for name, value in values.items())
    return AccountFile(f"#!version:1.0.0.1\n{lines}", TEXT)


def _grandstream(device: DeskPhone, account: SipAccount) -> AccountFile:
    values = {
        "P271": "1",  # the account is active
        "P270": account.username,  # its name on the screen
        "P47": account.domain,  # SIP server
        "P48": f"{account.server}:{account.port}",  # outbound proxy
        "P35": account.username,  # SIP user
        "P36": account.username,  # who authenticates
        "P34": account.password,
        "P3": _line(account.name),
        "P31": "1",  # registers
        "P32": str(REFRESH_S // 60),  # in minutes
        "P130": {"udp": "0", "tcp": "1", "tls": "2"}[account.transport],
        "P183": _srtp(account, "0", "1", "2"),
    }
    body = f'<gs_provision version="1"><mac>{device.mac}</mac><config version="1">{_elements(values)}'
    return AccountFile(f"{HEAD}{body}</config></gs_provision>\n", XML)


def _snom(_: DeskPhone, account: SipAccount) -> AccountFile:
    values = {
        "user_active": "on",
        "user_realname": _line(account.name),
        "user_name": account.username,
        "user_pname": account.username,
        "user_pass": account.password,
        "user_host": account.domain,
        "user_outbound": f"sip:{account.server}:{account.port};transport={account.transport}",
        "user_expiry": str(REFRESH_S),
        "user_srtp": _srtp(account, "off", "on", "on"),
        "user_savp": _srtp(account, "off", "optional", "mandatory"),
    }
    body = "".join(f'<{name} idx="1" perm="">{escape(value)}</{name}>' for name, value in values.items())
    return AccountFile(f'{HEAD}<settings><phone-settings e="2">{body}</phone-settings></settings>\n', XML)


def _poly_entry(device: DeskPhone, _: SipAccount) -> AccountFile:
    return AccountFile(f'{HEAD}<APPLICATION CONFIG_FILES="{device.mac}-account.cfg"/>\n', XML, has_account=False)


def _poly(_: DeskPhone, account: SipAccount) -> AccountFile:
    one = "reg.1."
    transport = {"udp": "UDPOnly", "tcp": "TCPOnly", "tls": "TLS"}[account.transport]
    values = {
        f"{one}displayName": _line(account.name),
        f"{one}label": account.username,
        f"{one}address": f"{account.username}@{account.domain}",
        f"{one}auth.userId": account.username,
        f"{one}auth.password": account.password,
        f"{one}server.1.address": account.server,
        f"{one}server.1.port": str(account.port),
        f"{one}server.1.transport": transport,
        f"{one}server.1.expires": str(REFRESH_S),
        "sec.srtp.enable": _srtp(account, "0", "1", "1"),
        "sec.srtp.offer": _srtp(account, "0", "1", "1"),
        "sec.srtp.require": _srtp(account, "0", "0", "1"),
    }
    attributes = " ".join(f"{name}={quoteattr(value)}" for name, value in values.items())
    return AccountFile(f"{HEAD}<polycomConfig><reg {attributes}/></polycomConfig>\n", XML)


def _cisco(_: DeskPhone, account: SipAccount) -> AccountFile:
    values = {
        "Line_Enable_1_": "Yes",
        "Display_Name_1_": _line(account.name),
        "User_ID_1_": account.username,
        "Use_Auth_ID_1_": "Yes",
        "Auth_ID_1_": account.username,
        "Password_1_": account.password,
        "Proxy_1_": account.domain,
        "Use_Outbound_Proxy_1_": "Yes",
        "Outbound_Proxy_1_": f"{account.server}:{account.port}",
        "SIP_Transport_1_": account.transport.upper(),
        "Register_1_": "Yes",
        "Register_Expires_1_": str(REFRESH_S),
        "Secure_Call_Option_1_": _srtp(account, "Optional", "Optional", "Required"),
    }
    return AccountFile(f"{HEAD}<flat-profile>{_elements(values)}</flat-profile>\n", XML)


_FILES: Mapping[Vendor, Mapping[str, Callable[[DeskPhone, SipAccount], AccountFile]]] = {
    "yealink": {"MAC.cfg": _yealink},
    "grandstream": {"cfgMAC.xml": _grandstream},
    "snom": {"MAC.xml": _snom},
    "poly": {"MAC.cfg": _poly_entry, "MAC-account.cfg": _poly},
    "cisco": {"MAC.xml": _cisco},
}


def _srtp(account: SipAccount, without: str, offered: str, required: str) -> str:
    """Keys of SRTP travel in SIP: they are worth nothing unless that is encrypted itself."""
    if account.srtp_only:
        return required
    return offered if account.transport == "tls" else without


def _line(name: str) -> str:
    return "".join(letter for letter in name if letter.isprintable())


def _elements(values: Mapping[str, str]) -> str:
    return "".join(f"<{name}>{escape(value)}</{name}>" for name, value in values.items())
