"""How a leg sounds over time: both ways, bounded, and told when people would notice."""

from __future__ import annotations

import pytest

from pbx.media.course import READING_S
from pbx.media.messages import LegClosed, Reading, SoundChanged
from pbx.media.readings import MOST, grade_of
from pbx.media.wire import event_from_plain, event_to_plain
from pbx.rtp import rtcp
from tests.unit.media.scene import Phone, Scene


def readings_of(scene: Scene, leg: str) -> tuple[Reading, ...]:
    scene.do("close_leg", leg=leg)
    (closed,) = [event for event in scene.of(LegClosed) if event.leg == leg]
    again = event_from_plain(event_to_plain(closed))
    assert again == closed
    readings: tuple[Reading, ...] = closed.quality.readings
    return readings


def hear(scene: Scene, *spans: tuple[int, int]) -> None:
    """Leg ``a`` hears on: of each ten seconds, how many packets were sent to it and how many came."""
    leg = scene.core.by_name["a"]
    for number, (sent, came) in enumerate(spans, 1):
        scene.core.legs.highest_sequence[leg.row] += sent
        scene.core.legs.stream_packets[leg.row] += came
        scene.core.readings.due(leg, scene.now + READING_S * number)


def losing(share: int) -> object:
    """A network that loses one packet in ``share``."""
    numbers = iter(range(1_000_000))
    return lambda at, _: [] if next(numbers) % share == 0 else [at]


def test_a_bad_minute_is_seen_where_it_was() -> None:
    scene = Scene()
    a, _ = scene.call(440, 700)
    scene.run(20.0)
    a.network = losing(10)  # type: ignore[assignment]
    scene.run(20.0)
    a.network = lambda at, _: [at]
    scene.run(25.0)
    readings = readings_of(scene, "a")
    assert len(readings) == 7
    assert sum(each.span_s for each in readings) == pytest.approx(65, abs=0.1)
    assert [each.at for each in readings] == sorted(each.at for each in readings)
    assert sum(each.packets for each in readings) == pytest.approx(65 * 50 - 100, abs=3)
    assert sum(each.lost for each in readings) == pytest.approx(100, abs=2)
    worst = min(each.mos or 5 for each in readings)
    assert worst < 3.6 < 4.3 < min(readings[0].mos or 0, readings[-1].mos or 0)
    assert readings[3].loss == pytest.approx(0.1, abs=0.01)


def test_it_is_told_when_people_would_notice_and_when_it_is_over() -> None:
    scene = Scene()
    a, _ = scene.call(440, 700)
    scene.run(20.0)
    assert scene.of(SoundChanged) == []
    a.network = losing(10)  # type: ignore[assignment]
    scene.run(20.0)
    a.network = lambda at, _: [at]
    scene.run(25.0)
    told = scene.of(SoundChanged)
    assert [(event.leg, event.grade) for event in told if event.grade != "fair"] == [("a", "poor"), ("a", "good")]
    assert all(event_from_plain(event_to_plain(event)) == event for event in told)


def test_a_sound_that_comes_and_goes_is_told_so_often_and_no_more() -> None:
    scene = Scene()
    scene.call(440, 700)
    scene.run(1.0)
    hear(scene, *[(500, 400), (500, 500)] * 20)
    assert 10 < len(scene.of(SoundChanged)) <= 20


def report(scene: Scene, phone: Phone, *, lost: int, highest: int, jitter: int) -> None:
    ssrc = int(scene.core.legs.ssrc[scene.core.by_name["a"].row])
    block = rtcp.ReportBlock(ssrc, 0, lost, highest, jitter, 0, 0)
    assert phone.target is not None
    scene.inject(
        (phone.address, phone.port + 1),
        (phone.target[0], phone.target[1] + 1),
        rtcp.build((rtcp.ReceiverReport(phone.ssrc, (block,)), rtcp.SourceDescription(phone.ssrc, "phone"))),
    )


def test_what_the_peer_hears_of_us_is_read_from_its_reports() -> None:
    scene = Scene()
    a, _ = scene.call(440, 700)
    scene.run(5.0)
    report(scene, a, lost=0, highest=10_000, jitter=80)
    scene.run(10.0)
    report(scene, a, lost=100, highest=10_500, jitter=160)
    scene.run(10.0)
    scene.run(10.0)
    first, second, third = readings_of(scene, "a")[:3]
    assert (first.loss_sent, first.jitter_sent_ms) == (0.0, 10.0)
    assert (second.loss_sent, second.jitter_sent_ms) == (0.2, 20.0)
    assert first.mos_sent is not None and second.mos_sent is not None
    assert second.mos_sent < 3.1 < 4.2 < first.mos_sent
    assert third.loss_sent is None  # it has said nothing since
    assert {event.grade for event in scene.of(SoundChanged)} == {"poor", "good"}


@pytest.mark.parametrize(("lost", "highest"), [(-5, 20_000), (0x7FFFFF, 10_001), (0, 3), (-0x800000, 0xFFFFFFFF)])
def test_a_peer_may_report_what_it_likes(lost: int, highest: int) -> None:
    scene = Scene()
    a, _ = scene.call(440, 700)
    scene.run(5.0)
    report(scene, a, lost=0, highest=10_000, jitter=0)
    scene.run(10.0)
    report(scene, a, lost=lost, highest=highest, jitter=0xFFFFFFFF)
    scene.run(10.0)
    for each in readings_of(scene, "a"):
        assert each.loss_sent is None or 0 <= each.loss_sent <= 1
        assert each.mos_sent is None or 1 <= each.mos_sent <= 4.5
        assert each.jitter_sent_ms is None or each.jitter_sent_ms <= 60_000


def test_a_day_of_talk_keeps_no_more_than_an_hour_and_the_worst_of_it() -> None:
    scene = Scene()
    scene.call(440, 700)
    scene.run(1.0)
    hear(scene, *[(500, 500)] * 1000, (500, 300), *[(500, 500)] * (24 * 360 - 1001))
    readings = scene.core.by_name["a"].course.readings
    assert MOST // 2 <= len(readings) <= MOST
    assert sum(each.span_s for each in readings) == pytest.approx(86_400, rel=0.05)
    assert sum(each.lost for each in readings) == 200
    assert min(each.mos or 5 for each in readings) < 2.6


def test_where_nothing_was_to_be_heard_nothing_is_judged() -> None:
    scene = Scene()
    a, _ = scene.call(440, 700)
    scene.run(10.5)
    a.frequency = 0
    scene.run(20.0)
    heard, *silent = readings_of(scene, "a")[:3]
    assert heard.mos is not None
    assert silent[-1].mos is None and silent[-1].packets == 0
    assert grade_of(silent[-1]) is None


def test_all_readings_of_a_worker_are_counted() -> None:
    scene = Scene()
    scene.call(440, 700)
    scene.run(21.0)
    found = scene.do("figures")["readings"]
    assert found["mos"]["by"]["inf"] == sum(found["mos"]["by"].values()) == 4
    assert found["mos"]["sum"] == pytest.approx(4 * 4.39, abs=0.1)
    assert found["loss"]["by"]["0"] == 4
    assert sum(found["mos_sent"]["by"].values()) == 0
