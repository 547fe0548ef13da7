"""A trunk that is a name: SRV says where it is, and who does not answer there is followed by the next (RFC 3263)."""

from __future__ import annotations

import socket
from collections.abc import Callable
from typing import Any

from tests.e2e.house import MAIN
from tests.kit import Server
from tests.kit.name_server import NameServer
from tests.kit.phone import answers
from tests.kit.ports import free_ports


async def test_the_third_address_takes_the_call_when_two_are_gone(
    own_server: Callable[..., Server], open_house: Callable[[Server], Any]
) -> None:
    silent = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    silent.bind(("127.0.0.1", 0))
    async with NameServer() as names:
        server = own_server(environment={"CENTRALITA_DNS_SERVERS": f"127.0.0.1:{names.address[1]}"})
        ports = free_ports(1), silent.getsockname()[1], server.carrier_port
        for priority, port in enumerate(ports, 1):
            names.records.append(f"_sip._udp.carrier.test 60 IN SRV {priority} 0 {port} edge.carrier.test.")
        names.records.append("edge.carrier.test 60 IN A 127.0.0.1")
        house = await open_house(server)
        trunk = (await house.admin.get("/settings/trunks/carrier"))["value"]
        await house.admin.put("/settings/trunks/carrier", {**trunk, "host": "carrier.test", "port": 0, "respond_s": 1})
        carrier = await house.carrier()
        carrier.behaviour = answers(700)
        ana = await house.phone("101")
        call = await ana.call("0600111222").answered(8)
        incoming = await carrier.incoming()
        assert (incoming.dialled, incoming.caller_number) == ("+34600111222", MAIN)
        await call.hang_up()
        again = await ana.call("0600111222").answered(1)
        await again.hang_up()
    silent.close()
