"""The supervisor at its end: calls that an exchange has left behind are finished by another one."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from pathlib import Path

import pytest

from centralita.child import HELD, Child
from centralita.supervisor import Supervisor
from config.settings import Settings

EXCHANGE = f"""
import os, pathlib, signal, sys, time
calls, life = pathlib.Path(sys.argv[1]), sys.argv[2]
started = calls.parent / "started"
number = len(started.read_text()) if started.exists() else 0
calls.mkdir(parents=True, exist_ok=True)
if number == 0:
    (calls / "one.json").touch()
def end(*_):
    if life == "dies" and number == 0:
        os.kill(os.getpid(), signal.SIGKILL)
    if life != "never":
        (calls / "one.json").unlink(missing_ok=True)
    sys.exit(0)
signal.signal(signal.SIGTERM, end)
started.write_text("x" * (number + 1))
signal.pthread_sigmask(signal.SIG_UNBLOCK, {[int(number) for number in HELD]})
time.sleep(60)
"""
OFFICE = "import time; time.sleep(60)"


@pytest.mark.parametrize(("life", "exchanges"), [("drains", 1), ("dies", 2), ("never", 3)])
async def test_calls_left_behind_are_finished_by_another_exchange(tmp_path: Path, life: str, exchanges: int) -> None:
    settings = Settings(data_dir=tmp_path)
    calls, started = settings.live_calls_dir, settings.live_calls_dir.parent / "started"

    async def prepare() -> bool:
        return False

    supervisor = Supervisor(settings, prepare, lambda _: None)
    supervisor.workers = []
    supervisor.exchange = Child("exchange", [sys.executable, "-c", EXCHANGE, str(calls), life])
    supervisor.office = Child("office", [sys.executable, "-c", OFFICE])
    running = asyncio.create_task(supervisor.run())
    async with asyncio.timeout(30):
        while not started.exists():
            await asyncio.sleep(0.01)
        os.kill(os.getpid(), signal.SIGTERM)
        assert await running == 0
    assert len(started.read_text()) == exchanges
    assert (calls / "one.json").exists() == (life == "never")
    assert not supervisor.exchange.is_running
    assert not supervisor.office.is_running
