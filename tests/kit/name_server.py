"""A small DNS server: the records that a test gives it, over UDP on loopback."""

from __future__ import annotations

import asyncio
from typing import Self, cast

import dns.flags
import dns.message
import dns.rcode
import dns.rrset


class NameServer(asyncio.DatagramProtocol):
    """Answers with ``records`` (``"NAME TTL IN TYPE DATA"``); counts what it was asked. A context manager."""

    def __init__(self, *records: str) -> None:
        self.records = list(records)
        self.asked: list[tuple[str, str]] = []
        self.address = ("127.0.0.1", 0)

    async def __aenter__(self) -> Self:
        transport, _ = await asyncio.get_running_loop().create_datagram_endpoint(lambda: self, self.address)
        self._transport = transport
        self.address = transport.get_extra_info("sockname")[:2]
        return self

    async def __aexit__(self, *exc: object) -> None:
        self._transport.close()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.DatagramTransport, transport)

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        query = dns.message.from_wire(data)
        question = query.question[0]
        kind = dns.rdatatype.to_text(question.rdtype)
        name = question.name.to_text(omit_final_dot=True).lower()
        self.asked.append((name, kind))
        answer = dns.message.make_response(query)
        answer.flags |= dns.flags.AA
        known = False
        for record in self.records:
            owner, ttl, class_, type_, data_ = record.split(" ", 4)
            known = known or owner == name
            if (owner, type_) == (name, kind):
                answer.answer.append(dns.rrset.from_text(f"{owner}.", int(ttl), class_, type_, data_))
        if not known:
            answer.set_rcode(dns.rcode.NXDOMAIN)
        self._transport.sendto(answer.to_wire(), addr)
