"""The browser's telephone: its credentials, and its WebSocket (RFC 7118)."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import pytest
from pydantic import ValidationError

from config.settings import Settings
from pbx.ipc.browser_frames import CLOSED, MAX_MESSAGE, MESSAGE, OPENED
from tests.unit.web.conftest import NOW, House
from web.api import sip_socket
from web.api.ice_servers import ice_servers
from web.api.sessions import session_key

REGISTER = b"REGISTER sip:centralita SIP/2.0\r\n\r\n"


@asynccontextmanager
async def opened(house: House, login: str = "ana", **options: Any) -> AsyncIterator[aiohttp.ClientWebSocketResponse]:
    """A browser that has signed in."""
    headers = {"Authorization": f"Bearer {await house.token(login)}"} | options.pop("headers", {})
    protocols = options.pop("protocols", ("sip",))
    assert house.http is not None
    async with house.http.ws_connect(house.url + "/api/v1/sip", protocols=protocols, headers=headers, **options) as ws:
        yield ws


async def refused(house: House, **options: Any) -> int:
    assert house.http is not None
    with pytest.raises(aiohttp.WSServerHandshakeError) as refusal:
        await house.http.ws_connect(house.url + "/api/v1/sip", **{"protocols": ("sip",), **options})
    return refusal.value.status


async def closed_with(ws: aiohttp.ClientWebSocketResponse) -> int | None:
    async with asyncio.timeout(5):
        while (await ws.receive()).type is not aiohttp.WSMsgType.CLOSE:
            pass
    return ws.close_code


# --- Credentials ------------------------------------------------------------------------------------------------------


async def test_credentials_are_asked_for_under_the_session_that_wants_them(house: House) -> None:
    response = await house.ask("ana", "POST", "/session/sip")
    assert response.status == 200
    shown = await response.json()
    assert shown == {
        "uri": "sip:101@centralita",
        "username": "web-abc",
        "password": "secret",
        "expires_at": "2027-01-15T09:00:00.000Z",
        "ice_servers": [],
    }
    (asked,) = house.exchange.told("sip_credentials")
    token = await house.token("ana")
    assert asked["login"] == "ana"
    assert asked["session"] == session_key(token) != token


async def test_signing_out_ends_the_telephone_at_once(house: House) -> None:
    async with opened(house) as ws:
        key = session_key(await house.token("ana"))
        assert (await house.ask("ana", "DELETE", "/session")).status == 204
        assert await closed_with(ws) == sip_socket.NOT_SIGNED_IN
    assert house.exchange.told("revoke_sip") == [{"session": key}]


async def test_nobody_gets_credentials_without_signing_in(house: House) -> None:
    assert (await house.ask(None, "POST", "/session/sip")).status == 401


def test_turn_servers_get_a_password_that_expires() -> None:
    settings = Settings(turn_urls="turn:turn.example:3478, turns:turn.example", turn_secret="s")
    (server,) = ice_servers(settings, "ana", NOW + 0.5)
    mac = hmac.new(b"s", b"1800000000:ana", hashlib.sha1).digest()
    assert server == {
        "urls": ["turn:turn.example:3478", "turns:turn.example"],
        "username": "1800000000:ana",
        "credential": base64.b64encode(mac).decode(),
    }
    assert ice_servers(Settings(turn_urls="stun:stun.example"), "ana", NOW) == [{"urls": ["stun:stun.example"]}]
    with pytest.raises(ValidationError, match="turn:"):
        Settings(turn_urls="http://turn.example")


# --- The WebSocket ----------------------------------------------------------------------------------------------------


async def test_messages_go_to_the_exchange_and_come_back_one_a_frame(house: House) -> None:
    browsers = house.exchange.browsers
    async with opened(house) as ws:
        assert ws.protocol == "sip"
        name, payload = await browsers.next()
        assert (name, payload["login"], payload["address"], payload["secure"]) == (OPENED, "ana", "127.0.0.1", False)
        id_ = payload["id"]
        await ws.send_str(REGISTER.decode())
        await ws.send_bytes(b"\xff\xfe")
        assert await browsers.next() == (MESSAGE, {"id": id_, "data": REGISTER})
        assert await browsers.next() == (MESSAGE, {"id": id_, "data": b"\xff\xfe"})
        browsers.say(MESSAGE, id=id_, data="SIP/2.0 200 ¡OK!\r\n\r\n".encode())
        browsers.say(MESSAGE, id=id_, data=b"SIP/2.0 200 \xff\r\n\r\n")
        assert await ws.receive_str() == "SIP/2.0 200 ¡OK!\r\n\r\n"
        assert await ws.receive_bytes() == b"SIP/2.0 200 \xff\r\n\r\n"
    assert await browsers.next() == (CLOSED, {"id": id_})
    async with asyncio.timeout(5):
        while len(house.office.browsers):
            await asyncio.sleep(0)


async def test_each_browser_hears_what_is_for_it(house: House) -> None:
    browsers = house.exchange.browsers
    async with opened(house) as ana, opened(house, "luis") as luis:
        ids = {payload["login"]: payload["id"] for _, payload in (await browsers.next(), await browsers.next())}
        browsers.say(MESSAGE, id=ids["luis"], data=b"for luis")
        browsers.say(MESSAGE, id=ids["ana"], data=b"for ana")
        browsers.say(MESSAGE, id=99, data=b"for nobody")
        assert await ana.receive_str() == "for ana"
        assert await luis.receive_str() == "for luis"


async def test_who_has_not_signed_in_is_refused_at_the_upgrade(house: House) -> None:
    assert await refused(house) == 401
    assert await refused(house, headers={"Authorization": "Bearer nonsense"}) == 401
    assert house.exchange.browsers.heard.empty()


async def test_the_cookie_opens_it_from_its_own_origin_only(house: House) -> None:
    cookie = {"Cookie": f"centralita_session={await house.token('ana')}"}
    assert await refused(house, headers=cookie) == 403
    assert await refused(house, headers=cookie | {"Origin": "https://elsewhere.example"}) == 403
    assert await refused(house, headers=cookie | {"Origin": "null"}) == 403
    assert house.http is not None
    async with house.http.ws_connect(
        house.url + "/api/v1/sip", protocols=("sip",), headers=cookie | {"Origin": house.url}
    ) as ws:
        assert ws.protocol == "sip"


async def test_without_the_sub_protocol_there_is_none(house: House) -> None:
    headers = {"Authorization": f"Bearer {await house.token('ana')}"}
    assert await refused(house, headers=headers, protocols=()) == 400
    assert await refused(house, headers=headers, protocols=("xmpp",)) == 400
    assert (await house.ask("ana", "GET", "/sip")).status == 400


async def test_a_message_that_is_too_large_ends_the_connection(house: House) -> None:
    async with opened(house) as ws:
        await ws.send_bytes(b"x" * (MAX_MESSAGE + 1))
        assert await closed_with(ws) == aiohttp.WSCloseCode.MESSAGE_TOO_BIG


async def test_a_browser_that_sends_too_much_is_let_go(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sip_socket, "MESSAGE_BURST", 5.0)
    monkeypatch.setattr(sip_socket, "MESSAGES_PER_S", 0.0)
    async with opened(house) as ws:
        for _ in range(6):
            await ws.send_bytes(REGISTER)
        assert await closed_with(ws) == sip_socket.TOO_FAST


async def test_a_browser_that_does_not_read_is_let_go(house: House) -> None:
    browsers = house.exchange.browsers
    async with opened(house):
        _, payload = await browsers.next()
        for _ in range(400):  # more than every buffer on the way holds
            browsers.say(MESSAGE, id=payload["id"], data=b"x" * 60_000)
        assert await browsers.next() == (CLOSED, {"id": payload["id"]})


async def test_one_person_may_have_so_many_open(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sip_socket, "MAX_PER_PERSON", 1)
    async with opened(house):
        headers = {"Authorization": f"Bearer {await house.token('ana')}"}
        assert await refused(house, headers=headers) == 429
        async with opened(house, "luis"):
            pass
    async with opened(house):
        pass


async def test_the_exchange_can_close_a_browsers_connection(house: House) -> None:
    async with opened(house) as ws:
        _, payload = await house.exchange.browsers.next()
        house.exchange.browsers.say(CLOSED, id=payload["id"])
        assert await closed_with(ws) == aiohttp.WSCloseCode.GOING_AWAY


async def test_browsers_are_told_to_come_back_when_the_exchange_is_gone(house: House) -> None:
    async with opened(house) as ws:
        await house.exchange.browsers.next()
        link = house.exchange.browsers.link
        assert link is not None
        link.close()
        assert await closed_with(ws) == aiohttp.WSCloseCode.SERVICE_RESTART


async def test_without_an_exchange_it_is_503(house: House) -> None:
    await house.exchange.stop()
    headers = {"Authorization": f"Bearer {await house.token('ana')}"}
    async with asyncio.timeout(5):
        while await refused(house, headers=headers) != 503:
            await asyncio.sleep(0)


async def test_who_is_signed_out_elsewhere_loses_it(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sip_socket, "LOOK_AGAIN_S", 0.01)
    async with opened(house) as ws:
        await house.office.sessions.sign_out(await house.token("ana"))
        assert await closed_with(ws) == sip_socket.NOT_SIGNED_IN


async def test_the_office_says_goodbye_when_it_stops(house: House) -> None:
    async with opened(house) as ws:
        await house.exchange.browsers.next()
        closing = asyncio.create_task(house.office.browsers.close())
        assert await closed_with(ws) == aiohttp.WSCloseCode.GOING_AWAY
        await closing


def test_settings_stay_as_they_are_without_turn() -> None:
    assert Settings().turn_urls == ()
    assert ice_servers(Settings(), "ana", NOW) == []
