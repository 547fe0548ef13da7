"""Streams of every shape over bad networks: packet sizes, decorated headers, jumps, other sources, drifting clocks."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from pbx.media.messages import LegClosed
from pbx.media.ring import MAX_DELAY, JitterRing
from tests.netem.network import BadNetwork
from tests.netem.test_sound import NETWORKS, room
from tests.unit.media.scene import is_unbroken, loudest

TONE_STEP = 8000 * 2 * np.pi * 440 / 8000  # between two samples of the loudest tone that is said here


@pytest.mark.parametrize("ptime", [10, 20, 30, 40])
@pytest.mark.parametrize("name", ["5 % loss", "bursts", "60 ms jitter", "all of it"])
def test_packets_of_every_size_keep_pitch_and_length(name: str, ptime: int) -> None:
    scene, a, b = room(BadNetwork(seed=11, **NETWORKS[name]), 0.0)
    a.ptime = ptime
    scene.run(5.0)
    sound = b.audio(1000.0)
    assert is_unbroken(b)
    assert len(sound) == pytest.approx(40_000, abs=320)
    for second in range(1, 4):
        assert loudest(sound[second * 8000 : second * 8000 + 8000]) == pytest.approx(440, abs=3)


def test_padding_csrc_and_extensions_are_no_sound() -> None:
    scene, a, b = room(BadNetwork(seed=12, loss=0.02, jitter_s=0.02), 0.0)
    shapes = itertools.cycle(
        [
            {},
            {"padding": 4},
            {"csrc": (1, 2, 3)},
            {"extension": (0xBEDE, b"\x10\x00\x00\x00")},
            {"padding": 8, "csrc": tuple(range(15)), "extension": (0x1000, bytes(16))},
        ]
    )
    plain = a.packet
    a.packet = lambda payload, kind=None, **fields: plain(payload, kind, **(fields | next(shapes)))
    scene.run(5.0)
    sound = b.audio(1001.0)
    assert loudest(sound) == pytest.approx(440, abs=1)
    spectrum = np.abs(np.fft.rfft(sound[:24000] * np.hanning(24000)))
    assert spectrum[1300:1340].max() > 30 * np.delete(spectrum, np.arange(1250, 1400)).max()


@pytest.mark.parametrize("jump", [1 << 31, 400_000, -400_000, 12_345])
@pytest.mark.parametrize("kind", ["timestamp", "ssrc", "sequence"])
def test_whatever_jumps_is_heard_again_at_once_and_nothing_counts_as_lost(kind: str, jump: int) -> None:
    scene, a, b = room(BadNetwork(seed=13), 2.0)
    if kind == "timestamp":
        a.timestamp = (a.timestamp + jump) & 0xFFFFFFFF
    elif kind == "ssrc":
        a.ssrc, a.timestamp, a.sequence = a.ssrc + 1, (a.timestamp + jump) & 0xFFFFFFFF, jump & 0xFFFF
    else:
        a.sequence = (a.sequence + 0x8000 + jump) & 0xFFFF
    since = scene.now
    scene.run(2.0)
    sound = b.audio(since + 0.15)
    assert loudest(sound) == pytest.approx(440, abs=2)
    frames = np.sqrt((sound[: len(sound) // 160 * 160].reshape(-1, 160).astype(float) ** 2).mean(axis=1))
    assert frames.min() > 4000
    assert is_unbroken(b)
    scene.do("close_leg", leg="a")
    assert scene.of(LegClosed)[0].quality.packets_lost == 0


def test_a_sequence_that_wraps_over_and_over_is_nothing_special() -> None:
    network = BadNetwork(seed=14, loss=0.05, reorder=0.05)
    scene, a, b = room(network, 0.0)
    for _ in range(4):
        a.sequence = 65_500
        a.ssrc += 1
        scene.run(1.5)
    assert loudest(b.audio(1000.5)) == pytest.approx(440, abs=2)
    assert is_unbroken(b)


def test_a_marker_on_every_packet_changes_nothing() -> None:
    scene, a, b = room(BadNetwork(seed=15, jitter_s=0.02), 0.0)
    plain = a.packet
    a.packet = lambda payload, kind=None, **fields: plain(payload, kind, **(fields | {"marker": True}))
    scene.run(4.0)
    assert loudest(b.audio(1001.0)) == pytest.approx(440, abs=1)
    assert int(scene.core.ring.concealed[0]) <= 3
    assert not any(packet.marker for _, packet in b.heard[50:])


class Drifting:
    """Rows of one ring whose peers' clocks are ``ppm`` fast; the ring is played for a virtual while."""

    def __init__(self, ppm: list[float], jitter_s: float = 0.0) -> None:
        self.rate = 1 + np.array(ppm) * 1e-6
        self.rows = np.arange(len(ppm))
        self.ring = JitterRing(len(ppm))
        self.said = np.zeros(len(ppm), np.int64)
        self.jitter, self.random = jitter_s * 8000, np.random.default_rng(3)
        self.now = 8000
        self.steepest, self.delays = 0, []
        self._last = np.zeros((len(ppm), 1), np.int64)

    def run(self, seconds: int) -> None:
        each = np.arange(160)
        for tick in range(seconds * 50):
            self.now += 160
            while (due := np.flatnonzero(8000 + self.said / self.rate + 60 <= self.now)).size:
                at = 2 * np.pi * 440 * (self.said[due, None] + each) / 8000
                sound = (8000 * np.sin(at)).astype(np.int16)
                one = np.ones(len(due), np.int64)
                arrived = int(self.now - self.jitter * self.random.random())
                self.ring.file(due, one, self.said[due] & 0xFFFFFFFF, one, sound, one * 160, arrived)
                self.said[due] += 160
            heard = self.ring.pull(self.rows).heard.astype(np.int64)
            self.ring.take_skipped()
            if tick > 50:
                self.steepest = max(self.steepest, int(np.abs(np.diff(np.hstack([self._last, heard]))).max()))
            self._last = heard[:, -1:]
            if tick % 500 == 0:
                self.delays.append(self.ring._position - self.ring.play)


def test_a_clock_100_ppm_off_for_an_hour_neither_overflows_nor_clicks() -> None:
    drifting = Drifting([100, -100])
    drifting.run(3600)
    delays = np.array(drifting.delays)
    assert np.abs(delays).max() <= 3 * 160
    assert drifting.steepest < 1.1 * TONE_STEP
    assert int(drifting.ring.late.max()) == 0
    expected = 3600 * 100e-6 * 8000 / 160  # frames by which the two clocks part
    assert int(drifting.ring.concealed.max()) <= 2 * expected


@pytest.mark.parametrize("ppm", [-1000, -300, 300, 1000])
def test_worse_clocks_and_jitter_are_borne_as_well(ppm: int) -> None:
    drifting = Drifting([ppm], jitter_s=0.01)
    drifting.run(240)
    assert np.abs(np.array(drifting.delays)).max() <= MAX_DELAY
    assert drifting.steepest < 1.6 * TONE_STEP
