"""Handshakes with the page's port are bounded, in time and in number; and so are its connections."""

from __future__ import annotations

import asyncio
import contextlib
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
import pytest
from aiohttp import web

from pbx.net.certificate import Certificate
from pbx.net.limits import Limits
from tests.kit.certificates import Authority
from web.api.framing import Runner
from web.api.open_connections import OpenConnections
from web.api.tls_site import TlsSite

HOST = "127.0.0.1"


@asynccontextmanager
async def serving(authority: Authority, limits: Limits) -> AsyncIterator[tuple[TlsSite, Runner]]:
    async def hello(_: web.Request) -> web.Response:
        return web.Response(text="hello")

    app = web.Application()
    app.router.add_get("/", hello)
    runner = Runner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    files = authority.issue("page.example")
    site = TlsSite(runner, HOST, 0, Certificate(files.chain, files.key).server, limits)
    await site.start()
    try:
        yield site, runner
    finally:
        await runner.cleanup()


async def asked(authority: Authority, site: TlsSite) -> str:
    """What the page answers. Raises aiohttp.ClientError."""
    trust = ssl.create_default_context(cafile=authority.file)
    async with (
        aiohttp.ClientSession() as http,
        http.get(f"https://{HOST}:{site.port}/", ssl=trust, server_hostname="page.example") as response,
    ):
        return await response.text()


async def test_the_silent_keep_nobody_out_and_are_closed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pbx.net.tls_listener.HANDSHAKE_WITHIN", 0.5)
    authority = Authority(tmp_path)
    async with serving(authority, Limits(handshakes=4)) as (site, runner):
        silent = [await asyncio.open_connection(HOST, site.port) for _ in range(3)]
        assert await asked(authority, site) == "hello"
        for reader, writer in silent:
            with contextlib.suppress(ConnectionError):
                assert await asyncio.wait_for(reader.read(1), 5) == b""
            writer.close()
        assert site.unfinished == 0
        assert site.counts["handshakes_failed"] == 3
        assert site.counts["handshakes_refused"] == 0
        assert runner.slow.waiting == 0


async def test_handshakes_over_the_bound_are_closed_unread(tmp_path: Path) -> None:
    authority = Authority(tmp_path)
    async with serving(authority, Limits(handshakes=2)) as (site, _):
        silent = [await asyncio.open_connection(HOST, site.port) for _ in range(2)]
        async with asyncio.timeout(30):
            while site.unfinished < 2:
                await asyncio.sleep(0.01)
        with pytest.raises(aiohttp.ClientError):
            await asked(authority, site)
        assert site.counts["handshakes_refused"] >= 1
        for _, writer in silent:
            writer.close()
        async with asyncio.timeout(30):
            while site.unfinished:
                await asyncio.sleep(0.01)
        assert await asked(authority, site) == "hello"


def test_a_source_has_its_share_of_connections_and_gets_it_back() -> None:
    held = OpenConnections(most=4, most_per_source=2)
    for _ in range(2):
        assert held.has_room_for("192.0.2.1")
        held.opened("192.0.2.1")
    assert not held.has_room_for("192.0.2.1")
    assert held.has_room_for("192.0.2.2")
    held.closed("192.0.2.1")
    assert held.has_room_for("192.0.2.1")


def test_all_together_have_a_bound_and_this_machine_no_other() -> None:
    held = OpenConnections(most=3, most_per_source=1)
    for _ in range(3):
        assert held.has_room_for("127.0.0.1")
        held.opened("127.0.0.1")
    assert not held.has_room_for("127.0.0.1")
    assert not held.has_room_for("192.0.2.1")
