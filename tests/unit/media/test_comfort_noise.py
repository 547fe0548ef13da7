"""Peers that stop sending in silence: noise is heard meanwhile, nothing counts as lost, and no call ends of it."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from pbx.media.messages import Clip, LegClosed, MediaTimedOut
from pbx.media.wire import plain
from pbx.rtp import comfort_noise, rtcp, telephone_event
from tests.unit.media.scene import Phone, Scene, is_unbroken, loudest

SPEECH = (0.4, 0.6)  # seconds of it, and of silence


class QuietPhone(Phone):
    """Speaks for a while, then sends nothing, with or without saying so."""

    level: int | None = 50

    def speak(self) -> None:
        self.send(self.packet(self.frame(), marker=self.frames == 1))  # RFC 3551 §4.1: after silence
        self.sequence += 1
        self.timestamp = (self.timestamp + 160) & 0xFFFFFFFF

    def talk(self, seconds: float, silence: float) -> None:
        self.start(440)
        self.scene.run(seconds)
        self.frequency = 0
        if self.level is not None:
            self.send(self.packet(bytes([self.level]), 13))
            self.sequence += 1
        self.timestamp = (self.timestamp + round(silence * 8000)) & 0xFFFFFFFF
        self.scene.run(silence)


def rms(sound: np.ndarray) -> float:
    return float(np.sqrt((sound.astype(float) ** 2).mean()))


def call(*, level: int | None = 50, noise: int | None = None) -> tuple[Scene, QuietPhone, Phone]:
    scene = Scene()
    a, b = QuietPhone(scene, 5000), Phone(scene, 5002)
    a.level = level
    for name, phone in (("a", a), ("b", b)):
        scene.open(name, phone)
        scene.do("set_remote", leg=name, remote=plain(phone.remote(comfort_noise=noise if phone is b else 13)))
    scene.do("bridge", leg="a", peer="b")
    return scene, a, b


def room() -> tuple[Scene, QuietPhone, Phone]:
    scene, a, b = call()
    for name in "ab":
        scene.do("join_room", leg=name, room="1", gain=1.0)
    return scene, a, b


@pytest.mark.parametrize("level", [40, 60])
def test_noise_of_the_level_that_was_told_is_heard_in_a_room(level: int) -> None:
    scene, a, b = room()
    a.level = level
    a.talk(1.0, 2.0)
    assert rms(b.audio(scene.now - 1.5)) == pytest.approx(32767 * 10 ** (-level / 20), rel=0.2)
    a.talk(1.0, 0.0)
    assert loudest(b.audio(scene.now - 0.8)) == pytest.approx(440, abs=5)


def test_silence_that_was_told_is_not_concealed_nor_lost() -> None:
    scene, a, _ = room()
    for _ in range(5):
        a.talk(*SPEECH)
    assert int(scene.core.ring.concealed[0]) <= 1
    scene.do("close_leg", leg="a")
    assert scene.of(LegClosed)[0].quality.packets_lost == 0


def test_a_peer_that_only_stops_is_heard_as_its_room_and_loses_nothing() -> None:
    scene, a, b = room()
    a.level = None
    a.loudness = 100  # what a telephone sends before it stops is the room
    for _ in range(4):
        a.talk(*SPEECH)
    a.talk(0.5, 1.0)
    level = rms(b.audio(scene.now - 0.5))
    assert 30 < level < 180
    a.talk(0.2, 0.0)
    assert int(scene.core.ring.concealed[0]) == 0


def test_noise_passes_to_a_peer_that_takes_it() -> None:
    scene, a, b = call(noise=13)
    a.talk(*SPEECH)
    a.talk(*SPEECH)
    assert [packet.payload for _, packet in b.heard if packet.payload_type == 13] == [bytes([50])] * 2
    assert is_unbroken(b)
    assert not scene.core.legs.ticks[1]


@pytest.mark.parametrize("level", [50, None])
def test_noise_is_made_for_a_bridged_peer_that_does_not(level: int | None) -> None:
    scene, a, b = call(level=level)
    a.loudness = 100
    for _ in range(4):
        a.talk(*SPEECH)
    assert is_unbroken(b)
    assert not [packet for _, packet in b.heard if packet.payload_type == 13]
    assert 20 < rms(b.audio(scene.now - 0.4)) < 250
    assert len(b.audio(scene.now - 0.4)) == pytest.approx(3200, abs=320)


def test_silence_that_was_told_outlasts_the_timeout() -> None:
    scene, a, b = call(noise=13)
    b.start(700)
    a.talk(0.5, 100.0)
    assert scene.of(MediaTimedOut) == []
    scene.run(250.0)
    assert [event.leg for event in scene.of(MediaTimedOut)] == ["a"]


def test_reports_keep_a_peer_alive_that_is_known_to_stop() -> None:
    scene, a, b = call(level=None)
    b.start(700)
    for _ in range(3):
        a.talk(*SPEECH)
    report = rtcp.build((rtcp.ReceiverReport(a.ssrc & 0xFFFFFFFF), rtcp.SourceDescription(a.ssrc & 0xFFFFFFFF, "a")))
    for _ in range(12):
        scene.inject((a.address, a.port + 1), (a.target[0], a.target[1] + 1), report)
        scene.run(5.0)
    assert scene.of(MediaTimedOut) == []
    scene.run(32.0)
    assert [event.leg for event in scene.of(MediaTimedOut)] == ["a"]


def test_a_key_held_long_is_no_silence() -> None:
    scene, a, _ = call()
    a.start(440)
    scene.run(0.5)
    a.frequency = 0
    for step in range(1, 50):
        event = telephone_event.Event("5", step == 49, 10, step * 160)
        a.send(a.packet(telephone_event.build(event), 101))
        a.sequence += 1
        scene.run(0.02)
    a.timestamp = (a.timestamp + 50 * 160) & 0xFFFFFFFF
    a.start(440)
    scene.run(0.5)
    assert int(scene.core.legs.suppresses[0]) == 0


def test_levels() -> None:
    told = comfort_noise.rms_of(np.array([0, 30, 50, 127, 0x80 | 50], np.uint8))
    assert told[0] == told[1] == pytest.approx(1036, rel=0.01)
    assert told[2] == told[4] == pytest.approx(103.6, rel=0.01)
    assert told[3] < 0.1
    noise = comfort_noise.frames(told[:2], np.array([1, 2]))
    assert noise.shape == (2, 160)
    assert rms(comfort_noise.frames(np.repeat(told[2:3], 200), np.arange(200))) == pytest.approx(103.6, rel=0.05)


def test_who_takes_noise_is_told_of_our_silence_and_of_its_end() -> None:
    scene = Scene()
    a = Phone(scene, 5000)
    scene.open("a", a)
    scene.do("set_remote", leg="a", remote=plain(a.remote(comfort_noise=13)))
    scene.run(2.0)
    assert 3 <= len(a.heard) <= 5
    assert {packet.payload_type for _, packet in a.heard} == {13}
    scene.play("a", Clip(tone="beep"))
    scene.run(0.4)
    kinds = [packet.payload_type for _, packet in a.heard]
    last, first = (packet for _, packet in a.heard[kinds.index(0) - 1 : kinds.index(0) + 1])
    assert last.payload_type == 13
    assert first.marker
    assert not last.marker
    assert is_unbroken(a)
    times = [(at, packet.timestamp) for at, packet in a.heard]
    for (at, stamp), (later, next_stamp) in itertools.pairwise(times):
        assert (next_stamp - stamp) & 0xFFFFFFFF == pytest.approx((later - at) * 8000, abs=60)


def test_one_pause_is_no_habit() -> None:
    scene, a, b = call(level=None)
    a.talk(1.0, 20.0)
    a.talk(1.0, 20.0)
    a.talk(1.0, 0.0)
    assert int(scene.core.legs.suppresses[0]) == 0
    assert not scene.core.legs.ticks[1]
    assert is_unbroken(b)
