"""What is heard over a bad network: its pitch, its length, how gaps are hidden, and that every packet is counted."""

from __future__ import annotations

import numpy as np
import pytest

from pbx.media.messages import LegClosed
from tests.netem.network import BadNetwork
from tests.unit.media.scene import Phone, Scene, is_unbroken, loudest

NETWORKS = {
    "1 % loss": {"loss": 0.01},
    "5 % loss": {"loss": 0.05},
    "20 % loss": {"loss": 0.2},
    "bursts": {"loss": 0.05, "burst": 4.0},
    "reordering": {"reorder": 0.1},
    "duplicates": {"duplicates": 0.2},
    "20 ms jitter": {"jitter_s": 0.02},
    "60 ms jitter": {"jitter_s": 0.06},
    "200 ms jitter": {"jitter_s": 0.2},
    "all of it": {"loss": 0.05, "burst": 2.0, "reorder": 0.05, "duplicates": 0.05, "jitter_s": 0.04, "delay_s": 0.15},
}


def room(network: BadNetwork, seconds: float) -> tuple[Scene, Phone, Phone]:
    """``a`` speaks over the network into a room in which ``b`` listens."""
    scene = Scene()
    a, b = Phone(scene, 5000, frequency=440), Phone(scene, 5002, frequency=0)
    a.network = network
    for name, phone in (("a", a), ("b", b)):
        scene.open(name, phone)
        scene.do("join_room", leg=name, room="1", gain=1.0)
    scene.run(seconds)
    return scene, a, b


def level(sound: np.ndarray, frame: int = 160) -> np.ndarray:
    frames = sound[: len(sound) // frame * frame].reshape(-1, frame).astype(float)
    return np.sqrt((frames**2).mean(axis=1))


@pytest.mark.parametrize("name", NETWORKS)
def test_pitch_and_length_are_kept(name: str) -> None:
    _, _, b = room(BadNetwork(seed=1, **NETWORKS[name]), 10.0)
    sound = b.audio(1000.0)
    assert is_unbroken(b)
    assert len(sound) == pytest.approx(80_000, abs=320)
    for second in range(2, 9):
        assert loudest(sound[second * 8000 : second * 8000 + 8000]) == pytest.approx(440, abs=3)


@pytest.mark.parametrize(
    ("name", "audible"),
    [
        ("1 % loss", 0.999),
        ("5 % loss", 0.99),
        ("20 % loss", 0.95),
        ("bursts", 0.95),
        ("reordering", 0.99),
        ("duplicates", 1.0),
    ],
)
def test_gaps_are_concealed(name: str, audible: float) -> None:
    _, _, b = room(BadNetwork(seed=2, **NETWORKS[name]), 10.0)
    loud = level(b.audio(1001.0)) > 8000 / np.sqrt(2) / 4
    assert loud.mean() >= audible


@pytest.mark.parametrize("name", NETWORKS)
def test_delay_stays_bounded(name: str) -> None:
    network = BadNetwork(seed=3, **NETWORKS[name])
    scene, a, b = room(network, 8.0)
    a.loudness = 0
    begun = scene.now
    while level(b.audio(scene.now - 0.3))[-3:].max() > 400:
        scene.run(0.02)
        assert scene.now - begun < 0.3 + network.delay_s + network.jitter_s + 0.24


@pytest.mark.parametrize("name", NETWORKS)
def test_every_packet_is_counted(name: str) -> None:
    network = BadNetwork(seed=4, **NETWORKS[name])
    scene, a, _ = room(network, 10.0)
    a.frequency = 0
    scene.run(0.5)
    scene.do("close_leg", leg="a")
    (event,) = scene.of(LegClosed)
    assert event.quality.packets_received == network.passed
    trailing = 3  # what was lost at either end leaves no gap to be counted
    assert network.lost - trailing <= event.quality.packets_lost <= network.lost
    assert int(scene.core.legs.duplicates[0]) == network.doubled


def test_the_same_seed_is_the_same_network() -> None:
    first, second = (BadNetwork(seed=9, **NETWORKS["all of it"]) for _ in range(2))
    assert [first(at, b"") for at in range(500)] == [second(at, b"") for at in range(500)]


@pytest.mark.parametrize("loss", [0.01, 0.05, 0.2])
@pytest.mark.parametrize("burst", [1.0, 4.0])
def test_the_network_loses_what_it_says(loss: float, burst: float) -> None:
    network = BadNetwork(seed=5, loss=loss, burst=burst)
    for at in range(20_000):
        network(at, b"")
    assert network.lost / 20_000 == pytest.approx(loss, rel=0.2)


@pytest.mark.parametrize("name", ["5 % loss", "60 ms jitter", "all of it"])
def test_a_relay_adds_nothing_to_what_the_network_does(name: str) -> None:
    network = BadNetwork(seed=6, **NETWORKS[name])
    scene = Scene()
    a, b = scene.call(440, 700)
    a.network = network
    scene.run(8.0)
    a.frequency = 0
    scene.run(0.5)
    said = [packet for _, packet in b.heard if packet.payload != b"\xff" * 160]
    assert len(said) == network.passed
    assert len({packet.ssrc for packet in said}) == 1
    first = said[0]
    for packet in said:
        offset = (packet.sequence - first.sequence + 32768) % 65536 - 32768
        assert (packet.timestamp - first.timestamp - 160 * offset) & 0xFFFFFFFF == 0
