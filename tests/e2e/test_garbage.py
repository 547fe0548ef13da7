"""Garbage on every port while a call is up costs an error and nothing else: the call goes on, and the next one too."""

from __future__ import annotations

import asyncio
import contextlib
import random
import socket
import time
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from tests.e2e.house import AGENT_HZ, CALLER_HZ, SALES, House, both_hear_each_other
from tests.kit import Call, CallerScript, analysis
from tests.kit.phone import answers

SEED = 20260101
TONE_PEAK = 32767 * 10 ** (-12 / 20)  # of what a telephone of the kit says by default


def sip_garbage(chance: random.Random, good: bytes) -> Iterator[bytes]:
    """Random bytes, and a good message cut, doubled, with wrong lengths, bytes changed, lines without end."""
    for _ in range(60):
        yield chance.randbytes(chance.randrange(0, 1400))
    for _ in range(60):
        yield good[: chance.randrange(len(good))]
    for _ in range(60):
        hurt = bytearray(good)
        for _ in range(chance.randrange(1, 12)):
            hurt[chance.randrange(len(hurt))] = chance.randrange(256)
        yield bytes(hurt)
    yield good.replace(b"Content-Length: 0", b"Content-Length: 99999999")
    yield good.replace(b"Content-Length: 0", b"Content-Length: -1")
    yield good.replace(b"Max-Forwards: 70", b"Max-Forwards: " + b"9" * 5000)
    yield good.replace(b"\r\n\r\n", b"\r\n" + b"X: y\r\n" * 5000 + b"\r\n")
    yield good.replace(b"\r\n\r\n", b"\r\nX: " + b"y" * 60000 + b"\r\n\r\n")
    yield good.replace(b"CSeq: 1 ", b"CSeq: 99999999999999999999 ")
    yield b"\r\n" * 500
    yield b"\0" * 1400


def message(house: House, method: str = "OPTIONS") -> bytes:
    host, port = house.server.sip
    return (
        f"{method} sip:{host}:{port} SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.1:9;branch=z9hG4bKgarbage;rport\r\n"
        f"From: <sip:x@127.0.0.1>;tag=1\r\nTo: <sip:{host}>\r\nCall-ID: garbage\r\nCSeq: 1 {method}\r\n"
        "Max-Forwards: 70\r\nContact: <sip:x@127.0.0.1:9>\r\nContent-Length: 0\r\n\r\n"
    ).encode()


async def connected(house: House) -> tuple[Call, Call]:
    ana = await house.agent("ana", answers(AGENT_HZ))
    call = await house.place(SALES)
    await CallerScript(call).is_answered().hears_tone(AGENT_HZ, within=8).run()
    return call, ana.phone.latest


async def goes_on(house: House, call: Call, agent: Call) -> None:
    """The call still has its sound, unbroken, and a new one can be made."""
    await both_hear_each_other(call, agent)
    assert call.quality.is_continuous, call.quality
    luis = await house.phone("102")
    echo = await luis.call("*43").answered()
    echo.say_tone(1000)
    await CallerScript(echo).hears_tone(1000, within=5).hangs_up().run()
    assert await asyncio.to_thread(house.server.is_healthy)
    await call.hang_up()


@pytest.mark.parametrize("method", ["OPTIONS", "INVITE", "REGISTER"])
async def test_on_the_sip_port_by_udp(house: House, method: str) -> None:
    call, agent = await connected(house)
    chance = random.Random(SEED)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        for octets in sip_garbage(chance, message(house, method)):
            with contextlib.suppress(OSError):
                sender.sendto(octets[:60000], house.server.sip)
            await asyncio.sleep(0.002)
    await goes_on(house, call, agent)


@pytest.mark.parametrize("port", ["sip", "http"])
async def test_on_the_tcp_ports(house: House, port: str) -> None:
    call, agent = await connected(house)
    chance = random.Random(SEED)
    address = house.server.sip if port == "sip" else ("127.0.0.1", house.server.http_port)
    good = message(house) if port == "sip" else b"GET /healthz HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n"
    open_: list[asyncio.StreamWriter] = []
    for octets in sip_garbage(chance, good):
        with contextlib.suppress(OSError):
            _, writer = await asyncio.open_connection(*address)
            writer.write(octets)
            if chance.random() < 0.3 and len(open_) < 30:
                open_.append(writer)
            else:
                writer.close()
    await goes_on(house, call, agent)
    for writer in open_:
        writer.close()


async def test_on_the_media_ports(house: House) -> None:
    """Strangers' RTP, packets of wrong lengths, STUN and DTLS first bytes: none of it is heard.

    A single frame of a stranger's random octets would be twice as loud as the tone.
    """
    call, agent = await connected(house)
    call.say_tone(CALLER_HZ)
    assert call.remote is not None
    assert agent.remote is not None
    chance = random.Random(SEED)
    flooded_at = time.monotonic()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as stranger:
        stranger.bind(("127.0.0.2", 0))
        for number in range(1500):
            kind = number % 5
            if kind == 0:
                octets = chance.randbytes(chance.randrange(0, 1400))
            elif kind == 1:
                octets = b"\x80\x00" + chance.randbytes(170)
            elif kind == 2:
                octets = b"\x80\x65" + chance.randbytes(chance.randrange(0, 20))
            elif kind == 3:
                octets = bytes([chance.randrange(0, 80)]) + chance.randbytes(100)
            else:
                octets = b"\xbf\xff" + chance.randbytes(chance.randrange(0, 40))
            for port in (call.remote.port, call.remote.port + 1, agent.remote.port, agent.remote.port + 1):
                with contextlib.suppress(OSError):
                    stranger.sendto(octets, ("127.0.0.1", port))
            if number % 20 == 0:
                await asyncio.sleep(0.01)
    await asyncio.sleep(0.3)
    heard = agent.heard.between(flooded_at, time.monotonic() - 0.3)
    assert analysis.purity(heard, CALLER_HZ) > 0.95, analysis.describe(heard)
    assert np.abs(heard.astype(int)).max() < 1.1 * TONE_PEAK, analysis.describe(heard)
    await goes_on(house, call, agent)


async def test_bodies_of_the_wrong_type_are_4xx_with_a_problem_document(house: House) -> None:
    bodies: list[object] = [None, [], 7, "x", {"to": 7}, {"state": ["available"]}, {"number": {}}, {"login": None}]
    paths = [
        ("PUT", "/agents/me"),
        ("POST", "/calls"),
        ("POST", "/blocklist"),
        ("POST", "/session"),
        ("POST", "/contacts"),
    ]
    for method, path in paths:
        for body in bodies:
            status, headers, content = await house.admin.request(method, path, body)
            assert 400 <= status < 500, (method, path, body, status, content[:200])
            assert headers["content-type"].startswith("application/problem+json"), (method, path, body)
    wrong: list[tuple[dict[str, Any], int]] = [
        ({"limit": "x"}, 422),
        ({"limit": -1}, 422),
        ({"limit": 10**12}, 422),
        ({"cursor": "nonsense"}, 400),
    ]
    for query, expected in wrong:
        status, headers, content = await house.admin.request("GET", "/calls", **query)
        assert status == expected, (query, content[:200])
        assert headers["content-type"].startswith("application/problem+json"), query


async def test_digits_that_never_end_and_a_refused_description_hurt_nobody(house: House) -> None:
    call, agent = await connected(house)
    other = await house.place("+34910000001", "+34600999050")
    await other.answered()
    other.stream.press("1234567890" * 40, duration_ms=40, gap_ms=20)
    carrier = await house.carrier()
    for body in (b"", b"v=0\r\n", b"m=audio 1 RTP/AVP 0\r\n" * 500, random.Random(SEED).randbytes(900)):
        odd = carrier.call("+34910000001", body=body)
        with contextlib.suppress(Exception):
            await odd.answered(2)
        await odd.hang_up()
    await goes_on(house, call, agent)
    await other.hang_up()
