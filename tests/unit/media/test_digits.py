"""Keys pressed and keys sent."""

from __future__ import annotations

import itertools
from pathlib import Path

import numpy as np
import pytest

from pbx.media.errors import CommandError
from pbx.media.messages import DigitHeard
from pbx.media.tones import tone
from pbx.media.wire import plain
from pbx.rtp import dtmf, g711, telephone_event
from tests.unit.media.coded_phone import CodedPhone
from tests.unit.media.scene import Phone, Scene, is_unbroken, strength


def press(scene: Scene, phone: Phone, digit: str, ms: int = 100, ends: int = 3) -> None:
    stamp = phone.timestamp
    steps = ms // 20
    for step in range(1, steps + 1):
        last = step == steps
        event = telephone_event.Event(digit, last and ends > 0, 10, step * 160)
        for _ in range(max(1, ends) if last else 1):
            phone.send(phone.packet(telephone_event.build(event), 101, marker=step == 1))
            phone.sequence += 1
        scene.run(0.02)
    phone.timestamp = (stamp + steps * 160) & 0xFFFFFFFF


def test_each_key_is_heard_once_with_its_length() -> None:
    scene = Scene()
    (a,) = scene.call(0)
    for digit, ms in (("1", 100), ("1", 60), ("#", 240)):
        press(scene, a, digit, ms)
        scene.run(0.05)
    assert scene.of(DigitHeard) == [DigitHeard("a", "1", 100), DigitHeard("a", "1", 60), DigitHeard("a", "#", 240)]


def test_a_key_whose_end_is_lost_is_heard_when_nothing_more_comes() -> None:
    scene = Scene()
    (a,) = scene.call(0)
    press(scene, a, "5", ends=0)
    assert scene.of(DigitHeard) == []
    scene.run(0.3)
    assert scene.of(DigitHeard) == [DigitHeard("a", "5", 100)]


def test_a_key_that_never_ends_is_reported_once() -> None:
    scene = Scene()
    (a,) = scene.call(0)
    press(scene, a, "5", ms=14_000, ends=0)
    scene.run(0.3)
    assert scene.of(DigitHeard) == [DigitHeard("a", "5", 8_000)]


def test_what_is_no_digit_is_counted() -> None:
    scene = Scene()
    (a,) = scene.call(0)
    for payload in (b"\x01", bytes((32, 0, 0, 160)), b""):
        a.send(a.packet(payload, 101))
        a.sequence += 1
        scene.run(0.02)
    assert scene.of(DigitHeard) == []
    assert scene.core.digits.malformed == 2  # the empty one is no RTP packet with a payload at all


def test_digits_are_sent_as_events_with_three_ends() -> None:
    scene = Scene()
    (a,) = scene.call(0)
    scene.run(0.2)
    scene.do("send_digits", leg="a", digits="12")
    scene.run(0.6)
    events = [packet for _, packet in a.heard if packet.payload_type == 101]
    parsed = [telephone_event.parse(packet.payload) for packet in events]
    assert [event.digit for event in parsed if event.end] == ["1"] * 3 + ["2"] * 3
    assert [packet.marker for packet in events].count(True) == 2
    assert len({packet.timestamp for packet in events}) == 2
    assert max(event.duration for event in parsed) == 6 * 160
    assert is_unbroken(a)
    stamps = [packet.timestamp for _, packet in a.heard]
    assert all((y - x) & 0xFFFFFFFF < 8000 for x, y in itertools.pairwise(stamps))
    assert abs(a.audio(1000.7)).size > 0


def test_digits_go_in_band_to_a_peer_without_events() -> None:
    scene = Scene()
    (a,) = scene.call(0)
    scene.do("set_remote", leg="a", remote=plain(a.remote(telephone_event=None)))
    scene.do("send_digits", leg="a", digits="9")
    scene.run(0.4)
    sound = a.audio()
    first = int((abs(sound) > 300).argmax())
    assert strength(sound[first : first + 900], 852) > 1500
    assert strength(sound[first : first + 900], 1477) > 1500


def test_what_cannot_be_dialled_is_refused() -> None:
    scene = Scene()
    scene.call(0)
    with pytest.raises(CommandError, match="not a digit"):
        scene.do("send_digits", leg="a", digits="12x")


@pytest.mark.parametrize("recorded", [False, True])
def test_tones_of_a_peer_without_telephone_events_are_heard(recorded: bool, tmp_path: Path) -> None:
    scene = Scene()
    phone, other = Phone(scene, 5000), Phone(scene, 5002)
    local = scene.open("a")
    phone.target = (local.address, local.port)
    scene.do("set_remote", leg="a", remote=plain(phone.remote(telephone_event=None)))
    scene.open("b", other)
    scene.do("bridge", leg="a", peer="b")
    if recorded:
        scene.record(tmp_path / "r.s16")
    sound = np.concatenate([tone(f"dtmf:{digit}") for digit in "42#"])
    for at in range(0, len(sound), 160):
        phone.send(phone.packet(g711.encode(sound[at : at + 160].astype(np.int16), 0).tobytes()))
        phone.sequence, phone.timestamp = phone.sequence + 1, (phone.timestamp + 160) & 0xFFFFFFFF
        scene.run(0.02)
    scene.run(0.2)
    assert "".join(event.digit for event in scene.of(DigitHeard)) == "42#"
    assert [packet.payload_type for _, packet in other.heard].count(0) >= 10
    assert is_unbroken(other)


def test_tones_of_a_peer_with_telephone_events_are_only_sound() -> None:
    scene = Scene()
    (phone,) = scene.call(0.0)
    for at in range(0, 800, 160):
        phone.send(phone.packet(g711.encode(tone("dtmf:5")[at : at + 160], 0).tobytes()))
        phone.sequence, phone.timestamp = phone.sequence + 1, (phone.timestamp + 160) & 0xFFFFFFFF
        scene.run(0.02)
    scene.run(0.2)
    assert not scene.of(DigitHeard)


WAYS = ("events", "wide events", "tones")


def key_phone(scene: Scene, name: str, port: int, way: str) -> Phone:
    """A telephone that sends and takes keys in one way only."""
    if way == "wide events":
        coded = CodedPhone(scene, port, "opus")
        scene.open(name, coded)
        told = coded.remote(telephone_event=110, telephone_event_rate=48000)
        scene.do("set_remote", leg=name, remote=plain(told))
        return coded
    phone = Phone(scene, port)
    scene.open(name, phone)
    scene.do("set_remote", leg=name, remote=plain(phone.remote(telephone_event=101 if way == "events" else None)))
    return phone


def press_keys(scene: Scene, phone: Phone, way: str, digits: str) -> None:
    if way == "tones":
        sound = np.concatenate([tone(f"dtmf:{digit}") for digit in digits])
        for at in range(0, len(sound), 160):
            phone.send(phone.packet(g711.encode(sound[at : at + 160].astype(np.int16), 0).tobytes()))
            phone.sequence, phone.timestamp = phone.sequence + 1, (phone.timestamp + 160) & 0xFFFFFFFF
            scene.run(0.02)
        return
    speaker, rate, number = telephone_event.Speaker(), *((6, 110) if way == "wide events" else (1, 101))
    speaker.say(digits)
    while speaker.is_speaking:
        begun = phone.timestamp
        for payload, marker, past in speaker.next_frame(rate):
            phone.timestamp = begun - past
            phone.send(phone.packet(payload, number, marker=marker))
            phone.sequence += 1
        phone.timestamp = (begun + 160 * rate) & 0xFFFFFFFF
        scene.run(0.02)


def keys_heard(phone: Phone, way: str) -> str:
    """What the telephone makes of what it has heard."""
    if way == "tones":
        sound = phone.audio()
        sound = np.concatenate([sound, np.zeros(1600 - len(sound) % 160, np.int16)])
        detector = dtmf.Detector(1)
        found = [detector.feed(np.zeros(1, np.int64), frame[None, :]) for frame in sound.reshape(-1, 160)]
        return "".join(one.digit for each in found for one in each)
    listener, rate, number = telephone_event.Listener(), *((6, 110) if way == "wide events" else (1, 101))
    digits = []
    for at, packet in phone.heard:
        if packet.payload_type == number:
            digits += listener.feed(packet.timestamp, telephone_event.parse(packet.payload), at, rate)
    return "".join(each.digit for each in digits)


@pytest.mark.parametrize("to", WAYS)
@pytest.mark.parametrize("way", WAYS)
def test_keys_reach_the_other_side_in_its_own_way(way: str, to: str) -> None:
    scene = Scene()
    a, b = key_phone(scene, "a", 5000, way), key_phone(scene, "b", 5002, to)
    scene.do("bridge", leg="a", peer="b")
    scene.run(0.2)
    press_keys(scene, a, way, "1590#")
    scene.run(1.5)
    assert "".join(event.digit for event in scene.of(DigitHeard) if event.leg == "a") == "1590#"
    assert keys_heard(b, to) == "1590#"
    assert is_unbroken(b)


@pytest.mark.parametrize("to", WAYS)
def test_keys_of_an_info_reach_the_other_side_in_its_own_way(to: str) -> None:
    scene = Scene()
    b = key_phone(scene, "b", 5002, to)
    scene.run(0.2)
    scene.do("send_digits", leg="b", digits="42#")
    scene.run(1.5)
    assert keys_heard(b, to) == "42#"


@pytest.mark.parametrize("way", WAYS)
def test_a_side_that_takes_keys_by_info_hears_neither_events_nor_made_tones(way: str) -> None:
    scene = Scene()
    a, b = key_phone(scene, "a", 5000, way), Phone(scene, 5002)
    scene.open("b", b)
    scene.do("set_remote", leg="b", remote=plain(b.remote(telephone_event=None, keys_by_info=True)))
    scene.do("bridge", leg="a", peer="b")
    press_keys(scene, a, way, "7")
    scene.run(1.0)
    assert [event.digit for event in scene.of(DigitHeard)] == ["7"]
    assert keys_heard(b, "events") == ""
    assert keys_heard(b, "tones") == ("7" if way == "tones" else "")  # its own sound is not taken from it


def test_keys_of_a_supervised_call_reach_the_other_side() -> None:
    scene = Scene()
    a, b = key_phone(scene, "a", 5000, "events"), key_phone(scene, "b", 5002, "events")
    supervisor = key_phone(scene, "s", 5004, "events")
    scene.do("bridge", leg="a", peer="b")
    scene.do("supervise", leg="s", target="b", mode="listen")
    press_keys(scene, a, "events", "8")
    scene.run(1.0)
    assert keys_heard(b, "events") == "8"
    assert keys_heard(supervisor, "events") == ""
