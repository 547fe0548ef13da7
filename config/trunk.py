"""A line to the outside: a carrier, or another exchange."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from config.addresses import Host, HostOrNone, KnownAddress, Network
from config.names import E164, Name, SipUser
from config.part import Part, YesNo


class Trunk(Part):
    """A carrier or another exchange: reached at ``host``:``port``, known by address, or by digest user name."""

    name: Name
    host: Host
    port: Annotated[int, Field(ge=0, le=65535)] = Field(
        default=5060, description="0: what DNS says (SRV), else 5060, for TLS 5061"
    )
    transport: Literal["auto", "udp", "tcp", "tls"] = Field(
        default="udp", description="auto, with port 0: what DNS says (NAPTR, SRV), else UDP"
    )
    group: Name | Literal[""] = Field(
        default="", description="trunks of one group stand where its first one stands, and share calls by ``weight``"
    )
    weight: Annotated[int, Field(ge=0, le=1000)] = Field(default=1, description="share of its group's calls; 0: last")
    respond_s: Annotated[float, Field(ge=1, le=32)] = Field(
        default=5, description="seconds for the first response to a call; then its next address or trunk is tried"
    )
    username: SipUser = ""
    known_addresses: tuple[KnownAddress, ...] = Field(
        default=(), max_length=100, description="ADDRESS:PORT from which a request needs no password"
    )
    tls_name: HostOrNone = Field(
        default="", description="a call over TLS whose peer proves this name by its certificate needs no password"
    )
    media_networks: Annotated[tuple[Network, ...], Field(max_length=100)] = ()
    digits: Literal["auto", "info"] = Field(
        default="auto", description="keys go as telephone events, as tones where it takes none, or in SIP INFO"
    )
    codecs: tuple[Literal["PCMA", "PCMU", "G722", "opus"], ...] = Field(
        default=(), description="the only ones that it is offered; empty: all of ours"
    )
    early_media: YesNo = Field(default=True, description="its sound before the answer is heard; else our ringing tone")
    from_user: Literal["number", "username"] = Field(
        default="number", description="what stands in From: the caller's number, or our account"
    )
    from_domain: HostOrNone = Field(default="", description="the domain in From; empty: our own")
    identity: Literal["asserted", "remote_party", "both", "none"] = Field(
        default="asserted", description="the header that vouches for the number: P-Asserted-Identity, Remote-Party-ID"
    )
    caller_format: Literal["e164", "digits"] = Field(default="e164", description="how the caller's number is written")
    forwarded_calls_show: Literal["company", "caller"] = Field(
        default="company", description="who is shown when a call from outside is sent on outside"
    )
    caller_id: E164
    shows: Annotated[tuple[E164, ...], Field(max_length=1000)] = Field(
        default=(), description="the only numbers that it takes from us; any other gives way to caller_id; none: all"
    )
    max_calls: Annotated[int, Field(ge=1, le=100000)] = 1000
    max_calls_per_s: Annotated[float, Field(gt=0, le=1000)] | None = None
    register_s: Annotated[int, Field(ge=0, le=7200)] = Field(
        default=0, description="seconds to register for, with ``username``; 0: no registration"
    )
    check_s: Annotated[int, Field(ge=0, le=3600)] = Field(
        default=0, description="seconds between OPTIONS that ask whether it lives; 0: none"
    )
    number_format: Literal["e164", "digits", "national"] = Field(
        default="e164", description="how it wants numbers: +34600111222, 34600111222, or as dialled in its country"
    )

    def number_for(self, wanted: str | None) -> str:
        """The number to show through this trunk: the one that is ``wanted``, if the trunk takes it."""
        return wanted if wanted and (not self.shows or wanted in self.shows) else self.caller_id
