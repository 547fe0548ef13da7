"""One measurement of the media plane: a worker (or the C relay) on one core, the generator on the other."""

from __future__ import annotations

import asyncio
import contextlib
import json
import math
import os
import subprocess
import sys
import time
import wave
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import psutil

from pbx.media.client import MediaPlane
from pbx.media.messages import Clip, LocalMedia, MediaEvent, RemoteMedia
from pbx.media.worker import PRIORITY, REAL_TIME_PRIORITY

HERE = Path(__file__).parent
BUILD = HERE / "build"
PHONE_PORT = 21_000  # below the ephemeral ports
WORKER_PORTS = (21_100, 21_163)
FAR_PORTS = (21_200, 21_263)
ROOM = {"conference": 5, "conference100": 100}
_PROCESS_CLOCK = 2  # CPUCLOCK_SCHED of Linux
BATCH = 200
TELEPHONE_EVENT = 101


@dataclass(frozen=True)
class Load:
    """``kind`` of work for ``legs`` legs, measured for ``seconds``."""

    kind: str
    legs: int
    seconds: float

    @property
    def mode(self) -> str:
        if self.kind in ROOM:
            return "mix"
        return "listen" if self.kind == "music" else "relay"

    def group(self, leg: int) -> int:
        return leg // ROOM.get(self.kind, 1)


@dataclass(frozen=True)
class Measured:
    """What one run showed. ``core`` is the share of one core used; ``us_per_packet`` per packet sent on.

    Delays are 0 where none is measured (listening).
    """

    loss: float
    core: float
    us_per_packet: float
    p50_ms: float
    p99_ms: float
    p999_ms: float
    leg_kb: float

    def describe(self) -> str:
        return (
            f"loss {self.loss:.4%}, core {self.core:.0%}, {self.us_per_packet:.2f} µs a packet, "
            f"delay {self.p50_ms:.1f}/{self.p99_ms:.1f}/{self.p999_ms:.1f} ms, {self.leg_kb:.1f} kB a leg"
        )


def build() -> None:
    """Compile the C programs if their sources are newer."""
    BUILD.mkdir(exist_ok=True)
    for source in sorted((HERE / "c").glob("*.c")):
        target = BUILD / source.stem
        if not target.exists() or target.stat().st_mtime < source.stat().st_mtime:
            subprocess.run(["cc", "-O2", "-Wall", "-o", str(target), str(source)], check=True)


def cores() -> tuple[set[int], set[int]]:
    """One core for what is measured, another for the generator."""
    available = sorted(os.sched_getaffinity(0))
    return {available[0]}, {available[-1]}


def settle(process: int, on: set[int]) -> None:
    """Give a process its core, and the precedence that a media worker takes, so that all are measured alike."""
    os.sched_setaffinity(process, on)
    try:
        os.sched_setscheduler(process, os.SCHED_RR, os.sched_param(REAL_TIME_PRIORITY))
    except OSError:
        with contextlib.suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, process, PRIORITY)


def cpu_seconds(process: int) -> float:
    """CPU time of a process, user and system, to the nanosecond: the kernel's clock of that process."""
    return time.clock_gettime((~process << 3) | _PROCESS_CLOCK)


async def idle_worker(seconds: float) -> tuple[float, float]:
    """How long a worker takes to be ready, and its share of a core without calls."""
    build()
    loop = asyncio.get_running_loop()
    begun = loop.time()
    async with worker("idle", WORKER_PORTS, cores()[0]) as (_, process):
        ready = loop.time() - begun
        before, since = cpu_seconds(process), loop.time()
        await asyncio.sleep(seconds)
        return ready, (cpu_seconds(process) - before) / (loop.time() - since)


def phone_of(leg: int) -> str:
    return f"127.1.{leg >> 8}.{leg & 255}"


@asynccontextmanager
async def worker(name: str, ports: tuple[int, int], on: set[int]) -> AsyncIterator[tuple[MediaPlane, int]]:
    """A media worker on its core, connected to, and its process id."""
    socket = Path(os.environ["MEDIA_BENCH_DIR"]) / f"{name}.sock"
    command = [sys.executable, "-m", "pbx.media.worker", "--socket", str(socket), "--ports", f"{ports[0]}-{ports[1]}"]
    process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
    settle(process.pid, on)
    problems: list[MediaEvent] = []
    plane = MediaPlane([socket], lambda event: problems.append(event) if "Alarm" in type(event).__name__ else None)
    try:
        await plane.connect()
        yield plane, process.pid
    finally:
        await plane.close()
        process.terminate()
        process.wait(20)
    if problems:
        print(f"{name}: {len(problems)} alarms: {problems[:3]}", file=sys.stderr)


async def media_worker(load: Load) -> Measured:
    """Measure one media worker."""
    build()
    directory = Path(os.environ["MEDIA_BENCH_DIR"])
    async with worker("bench", WORKER_PORTS, cores()[0]) as (plane, process):
        empty = psutil.Process(process).memory_info().rss
        if load.kind == "srtp":
            async with worker("far", FAR_PORTS, cores()[1]) as (far, _):
                measured = await generate(load, await open_sealed(plane, far, load), process, empty)
        else:
            measured = await generate(load, await open_legs(plane, load, directory), process, empty)
    for spool in directory.glob("*.s16"):
        spool.unlink()
    return measured


async def two_workers(load: Load) -> tuple[Measured, Measured]:
    """Two workers with half of the calls each, at once: what a packet costs in either. The second shares its core with
    the generator where there are but two, so that its delay is not told.
    """
    build()
    half = Load(load.kind, load.legs // 4 * 2, load.seconds)
    directory = Path(os.environ["MEDIA_BENCH_DIR"])
    async with (
        worker("one", WORKER_PORTS, cores()[0]) as (one, first),
        worker("two", FAR_PORTS, _second_core()) as (two, second),
    ):
        empty = psutil.Process(first).memory_info().rss
        places = await open_legs(one, half, directory)
        places += await open_legs(two, half, directory, begin=half.legs)
        before, since = cpu_seconds(second), time.monotonic()
        whole = Load(load.kind, 2 * half.legs, load.seconds)
        measured = await generate(whole, places, first, empty)
        ran = load.seconds + 0.8  # the generator's; before and after it the second worker does nothing
        used = cpu_seconds(second) - before
        took = min(ran, time.monotonic() - since)
    cost = round(measured.us_per_packet * 2, 2)  # the first worker has half of the packets
    other = round(used / (half.legs * 50 * load.seconds) * 1e6, 2)
    return replace(measured, us_per_packet=cost), replace(measured, us_per_packet=other, core=used / took)


def _second_core() -> set[int]:
    """The core after the first, which is the generator's when there are but two."""
    available = sorted(os.sched_getaffinity(0))
    return {available[1 if len(available) > 1 else 0]}


async def flooded(load: Load, packets_per_s: int) -> tuple[Measured, int]:
    """Relayed calls on shared ports, one of which a stranger sprays; how many packets it sent."""
    build()
    directory = Path(os.environ["MEDIA_BENCH_DIR"])
    async with worker("bench", WORKER_PORTS, cores()[0]) as (plane, process):
        empty = psutil.Process(process).memory_info().rss
        places = await open_legs(plane, load, directory)
        stranger = await asyncio.create_subprocess_exec(
            str(BUILD / "flood"), places[0].address, str(places[0].port), str(packets_per_s), str(load.seconds + 1),
            stdout=asyncio.subprocess.PIPE,
        )  # fmt: skip
        os.sched_setaffinity(stranger.pid, cores()[1])
        measured = await generate(load, places, process, empty)
        assert stranger.stdout is not None
        sent = int(await stranger.stdout.read())
        await stranger.wait()
    return measured, sent


async def open_sealed(plane: MediaPlane, far: MediaPlane, load: Load) -> list[LocalMedia]:
    """Calls whose one side is plain RTP and whose other is SRTP, to a second worker that gives it back as plain RTP."""
    places: list[LocalMedia] = []
    for number in range(0, load.legs, 2):
        near, away = str(number), str(number + 1)
        near_phone, away_phone = phone_of(number), phone_of(number + 1)
        there = await far.open_leg(f"sealed{away}", signalled_from="127.0.0.1", sdes=True)
        theirs = RemoteMedia(
            there.address, there.port, rtcp_port=there.rtcp_port, telephone_event=TELEPHONE_EVENT, crypto=there.crypto
        )
        here = await plane.open_leg(away, signalled_from="127.0.0.1", remote=theirs)
        places.append(await plane.open_leg(near, signalled_from=near_phone))
        places.append(await far.open_leg(away, signalled_from=away_phone))
        plane.set_remote(near, RemoteMedia(near_phone, PHONE_PORT, telephone_event=TELEPHONE_EVENT))
        plane.set_remote(away, theirs)
        plane.bridge(near, away)
        far.set_remote(away, RemoteMedia(away_phone, PHONE_PORT, telephone_event=TELEPHONE_EVENT))
        ours = RemoteMedia(
            here.address, here.port, rtcp_port=here.rtcp_port, telephone_event=TELEPHONE_EVENT, crypto=here.crypto
        )
        far.set_remote(f"sealed{away}", ours)
        far.bridge(away, f"sealed{away}")
    await plane.figures()
    await far.figures()
    return places


async def open_legs(plane: MediaPlane, load: Load, directory: Path, begin: int = 0) -> list[LocalMedia]:
    """Open all legs, ``begin`` the first, and connect them as the kind of load wants."""
    places: list[LocalMedia] = []
    for start in range(begin, begin + load.legs, BATCH):
        some = range(start, min(start + BATCH, begin + load.legs))
        places += await asyncio.gather(*(plane.open_leg(str(leg), signalled_from=phone_of(leg)) for leg in some))
    music = directory / "music.wav"
    if load.kind == "music" and not music.exists():
        write_music(music)
    for leg in range(begin, begin + load.legs):
        name = str(leg)
        events = None if load.kind == "inband" else TELEPHONE_EVENT  # without, digits are looked for in the sound
        plane.set_remote(name, RemoteMedia(phone_of(leg), PHONE_PORT, telephone_event=events))
        if load.kind in {"relay", "record", "inband"} and leg % 2:
            plane.bridge(str(leg - 1), name)
            if load.kind == "record":
                plane.record(f"r{leg}", str(directory / f"r{leg}.s16"), str(leg - 1), name)
        elif load.kind == "music":
            plane.play(name, [Clip(path=str(music))], play_id="music", loop=True)
        elif load.kind in ROOM:
            plane.join_room(name, str(load.group(leg)))
    await plane.figures()  # answered once everything before it is done
    return places


def write_music(path: Path) -> None:
    at = np.arange(8000 * 30) / 8000
    samples = (6000 * np.sin(2 * math.pi * 440 * at) * np.sin(2 * math.pi * 0.5 * at)).astype("<i2")
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(8000)
        file.writeframes(samples.tobytes())


async def c_relay(load: Load) -> Measured:
    """Measure the C relay."""
    build()
    process = subprocess.Popen([str(BUILD / "relay")], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        settle(process.pid, cores()[0])
        assert process.stdin is not None
        assert process.stdout is not None
        empty = psutil.Process(process.pid).memory_info().rss
        process.stdin.write("".join(f"{phone_of(leg)} {PHONE_PORT}\n" for leg in range(load.legs)))
        process.stdin.close()
        places = [LocalMedia("127.0.0.1", int(process.stdout.readline()), 0, 0) for _ in range(load.legs)]
        return await generate(load, places, process.pid, empty)
    finally:
        process.terminate()
        process.wait(10)


async def generate(load: Load, places: list[LocalMedia], measured: int, empty: int) -> Measured:
    """Run the generator and read the CPU time of process ``measured`` over the second half of the run."""
    table = "".join(
        f"{phone_of(leg)} {place.address} {place.port} {load.group(leg)}\n" for leg, place in enumerate(places)
    )
    generator = await asyncio.create_subprocess_exec(
        str(BUILD / "generator"), str(PHONE_PORT), str(load.seconds), load.mode,
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    settle(generator.pid, cores()[1])
    assert generator.stdin is not None
    assert generator.stdout is not None
    generator.stdin.write(table.encode())
    generator.stdin.close()
    process = psutil.Process(measured)
    loop = asyncio.get_running_loop()
    await asyncio.sleep(1.2)
    before, begun = cpu_seconds(measured), loop.time()
    await asyncio.sleep(load.seconds - 0.4)
    used, took = cpu_seconds(measured) - before, loop.time() - begun
    rss = process.memory_info().rss
    said = json.loads((await generator.stdout.read()).decode().splitlines()[-1])
    await generator.wait()
    expected = said["sent"] if load.mode == "relay" else load.legs * 50 * load.seconds
    return Measured(
        loss=max(0.0, 1 - said["received"] / expected),
        core=used / took,
        us_per_packet=round(used / took / (load.legs * 50) * 1e6, 2),
        p50_ms=said["p50_ms"] if said["measured"] else 0.0,
        p99_ms=said["p99_ms"] if said["measured"] else 0.0,
        p999_ms=said["p999_ms"] if said["measured"] else 0.0,
        leg_kb=round((rss - empty) / 1024 / load.legs, 1),
    )
