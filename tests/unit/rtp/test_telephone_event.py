"""DTMF as events (RFC 4733)."""

from __future__ import annotations

import pytest

from pbx.rtp.errors import TelephoneEventError
from pbx.rtp.telephone_event import DIGITS, END_PACKETS, Event, Heard, Listener, Speaker, build, parse


@pytest.mark.parametrize("digit", DIGITS)
def test_what_is_built_is_parsed(digit: str) -> None:
    event = Event(digit, True, 10, 800)
    assert parse(build(event)) == event


@pytest.mark.parametrize("payload", [b"", b"\x01\x8a\x03", bytes((16, 0, 0, 0)), bytes((255, 0, 0, 0))])
def test_other_payloads_are_errors(payload: bytes) -> None:
    with pytest.raises(TelephoneEventError):
        parse(payload)


def test_what_is_no_digit_is_not_built() -> None:
    for digit in ("", "x", "12"):
        with pytest.raises(TelephoneEventError):
            build(Event(digit, False, 0, 0))


def test_an_event_is_heard_once_in_spite_of_its_three_ends() -> None:
    listener = Listener()
    heard = []
    for step in range(1, 6):
        heard += listener.feed(1000, Event("5", step == 5, 10, step * 160), step * 0.02)
    for _ in range(2):
        heard += listener.feed(1000, Event("5", True, 10, 800), 0.1)
    assert heard == [Heard("5", 100)]


def test_the_next_event_ends_one_whose_end_was_lost() -> None:
    listener = Listener()
    assert listener.feed(1000, Event("1", False, 10, 640), 0.0) == []
    assert listener.feed(3000, Event("2", False, 10, 160), 0.2) == [Heard("1", 80)]


def test_a_late_packet_of_an_earlier_event_is_not_a_new_one() -> None:
    listener = Listener()
    listener.feed(1000, Event("1", True, 10, 640), 0.0)
    listener.feed(3000, Event("2", True, 10, 640), 0.2)
    assert listener.feed(1000, Event("1", True, 10, 640), 0.21) == []


def test_timestamps_may_wrap_between_events() -> None:
    listener = Listener()
    assert listener.feed((1 << 32) - 100, Event("1", True, 10, 640), 0.0) == [Heard("1", 80)]
    assert listener.feed(1500, Event("2", True, 10, 640), 0.2) == [Heard("2", 80)]


def test_a_long_event_in_segments_is_one_digit() -> None:
    listener = Listener()
    assert listener.feed(1000, Event("7", False, 10, 65_500), 0.0) == [Heard("7", 8187)]
    assert listener.feed(1000 + 0xFFFF, Event("7", True, 10, 800), 0.02) == []


def test_silence_ends_an_event_after_a_while() -> None:
    listener = Listener()
    listener.feed(1000, Event("1", False, 10, 640), 1.0)
    assert listener.is_waiting
    assert listener.expire(1.1) == []
    assert listener.expire(1.25) == [Heard("1", 80)]
    assert not listener.is_waiting
    assert listener.expire(2.0) == []


def test_a_speaker_says_what_a_listener_hears() -> None:
    speaker, listener = Speaker(), Listener()
    speaker.say("0*#")
    heard = []
    frames = 0
    base = 0
    while speaker.is_speaking:
        packets = speaker.next_frame()
        for payload, marker, offset in packets:
            if marker:
                base = frames * 160 - offset
            heard += listener.feed(base, parse(payload), frames * 0.02)
        frames += 1
    assert [digit.digit for digit in heard] == ["0", "*", "#"]
    assert {digit.duration_ms for digit in heard} == {120}
    assert frames == 3 * 10


def test_the_last_packet_of_an_event_is_sent_three_times_and_a_comma_waits_a_second() -> None:
    speaker = Speaker()
    speaker.say("1,")
    sizes = []
    while speaker.is_speaking:
        sizes.append(len(speaker.next_frame()))
    assert sizes[:6] == [1, 1, 1, 1, 1, END_PACKETS]
    assert len(sizes) == 10 + 50


def test_what_cannot_be_said_is_refused_whole() -> None:
    speaker = Speaker()
    with pytest.raises(TelephoneEventError):
        speaker.say("1e")
    assert not speaker.is_speaking
