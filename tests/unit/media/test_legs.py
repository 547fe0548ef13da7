"""A leg's life: commands checked, quality counted, reports exchanged, silence noticed."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from pbx.media.errors import CommandError
from pbx.media.messages import LegClosed, MediaStarted, MediaTimedOut, RemoteMedia
from pbx.media.readings import BOUNDS
from pbx.media.wire import plain
from pbx.rtp import rtcp
from tests.unit.media.scene import LOOPBACK, Scene, strength


@pytest.mark.parametrize(
    ("command", "fields"),
    [
        ("no_such_command", {}),
        ("open_leg", {}),
        ("open_leg", {"leg": "", "signalled_from": LOOPBACK}),
        ("open_leg", {"leg": "x", "signalled_from": "not an address"}),
        ("open_leg", {"leg": "x", "signalled_from": LOOPBACK, "trusted": ["300.0.0.0/8"]}),
        ("open_leg", {"leg": "x", "signalled_from": LOOPBACK, "trusted": "10.0.0.0/8"}),
        ("open_leg", {"leg": "x", "signalled_from": LOOPBACK, "remote": {"address": "x", "port": 1}}),
        ("open_leg", {"leg": "a", "signalled_from": LOOPBACK}),
        ("set_remote", {"leg": "a", "remote": None}),
        ("set_remote", {"leg": "a", "remote": {"address": "224.0.0.1", "port": 4000}}),
        ("set_remote", {"leg": "a", "remote": {"address": LOOPBACK, "port": 70000}}),
        ("set_remote", {"leg": "a", "remote": {"address": LOOPBACK, "port": 4000, "codec": "G729"}}),
        ("set_remote", {"leg": "a", "remote": {"address": LOOPBACK, "port": 4000, "payload_type": 200}}),
        ("set_remote", {"leg": "a", "remote": {"address": LOOPBACK, "port": 4000, "unknown": 1}}),
        ("bridge", {"leg": "a"}),
        ("bridge", {"leg": "a", "peer": "a"}),
        ("hold", {"leg": "a", "on": "yes"}),
        ("play", {"leg": "a", "clips": "music", "play_id": "p"}),
        ("play", {"leg": "a", "clips": [{"path": 7}], "play_id": "p"}),
        ("play", {"leg": "a", "clips": [{"silence_ms": -1}], "play_id": "p"}),
        ("play", {"leg": "a", "clips": [{"tone": "beep", "gain_db": 90}], "play_id": "p"}),
        ("supervise", {"leg": "a", "target": "a", "mode": "shout"}),
        ("join_room", {"leg": "a", "room": "1", "gain": float("nan")}),
        ("record_message", {"leg": "a", "recording": "m", "path": "/x", "max_s": -1}),
        ("record", {"recording": "r", "left": "a", "right": "b"}),
        ("hello", None),
        ("hello", {"keep": [1]}),
    ],
)
def test_a_malformed_command_is_refused_and_changes_nothing(command: str, fields: Any) -> None:
    scene = Scene()
    (a,) = scene.call(440)
    with pytest.raises(CommandError):
        scene.commands.do(command, fields, scene.now)
    scene.do("echo", leg="a", on=True)
    scene.run(0.3)
    assert strength(a.audio(1000.1), 440) > 7000
    assert scene.core.legs.count == 1


def test_commands_for_legs_that_are_gone_are_ignored_and_counted() -> None:
    scene = Scene()
    scene.call(440, 700)
    scene.do("close_leg", leg="a")
    for command in ("bridge", "hold", "close_leg", "stop_playing"):
        scene.do(command, leg="a")
    scene.do("bridge", leg="b", peer="a")
    assert scene.commands.unknown_legs == 5


def test_quality_counts_what_was_lost() -> None:
    scene = Scene()
    a, _ = scene.call(440, 700)
    numbers = iter(range(10_000))
    a.network = lambda at, _: [] if next(numbers) % 10 == 5 else [at]
    scene.run(4.0)
    scene.do("close_leg", leg="a")
    scene.do("close_leg", leg="b")
    lossy, clean = (event.quality for event in scene.of(LegClosed))
    assert (lossy.packets_received, lossy.packets_lost) == (180, 20) or lossy.packets_lost == 19
    assert lossy.loss == pytest.approx(0.1, abs=0.006)
    assert clean.loss == 0
    assert clean.mos > 4.3 > 3.5 > lossy.mos
    assert clean.jitter_ms < 1.0
    assert lossy.packets_sent == pytest.approx(200, abs=2)


def test_streams_one_after_the_other_are_counted_together() -> None:
    scene = Scene()
    a, _ = scene.call(440, 700)
    scene.run(1.0)
    a.ssrc, a.sequence = 5, 40_000
    scene.run(1.0)
    scene.do("close_leg", leg="a")
    (event,) = scene.of(LegClosed)
    assert event.quality.packets_received == pytest.approx(100, abs=1)
    assert event.quality.packets_lost == 0


def test_jitter_is_measured() -> None:
    scene = Scene()
    a, _ = scene.call(440, 700)
    flip = iter(range(10_000))
    a.network = lambda at, _: [at + 0.01 * (next(flip) % 2)]
    scene.run(4.0)
    scene.do("close_leg", leg="a")
    assert scene.of(LegClosed)[0].quality.jitter_ms == pytest.approx(10, abs=1)


def test_silence_of_the_peer_is_reported_unless_it_is_held() -> None:
    scene = Scene(timeout_s=3.0)
    a, b = scene.call(440, 700)
    scene.run(1.0)
    a.frequency = b.frequency = 0
    scene.do("hold", leg="b", on=True)
    scene.run(3.9)
    assert scene.of(MediaTimedOut) == [MediaTimedOut("a", pytest.approx(3.5, abs=0.6))]
    scene.do("hold", leg="b", on=False)
    scene.run(2.0)
    assert len(scene.of(MediaTimedOut)) == 1
    scene.run(3.0)
    assert {event.leg for event in scene.of(MediaTimedOut)} == {"a", "b"}


def test_a_peer_that_never_speaks_times_out_too_but_not_before_it_answers() -> None:
    scene = Scene(timeout_s=3.0)
    scene.open("a", signalled_from=LOOPBACK)
    scene.run(5.0)
    assert scene.of(MediaTimedOut) == []
    scene.do("set_remote", leg="a", remote=plain(RemoteMedia(LOOPBACK, 5000)))
    scene.run(4.1)
    assert len(scene.of(MediaTimedOut)) == 1


def test_media_started_comes_once() -> None:
    scene = Scene()
    a, _ = scene.call(440, 700)
    scene.run(0.5)
    a.ssrc = 77
    scene.run(0.5)
    assert scene.of(MediaStarted) == [MediaStarted("a"), MediaStarted("b")]


def test_reports_are_sent_and_the_round_trip_is_measured() -> None:
    scene = Scene()
    a, _ = scene.call(440, 700)
    scene.run(8.0)
    reports = [rtcp.parse(datagram) for datagram in a.reports]
    assert 1 <= len(reports) <= 4
    report, who = reports[0][:2]
    assert isinstance(report, rtcp.SenderReport)
    assert isinstance(who, rtcp.SourceDescription)
    assert report.ssrc == a.heard[0][1].ssrc
    assert report.blocks[0].ssrc == a.ssrc
    assert report.packets > 50
    answer = rtcp.ReceiverReport(
        a.ssrc, (rtcp.ReportBlock(report.ssrc, 0, 0, 0, 0, rtcp.middle_of(rtcp.ntp_of(scene.now - 0.08)), 0),)
    )
    assert a.target is not None
    scene.inject((LOOPBACK, 5001), (a.target[0], a.target[1] + 1), rtcp.build((answer,)))
    scene.run(0.01)
    scene.do("close_leg", leg="a")
    assert scene.of(LegClosed)[0].quality.round_trip_ms == pytest.approx(80, abs=1)
    last = rtcp.parse(a.reports[-1])
    assert isinstance(last[-1], rtcp.Bye)


@pytest.mark.parametrize(
    ("lost", "jitter", "expected"),
    [(20, 80, (0.1, 10.0)), (-5, 0, (0.0, 0.0)), (0x7FFFFF, 0xFFFFFFFF, (1.0, 60_000.0))],
)
def test_what_the_peer_reports_of_our_sound_is_told(lost: int, jitter: int, expected: tuple[float, float]) -> None:
    scene = Scene()
    a, _ = scene.call(440, 700)
    scene.run(4.0)
    sent = int(scene.core.legs.sent_packets[0])
    block = rtcp.ReportBlock(a.heard[0][1].ssrc, 0, lost, 0, jitter)
    assert a.target is not None
    scene.inject((LOOPBACK, 5001), (a.target[0], a.target[1] + 1), rtcp.build((rtcp.ReceiverReport(a.ssrc, (block,)),)))
    scene.run(0.01)
    scene.do("close_leg", leg="a")
    quality = scene.of(LegClosed)[0].quality
    assert quality.loss_sent == pytest.approx(expected[0] * (200 / sent if expected[0] == 0.1 else 1), abs=0.002)
    assert quality.jitter_sent_ms == expected[1]


def test_reports_come_at_the_intervals_of_rfc_3550() -> None:
    """Section 6.2: five seconds, half of that at first, each drawn between half and one and a half of it."""
    scene = Scene()
    a, _ = scene.call(440, 700)
    times: list[float] = []
    for _ in range(600):
        before = len(a.reports)
        scene.run(0.25)
        times += [scene.now] * (len(a.reports) - before)
    gaps = np.diff(times)
    assert 1.25 <= times[0] - 1000.0 <= 3.75 + 1.25  # a leg is looked at once a second
    assert 2.25 <= gaps.min() < gaps.max() <= 8.75
    assert 4.0 <= gaps.mean() <= 7.0


def test_reports_of_strangers_and_garbage_change_nothing() -> None:
    scene = Scene()
    a, _ = scene.call(440, 700)
    scene.run(0.2)
    assert a.target is not None
    odd = (a.target[0], a.target[1] + 1)
    scene.inject(("203.0.113.66", 5001), odd, rtcp.build((rtcp.ReceiverReport(a.ssrc),)))
    scene.inject((LOOPBACK, 5001), odd, rtcp.build((rtcp.ReceiverReport(12345),)))
    scene.inject((LOOPBACK, 5001), odd, b"\x80\xc8\xff\xff" + a.ssrc.to_bytes(4, "big"))
    scene.run(0.2)
    assert scene.core.reports.received == 0
    assert scene.core.reports.malformed == 1


def test_a_peer_on_the_last_port_of_all_gets_no_reports_and_stops_nobody() -> None:
    scene = Scene()
    a, _ = scene.call(440, 700)
    scene.open("last", signalled_from=LOOPBACK)
    scene.do("set_remote", leg="last", remote=plain(RemoteMedia(LOOPBACK, 65535)))
    scene.run(8.0)
    scene.do("close_leg", leg="last")
    assert a.reports


def test_a_flood_of_reports_costs_a_bounded_time_and_the_peers_are_heard_first() -> None:
    scene = Scene()
    a, _ = scene.call(440, 700)
    scene.run(0.2)
    assert a.target is not None
    muxed = rtcp.build((rtcp.ReceiverReport(a.ssrc),))
    for port in range(3000):
        scene.inject(("203.0.113.66", 1024 + port), (a.target[0], a.target[1] + 1), muxed)
    scene.inject((LOOPBACK, a.port), a.target, muxed)
    before = scene.core.latching.dropped
    scene.run(0.01)
    assert scene.core.reports.received == 1
    assert scene.core.latching.dropped - before == 3000


def test_hello_keeps_the_legs_named_and_closes_the_others() -> None:
    scene = Scene()
    scene.call(440, 700)
    assert scene.do("hello", keep=["b"]) == {"legs": ["b"]}
    assert [event.leg for event in scene.of(LegClosed)] == ["a"]


def test_a_full_table_refuses_new_legs_and_keeps_the_old() -> None:
    scene = Scene(capacity=2)
    _a, _b = scene.call(440, 700)
    with pytest.raises(CommandError) as refusal:
        scene.open("c", signalled_from=LOOPBACK)
    assert refusal.value.code == "overloaded"
    scene.do("close_leg", leg="a")
    scene.open("c", signalled_from=LOOPBACK)


def test_a_row_used_again_knows_nothing_of_its_past() -> None:
    scene = Scene()
    _a, b = scene.call(440, 700)
    scene.run(0.5)
    scene.do("close_leg", leg="a")
    c = scene.call(950, port=7000)[0]
    assert scene.core.by_name["a"].row == 0
    scene.run(0.5)
    scene.do("close_leg", leg="a")
    assert scene.of(LegClosed)[-1].quality.packets_received == pytest.approx(25, abs=1)
    assert strength(b.audio(1000.6), 950) < 50
    assert c.heard


def test_figures_are_numbers() -> None:
    scene = Scene()
    scene.call(440, 700)
    scene.run(0.5)
    figures = scene.do("figures")
    assert set(figures.pop("readings")) == set(BOUNDS)
    assert figures["legs"] == 2
    assert figures["packets_relayed"] > 40
    assert all(isinstance(value, int | float) for value in figures.values())
