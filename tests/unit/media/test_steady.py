"""The short way of a relayed packet, and the pace of passes."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Callable

import numpy as np
import pytest

from pbx.media.pace import BEHIND_S, LONGEST_S, PHASE_S, SHORTEST_S, Pace
from pbx.media.steady import Steady
from pbx.media.wire import plain
from tests.unit.media.scene import Network, Phone, Scene

PAIRS = 4


def _rough(seed: int) -> Network:
    """Loss, duplicates, reordering and bursts: what makes packets anything but steady."""
    chance = random.Random(seed)

    def network(at: float, datagram: bytes) -> list[float]:
        kind = chance.random()
        if kind < 0.03:
            return []
        if kind < 0.06:
            return [at, at + 0.02]
        if kind < 0.12:
            return [at + chance.uniform(0.02, 0.12)]
        return [at]

    return network


def _play(network: Callable[[int], Network] | None) -> Scene:
    scene = Scene()
    for pair in range(PAIRS):
        names = []
        for side in range(2):
            name = f"{pair}{side}"
            phone = Phone(scene, 30_000 + 20 * pair + 2 * side, law=(pair + side) % 2 if pair == 3 else 0)
            place = scene.open(name)
            scene.do("set_remote", leg=name, remote=plain(phone.remote()))
            phone.target = (place.address, place.port)
            phone.start(300 + 100 * side)
            if network is not None:
                phone.network = network(10 * pair + side)
            names.append(name)
        scene.do("bridge", leg=names[0], peer=names[1])
    scene.run(1.5)
    phones = list(scene.phones.values())
    phones[0].ssrc += 1  # another stream
    phones[2].timestamp += 1_000_000  # a jump
    scene.do("hold", leg="10", on=True)
    scene.run(0.5)
    scene.do("hold", leg="10", on=False)
    scene.run(1.5)
    return scene


def _by_target(scene: Scene) -> dict[tuple[str, int], list[tuple[float, bytes]]]:
    found = defaultdict(list)
    for at, _, target, datagram in scene.sent:
        found[target].append((at, datagram))
    return found


@pytest.mark.parametrize("network", [None, _rough])
def test_the_short_way_sends_and_counts_the_same_as_the_long_one(
    monkeypatch: pytest.MonkeyPatch, network: Callable[[int], Network] | None
) -> None:
    short = _play(network)
    monkeypatch.setattr(Steady, "relay", lambda *_: 0)
    long = _play(network)
    assert _by_target(short) == _by_target(long)
    assert np.array_equal(short.core.legs.heard, long.core.legs.heard)
    assert np.array_equal(short.core.legs.sent, long.core.legs.sent)
    assert short.core.reception.relayed == long.core.reception.relayed


def test_nearly_all_packets_of_a_clean_call_take_the_short_way(monkeypatch: pytest.MonkeyPatch) -> None:
    taken: list[int] = []
    relay = Steady.relay

    def counted(*given: object) -> int:
        taken.append(relay(*given))  # type: ignore[arg-type]
        return taken[-1]

    monkeypatch.setattr(Steady, "relay", counted)
    scene = Scene()
    scene.call(440, 700)
    scene.run(2.0)
    assert sum(taken) > 0.9 * scene.core.reception.relayed > 0


def test_passes_are_far_apart_while_they_are_short_and_closer_when_there_is_much_to_do() -> None:
    pace = Pace(100.0)
    pace.passed(100.0, 100.0001)
    assert pace.wait(100.0, ticking=False) == pytest.approx(LONGEST_S)
    pace.passed(100.0, 100.002)
    assert pace.wait(100.0, ticking=False) == pytest.approx(0.0023)
    pace.passed(100.0, 100.05)
    assert pace.wait(100.0, ticking=False) == pytest.approx(SHORTEST_S)


def test_phases_keep_their_times_whenever_passes_come_by() -> None:
    pace = Pace(100.0)
    told = [pace.phase(now) for now in (100.001, 100.002, 100.0071, 100.0101)]
    assert [each and each[0] for each in told] == [0, None, 1, 2]
    assert [each[1] for each in told if each] == pytest.approx([100.0, 100.005, 100.01])
    assert pace.wait(100.0101, ticking=True) <= PHASE_S


def test_a_worker_that_is_far_behind_does_not_run_after_lost_time() -> None:
    pace = Pace(100.0)
    late = 100.0 + 2 * BEHIND_S
    assert pace.phase(late) == (0, late)
    assert pace.phase(late) is None
    assert pace.skipped == 40
