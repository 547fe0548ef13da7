"""When a worker is full: measured by itself, and only what lasts."""

from __future__ import annotations

import asyncio
import signal
from pathlib import Path

import pytest

from pbx.media.load import BUSY, EASED, LATE_S, SECONDS, Load
from pbx.media.messages import MediaAlarm
from tests.unit.media.test_worker import stage


@pytest.mark.parametrize(("busy", "late_s"), [(BUSY, 0.0), (0.1, LATE_S)])
def test_a_worker_is_full_after_several_bad_seconds_and_not_after_one(busy: float, late_s: float) -> None:
    load = Load()
    for _ in range(5):
        assert not load.add(busy, late_s)
        assert not load.add(0.3, 0.001)
    changed = [load.add(busy, late_s) for _ in range(SECONDS)]
    assert changed == [False] * (SECONDS - 1) + [True]
    assert load.is_over


def test_a_full_worker_takes_calls_again_when_it_has_clearly_less_to_do_for_a_while() -> None:
    load = Load()
    for _ in range(SECONDS):
        load.add(1.0, 0.0)
    for _ in range(10):
        assert not load.add(BUSY * EASED + 0.01, 0.0)
    assert load.is_over
    assert [load.add(0.2, 0.0) for _ in range(SECONDS)][-1]
    assert not load.is_over


async def test_a_worker_that_is_kept_from_its_ticks_is_full_until_it_is_not(tmp_path: Path) -> None:
    async with stage(tmp_path) as house:
        await house.plane.open_leg("a", signalled_from="127.0.0.1")
        worker = house.processes[0]
        async with asyncio.timeout(15):
            while not house.plane.is_overloaded:
                worker.send_signal(signal.SIGSTOP)
                await asyncio.sleep(0.06)
                worker.send_signal(signal.SIGCONT)
                await asyncio.sleep(0.3)
        alarm = await house.wait(MediaAlarm)
        assert isinstance(alarm, MediaAlarm)
        assert alarm.what == "media_overloaded"
        async with asyncio.timeout(30):
            while house.plane.is_overloaded:
                await asyncio.sleep(0.1)
        assert house.events[-1].what == "media_load_eased"  # type: ignore[union-attr]
