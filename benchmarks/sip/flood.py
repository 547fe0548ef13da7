"""Strangers send five thousand requests a second: what becomes of the calls of the house meanwhile.

The strangers are at 127.0.0.2 to 127.0.0.201: addresses without privileges, each of which stays within its share, so
that nothing but the work itself stands between them and the exchange.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import random
import socket
import time
from dataclasses import dataclass
from multiprocessing.synchronize import Event
from pathlib import Path

import numpy as np

from benchmarks.sip.house import NUMBER, ExchangeUnderTest
from benchmarks.sipp_load import offer

KINDS = ("INVITE", "REGISTER", "garbage")
STRANGERS = 200
CALLS_PER_S = 20
PROBE_EVERY_S = 0.02
_BURST = 25


@dataclass(frozen=True)
class Flooded:
    """What was seen during one flood. ``sent``: how many a second there really were."""

    kind: str
    sent_per_s: float
    calls: int
    failed: int
    answer_p50_ms: float
    answer_p99_ms: float
    unanswered: int
    grown_kb: float


async def flooded(house: ExchangeUnderTest, directory: Path, kind: str, rate: int, seconds: float) -> Flooded:
    """Flood the exchange while SIPp calls through it and a neighbour asks it every 20 ms whether it is there."""
    before = house.kilobytes()
    over = multiprocessing.Event()
    sent = multiprocessing.Value("q", 0)
    flooder = multiprocessing.Process(target=flood, args=(house.sip, kind, rate, over, sent), daemon=True)
    flooder.start()
    began = time.monotonic()
    try:
        calls = round(CALLS_PER_S * seconds)
        load, delays = await asyncio.gather(
            asyncio.to_thread(offer, house, NUMBER, directory, rate=CALLS_PER_S, calls=calls, hold_s=1.0),
            _delays(house.sip, seconds),
        )
    finally:
        over.set()
        lasted = time.monotonic() - began
        await asyncio.to_thread(flooder.join, 5)
    found = [delay for delay in delays if delay is not None] or [float("nan")]
    p50, p99 = np.percentile(found, [50, 99])
    return Flooded(
        kind,
        round(sent.value / lasted, 1),
        load.calls,
        load.failed,
        round(float(p50), 2),
        round(float(p99), 2),
        sum(delay is None for delay in delays),
        round(house.kilobytes() - before),
    )


def flood(target: tuple[str, int], kind: str, rate: int, over: Event, sent: object) -> None:
    """Send ``rate`` messages of ``kind`` (INVITE, REGISTER, garbage) a second from several addresses till ``over``."""
    sockets = []
    for number in range(STRANGERS):
        stranger = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        stranger.bind((f"127.0.0.{2 + number}", 0))
        stranger.setblocking(False)
        sockets.append(stranger)
    due, number = time.monotonic(), 0
    chance = random.Random(1)
    while not over.is_set():
        for _ in range(_BURST):
            stranger = sockets[number % STRANGERS]
            try:
                stranger.sendto(_message(kind, number, stranger.getsockname(), chance), target)
            except OSError:
                continue
            finally:
                number += 1
        sent.value = number  # type: ignore[attr-defined]
        due += _BURST / rate
        time.sleep(max(0.0, due - time.monotonic()))


def _message(kind: str, number: int, source: tuple[str, int], chance: random.Random) -> bytes:
    if kind == "garbage":
        return chance.randbytes(chance.randint(20, 600))
    user = 100 + number % 900
    return (
        f"{kind} sip:{user}@127.0.0.1 SIP/2.0\r\nVia: SIP/2.0/UDP {source[0]}:{source[1]};branch=z9hG4bKf{number};rport"
        f"\r\nMax-Forwards: 70\r\nFrom: <sip:{user}@127.0.0.1>;tag=f{number}\r\nTo: <sip:{user}@127.0.0.1>\r\n"
        f"Call-ID: flood{number}\r\nCSeq: 1 {kind}\r\nContact: <sip:{user}@{source[0]}:{source[1]}>\r\n"
        "User-Agent: Telephone\r\nContent-Length: 0\r\n\r\n"
    ).encode()


async def _delays(target: tuple[str, int], seconds: float) -> list[float | None]:
    """Milliseconds from each OPTIONS to its answer; None for one that is not answered within a second."""
    loop = asyncio.get_running_loop()
    waiting: dict[str, tuple[float, int]] = {}
    delays: list[float | None] = []

    class Answers(asyncio.DatagramProtocol):
        def datagram_received(self, data: bytes, _addr: object) -> None:
            branch = data.partition(b"branch=")[2].partition(b";")[0].decode()
            if branch in waiting:
                asked, index = waiting.pop(branch)
                delays[index] = (time.monotonic() - asked) * 1000

    transport, _ = await loop.create_datagram_endpoint(Answers, local_addr=("127.0.0.1", 0))
    port = transport.get_extra_info("sockname")[1]
    until = loop.time() + seconds
    try:
        while loop.time() < until:
            branch = f"z9hG4bKprobe{len(delays)}"
            waiting[branch] = time.monotonic(), len(delays)
            delays.append(None)
            transport.sendto(
                (
                    f"OPTIONS sip:127.0.0.1 SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.1:{port};branch={branch};rport\r\n"
                    f"Max-Forwards: 70\r\nFrom: <sip:n@x>;tag={branch}\r\nTo: <sip:127.0.0.1>\r\nCall-ID: {branch}\r\n"
                    "CSeq: 1 OPTIONS\r\nContent-Length: 0\r\n\r\n"
                ).encode(),
                target,
            )
            await asyncio.sleep(PROBE_EVERY_S)
        await asyncio.sleep(1.0)
    finally:
        transport.close()
    return delays
