"""SIP over WebSocket as an independent client speaks it (RFC 7118): who gets in, calls both ways, what goes wrong."""

from __future__ import annotations

import asyncio
import os
import secrets
import signal
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from pathlib import Path

import psutil
import pytest
import websockets

from tests.e2e.browser_phone import BrowserPhone, attributes, description, open_socket, upgrade_status
from tests.e2e.conftest import ServerFactory
from tests.e2e.house import ANA, SALES, House, change_part
from tests.kit.api import eventually
from tests.kit.message import Message, parameter, uri_of
from tests.kit.server import Server

Open = Callable[..., Awaitable[BrowserPhone]]

TOO_BIG, RESTARTED, SIGNED_OUT = 1009, 1012, 4401


@pytest.fixture
async def browser(house: House) -> AsyncIterator[Open]:
    async with AsyncExitStack() as stack:

        async def open_(login: str, *, register: bool = True) -> BrowserPhone:
            phone = await stack.enter_async_context(await BrowserPhone.open(house.server, await house.api(login)))
            if register:
                assert (await phone.register()).status == 200
            return phone

        yield open_


async def reachable(house: House, login: str) -> bool:
    return any(agent["reachable"] for agent in await house.admin.items("/agents") if agent["login"] == login)


async def closed_with(socket: websockets.ClientConnection, timeout: float = 5.0) -> int:
    async with asyncio.timeout(timeout):
        while True:
            try:
                await socket.recv()
            except websockets.ConnectionClosed as closed:
                return closed.rcvd.code if closed.rcvd is not None else 0


# --- Who gets in ------------------------------------------------------------------------------------------------------


async def test_the_upgrade_needs_somebody_signed_in(house: House) -> None:
    server, token = house.server, house.admin.token
    assert await upgrade_status(server) == 401
    assert await upgrade_status(server, token="nonsense") == 401
    assert await upgrade_status(server, token=token) == 101
    assert await upgrade_status(server, token=token, protocol="") == 400
    assert await upgrade_status(server, cookie=token, origin=server.base) == 101
    assert await upgrade_status(server, cookie=token, origin="https://elsewhere.example") == 403
    assert await upgrade_status(server, cookie=token) == 403


async def test_credentials_are_new_each_time_and_expire(house: House) -> None:
    first, second = await house.admin.post("/session/sip"), await house.admin.post("/session/sip")
    assert first["uri"] == second["uri"]
    assert first["uri"].startswith("sip:100@")
    assert first["username"] != second["username"]
    assert first["password"] != second["password"]
    assert first["ice_servers"] == []


async def test_a_registered_browser_is_reachable_and_gone_with_its_connection(house: House, browser: Open) -> None:
    ana = await browser("ana")
    assert await reachable(house, "ana")
    house.events.forget()
    ana.socket.transport.abort()
    gone = await house.events.next("device.unregistered", 2)
    assert (gone.event["login"], gone.event["cause"]) == ("ana", "connection_lost")
    assert not await reachable(house, "ana")


async def test_the_answer_to_a_register_lists_the_contact_as_it_was_given(browser: Open) -> None:
    ana = await browser("ana", register=False)
    response = await ana.register()
    assert response.status == 200
    (contact,) = [value for value in response.all("Contact") if ana.host in value]
    assert uri_of(contact) == ana.contact
    assert ana.instance in contact
    assert parameter(contact, "reg-id") == "1"
    assert (await ana.register(expires=0)).status == 200


@pytest.mark.parametrize("other", ["102", "100"])
async def test_nobody_registers_or_calls_as_somebody_else(browser: Open, other: str) -> None:
    ana = await browser("ana", register=False)
    them = f"sip:{other}@{ana.domain}"
    contact = f"<{ana.contact}>;expires=300"
    refused = await ana.ask("REGISTER", them, uri=f"sip:{ana.domain}", contact=contact, from_=them)
    assert refused.status == 403
    assert (await ana.ask("INVITE", f"sip:103@{ana.domain}", from_=them, body=description())).status == 403


async def test_credentials_of_another_open_nothing_and_neither_do_a_phones(house: House, browser: Open) -> None:
    ana = await browser("ana", register=False)
    ana.credentials = await (await house.api("luis")).post("/session/sip")
    assert (await ana.register()).status == 401
    ana.credentials = {"username": "101", "password": "demo-101"}
    assert (await ana.register()).status == 401


async def test_signing_out_closes_the_websocket_and_ends_the_registration(house: House, browser: Open) -> None:
    ana = await browser("ana")
    house.events.forget()
    await ana.api.json("DELETE", "/session")
    assert await closed_with(ana.socket) == SIGNED_OUT
    await house.events.next("device.unregistered", 2)
    assert not await reachable(house, "ana")


async def test_who_is_deactivated_is_signed_out_and_rung_no_more(house: House, browser: Open) -> None:
    ana = await browser("ana")
    house.events.forget()
    await change_part(house.admin, "people/ana", is_active=False)
    try:
        assert await closed_with(ana.socket) == SIGNED_OUT
        await house.events.next("device.unregistered", 5)
        with pytest.raises(websockets.InvalidStatus):
            await ana.reopen()
    finally:
        await change_part(house.admin, "people/ana", is_active=True)


# --- Calls ------------------------------------------------------------------------------------------------------------


async def test_a_browser_calls_a_phone(house: House, browser: Open) -> None:
    ana, luis = await browser("ana"), await house.phone("102")
    asking = asyncio.create_task(ana.ask("INVITE", f"sip:102@{ana.domain}", body=description(), call_id="out1"))
    incoming = await luis.incoming()
    assert (incoming.caller_number, incoming.caller_name) == ("101", "Ana")
    await incoming.answer()
    answer = await asking
    assert answer.status == 200
    assert parameter(uri_of(answer["Contact"]) and answer["Contact"].strip("<>"), "transport") == "ws"
    lines = attributes(answer.body)
    assert "a=ice-lite" in lines
    assert "a=setup:passive" in lines
    assert "a=rtcp-mux" in lines
    assert "a=mid:0" in lines
    assert "a=group:BUNDLE 0" in lines
    assert any(line.startswith("a=fingerprint:sha-256 ") for line in lines)
    assert any(line.startswith("a=candidate:") and " 127.0.0.1 " not in line for line in lines)
    (media,) = [line for line in lines if line.startswith("m=audio")]
    assert media.split()[2:] in (["UDP/TLS/RTP/SAVPF", "8", "126"], ["UDP/TLS/RTP/SAVPF", "0", "126"])

    held = await ana.ask(
        "INVITE",
        f"sip:102@{ana.domain}",
        call_id="out1",
        to_tag=parameter(answer["To"], "tag") or "",
        uri=uri_of(answer["Contact"]),
        body=description(direction="sendonly", version=3),
    )
    assert held.status == 200
    assert "a=recvonly" in attributes(held.body)
    assert "a=setup:passive" in attributes(held.body)
    ufrag = next(line for line in lines if line.startswith("a=ice-ufrag"))
    assert ufrag in attributes(held.body)
    await house.events.next("call.held")

    # Credentials are renewed in mid-call, and the call hears nothing of it.
    ana.credentials = await ana.api.post("/session/sip")
    assert (await ana.register()).status == 200
    await incoming.hang_up()
    bye = await ana.next_of("BYE")
    await ana.send(ana.respond(bye, 200))
    logged = await house.logged(await house.call_id(direction="internal"))
    assert (logged["result"], logged["ended_by"]) == ("answered", "callee")


async def answered_by(ana: BrowserPhone, tag: str = "b") -> Message:
    """Ring, answer, be acknowledged; the INVITE."""
    invite = await ana.next_of("INVITE")
    await ana.send(ana.respond(invite, 180, to_tag=tag))
    await ana.send(ana.respond(invite, 200, to_tag=tag, body=description("active")))
    await ana.next_of("ACK")
    return invite


async def test_a_phone_calls_a_browser(house: House, browser: Open) -> None:
    ana, luis = await browser("ana"), await house.phone("102")
    call = luis.call("101")
    invite = await answered_by(ana)
    assert invite.uri == ana.contact
    assert invite["Via"].startswith("SIP/2.0/WS ")
    lines = attributes(invite.body)
    assert any(line.startswith("m=audio ") and "UDP/TLS/RTP/SAVPF" in line for line in lines)
    for line in ("a=ice-lite", "a=setup:actpass", "a=rtcp-mux", "a=mid:0", "a=group:BUNDLE 0"):
        assert line in lines
    await call.answered()
    await call.hang_up()
    bye = await ana.next_of("BYE")
    assert bye.uri == ana.contact
    await ana.send(ana.respond(bye, 200))


async def test_a_plain_phones_description_from_a_browsers_connection_and_the_other_way_round(browser: Open) -> None:
    ana = await browser("ana")
    plain = description().replace(b"UDP/TLS/RTP/SAVPF", b"RTP/AVP")
    bare = b"\r\n".join(line for line in description().split(b"\r\n") if not line.startswith(b"a=ice"))
    assert (await ana.ask("INVITE", f"sip:*43@{ana.domain}", body=bare, call_id="bare")).status == 488
    answer = await ana.ask("INVITE", f"sip:*43@{ana.domain}", body=plain, call_id="plain")
    assert answer.status == 200
    assert " RTP/AVP " in answer.body.decode()
    over = await ana.ask(
        "BYE",
        f"sip:*43@{ana.domain}",
        call_id="plain",
        to_tag=parameter(answer["To"], "tag") or "",
        uri=uri_of(answer["Contact"]),
    )
    assert over.status == 200


async def test_a_call_goes_on_when_the_browser_comes_back_over_another_connection(house: House, browser: Open) -> None:
    ana, luis = await browser("ana"), await house.phone("102")
    call = luis.call("101")
    await answered_by(ana)
    await call.answered()
    ana.socket.transport.abort()
    await house.events.next("device.unregistered", 2)
    await ana.reopen()
    assert (await ana.register()).status == 200
    await call.hang_up()
    bye = await ana.next_of("BYE")
    await ana.send(ana.respond(bye, 200))


async def test_a_browser_that_goes_while_it_rings_leaves_the_caller_to_the_next(house: House, browser: Open) -> None:
    ana = await browser("ana")
    await (await house.api("ana")).become("available")
    call = await house.place(SALES)
    invite = await ana.next_of("INVITE", timeout=10)
    await ana.send(ana.respond(invite, 180))
    luis = await house.agent("luis")
    began = time.monotonic()
    ana.socket.transport.abort()
    incoming = await luis.phone.incoming(10)
    assert time.monotonic() - began < 10  # the ring time is 15 s
    await incoming.answer()
    await call.answered()
    await call.hang_up()


async def test_a_caller_waits_for_no_browser_that_is_gone(house: House, browser: Open) -> None:
    ana = await browser("ana")
    house.events.forget()
    ana.socket.transport.abort()
    await house.events.next("device.unregistered", 2)
    call = await house.place(ANA)
    await call.answered(5)
    await call.hang_up()
    logged = await house.logged(await house.call_id(direction="inbound"))
    assert logged["result"] in {"missed", "voicemail", "abandoned"}


# --- What goes wrong --------------------------------------------------------------------------------------------------


async def test_garbage_is_survived_and_ends_nothing(browser: Open) -> None:
    ana = await browser("ana")
    for frame in (
        "",
        "\x00",
        "nonsense",
        "INVITE",
        "\r\n",
        "SIP/2.0 200 OK\r\n\r\n",
        "REGISTER x SIP/2.0\r\nVia: y\r\n\r\n",
    ):
        await ana.socket.send(frame)
    await ana.socket.send(secrets.token_bytes(2000))
    await ana.socket.send("\r\n\r\n")
    async with asyncio.timeout(5):
        while (await ana.socket.recv()) != "\r\n":
            pass
    assert (await ana.register()).status == 200


async def test_a_message_that_is_too_large_closes_that_websocket_only(house: House, browser: Open) -> None:
    ana, luis = await browser("ana"), await browser("luis")
    await ana.socket.send("x" * 70_000)
    assert await closed_with(ana.socket) == TOO_BIG
    assert (await luis.register()).status == 200
    assert await reachable(house, "luis")


async def test_a_message_in_pieces_is_one_message(browser: Open) -> None:
    ana = await browser("ana", register=False)
    message = ana.request("OPTIONS", f"sip:{ana.domain}").to_bytes().decode()
    await ana.socket.send([message[:50], message[50:100], message[100:]])
    assert (await ana.next()).status == 200


async def test_browsers_come_back_to_an_exchange_that_was_killed(
    own_server: ServerFactory, open_house: Callable[[Server], Awaitable[House]]
) -> None:
    server = own_server()
    assert server.process is not None
    house: House = await open_house(server)
    async with await BrowserPhone.open(server, house.admin) as admin:
        assert (await admin.register()).status == 200
        exchange = next(
            child
            for child in psutil.Process(server.process.pid).children(recursive=True)
            if "centralita.exchange" in " ".join(child.cmdline())
        )
        os.kill(exchange.pid, signal.SIGKILL)
        assert await closed_with(admin.socket) == RESTARTED

        async def back() -> bool | None:
            return True if await upgrade_status(server, token=house.admin.token) == 101 else None

        await eventually(back, 20, "the exchange is there again")
        await admin.reopen()
        assert (await admin.register()).status == 401  # the new exchange knows no credentials of before
        admin.credentials = await house.admin.post("/session/sip")
        assert (await admin.register()).status == 200


async def test_a_socket_of_nobody_costs_nothing(house: House, tmp_path: Path) -> None:
    sockets = [await open_socket(house.server, token=house.admin.token) for _ in range(20)]
    assert await upgrade_status(house.server, token=house.admin.token) == 429
    for socket in sockets:
        await socket.close()
    assert await upgrade_status(house.server, token=house.admin.token) == 101
