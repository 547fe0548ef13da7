"""A thousand TLS connections to the exchange and a thousand WebSockets to the office: memory of each."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import ssl
from collections.abc import AsyncIterator
from pathlib import Path

import websockets

from benchmarks.processes import measure
from benchmarks.sip.house import ExchangeUnderTest, company
from tests.kit import Api, Server
from tests.kit.certificates import Authority

AT_ONCE = 50
PER_PERSON = 20  # WebSockets that one person may have open
REST_S = 1.0
_OPTIONS = (
    "OPTIONS sip:127.0.0.1 SIP/2.0\r\nVia: SIP/2.0/TLS 127.0.0.1:5061;branch=z9hG4bK{0};rport\r\nMax-Forwards: 70\r\n"
    "From: <sip:a@x>;tag={0}\r\nTo: <sip:127.0.0.1>\r\nCall-ID: {0}\r\nCSeq: 1 OPTIONS\r\nContent-Length: 0\r\n\r\n"
)


def environment_with_tls(directory: Path) -> dict[str, str]:
    """A certificate for 127.0.0.1, made for the occasion."""
    files = Authority(directory / "tls").issue("127.0.0.1")
    return {"CENTRALITA_TLS_CERT": str(files.chain), "CENTRALITA_TLS_KEY": str(files.key)}


async def tls_kilobytes(house: ExchangeUnderTest, count: int) -> float:
    """kB of the exchange for each TLS connection that has said something. Raises OSError when one is refused."""
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    opened: list[asyncio.StreamWriter] = []
    gate = asyncio.Semaphore(AT_ONCE)

    async def open_one(number: int) -> None:
        async with gate:
            reader, writer = await asyncio.open_connection(*_next_port(house.sip), ssl=context)
            opened.append(writer)
            writer.write(_OPTIONS.format(number).encode())
            await reader.readuntil(b"\r\n\r\n")

    before = house.kilobytes()
    try:
        await asyncio.gather(*(open_one(number) for number in range(count)))
        await asyncio.sleep(REST_S)
        return (house.kilobytes() - before) / count
    finally:
        for writer in opened:
            writer.close()


def _next_port(address: tuple[str, int]) -> tuple[str, int]:
    return address[0], address[1] + 1


async def websocket_kilobytes(directory: Path, count: int) -> float:
    """kB of exchange and office together for each SIP WebSocket."""
    server = Server(directory)
    people = -(-count // PER_PERSON)
    _write_company(server, people)
    server.start(120)
    try:
        async with _signed_in(server, people) as tokens, contextlib.AsyncExitStack() as stack:
            await _open(stack, server, tokens[:1])  # what the first one loads is not the price of each
            await asyncio.sleep(REST_S)
            before = _kilobytes(server)
            await _open(stack, server, [token for token in tokens for _ in range(PER_PERSON)][1:count])
            await asyncio.sleep(REST_S)
            return (_kilobytes(server) - before) / (count - 1)
    finally:
        server.stop()


def _kilobytes(server: Server) -> float:
    kilobytes = measure(server).kilobytes
    return kilobytes["exchange"] + kilobytes["office"]


def _write_company(server: Server, people: int) -> None:
    document = company(people)
    server.data_dir.mkdir(parents=True)
    (server.data_dir / "company.yaml").write_text(json.dumps(document), encoding="utf-8")  # JSON is YAML
    secrets = {
        "web": {person["login"]: "demo" for person in document["people"]},
        "sip": {person["extension"]: f"demo-{person['extension']}" for person in document["people"]},
    }
    descriptor = os.open(server.data_dir / "secrets.yaml", os.O_WRONLY | os.O_CREAT, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump(secrets, file)


@contextlib.asynccontextmanager
async def _signed_in(server: Server, people: int) -> AsyncIterator[list[str]]:
    async with contextlib.AsyncExitStack() as stack:
        tokens = []
        for person in company(people)["people"]:
            api = await stack.enter_async_context(await Api.sign_in(server.base, person["login"]))
            tokens.append(api.token)
        yield tokens


async def _open(stack: contextlib.AsyncExitStack, server: Server, tokens: list[str]) -> None:
    url = f"ws{server.base.removeprefix('http')}/api/v1/sip"
    for token in tokens:
        socket = websockets.connect(
            url,
            subprotocols=[websockets.Subprotocol("sip")],
            additional_headers={"Authorization": f"Bearer {token}"},
            compression=None,
            ping_interval=None,
        )
        await stack.enter_async_context(socket)
