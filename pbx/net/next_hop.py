"""Where a request within a dialog goes (RFC 3261 §12.2.1.1, §18.1.1; NAT: RFC 5626, RFC 6314 §4)."""

from __future__ import annotations

from dataclasses import replace

from pbx.net.hop import Hop
from pbx.net.local_address import literal
from pbx.sip.uri import Uri


def next_hop(uri: Uri, flow: Hop) -> Hop:
    """The way to ``uri``, the peer's Contact or the first Route, for a peer that was last reached over ``flow``.

    The flow itself, when the peer is behind a NAT, or when the URI is a GRUU (RFC 5627: its host is the registrar) or
    holds a name or an address that means nothing from here; else the address of the URI, which is reached over the
    flow's connection as long as that lasts.
    """
    address = literal(uri.parameter("maddr") or uri.host)
    transport = (uri.parameter("transport") or ("tls" if uri.scheme == "sips" else "udp")).lower()
    if flow.symmetric or address is None or uri.parameter("gr") is not None or transport not in {"udp", "tcp", "tls"}:
        return flow
    if flow.is_reliable and transport != flow.transport:
        return flow
    if not flow.is_reliable and transport == "tls":
        return flow
    remote = literal(flow.host)
    if address.is_unspecified or address.is_multicast or address.is_link_local:
        return flow
    if remote is not None and address != remote:
        if address.version != remote.version or (remote.is_global and not address.is_global):
            return flow
        if address.is_loopback and not remote.is_loopback:
            return flow
    if not flow.is_reliable and address == remote and transport == flow.transport and uri.port == flow.port:
        return flow
    target = str(address), uri.port or (5061 if transport == "tls" else 5060)
    if flow.is_reliable:
        return replace(flow, remote=target)
    return Hop(transport, target, flow.local if transport == flow.transport else None)
