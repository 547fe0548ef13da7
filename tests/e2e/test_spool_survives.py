"""What is recorded survives a disk that is full, and the death of the office and of the supervisor.

That it survives the exchange, a media worker, and everything at once is seen in ``test_exchange_dies.py``,
``test_media_workers.py`` and ``test_power_cut.py``.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psutil
import pytest

from tests.e2e.conftest import ServerFactory
from tests.e2e.house import AGENT_HZ, ANA, CALLER_HZ, House, both_hear_each_other, check_recording
from tests.kit import Call, Phone, Server, analysis
from tests.kit.api import eventually
from tests.kit.phone import answers

DISK = 4 << 20
SECOND = 2 * 2 * 8000  # bytes of a stereo spool


@contextmanager
def small_disk(folder: Path) -> Iterator[Path]:
    """A disk of four megabytes at ``folder``."""
    folder.mkdir(parents=True)
    mount = shutil.which("mount")
    if os.geteuid() != 0 or mount is None:
        pytest.skip("a disk of its own needs root")
    command = [mount, "-t", "tmpfs", "-o", f"size={DISK}", "spool", str(folder)]
    made = subprocess.run(command, capture_output=True, text=True, check=False)
    if made.returncode != 0:
        pytest.skip(f"no disk can be mounted here: {made.stderr.strip()}")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", folder], check=True)


def fill(disk: Path) -> Path:
    """Take every byte that is left."""
    filler = disk / "filler"
    with filler.open("wb", buffering=0) as file:
        try:
            while True:
                file.write(bytes(4096))
        except OSError:
            return filler


async def recorded(spool: Path, seconds: float) -> None:
    """Wait until so much more of the call is on the disk."""

    def blocks() -> int:
        return spool.stat().st_blocks * 512

    enough = blocks() + seconds * SECOND

    async def look() -> bool | None:
        return blocks() >= enough or None

    await eventually(look, 15, f"{seconds} s more are recorded")


async def talk(house: House, ana: Phone) -> tuple[Call, Call]:
    """Somebody calls Ana and is recorded."""
    caller = await house.place(ANA)
    at_ana = await ana.incoming(10)
    await caller.answered()
    await both_hear_each_other(caller, at_ana)
    return caller, at_ana


async def kill_office(server: Server) -> None:
    assert server.process is not None
    (office,) = [
        process
        for process in psutil.Process(server.process.pid).children(recursive=True)
        if "centralita.office" in process.cmdline()
    ]
    office.kill()
    await asyncio.to_thread(office.wait, 10)

    async def is_back() -> bool | None:
        return await asyncio.to_thread(server.is_healthy) or None

    await eventually(is_back, 30, "there is an office again")


async def test_a_recording_outlives_a_full_disk_the_office_and_the_supervisor(
    own_server: ServerFactory, open_house: Callable[[Server], Any]
) -> None:
    server = own_server(start=False)
    with small_disk(server.data_dir / "spool") as disk:
        await asyncio.to_thread(server.start)
        house: House = await open_house(server)
        ana = await house.phone("101", answers(AGENT_HZ))
        caller, at_ana = await talk(house, ana)
        call_id = await house.call_id()
        (spool,) = disk.iterdir()
        await recorded(spool, 1.0)
        filler = fill(disk)
        await house.events.next("system.alarm", 10, what="disk_full")
        await both_hear_each_other(caller, at_ana)
        filler.unlink()
        await recorded(spool, 1.5)
        await kill_office(server)
        await both_hear_each_other(caller, at_ana)
        await caller.hang_up()
        pages = await open_house(server)
        logged = await pages.logged(call_id, timeout=10)
        wav = await pages.recording(logged["recording_id"], timeout=10)
        check_recording(wav)
        events = await pages.admin.items(f"/calls/{call_id}/events")
        (missing,) = [event["missing"] for event in events if event["type"] == "recording.finished"]
        ((start, end),) = missing
        assert 0.5 < start < end - 0.4 < wav.seconds - 1
        for channel, tone in ((wav.left, CALLER_HZ), (wav.right, AGENT_HZ)):
            gap = channel[round((start + 0.1) * wav.rate) : round((end - 0.1) * wav.rate)]
            assert not gap.any(), analysis.describe(gap)
            assert analysis.tone_spans(channel[: round(start * wav.rate)], tone)
            assert analysis.tone_spans(channel[round(end * wav.rate) :], tone)

        caller, at_ana = await talk(house, ana)
        call_id = await pages.call_id()
        assert server.process is not None
        server.process.kill()
        await both_hear_each_other(caller, at_ana)
        await caller.hang_up()
        await asyncio.to_thread(server.start)
        pages = await open_house(server)
        logged = await pages.logged(call_id, timeout=10)
        assert (logged["result"], logged["ended_by"]) == ("answered", "caller")
        check_recording(await pages.recording(logged["recording_id"], timeout=15))
        await asyncio.to_thread(server.kill)
