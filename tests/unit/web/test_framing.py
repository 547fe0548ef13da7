"""What is not HTTP, or too much of it, is answered with a problem document and leaves no traceback."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import AsyncIterator
from functools import partial

import pytest
import structlog
from aiohttp import web

from tests.unit.web.conftest import House
from web.api.app import build_app
from web.api.dispatch import read_bounded
from web.api.framing import Runner

GET = b"GET /healthz HTTP/1.1\r\nHost: x\r\n"
POST = b"POST /api/v1/session HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"


@pytest.fixture
async def port(house: House) -> AsyncIterator[int]:
    runner = Runner(build_app(house.office, house.office.settings.data_dir / "dist"), access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield runner.addresses[0][1]
    await runner.cleanup()


async def said(port: int, sent: bytes) -> tuple[int, dict[str, str], bytes]:
    """The final answer on a connection over which ``sent`` went."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(sent)
    status = 100
    async with asyncio.timeout(10):
        while status < 200:
            first, *lines = (await reader.readuntil(b"\r\n\r\n")).decode().strip().split("\r\n")
            status = int(first.split()[1])
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
        body = await reader.readexactly(int(headers["content-length"]))
    writer.close()
    return status, headers, body


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (b"GET /" + b"x" * 33_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n", 431),
        (GET + b"X-Long: " + b"x" * 9000 + b"\r\n\r\n", 431),
        (GET + b"".join(b"X-%d: y\r\n" % n for n in range(200)) + b"\r\n", 400),
        (GET + b"Content-Length: many\r\n\r\n", 400),
        (GET + b"Content-Length: -1\r\n\r\n", 400),
        (GET + b"Content-Length: 3\r\nContent-Length: 4\r\n\r\nabcd", 400),
        (GET + b"no colon\r\n\r\n", 400),
        (GET + b"X-Null: \x00\r\n\r\n", 400),
        (POST + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n", 400),
        (GET + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n", 400),
        (b"\x16\x03\x01\x00\x05hello\r\n\r\n", 400),
        (b"OPTIONS\r\n\r\n", 400),
        (GET + b"Expect: foo\r\n\r\n", 417),
        (b"GET /nowhere HTTP/1.1\r\nHost: x\r\nExpect: foo\r\n\r\n", 417),
    ],
)
async def test_broken_framing_is_answered_with_a_problem_document(
    port: int, sent: bytes, status: int, caplog: pytest.LogCaptureFixture
) -> None:
    with structlog.testing.capture_logs() as lines, caplog.at_level(logging.WARNING):
        got, headers, body = await said(port, sent)
    assert (got, headers["content-type"].partition(";")[0]) == (status, "application/problem+json")
    assert json.loads(body)["status"] == status
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["server"] == "Centralita"
    assert not caplog.records
    assert not [line for line in lines if line["log_level"] != "info"]


async def test_an_expectation_that_can_be_met_is(port: int) -> None:
    body = b'{"login": "ana", "password": "demo"}'
    sent = POST + b"Connection: close\r\nExpect: 100-continue\r\nContent-Length: %d\r\n\r\n" % len(body) + body
    assert (await said(port, sent))[0] == 200


async def test_a_body_that_comes_too_slowly_is_not_waited_for(port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("web.api.dispatch.read_bounded", partial(read_bounded, within_s=0.2))
    status, _, body = await said(port, POST + b'Content-Length: 100\r\n\r\n{"login"')
    assert status == 408
    assert json.loads(body)["title"] == "Too slow"


async def test_a_body_that_says_it_is_too_large_is_not_read(port: int) -> None:
    status, _, _ = await said(port, POST + b"Content-Length: 100000000000\r\n\r\n")
    assert status == 413


async def test_a_client_that_is_gone_in_the_middle_of_its_body_is_no_fault_of_ours(port: int) -> None:
    with structlog.testing.capture_logs() as lines:
        _, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(POST + b'Content-Length: 100\r\n\r\n{"login"')
        await writer.drain()
        assert (await said(port, GET + b"\r\n"))[0] == 200
        writer.transport.abort()
        assert (await said(port, GET + b"\r\n"))[0] == 200
    assert not [line for line in lines if line["log_level"] != "info"]


@pytest.mark.parametrize(
    "sent",
    [
        GET + b"Cookie: centralita_session=secret; x=" + b"y" * 9000 + b"\r\n\r\n",
        GET + b"Authorization: Bearer secret\x01\r\n\r\n",
        GET + b"secret\r\n\r\n",
        b"GET /?token=secret\x01 HTTP/1.1\r\nHost: x\r\n\r\n",
        b"secret\r\n\r\n",
    ],
)
async def test_what_a_client_sent_is_not_in_the_log_nor_in_the_answer(port: int, sent: bytes) -> None:
    with structlog.testing.capture_logs() as lines:
        status, _, body = await said(port, sent)
    assert status in (400, 431)
    assert lines and "secret" not in repr(lines)
    assert b"secret" not in body
