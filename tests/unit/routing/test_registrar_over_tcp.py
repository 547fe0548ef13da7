"""A phone registers over a real TCP connection, and is gone when that is (RFC 5626 §5.4)."""

from __future__ import annotations

import asyncio
import time

from pbx.events import Body, DeviceRegistered, DeviceUnregistered
from pbx.net.agent import UserAgent
from pbx.routing.authentication import Authenticator
from pbx.routing.registrar import Registrar
from pbx.sip.parse import parse
from tests.unit.routing.phones import authorization, request


async def test_a_lost_connection_unregisters_the_device(company, credentials) -> None:
    events: asyncio.Queue[Body] = asyncio.Queue()
    registrar = Registrar(
        company,
        Authenticator(company, credentials),
        emit=lambda body, call_id: events.put_nowait(body),
        clock=time.time,
    )
    agent = UserAgent(
        bind="127.0.0.1",
        port=0,
        on_invite=lambda session: session.reject(404),
        on_request=registrar.serve,
        on_connection_lost=registrar.connection_lost,
    )
    await agent.start()
    reader, writer = await asyncio.open_connection("127.0.0.1", agent.port)

    async def ask(cseq: int, **headers: str):
        via = f"SIP/2.0/TCP 127.0.0.1:5062;branch=z9hG4bK{cseq};rport"
        contact = "<sip:101@127.0.0.1:5062;transport=tcp>"
        message = request(via=via, cseq=f"{cseq} REGISTER", contact=contact, **headers)
        writer.write(message.encode())
        return parse(await reader.readuntil(b"\r\n\r\n"))

    async with asyncio.timeout(10):
        challenged = await ask(1)
        proof = authorization(challenged.headers.every("www-authenticate")[0], "REGISTER", "101", "demo-101")
        assert (await ask(2, authorization=proof)).status == 200
        assert isinstance(await events.get(), DeviceRegistered)
        (target,) = registrar.targets("101")
        assert target.hop.transport == "tcp"
        assert target.hop.connection > 0

        writer.close()
        gone = await events.get()
    assert isinstance(gone, DeviceUnregistered)
    assert gone.cause == "connection_lost"
    assert registrar.targets("101") == []
    registrar.stop()
    await agent.stop()
