"""Opus and G.722: who speaks only these hears, and is heard by, everybody; two of a kind are relayed untouched."""

from __future__ import annotations

import itertools
from pathlib import Path

import numpy as np
import pytest

from pbx.media import table
from pbx.media.messages import Clip, DigitHeard, LegClosed, MediaTimedOut
from pbx.media.wire import plain
from pbx.rtp import telephone_event
from tests.unit.media.coded_phone import PAYLOAD_TYPE, CodedPhone
from tests.unit.media.scene import Phone, Scene, is_unbroken, loudest, strength

CODECS = tuple(PAYLOAD_TYPE)


def phone(scene: Scene, name: str, port: int, codec: str, frequency: float = 0.0) -> Phone:
    made = (
        CodedPhone(scene, port, codec, frequency)
        if codec in CODECS
        else Phone(scene, port, law=("PCMU", "PCMA").index(codec), frequency=frequency)
    )
    scene.open(name, made)
    return made


def bridged(one: str, other: str) -> tuple[Scene, Phone, Phone]:
    scene = Scene()
    a, b = phone(scene, "a", 5000, one, 440), phone(scene, "b", 5002, other, 700)
    scene.do("bridge", leg="a", peer="b")
    return scene, a, b


def hears(listener: Phone, frequency: float, since: float) -> bool:
    sound = listener.audio(since)
    return (
        len(sound) >= 4000 and loudest(sound) == pytest.approx(frequency, abs=3) and strength(sound, frequency) > 4000
    )


@pytest.mark.parametrize("one", CODECS)
@pytest.mark.parametrize("other", ["PCMU", "PCMA", "G722", "opus"])
def test_each_hears_the_other_at_its_pitch_and_loudness(one: str, other: str) -> None:
    scene, a, b = bridged(one, other)
    scene.run(3.0)
    assert hears(a, 700, scene.now - 2)
    assert hears(b, 440, scene.now - 2)
    assert is_unbroken(a)
    assert is_unbroken(b)


@pytest.mark.parametrize("codec", CODECS)
def test_two_of_a_kind_are_relayed_untouched(codec: str) -> None:
    scene, a, b = bridged(codec, codec)
    scene.run(1.0)
    assert [packet.payload for _, packet in b.heard] != []
    encoder = CodedPhone(scene, 6000, codec, 440)
    assert [packet.payload for _, packet in b.heard] == [encoder.frame() for _ in b.heard]
    assert scene.core.reception.relayed == len(a.heard) + len(b.heard)


@pytest.mark.parametrize("codec", CODECS)
def test_timestamps_go_with_the_codecs_clock(codec: str) -> None:
    scene, a, _ = bridged(codec, "PCMU")
    scene.run(1.0)
    steps = {(y.timestamp - x.timestamp) & 0xFFFFFFFF for (_, x), (_, y) in itertools.pairwise(a.heard)}
    assert steps == {160 * a.rate}


@pytest.mark.parametrize("codec", CODECS)
def test_conversion_comes_and_goes_with_the_bridge(codec: str) -> None:
    scene, a, b = bridged(codec, codec)
    c = phone(scene, "c", 5004, "PCMA", 1000)
    scene.run(1.0)
    scene.do("bridge", leg="a", peer="c")
    scene.run(2.0)
    assert hears(a, 1000, scene.now - 1)
    assert hears(c, 440, scene.now - 1)
    scene.do("bridge", leg="a", peer="b")
    scene.run(1.0)
    assert hears(b, 440, scene.now - 0.8)
    assert is_unbroken(a)
    assert not scene.core.legs.ticks.any() or int(scene.core.legs.ticks.sum()) == 1  # only c, who hears silence


@pytest.mark.parametrize("codec", CODECS)
def test_a_call_is_recorded(codec: str, tmp_path: Path) -> None:
    scene, _, b = bridged(codec, codec)
    scene.record(tmp_path / "call")
    scene.run(3.0)
    scene.do("stop_recording", recording="r")
    scene.run(1.0)
    sound = np.fromfile(tmp_path / "call", "<i2").reshape(-1, 2)[8000:20000]
    assert loudest(sound[:, 0]) == pytest.approx(440, abs=3)
    assert loudest(sound[:, 1]) == pytest.approx(700, abs=3)
    assert strength(sound[:, 0], 440) > 6000
    assert hears(b, 440, scene.now - 1)


@pytest.mark.parametrize("codec", CODECS)
def test_prompts_and_music_are_heard(codec: str) -> None:
    scene = Scene()
    a = phone(scene, "a", 5000, codec)
    scene.play("a", Clip(tone="ringback"), loop=True)
    scene.run(1.4)
    assert loudest(a.audio(scene.now - 1)) == pytest.approx(425, abs=3)


@pytest.mark.parametrize("codec", CODECS)
def test_in_a_conference(codec: str) -> None:
    scene = Scene()
    phones = [
        phone(scene, name, 5000 + 2 * i, each, tone)
        for i, (name, each, tone) in enumerate([("a", codec, 440), ("b", "PCMU", 700), ("c", "PCMA", 1000)])
    ]
    for name in "abc":
        scene.do("join_room", leg=name, room="1", gain=1.0)
    scene.run(3.0)
    for one, own in zip(phones, (440, 700, 1000), strict=True):
        sound = one.audio(scene.now - 1)
        for tone in (440, 700, 1000):
            assert (strength(sound, tone) > 4000) == (tone != own)


def test_a_re_invite_to_another_codec_keeps_the_stream_whole() -> None:
    scene, a, b = bridged("PCMU", "PCMU")
    scene.run(1.0)
    coded = CodedPhone(scene, 5000, "opus", 440)
    coded.heard, coded.target = a.heard, a.target
    coded.sequence, coded.timestamp, coded.ssrc = a.sequence, a.timestamp, a.ssrc
    scene.do("set_remote", leg="a", remote=plain(coded.remote()))
    scene.run(2.0)
    assert hears(coded, 700, scene.now - 1)
    assert hears(b, 440, scene.now - 1)
    assert is_unbroken(b)
    assert is_unbroken(coded)


@pytest.mark.parametrize("rate", [8000, 48000])
def test_keys_of_an_opus_phone_are_heard_and_passed_on(rate: int) -> None:
    scene = Scene()
    a, b = CodedPhone(scene, 5000, "opus"), Phone(scene, 5002)
    for name, each in (("a", a), ("b", b)):
        scene.open(name, each)
    scene.do("set_remote", leg="a", remote=plain(a.remote(telephone_event=110, telephone_event_rate=rate)))
    scene.do("bridge", leg="a", peer="b")
    speaker = telephone_event.Speaker()
    speaker.say("5")
    while speaker.is_speaking:
        for payload, marker, _ in speaker.next_frame(rate // 8000):
            a.send(a.packet(payload, 110, marker=marker))
            a.sequence += 1
        scene.run(0.02)
    scene.run(0.5)
    assert scene.of(DigitHeard) == [DigitHeard("a", "5", 120)]
    told = [telephone_event.parse(packet.payload) for _, packet in b.heard if packet.payload_type == 101]
    assert {event.digit for event in told} == {"5"}
    assert max(event.duration for event in told) == 960
    b.heard.clear()
    scene.do("send_digits", leg="a", digits="7")
    scene.run(0.5)
    told = [telephone_event.parse(packet.payload) for _, packet in a.heard if packet.payload_type == 110]
    assert {event.digit for event in told} == {"7"}
    assert max(event.duration for event in told) == 960 * rate // 8000


def test_a_long_key_at_the_clock_of_opus_is_one_key() -> None:
    listener = telephone_event.Listener()
    heard = []
    for step in range(1, 200):  # four seconds; an event of 48 kHz is over after 1.36 s and goes on as another
        past, units = divmod(step * 960, 0xFFFF)
        event = telephone_event.Event("3", step == 199, 10, units)
        heard += listener.feed(past * 0xFFFF, event, step * 0.02, 6)
    assert [digit.digit for digit in heard] == ["3"]
    assert heard[0].duration_ms == pytest.approx(3980, abs=30)


def test_lost_opus_is_made_from_what_follows() -> None:
    scene, a, b = bridged("opus", "PCMU")
    dropped = itertools.count()
    a.network = lambda at, datagram: [] if next(dropped) % 10 == 5 else [at]
    scene.run(4.0)
    sound = b.audio(scene.now - 2).astype(float)
    frames = np.sqrt((sound[: len(sound) // 160 * 160].reshape(-1, 160) ** 2).mean(axis=1))
    assert frames.min() > 500  # never a gap: the codec hides what is lost
    assert loudest(sound) == pytest.approx(440, abs=3)


def test_packets_that_are_not_of_the_codec_hurt_nobody() -> None:
    scene, a, b = bridged("opus", "PCMU")
    scene.run(0.5)
    random = np.random.default_rng(1)
    for _ in range(300):
        a.send(a.packet(random.bytes(int(random.integers(1, 1400))), 111))
        a.sequence += 1
        a.timestamp += 960
    a.timestamp -= 300 * 960
    scene.run(2.0)
    assert hears(b, 440, scene.now - 0.5)
    assert hears(a, 700, scene.now - 1)


def test_a_closed_leg_leaves_no_stream() -> None:
    scene, _, _ = bridged("opus", "G722")
    scene.run(0.5)
    assert scene.core.codecs.count == 2
    for name in "ab":
        scene.do("close_leg", leg=name)
    assert scene.core.codecs.count == 0
    assert scene.core.engine._transcoder._streams == {}
    assert {event.quality.codec for event in scene.of(LegClosed)} == {"opus", "G722"}
    assert not scene.of(MediaTimedOut)


def test_jitter_is_told_in_milliseconds_whatever_the_clock() -> None:
    scene, a, _ = bridged("opus", "opus")
    shift = itertools.count()
    a.network = lambda at, datagram: [at + 0.01 * (next(shift) % 2)]
    scene.run(5.0)
    scene.do("close_leg", leg="a")
    (event,) = scene.of(LegClosed)
    assert event.quality.jitter_ms == pytest.approx(10, abs=1.5)


def test_rows_know_their_codec() -> None:
    scene, _, _ = bridged("opus", "G722")
    assert scene.core.legs.law[:2].tolist() == [table.LAW_OPUS, table.LAW_G722]
    assert scene.core.legs.rate[:2].tolist() == [6, 1]
