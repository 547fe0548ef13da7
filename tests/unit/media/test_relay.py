"""Bridged legs: what one says the other hears, in one unbroken stream."""

from __future__ import annotations

import itertools

import pytest

from pbx.media.messages import Clip
from pbx.rtp import telephone_event
from tests.unit.media.scene import Phone, Scene, is_unbroken, loudest, strength


def test_each_hears_the_other_and_nothing_else() -> None:
    scene = Scene()
    a, b = scene.call(440, 700)
    scene.run(1.0)
    assert strength(a.audio(), 700) > 7000 > 200 > strength(a.audio(), 440)
    assert strength(b.audio(), 440) > 7000 > 200 > strength(b.audio(), 700)


@pytest.mark.parametrize("laws", [(0, 1), (1, 0), (1, 1)])
def test_laws_are_converted_where_legs_differ(laws: tuple[int, int]) -> None:
    scene = Scene()
    a, b = scene.call(440, 700, laws=laws)
    scene.run(0.5)
    assert {packet.payload_type for _, packet in a.heard} == {(0, 8)[laws[0]]}
    assert {packet.payload_type for _, packet in b.heard} == {(0, 8)[laws[1]]}
    assert strength(a.audio(), 700) > 7000
    assert strength(b.audio(), 440) > 7000


def test_a_packet_is_relayed_with_the_pass_that_takes_it() -> None:
    scene = Scene()
    _a, b = scene.call(440, 700)
    scene.run(0.5)
    delays = []
    for at, packet in b.heard[5:]:
        number = (packet.timestamp - b.heard[5][1].timestamp) // 160
        delays.append(at - b.heard[5][0] - number * 0.02)
    assert max(delays) - min(delays) < 0.0026


def test_dynamic_payload_types_are_mapped_per_leg() -> None:
    scene = Scene()
    a, b = Phone(scene, 5000, frequency=440), Phone(scene, 5002)
    scene.open("a", a)
    scene.open("b", b)
    scene.do("set_remote", leg="b", remote={"address": "127.0.0.1", "port": 5002, "payload_type": 97, "codec": "PCMU"})
    scene.do("bridge", leg="a", peer="b")
    scene.run(0.2)
    assert {packet.payload_type for _, packet in b.heard} == {97}


def test_the_stream_is_unbroken_from_prompt_to_bridge_to_music_and_back() -> None:
    scene = Scene()
    a, _b = scene.call(440, 700)
    scene.do("unbridge", leg="a")
    scene.play("a", Clip(tone="busy"), loop=True)
    scene.run(0.4)
    scene.do("bridge", leg="a", peer="b")
    scene.run(0.4)
    scene.do("hold", leg="b", on=True)
    scene.play("a", Clip(tone="ringback"), loop=True)
    scene.run(0.4)
    scene.do("hold", leg="b", on=False)
    scene.do("stop_playing", leg="a")
    scene.run(0.4)
    assert is_unbroken(a)
    assert loudest(a.audio(since=1000.45)[:2400]) == pytest.approx(700, abs=5)
    assert loudest(a.audio(since=1001.25)) == pytest.approx(700, abs=5)
    steps = [(y.timestamp - x.timestamp) & 0xFFFFFFFF for (_, x), (_, y) in itertools.pairwise(a.heard)]
    assert all(160 <= step <= 480 for step in steps)
    markers = [packet.marker for _, packet in a.heard]
    assert sum(markers) >= 4  # each change of source begins a talkspurt


def test_a_new_stream_of_the_peer_goes_on_as_the_same_stream() -> None:
    scene = Scene()
    a, b = scene.call(440, 700)
    scene.run(0.3)
    a.ssrc, a.sequence, a.timestamp = 99, 12, 77
    scene.run(0.3)
    assert is_unbroken(b)


def test_loss_and_order_are_passed_on_as_they_are() -> None:
    scene = Scene()
    a, b = scene.call(440, 700)
    lost = iter(range(1000))
    a.network = lambda at, _: [] if next(lost) == 10 else [at]
    scene.run(0.5)
    steps = [(y - x) & 0xFFFF for x, y in itertools.pairwise(b.sequences)]
    assert sorted(set(steps)) == [1, 2]
    assert steps.count(2) == 1


def test_duplicates_are_not_relayed() -> None:
    scene = Scene()
    a, b = scene.call(440, 700)
    a.network = lambda at, _: [at, at + 0.004]
    scene.run(0.5)
    assert is_unbroken(b)


def test_extension_csrc_and_padding_are_stripped() -> None:
    scene = Scene()
    a, b = scene.call(440, 700)
    a.frequency = 0
    scene.run(0.05)
    before = len(b.heard)
    a.send(a.packet(bytes([7]) * 160, csrc=(1, 2), extension=(0xBEDE, b"12345678"), padding=4))
    scene.run(0.02)
    assert len(b.heard) > before
    assert b.heard[before][1].payload == bytes([7]) * 160
    assert b.heard[before][1].csrc == ()


def test_telephone_events_pass_with_their_payload_type_mapped_and_are_reported() -> None:
    scene = Scene()
    a, b = Phone(scene, 5000), Phone(scene, 5002)
    for name, phone in (("a", a), ("b", b)):
        scene.open(name, phone)
    from pbx.media.wire import plain

    scene.do("set_remote", leg="b", remote=plain(b.remote(telephone_event=96)))
    scene.do("bridge", leg="a", peer="b")
    speaker = telephone_event.Speaker()
    speaker.say("5")
    while speaker.is_speaking:
        for payload, marker, _ in speaker.next_frame():
            a.send(a.packet(payload, 101, marker=marker))
            a.sequence += 1
        scene.run(0.02)
    assert [(event.leg, event.digit) for event in scene.events if type(event).__name__ == "DigitHeard"] == [("a", "5")]
    events = [packet for _, packet in b.heard if packet.payload_type == 96]
    assert len(events) == 8
    assert len({packet.timestamp for packet in events}) == 1
    assert is_unbroken(b)


def test_a_digit_is_played_to_a_peer_that_takes_no_events() -> None:
    scene = Scene()
    a, b = Phone(scene, 5000), Phone(scene, 5002)
    scene.open("a", a)
    scene.open("b", b)
    from pbx.media.wire import plain

    scene.do("set_remote", leg="b", remote=plain(b.remote(telephone_event=None)))
    scene.do("bridge", leg="a", peer="b")
    a.send(a.packet(telephone_event.build(telephone_event.Event("1", True, 10, 800)), 101))
    scene.run(0.3)
    assert strength(b.audio()[:960], 697) > 1000
    assert strength(b.audio()[:960], 1209) > 1000


def test_echo_sends_the_same_sound_back() -> None:
    scene = Scene()
    (a,) = scene.call(440)
    scene.do("echo", leg="a", on=True)
    scene.run(0.5)
    assert strength(a.audio(since=1000.05), 440) > 7000
    assert is_unbroken(a)


def test_held_and_muted_legs_are_not_heard_but_their_peers_get_silence() -> None:
    scene = Scene()
    a, b = scene.call(440, 700)
    scene.run(0.2)
    scene.do("mute", leg="a", on=True)
    scene.run(0.5)
    quiet = b.audio(since=1000.25)
    assert len(quiet) > 3000
    assert abs(quiet).max() == 0
    assert strength(a.audio(since=1000.25), 700) > 7000
    scene.do("hold", leg="a", on=True)
    scene.run(0.5)
    assert abs(a.audio(since=1000.75)).max() == 0
    assert is_unbroken(a)
    assert is_unbroken(b)


def test_a_leg_alone_is_kept_alive_with_silence() -> None:
    scene = Scene()
    (a,) = scene.call(440)
    scene.run(0.5)
    assert len(a.heard) == pytest.approx(25, abs=1)
    assert abs(a.audio()).max() == 0


def test_nothing_is_sent_before_the_peer_has_answered() -> None:
    scene = Scene()
    phone = Phone(scene, 5000)
    scene.do("open_leg", leg="a", signalled_from="127.0.0.1", remote={"address": "127.0.0.1", "port": 5000})
    scene.run(0.2)
    assert phone.heard == []


def test_closing_one_leg_leaves_the_other_in_silence() -> None:
    scene = Scene()
    _a, b = scene.call(440, 700)
    scene.run(0.2)
    scene.do("close_leg", leg="a")
    scene.run(0.2)
    assert is_unbroken(b)
    assert abs(b.audio(since=1000.22)).max() == 0
