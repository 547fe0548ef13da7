"""The addresses and names that we tell others."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from ipaddress import ip_address

from centralita.doctor.finding import Finding, fault, good, warning
from config.settings import Settings


def addresses(settings: Settings) -> Iterator[Finding]:
    """Whether the address in our SDP and Contact can be reached by those who are told it."""
    bind = ip_address(settings.bind)
    if bind.is_loopback:
        yield good("addresses: loopback only; phones on other machines cannot register (CENTRALITA_BIND)")
    elif bind.is_unspecified and not settings.public_address:
        yield warning("addresses: behind NAT, set CENTRALITA_PUBLIC_ADDRESS to the address the world sees")
    elif settings.public_address and ip_address(settings.public_address).is_private:
        yield warning(f"addresses: {settings.public_address} is private; carriers cannot send sound to it")
    else:
        yield good(f"addresses: {settings.public_address or settings.bind} is announced")


def names(settings: Settings) -> Iterator[Finding]:
    """Whether the SIP domain leads here."""
    domain = settings.sip_domain
    if not domain or "." not in domain:
        return
    try:
        found = {str(one[4][0]) for one in socket.getaddrinfo(domain, None, type=socket.SOCK_DGRAM)}
    except OSError as error:
        yield fault(f"DNS: {domain} (CENTRALITA_SIP_DOMAIN) has no address: {error}; phones will not find the server")
        return
    ours = {settings.public_address, settings.bind} - {""}
    if settings.public_address and not found & ours:
        yield fault(
            f"DNS: {domain} leads to {', '.join(sorted(found))}, not to {settings.public_address}; mend one of the two"
        )
    else:
        yield good(f"DNS: {domain} leads to {', '.join(sorted(found))}")
