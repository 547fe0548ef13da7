"""What a telephone needs to register."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class SipAccount:
    """An account as a telephone is told it: it proves to be ``username`` in ``domain``, at ``server``:``port``.

    ``transport``: udp or tls. ``srtp_only``: its calls without SRTP are refused.
    """

    username: str
    password: str = field(repr=False)
    domain: str
    server: str
    port: int
    transport: str
    name: str
    srtp_only: bool = False
