"""A real worker with calls on it is sent whatever a network may bring: nothing breaks, nothing leaks, nobody notices.

``FUZZ_SECONDS`` is how long; a minute is a million packets.
"""

from __future__ import annotations

import asyncio
import os
import random
import socket
import struct
import time
from pathlib import Path

import psutil

from pbx.media.messages import LocalMedia, MediaAlarm, RemoteMedia
from pbx.sdp.protection import DtlsParameters, IceParameters
from tests.unit.media.scene import strength
from tests.unit.media.test_worker import Caller, Stage, stage, talk

SECONDS = float(os.environ.get("FUZZ_SECONDS", "3"))
MOST = 1_000_000
BURST, PAUSE_S = 200, 0.01
ATTACKER = "127.0.0.66"  # an address of loopback that no leg has been signalled from
KINDS = (0, 8, 13, 101, 9, 96, 127)


def garbage(dice: random.Random, ssrcs: list[int], ufrag: str) -> bytes:
    """One datagram: nearly right RTP, RTCP, STUN, DTLS, SRTP, or noise."""
    body = dice.randbytes(dice.choice((0, 1, 7, 20, 160, 172, 320, 1200)))
    match dice.randrange(7):
        case 0:
            first, second = 0x80 | dice.choice((0, 0x20, 0x10, 0x0F, 0x30)), dice.choice(KINDS) | dice.choice((0, 0x80))
            stamp = dice.getrandbits(32)
            return struct.pack("!BBHII", first, second, dice.getrandbits(16), stamp, dice.choice(ssrcs)) + body
        case 1:
            kind, words = dice.randrange(192, 224), dice.choice((0, 1, 6, 7, 65535, len(body) // 4))
            return struct.pack("!BBHI", 0x80 | dice.randrange(32), kind, words, dice.choice(ssrcs)) + body
        case 2:
            name = f"{ufrag}:x".encode()
            attribute = struct.pack("!HH", 6, dice.choice((len(name), 0, 65535))) + name + bytes(-len(name) % 4)
            length = dice.choice((len(attribute), 0, 4, 65532))
            return (
                struct.pack("!HHI", dice.choice((1, 0x11, 0x101)), length, 0x2112A442) + dice.randbytes(12) + attribute
            )
        case 3:
            head = struct.pack("!BHHIIH", dice.randrange(20, 64), 0xFEFD, 0, 0, dice.getrandbits(32), len(body))
            return head[:13] + body
        case 4:
            return bytes([dice.randrange(256)]) + body
        case 5:
            return body
        case _:
            return struct.pack("!BBHII", 0x90, 0, 1, 1, ssrcs[0]) + struct.pack("!HH", 0xBEDE, 65535) + body


async def attack(house: Stage, ports: list[tuple[str, int]], own: list[Caller], ufrag: str) -> int:
    """Spray garbage at every port, from a stranger's sockets and from those of peers; how many packets."""
    dice = random.Random(7)
    strangers = []
    for address in (ATTACKER, "127.0.0.1", "127.0.0.1"):
        strangers.append(socket.socket(socket.AF_INET, socket.SOCK_DGRAM))
        strangers[-1].bind((address, 0))
    sockets = [*strangers, *(caller.socket for caller in own)]
    ssrcs = [caller.ssrc for caller in own] + [dice.getrandbits(32) for _ in range(3)]
    count, ends = 0, time.monotonic() + SECONDS
    while time.monotonic() < ends and count < MOST:
        for _ in range(BURST):
            dice.choice(sockets).sendto(garbage(dice, ssrcs, ufrag), dice.choice(ports))
            count += 1
        await asyncio.sleep(PAUSE_S)
    for each in strangers:
        each.close()
    return count


async def test_garbage_of_every_kind_breaks_nothing_leaks_nothing_and_no_call_notices(tmp_path: Path) -> None:
    async with stage(tmp_path, pairs=4) as house:
        a, b, target = Caller(440), Caller(700), Caller(1000)
        places: list[LocalMedia] = []
        for name, caller in zip("abt", (a, b, target), strict=True):
            places.append(await house.plane.open_leg(name, signalled_from="127.0.0.1"))
            house.plane.set_remote(name, caller.remote)
        house.plane.bridge("a", "b")
        house.plane.echo("t", True)
        house.plane.record("r", str(tmp_path / "r.s16"), "a", "b")
        page = await house.plane.open_leg("w", signalled_from="127.0.0.1", secure=True)
        assert page.ice is not None
        fingerprint = DtlsParameters("sha-256", ":".join(["AB"] * 32), "active")
        ice = IceParameters("peer", "p" * 24)
        house.plane.set_remote("w", RemoteMedia("127.0.0.1", 9, ice=ice, dtls=fingerprint, rtcp_mux=True))
        await house.plane.open_leg("k", signalled_from="127.0.0.1", sdes=True)
        ports = sorted({(place.address, place.port + odd) for place in (*places, page) for odd in (0, 1)})
        await talk(0.5, (a, places[0]), (b, places[1]))
        worker = psutil.Process(house.processes[0].pid)
        before = worker.memory_info().rss, worker.num_fds(), worker.num_threads()
        count, _ = await asyncio.gather(
            attack(house, ports, [target], page.ice.ufrag), talk(SECONDS, (a, places[0]), (b, places[1]))
        )
        a.heard = b.heard = b""
        await talk(1.0, (a, places[0]), (b, places[1]))
        assert strength(a.sound(), 700) > 6000 > 500 > strength(a.sound(), 440)
        assert strength(b.sound(), 440) > 6000
        (figures,) = await house.plane.figures()
        assert figures["faults"] == 0
        assert figures["packets_received"] > count / 2
        assert [event.what for event in house.events if isinstance(event, MediaAlarm)] in ([], ["dtls_failed"])
        memory, descriptors, threads = worker.memory_info().rss, worker.num_fds(), worker.num_threads()
        assert (descriptors, threads) == before[1:]
        assert memory - before[0] < 24 << 20
        print(f"{count} packets, {(memory - before[0]) / 1e6:.1f} MB more")


async def test_who_sprays_sound_at_every_port_is_heard_by_nobody_and_hears_nothing(tmp_path: Path) -> None:
    """RTP bleed: a stranger's packets, right in all but their address, move no stream, before or during a call."""
    async with stage(tmp_path, pairs=4) as house:
        a, b, attacker = Caller(440), Caller(700), Caller(1500)
        attacker.socket.close()
        attacker.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        attacker.socket.bind((ATTACKER, 0))
        attacker.socket.setblocking(False)
        attacker.ssrc = a.ssrc
        places = [await house.plane.open_leg(name, signalled_from="127.0.0.1") for name in "ab"]
        first = min(place.port for place in places) - 8
        everywhere = [LocalMedia("127.0.0.1", port, 0, 0) for port in range(first, first + 24)]
        spray = [(attacker, place) for place in everywhere]
        await talk(0.3, *spray)  # nobody has answered yet
        house.plane.set_remote("a", a.remote)
        house.plane.set_remote("b", b.remote)
        house.plane.bridge("a", "b")
        await talk(0.5, *spray)  # nobody has spoken yet
        await talk(1.5, (a, places[0]), (b, places[1]), *spray)
        assert strength(a.sound(), 700) > 6000 > 300 > strength(a.sound(), 1500)
        assert strength(b.sound(), 440) > 6000 > 300 > strength(b.sound(), 1500)
        assert attacker.heard == b""
        (figures,) = await house.plane.figures()
        assert (figures["sources_latched"], figures["faults"]) == (0, 0)
