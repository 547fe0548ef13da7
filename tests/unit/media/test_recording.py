"""The recorder tap: two channels on one axis of time, whatever happens to packets, legs and disks."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import numpy as np
import pytest

from pbx.media import spool
from pbx.media.messages import Clip, MediaAlarm, RecordingStopped
from tests.unit.media.scene import Phone, Scene, loudest, strength


def stereo(path: Path) -> np.ndarray:
    return np.fromfile(path, "<i2").reshape(-1, 2)


def stopped(scene: Scene) -> RecordingStopped:
    scene.run(0.6)
    (event,) = scene.of(RecordingStopped)
    assert isinstance(event, RecordingStopped)
    return event


def test_left_and_right_are_what_each_said(tmp_path: Path) -> None:
    scene = Scene()
    scene.call(440, 700)
    scene.run(0.2)
    scene.record(tmp_path / "r.s16")
    scene.run(3.0)
    scene.do("stop_recording", recording="r")
    event = stopped(scene)
    sound = stereo(tmp_path / "r.s16")
    assert event.duration_s == pytest.approx(3.0, abs=0.01)
    assert len(sound) == round(event.duration_s * 8000)
    assert strength(sound[800:, 0], 440) > 7500 > 100 > strength(sound[800:, 0], 700)
    assert strength(sound[800:, 1], 700) > 7500 > 100 > strength(sound[800:, 1], 440)
    assert event.missing == ()


def test_channels_are_aligned_to_the_millisecond_by_time_of_arrival(tmp_path: Path) -> None:
    """Both say a click in the very same millisecond, though their packets and ticks lie differently."""
    for offset in (0.0, 0.0025, 0.0075, 0.0125):
        scene = Scene()
        a, b = scene.call(300, 300)
        a.loudness = b.loudness = 0
        a.phase_s, b.phase_s = 0.0, offset
        scene.record(tmp_path / "r.s16")
        scene.run(1.0)
        a.loudness = b.loudness = 8000
        scene.run(1.0)
        a.frequency = b.frequency = 0
        scene.do("stop_recording", recording="r")
        stopped(scene)
        sound = np.abs(stereo(tmp_path / "r.s16").astype(int))
        left, right = (int(np.flatnonzero(sound[:, side] > 500)[0]) for side in (0, 1))
        assert abs((right - left) - round(offset * 8000)) < 8


def test_where_nothing_arrives_there_is_silence_of_the_right_length(tmp_path: Path) -> None:
    scene = Scene()
    a, _ = scene.call(440, 700)
    scene.record(tmp_path / "r.s16")
    scene.run(1.0)
    a.frequency = 0
    scene.run(1.0)
    a.frames = 50 * 2
    a.timestamp += 8000
    a.frequency = 440
    scene.run(1.0)
    scene.do("stop_recording", recording="r")
    stopped(scene)
    left = stereo(tmp_path / "r.s16")[:, 0]
    assert strength(left[400:7600], 440) > 7500
    assert abs(left[9600:15800]).max() == 0
    assert strength(left[16800:23600], 440) > 7500


def test_jitter_and_reordering_do_not_shift_the_recording(tmp_path: Path) -> None:
    scene = Scene()
    a, _ = scene.call(440, 700)
    late = np.random.default_rng(1)
    a.network = lambda at, _: [at + float(late.uniform(0, 0.06))]
    scene.record(tmp_path / "r.s16")
    scene.run(6.0)
    scene.do("stop_recording", recording="r")
    stopped(scene)
    left = stereo(tmp_path / "r.s16")[16000:44000, 0]
    assert strength(left, 440) > 7000


def test_pausing_leaves_silence_of_the_same_length(tmp_path: Path) -> None:
    scene = Scene()
    scene.call(440, 700)
    scene.record(tmp_path / "r.s16")
    scene.run(1.0)
    scene.do("pause_recording", recording="r", on=True)
    scene.run(1.0)
    scene.do("pause_recording", recording="r", on=False)
    scene.run(1.0)
    scene.do("stop_recording", recording="r")
    assert stopped(scene).duration_s == pytest.approx(3.0, abs=0.01)
    sound = stereo(tmp_path / "r.s16")
    assert abs(sound[8400:15500]).max() == 0
    assert strength(sound[16800:23600, 0], 440) > 7500


def test_a_wiping_pause_takes_back_what_was_said_just_before_on_both_sides(tmp_path: Path) -> None:
    scene = Scene()
    scene.call(440, 700)
    scene.record(tmp_path / "r.s16")
    scene.run(2.0)
    scene.do("pause_recording", recording="r", on=True, wipe=True)
    scene.run(1.0)
    scene.do("pause_recording", recording="r", on=False)
    scene.run(1.0)
    scene.do("stop_recording", recording="r")
    assert stopped(scene).duration_s == pytest.approx(4.0, abs=0.01)
    sound = stereo(tmp_path / "r.s16")
    assert abs(sound[13000:23500]).max() == 0, "0.4 s before the pause, and the pause"
    for channel, hertz in ((0, 440), (1, 700)):
        assert strength(sound[1600:7600, channel], hertz) > 7500
        assert strength(sound[24800:31600, channel], hertz) > 7500


def test_after_a_transfer_the_same_file_goes_on_with_other_legs(tmp_path: Path) -> None:
    scene = Scene()
    scene.call(440, 700, 950)
    scene.record(tmp_path / "r.s16")
    scene.run(1.0)
    scene.do("bridge", leg="a", peer="c")
    scene.do("close_leg", leg="b")
    scene.record(tmp_path / "r.s16", "a", "c")
    scene.run(1.0)
    scene.do("stop_recording", recording="r")
    assert stopped(scene).duration_s == pytest.approx(2.0, abs=0.01)
    right = stereo(tmp_path / "r.s16")[:, 1]
    assert loudest(right[800:7200]) == pytest.approx(700, abs=3)
    assert loudest(right[8800:15600]) == pytest.approx(950, abs=3)


def test_music_that_a_leg_hears_is_not_recorded(tmp_path: Path) -> None:
    scene = Scene()
    _a, _b = scene.call(440, 700)
    scene.record(tmp_path / "r.s16")
    scene.do("hold", leg="b", on=True)
    scene.play("a", Clip(tone="beep"), loop=True)
    scene.run(1.0)
    scene.do("stop_recording", recording="r")
    stopped(scene)
    sound = stereo(tmp_path / "r.s16")
    assert abs(sound[800:, 1]).max() == 0
    assert strength(sound[800:, 0], 1000) < 50


def test_recording_does_not_delay_the_relay(tmp_path: Path) -> None:
    scene = Scene()
    _a, b = scene.call(440, 700)
    scene.run(0.5)
    before = [at for at, _ in b.heard]
    scene.record(tmp_path / "r.s16")
    scene.run(0.5)
    after = [at for at, _ in b.heard][len(before) :]
    assert after[-1] - before[-1] == pytest.approx(0.02 * len(after), abs=0.0001)


def test_a_message_ends_at_its_longest(tmp_path: Path) -> None:
    scene = Scene()
    scene.call(440)
    scene.do("record_message", recording="m", path=str(tmp_path / "m.s16"), leg="a", max_s=1.5, silence_s=None)
    scene.run(2.2)
    (event,) = scene.of(RecordingStopped)
    assert (event.cause, event.duration_s) == ("max", 1.5)
    sound = np.fromfile(tmp_path / "m.s16", "<i2")
    assert len(sound) == 12000
    assert strength(sound[800:], 440) > 7500


def test_a_message_ends_in_silence_and_keeps_what_was_said(tmp_path: Path) -> None:
    scene = Scene()
    (a,) = scene.call(440)
    scene.do("record_message", recording="m", path=str(tmp_path / "m.s16"), leg="a", max_s=60, silence_s=2.0)
    scene.run(2.0)
    a.loudness = 20
    scene.run(4.0)
    (event,) = scene.of(RecordingStopped)
    assert event.cause == "silence"
    assert event.duration_s == pytest.approx(2.5, abs=0.1)


def test_a_message_ends_with_its_leg(tmp_path: Path) -> None:
    scene = Scene()
    scene.call(440)
    scene.do("record_message", recording="m", path=str(tmp_path / "m.s16"), leg="a", max_s=60, silence_s=5.0)
    scene.run(1.5)
    scene.do("close_leg", leg="a")
    event = stopped(scene)
    assert event.cause == "leg_closed"
    assert event.duration_s == pytest.approx(1.5, abs=0.01)


def test_a_full_disk_raises_an_alarm_and_the_recording_says_what_is_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scene = Scene()
    _a, b = scene.call(440, 700)
    scene.record(tmp_path / "r.s16")
    scene.run(2.0)
    write = os.pwrite

    def full(descriptor: int, block: bytes, offset: int) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(spool.os, "pwrite", full)
    scene.run(2.0)
    monkeypatch.setattr(spool.os, "pwrite", write)
    scene.run(2.0)
    scene.do("stop_recording", recording="r")
    event = stopped(scene)
    assert [alarm.what for alarm in scene.of(MediaAlarm)] == ["disk_full"]
    ((start, end),) = event.missing
    assert 1.0 < start < 2.0
    assert end - start == pytest.approx(2.0, abs=0.01)
    sound = stereo(tmp_path / "r.s16")
    assert len(sound) == 48000 or abs(len(sound) - 48000) < 100
    assert strength(sound[40800:47200, 0], 440) > 7500
    assert strength(b.audio(since=1002.0), 440) > 7500


def test_a_disk_that_is_too_slow_gives_up_blocks_not_calls(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spool, "MAX_BACKLOG", 1000)
    scene = Scene()
    scene.call(440, 700)
    scene.record(tmp_path / "r.s16")
    scene.run(2.0)
    scene.do("stop_recording", recording="r")
    event = stopped(scene)
    assert event.missing
    assert event.duration_s == pytest.approx(2.0, abs=0.01)


def test_a_recording_whose_legs_are_gone_ends_by_itself(tmp_path: Path) -> None:
    scene = Scene()
    scene.call(440, 700)
    scene.record(tmp_path / "r.s16")
    scene.run(1.0)
    scene.do("close_leg", leg="a")
    scene.do("close_leg", leg="b")
    scene.run(6.0)
    (event,) = scene.of(RecordingStopped)
    assert event.cause == "leg_closed"
    assert event.duration_s == pytest.approx(1.0, abs=0.01)


def test_the_leg_is_no_longer_read_when_its_recording_has_ended(tmp_path: Path) -> None:
    scene = Scene()
    scene.call(440, 700)
    scene.record(tmp_path / "r.s16")
    scene.run(0.5)
    scene.do("stop_recording", recording="r")
    stopped(scene)
    assert not scene.core.legs.pulls.any()


def test_a_leg_may_be_in_two_recordings(tmp_path: Path) -> None:
    scene = Scene()
    a, _b = scene.call(440, 700)
    assert isinstance(a, Phone)
    scene.record(tmp_path / "r.s16")
    scene.do("record_message", recording="m", path=str(tmp_path / "m.s16"), leg="a", max_s=1.0, silence_s=None)
    scene.run(1.6)
    assert [event.recording for event in scene.of(RecordingStopped)] == ["m"]
    scene.run(0.4)
    scene.do("stop_recording", recording="r")
    scene.run(0.6)
    assert strength(stereo(tmp_path / "r.s16")[800:15000, 0], 440) > 7500
