"""A process that holds its signals hears them once it can do what they ask for; others are ended by them."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from pathlib import Path

import pytest

from centralita.child import HELD, Child

LOADS = f"""
import pathlib, signal, sys, time
pathlib.Path(sys.argv[1]).touch()
while not pathlib.Path(sys.argv[2]).exists():
    time.sleep(0.01)
heard = []
for number in {[int(number) for number in HELD]}:
    signal.signal(number, lambda number, _: heard.append(number))
signal.pthread_sigmask(signal.SIG_UNBLOCK, {[int(number) for number in HELD]})
sys.exit(40 + len(heard))
"""


async def started(child: Child, loading: Path, *, holds_signals: bool) -> None:
    await child.start(dict(os.environ), holds_signals=holds_signals)
    async with asyncio.timeout(20):
        while not loading.exists():
            await asyncio.sleep(0.01)


@pytest.mark.parametrize("numbers", [(signal.SIGTERM,), (signal.SIGUSR1, signal.SIGTERM), (signal.SIGINT,)])
async def test_signals_that_come_while_it_loads_are_heard_when_it_listens(
    tmp_path: Path, numbers: tuple[signal.Signals, ...]
) -> None:
    loading, may_listen = tmp_path / "loading", tmp_path / "may_listen"
    child = Child("exchange", [sys.executable, "-c", LOADS, str(loading), str(may_listen)])
    await started(child, loading, holds_signals=True)
    assert child.process is not None
    for number in numbers:
        child.process.send_signal(number)
    assert child.is_running
    may_listen.touch()
    async with asyncio.timeout(20):
        assert await child.process.wait() == 40 + len(numbers)
    assert not child.is_running


async def test_one_that_does_not_hold_them_is_ended_at_once(tmp_path: Path) -> None:
    loading = tmp_path / "loading"
    child = Child("office", [sys.executable, "-c", LOADS, str(loading), str(tmp_path / "never")])
    await started(child, loading, holds_signals=False)
    assert not child.is_leaving
    await child.stop(20)
    assert child.is_leaving
    assert child.process is not None
    assert child.process.returncode == -signal.SIGTERM


async def test_one_that_does_not_hear_is_killed_at_the_deadline(tmp_path: Path) -> None:
    loading = tmp_path / "loading"
    child = Child("exchange", [sys.executable, "-c", LOADS, str(loading), str(tmp_path / "never")])
    await started(child, loading, holds_signals=True)
    await child.stop(0.1)
    assert child.process is not None
    assert child.process.returncode == -signal.SIGKILL
