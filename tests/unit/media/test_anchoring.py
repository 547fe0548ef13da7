"""A worker is killed in the middle of calls: they are made again where it comes back, or in the others."""

from __future__ import annotations

import asyncio
import subprocess
import time
from pathlib import Path
from typing import cast

import numpy as np
import pytest

from pbx.media import anchoring
from pbx.media.client import MediaPlane
from pbx.media.messages import Clip, LegLost, LocalMedia, MediaMoved, RecordingStopped, WorkerLost
from tests.unit.media.scene import strength
from tests.unit.media.test_worker import Caller, Stage, hear_each_other, hears, stage, talk, talk_until


async def bridged(house: Stage, names: str, *, beside: bool = True) -> list[tuple[Caller, LocalMedia]]:
    callers = []
    for number, name in enumerate(names):
        caller = Caller(440 + 260 * number)
        first = names[0] if beside and number else None
        local = await house.plane.open_leg(name, signalled_from="127.0.0.1", beside=first)
        house.plane.set_remote(name, caller.remote)
        callers.append((caller, local))
    house.plane.bridge(*names)
    return callers


def kill(house: Stage, number: int) -> None:
    house.processes[number].kill()
    house.processes[number].wait(5)


def start_again(house: Stage, number: int) -> None:
    """As the supervisor does: the same command."""
    command = cast(list[str], house.processes[number].args)
    house.processes[number] = subprocess.Popen(command, stderr=subprocess.DEVNULL)


@pytest.fixture
def slow_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """A worker that starts beside many other processes takes seconds longer."""
    monkeypatch.setattr(anchoring, "ANY_S", 60.0)


@pytest.mark.usefixtures("slow_machine")
async def test_calls_are_heard_again_at_their_old_ports_once_the_worker_is_back(tmp_path: Path) -> None:
    async with stage(tmp_path) as house:
        pair = (a, at_a), (b, at_b) = await bridged(house, "ab")
        house.plane.record("r", str(tmp_path / "r.s16"), "a", "b")
        begun = time.monotonic()
        await talk(1.5, *pair)
        killed_s = time.monotonic() - begun
        kill(house, 0)
        start_again(house, 0)
        await asyncio.gather(talk(2.0, *pair), house.wait(MediaMoved))
        moved = [event for event in house.events if isinstance(event, MediaMoved)]
        assert {(event.leg, event.local.port, event.remade) for event in moved} == {
            ("a", at_a.port, "in_place"),
            ("b", at_b.port, "in_place"),
        }
        a.heard = b.heard = b""
        await hear_each_other(*pair)
        length_s = time.monotonic() - begun
        house.plane.stop_recording("r")
        stopped = await house.wait(RecordingStopped)
        assert isinstance(stopped, RecordingStopped)
        assert stopped.duration_s == pytest.approx(length_s, abs=0.8)
        ((from_s, to_s),) = stopped.missing
        assert 0.3 < from_s <= killed_s + 0.1 < to_s < length_s
        sound = np.fromfile(tmp_path / "r.s16", "<i2").reshape(-1, 2)
        assert len(sound) == round(stopped.duration_s * 8000)
        assert strength(sound[2000:6000, 0], 440) > 6000
        assert strength(sound[-6000:-2000, 1], 700) > 6000


async def test_without_its_worker_a_call_goes_on_in_another(tmp_path: Path) -> None:
    async with stage(tmp_path, 2) as house:
        (a, at_a), (b, at_b) = await bridged(house, "ab", beside=False)
        assert at_a.worker != at_b.worker
        await talk(1.0, (a, at_a), (b, at_b))
        kill(house, at_a.worker)
        moved = await house.wait(MediaMoved)
        assert isinstance(moved, MediaMoved)
        assert (moved.leg, moved.local.worker, moved.remade) == ("a", at_b.worker, "elsewhere")
        a.heard = b.heard = b""
        await hear_each_other((a, moved.local), (b, at_b))


@pytest.mark.usefixtures("slow_machine")
async def test_music_rooms_hold_and_echo_come_back(tmp_path: Path) -> None:
    async with stage(tmp_path, pairs=8) as house:
        people = [(Caller(440 + 260 * number), name) for number, name in enumerate("hrse")]
        places = []
        for caller, name in people:
            places.append((caller, await house.plane.open_leg(name, signalled_from="127.0.0.1")))
            house.plane.set_remote(name, caller.remote)
        house.plane.hold("h", True)
        house.plane.play("h", [Clip(tone="ringback")], play_id="music", loop=True)
        house.plane.join_room("r", "700")
        house.plane.join_room("s", "700")
        house.plane.echo("e", True)
        await talk(0.3, *places)
        kill(house, 0)
        start_again(house, 0)
        await asyncio.gather(talk(1.5, *places), house.wait(MediaMoved))
        for caller, _ in places:
            caller.heard = b""
        held, room, other, echo = (caller for caller, _ in places)

        def all_hear_what_they_did() -> bool:
            has_music = bool(np.abs(held.sound()).max(initial=0) > 500)
            return has_music and hears(room, 960, not_=700) and hears(other, 700) and hears(echo, 1220)

        await talk_until(all_hear_what_they_did, *places)
        assert all_hear_what_they_did()


async def test_legs_are_lost_when_no_worker_comes_back(tmp_path: Path) -> None:
    async with stage(tmp_path) as house:
        await bridged(house, "ab")
        house.plane.record("r", str(tmp_path / "r.s16"), "a", "b")
        kill(house, 0)
        assert await house.wait(WorkerLost) == WorkerLost(0, ("a", "b"))
        await house.wait(LegLost)
        lost = {event.leg for event in house.events if isinstance(event, LegLost)}
        assert lost == {"a", "b"}
        stopped = await house.wait(RecordingStopped)
        assert isinstance(stopped, RecordingStopped)
        assert stopped.cause == "worker_lost"


@pytest.mark.usefixtures("slow_machine")
async def test_a_leg_closed_while_its_worker_is_away_is_not_made_again(tmp_path: Path) -> None:
    async with stage(tmp_path) as house:
        await bridged(house, "ab")
        kill(house, 0)
        await house.wait(WorkerLost)
        house.plane.close_leg("a")
        start_again(house, 0)
        await house.wait(MediaMoved)
        (figures,) = await house.plane.figures()
        assert figures["legs"] == 1
        assert isinstance(house.plane, MediaPlane)
        assert house.plane.has("b")
        assert not house.plane.has("a")


@pytest.mark.usefixtures("slow_machine")
async def test_a_second_death_while_calls_come_back_loses_nobody(tmp_path: Path) -> None:
    """Both workers die one after the other, the second just as it takes over: the calls end in whichever is back."""
    async with stage(tmp_path, 2) as house:
        (a, at_a), (b, at_b) = await bridged(house, "ab")
        assert at_a.worker == at_b.worker
        await talk(0.3, (a, at_a), (b, at_b))
        kill(house, at_a.worker)
        await asyncio.sleep(1.2)  # what is taken over is taken over about now
        kill(house, 1 - at_a.worker)
        for number in (0, 1):
            start_again(house, number)
        async with asyncio.timeout(30):
            while not (house.plane.has("a") and house.plane.has("b")):
                await asyncio.sleep(0.05)
        await asyncio.sleep(1.0)
        assert not [event for event in house.events if isinstance(event, LegLost)]
        places = {event.leg: event.local for event in house.events if isinstance(event, MediaMoved)}
        a.heard = b.heard = b""
        await hear_each_other((a, places["a"]), (b, places["b"]))
