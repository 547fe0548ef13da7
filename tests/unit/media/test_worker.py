"""The real thing: worker processes, their sockets, and the client that the exchange uses."""

from __future__ import annotations

import asyncio
import math
import random
import socket
import struct
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pytest

from pbx.ipc.connection import Connection, RequestFailedError, connect
from pbx.media.client import MediaPlane
from pbx.media.errors import LegRefusedError, NoWorkerError
from pbx.media.messages import (
    Clip,
    DigitHeard,
    LegClosed,
    LocalMedia,
    MediaAlarm,
    MediaEvent,
    RecordingStopped,
    RemoteMedia,
    WorkerLost,
)
from pbx.rtp import g711, telephone_event
from tests.unit.media.scene import strength


def free_ports(pairs: int) -> int:
    """The first of so many even/odd pairs that nobody uses."""
    for _ in range(200):
        first = random.randrange(20_000, 32_000, 2)
        try:
            for port in range(first, first + 2 * pairs):
                with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
                    probe.bind(("0.0.0.0", port))
        except OSError:
            continue
        return first
    raise RuntimeError("no free ports")


def start(path: Path, first: int, pairs: int, number: int = 0, workers: int = 1) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "pbx.media.worker", "--socket", str(path), "--number", str(number)]
    ports = ["--workers", str(workers), "--ports", f"{first}-{first + 2 * pairs - 1}"]
    return subprocess.Popen([*command, *ports], stderr=subprocess.DEVNULL)


@dataclass
class Stage:
    plane: MediaPlane
    events: list[MediaEvent]
    processes: list[subprocess.Popen[bytes]]
    sockets: list[Path] = field(default_factory=list)

    async def wait(self, kind: type[MediaEvent], seconds: float = 30.0) -> MediaEvent:
        async with asyncio.timeout(seconds):
            while True:
                for event in self.events:
                    if isinstance(event, kind):
                        return event
                await asyncio.sleep(0.01)


@asynccontextmanager
async def stage(directory: Path, workers: int = 1, pairs: int = 4) -> AsyncIterator[Stage]:
    first = free_ports(pairs * workers)
    sockets = [directory / f"m{number}.sock" for number in range(workers)]
    processes = [start(path, first, pairs * workers, number, workers) for number, path in enumerate(sockets)]
    events: list[MediaEvent] = []
    plane = MediaPlane(sockets, events.append)
    try:
        await plane.connect()
        yield Stage(plane, events, processes, sockets)
    finally:
        await plane.close()
        for process in processes:
            process.terminate()
        for process in processes:
            process.wait(10)


class Caller:
    """A peer with a real socket that speaks a tone."""

    def __init__(self, tone: float) -> None:
        self.tone, self.number = tone, 0
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind(("127.0.0.1", 0))
        self.socket.setblocking(False)
        self.heard = b""
        self.ssrc = random.getrandbits(32)

    @property
    def remote(self) -> RemoteMedia:
        return RemoteMedia("127.0.0.1", self.socket.getsockname()[1], telephone_event=101)

    def send(self, to: LocalMedia, payload: bytes, kind: int = 0) -> None:
        head = struct.pack("!BBHII", 0x80, kind, self.number & 0xFFFF, self.number * 160, self.ssrc)
        self.socket.sendto(head + payload, (to.address, to.port))

    def speak(self, to: LocalMedia) -> None:
        at = np.arange(self.number * 160, self.number * 160 + 160) / 8000
        self.send(to, g711.encode((8000 * np.sin(2 * math.pi * self.tone * at)).astype(np.int16), 0).tobytes())
        self.number += 1

    def listen(self) -> None:
        while True:
            try:
                packet = self.socket.recv(2000)
            except BlockingIOError:
                return
            if packet[1] & 0x7F == 0 and len(packet) == 172:
                self.heard += packet[12:]

    def sound(self) -> np.ndarray:
        return g711.decode(np.frombuffer(self.heard[-6400:], np.uint8), 0)


async def talk(seconds: float, *pairs: tuple[Caller, LocalMedia]) -> None:
    begun = time.monotonic()
    for number in range(1, round(seconds * 50) + 1):
        for caller, local in pairs:
            caller.speak(local)
        await asyncio.sleep(max(0.0, begun + number * 0.02 - time.monotonic()))
        for caller, _ in pairs:
            caller.listen()


async def talk_until(heard: Callable[[], bool], *pairs: tuple[Caller, LocalMedia], seconds: float = 20.0) -> None:
    """Talk for as long as it takes, which on a busy machine is longer."""
    begun = time.monotonic()
    while not heard() and time.monotonic() - begun < seconds:
        await talk(0.5, *pairs)


def hears(caller: Caller, tone: int, *, not_: int | None = None) -> bool:
    """Whether this is what came last, and the other is not."""
    sound = caller.sound()
    return len(sound) >= 4000 and strength(sound, tone) > 6000 and (not_ is None or strength(sound, not_) < 500)


async def hear_each_other(one: tuple[Caller, LocalMedia], other: tuple[Caller, LocalMedia]) -> None:
    """They talk until each hears the other, and not its own voice."""
    (a, _), (b, _) = one, other

    def heard() -> bool:
        return hears(a, b.tone, not_=a.tone) and hears(b, a.tone, not_=b.tone)

    await talk_until(heard, one, other)
    assert heard()


@pytest.mark.parametrize("workers", [1, 2])
async def test_a_call_is_bridged_recorded_and_closed(tmp_path: Path, workers: int) -> None:
    """With two workers the legs live in different ones, and a link carries the sound."""
    async with stage(tmp_path, workers) as house:
        a, b = Caller(440), Caller(700)
        at_a = await house.plane.open_leg("a", signalled_from="127.0.0.1")
        at_b = await house.plane.open_leg("b", signalled_from="127.0.0.1")
        assert {at_a.worker, at_b.worker} == set(range(workers))
        house.plane.set_remote("a", a.remote)
        house.plane.set_remote("b", b.remote)
        house.plane.bridge("a", "b")
        house.plane.record("r", str(tmp_path / "r.s16"), "a", "b")
        await talk(1.0, (a, at_a), (b, at_b))
        await hear_each_other((a, at_a), (b, at_b))
        a.send(at_a, telephone_event.build(telephone_event.Event("5", True, 10, 800)), 101)
        assert await house.wait(DigitHeard) == DigitHeard("a", "5", 100)
        house.plane.stop_recording("r")
        event = await house.wait(RecordingStopped)
        assert isinstance(event, RecordingStopped)
        assert event.duration_s > 0.9
        sound = np.fromfile(tmp_path / "r.s16", "<i2").reshape(-1, 2)[-4000:]
        assert strength(sound[:, 0], 440) > 6000
        assert strength(sound[:, 1], 700) > 6000
        house.plane.close_leg("a")
        house.plane.close_leg("b")
        closed = await house.wait(LegClosed)
        assert isinstance(closed, LegClosed)
        assert closed.quality.packets_received > 40
        assert not [event for event in house.events if isinstance(event, MediaAlarm)]


async def test_a_room_spans_workers(tmp_path: Path) -> None:
    async with stage(tmp_path, 2) as house:
        callers = [Caller(440), Caller(700), Caller(1000)]
        places = []
        for name, caller in zip("abc", callers, strict=True):
            places.append(await house.plane.open_leg(name, signalled_from="127.0.0.1"))
            house.plane.set_remote(name, caller.remote)
            house.plane.join_room(name, "700")

        def all_hear_the_others() -> bool:
            levels = [[strength(caller.sound(), other.tone) for other in callers] for caller in callers]
            return all(
                level < 700 if own == other else level > 4000
                for own, heard in enumerate(levels)
                for other, level in enumerate(heard)
            )

        pairs = list(zip(callers, places, strict=True))
        await talk(1.0, *pairs)
        await talk_until(all_hear_the_others, *pairs)
        assert all_hear_the_others()


async def test_errors_answer_and_leave_the_worker_alone(tmp_path: Path) -> None:
    async with stage(tmp_path) as house:
        await house.plane.open_leg("a", signalled_from="127.0.0.1")
        with pytest.raises(LegRefusedError) as refusal:
            await house.plane.open_leg("a", signalled_from="127.0.0.1")
        assert refusal.value.code == "duplicate"
        await house.plane.open_leg("b", signalled_from="127.0.0.1")
        house.plane.set_remote("b", RemoteMedia("224.0.0.1", 4000))
        alarm = await house.wait(MediaAlarm)
        assert isinstance(alarm, MediaAlarm)
        assert alarm.what == "command_refused"
        (figures,) = await house.plane.figures()
        assert figures["commands_refused"] == 2


async def test_a_leg_waits_for_a_worker_that_is_started_again_and_no_longer_than_that(tmp_path: Path) -> None:
    async with stage(tmp_path) as house:
        house.processes[0].kill()
        house.processes[0].wait(5)
        assert await house.wait(WorkerLost) == WorkerLost(0, ())
        with pytest.raises(NoWorkerError):
            await house.plane.open_leg("b", signalled_from="127.0.0.1")
        first = free_ports(2)
        house.processes[0] = start(house.sockets[0], first, 2)
        async with asyncio.timeout(30):
            while not house.plane.connected_workers:
                await asyncio.sleep(0.02)
        assert (await house.plane.open_leg("b", signalled_from="127.0.0.1")).port == first


async def test_sound_goes_on_without_an_exchange_and_a_new_one_takes_over(tmp_path: Path) -> None:
    async with stage(tmp_path) as house:
        a, b = Caller(440), Caller(700)
        at_a = await house.plane.open_leg("a", signalled_from="127.0.0.1")
        at_b = await house.plane.open_leg("b", signalled_from="127.0.0.1", beside="a")
        house.plane.set_remote("a", a.remote)
        house.plane.set_remote("b", b.remote)
        house.plane.bridge("a", "b")
        await talk(0.2, (a, at_a), (b, at_b))
        await house.plane.close()
        a.heard = b""
        await talk_until(lambda: hears(a, 700), (a, at_a), (b, at_b))
        assert hears(a, 700)
        link = await connect(house.sockets[0], Connection())
        assert await link.request("hello", {"keep": ["a", "b"]}) == {"legs": ["a", "b"]}
        with pytest.raises(RequestFailedError):
            await link.request("open_leg", {"leg": 7})
        with pytest.raises(RequestFailedError):
            await link.request("nonsense", None)
        link.close()


async def test_sigterm_writes_what_is_recorded_and_ends_cleanly(tmp_path: Path) -> None:
    async with stage(tmp_path) as house:
        a = Caller(440)
        at_a = await house.plane.open_leg("a", signalled_from="127.0.0.1")
        house.plane.set_remote("a", a.remote)
        house.plane.play("a", [Clip(tone="ringback")], play_id="p", loop=True)
        house.plane.record_message("m", str(tmp_path / "m.s16"), "a", max_s=60)
        await talk(1.0, (a, at_a))
        house.processes[0].terminate()
        assert house.processes[0].wait(30) == 0
        sound = np.fromfile(tmp_path / "m.s16", "<i2")
        assert len(sound) > 7000
        assert not house.sockets[0].exists()


def test_ports_in_use_end_the_start_with_one_line(tmp_path: Path) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as taken:
        first = free_ports(1)
        taken.bind(("127.0.0.1", first))
        done = subprocess.run(
            [
                sys.executable,
                "-m",
                "pbx.media.worker",
                "--socket",
                str(tmp_path / "m.sock"),
                "--ports",
                f"{first}-{first + 1}",
            ],
            capture_output=True,
            timeout=20,
            check=False,
        )
    assert done.returncode == 2
    assert f"127.0.0.1:{first}" in done.stderr.decode().splitlines()[-1]


async def test_a_peer_that_is_not_there_yet_is_heard_when_it_comes(tmp_path: Path) -> None:
    """ICMP says that nobody listens at the announced port: the socket, and all the legs on it, live on."""
    async with stage(tmp_path, pairs=1) as house:
        gone = Caller(1000)
        a, b = Caller(440), Caller(700)
        at_a = await house.plane.open_leg("a", signalled_from="127.0.0.1")
        at_b = await house.plane.open_leg("b", signalled_from="127.0.0.1")
        await house.plane.open_leg("gone", signalled_from="127.0.0.1")
        house.plane.set_remote("a", a.remote)
        house.plane.set_remote("b", b.remote)
        house.plane.set_remote("gone", gone.remote)
        gone.socket.close()
        house.plane.play("gone", [Clip(tone="ringback")], play_id="p", loop=True)
        house.plane.bridge("a", "b")
        await hear_each_other((a, at_a), (b, at_b))
        (figures,) = await house.plane.figures()
        assert figures["faults"] == 0


async def test_dedicated_ports_are_asked_for_on_the_command_line(tmp_path: Path) -> None:
    first = free_ports(2)
    command = [sys.executable, "-m", "pbx.media.worker", "--socket", str(tmp_path / "m.sock"), "--dedicated"]
    process = subprocess.Popen([*command, "--ports", f"{first}-{first + 3}"], stderr=subprocess.DEVNULL)
    plane = MediaPlane([tmp_path / "m.sock"], lambda event: None)
    try:
        await plane.connect()
        ports = {(await plane.open_leg(leg, signalled_from="127.0.0.1")).port for leg in "ab"}
        assert ports == {first, first + 2}
        with pytest.raises(LegRefusedError):
            await plane.open_leg("c", signalled_from="127.0.0.1")
    finally:
        await plane.close()
        process.terminate()
        process.wait(10)
