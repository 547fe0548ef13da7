"""Where something is on the network: a host, an address that is trusted, a network."""

from __future__ import annotations

from ipaddress import ip_network
from typing import Annotated

from pydantic import AfterValidator, Field

HOST = r"^[A-Za-z0-9_.:\[\]-]{1,253}$"
HOST_OR_NONE = r"^[A-Za-z0-9_.:\[\]-]{0,253}$"
KNOWN = r"^(\[[0-9A-Fa-f:.]{2,45}\](:[0-9]{1,5})?|[A-Za-z0-9_.-]{1,253}(:[0-9]{1,5})?|[0-9A-Fa-f:.]{2,45})$"


def _network(text: str) -> str:
    try:
        ip_network(text)
    except ValueError:
        raise ValueError("allowed: an address or a network, for example 192.0.2.7 or 192.0.2.0/24") from None
    return text


Host = Annotated[str, Field(pattern=HOST)]
HostOrNone = Annotated[str, Field(pattern=HOST_OR_NONE)]
Network = Annotated[str, AfterValidator(_network)]
KnownAddress = Annotated[str, Field(pattern=KNOWN)]
"""``ADDRESS:PORT``, or ``ADDRESS`` for any port."""
