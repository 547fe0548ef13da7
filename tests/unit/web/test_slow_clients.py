"""Who connects to the page's port and says nothing, or says it octet by octet, is closed, and keeps nobody out."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiohttp import web

from web.api.framing import Runner
from web.api.open_connections import MOST, OpenConnections
from web.api.slow_clients import SlowClientLimits, SlowClients

HOST = "127.0.0.1"
WHOLE = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"


@asynccontextmanager
async def serving(limits: SlowClientLimits, most: int = MOST) -> AsyncIterator[tuple[int, SlowClients]]:
    async def hello(_: web.Request) -> web.Response:
        return web.Response(text="hello")

    async def socket(request: web.Request) -> web.WebSocketResponse:
        opened = web.WebSocketResponse()
        await opened.prepare(request)
        async for message in opened:
            await opened.send_str(str(message.data))
        return opened

    app = web.Application()
    app.router.add_get("/", hello)
    app.router.add_get("/socket", socket)
    runner = Runner(app, limits, access_log=None, shutdown_timeout=0.1)
    runner.open_connections = OpenConnections(most)
    await runner.setup()
    site = web.TCPSite(runner, HOST, 0)
    await site.start()
    try:
        yield runner.addresses[0][1], runner.slow
    finally:
        await runner.cleanup()


async def is_closed(reader: asyncio.StreamReader) -> bool:
    try:
        return await asyncio.wait_for(reader.read(1), 5) == b""
    except ConnectionError:
        return True


async def test_the_silent_and_the_slow_are_closed_and_leave_nothing_behind() -> None:
    async with serving(SlowClientLimits(request_within_s=0.3)) as (port, slow):
        silent = await asyncio.open_connection(HOST, port)
        trickle = await asyncio.open_connection(HOST, port)
        trickle[1].write(b"GET /socket HTTP/1.1\r\nHost: x\r\nUpgrade: webso")
        again = await asyncio.open_connection(HOST, port)
        again[1].write(WHOLE)
        assert (await again[0].readuntil(b"hello")).startswith(b"HTTP/1.1 200")
        assert slow.waiting == 2
        again[1].write(b"GET / HT")
        for reader, writer in (silent, trickle, again):
            assert await is_closed(reader)
            writer.close()
        await asyncio.sleep(0)
        assert slow.waiting == 0


async def test_a_source_has_its_share_and_gets_it_back() -> None:
    async with serving(SlowClientLimits(waiting_per_source=3)) as (port, slow):
        opened = [await asyncio.open_connection(HOST, port) for _ in range(3)]
        while slow.waiting < 3:
            await asyncio.sleep(0.01)
        over = await asyncio.open_connection(HOST, port)
        assert await is_closed(over[0])
        opened[0][1].write(WHOLE)
        assert (await opened[0][0].readuntil(b"hello")).startswith(b"HTTP/1.1 200")
        more = await asyncio.open_connection(HOST, port)
        more[1].write(WHOLE)
        assert (await more[0].readuntil(b"hello")).startswith(b"HTTP/1.1 200")
        for _, writer in (*opened, over, more):
            writer.close()


async def test_an_open_websocket_is_no_slow_client() -> None:
    import aiohttp

    async with (
        serving(SlowClientLimits(request_within_s=0.2)) as (port, slow),
        aiohttp.ClientSession() as http,
        http.ws_connect(f"http://{HOST}:{port}/socket") as socket,
    ):
        await asyncio.sleep(0.4)
        await socket.send_str("still here")
        assert await socket.receive_str(timeout=5) == "still here"
        assert slow.waiting == 0


async def test_one_connection_too_many_is_closed_and_leaves_nothing_behind() -> None:
    async with serving(SlowClientLimits(), most=2) as (port, slow):
        opened = [await asyncio.open_connection(HOST, port) for _ in range(2)]
        while slow.waiting < 2:
            await asyncio.sleep(0.01)
        over = await asyncio.open_connection(HOST, port)
        assert await is_closed(over[0])
        assert slow.waiting == 2
        for _, writer in (*opened, over):
            writer.close()
