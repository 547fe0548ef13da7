"""Rooms as their members know them: who comes and goes, who talks; and supervisors of those who sit in one, or wait."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from pbx.media.messages import RecordingStopped, RoomTalking
from pbx.media.talkers import TalkersOfAllWorkers
from tests.unit.media.scene import Scene, strength
from tests.unit.media.test_mixing import TONES, hears, people


def test_a_member_of_a_room_is_listened_to_and_joined_by_others() -> None:
    scene = Scene()
    phones = people(scene, "a", "b", "s", "c")
    for name in "ab":
        scene.do("join_room", leg=name, room="700", gain=1.0)
    scene.do("supervise", leg="s", target="b", mode="listen")
    scene.do("supervise", leg="c", target="b", mode="barge")
    scene.run(0.6)
    assert hears(phones["a"], 1000.3) == {"b", "c"}
    assert hears(phones["b"], 1000.3) == {"a", "c"}
    assert hears(phones["c"], 1000.3) == {"a", "b"}
    assert hears(phones["s"], 1000.3) == {"a", "b", "c"}


@pytest.mark.parametrize("mode", ["listen", "whisper", "barge"])
def test_a_supervisor_who_is_muted_or_held_is_not_heard(mode: str) -> None:
    scene = Scene()
    phones = people(scene, "a", "b", "s")
    scene.do("bridge", leg="a", peer="b")
    scene.do("supervise", leg="s", target="b", mode=mode)
    scene.do("mute", leg="s", on=True)
    scene.run(0.5)
    assert hears(phones["b"], 1000.3) == {"a"}
    assert hears(phones["s"], 1000.3) == {"a", "b"}
    scene.do("hold", leg="s", on=True)
    scene.run(0.4)
    assert hears(phones["s"], 1000.7) == set()
    assert hears(phones["a"], 1000.7) == {"b"}


def test_who_is_held_neither_hears_nor_is_heard_by_the_supervisor() -> None:
    scene = Scene()
    phones = people(scene, "a", "b", "s")
    scene.do("bridge", leg="a", peer="b")
    scene.do("supervise", leg="s", target="b", mode="whisper")
    scene.do("hold", leg="a", on=True)
    scene.run(0.6)
    assert hears(phones["s"], 1000.3) == {"b"}
    assert hears(phones["a"], 1000.3) == set()
    assert hears(phones["b"], 1000.3) == {"s"}


def quiet_room(*names: str) -> tuple[Scene, dict]:
    scene = Scene()
    phones = people(scene, *names)
    for phone in phones.values():
        phone.frequency = 0
    return scene, phones


def test_a_room_hears_who_comes_and_goes() -> None:
    scene, phones = quiet_room("a", "b", "c")
    for name in "ab":
        scene.do("join_room", leg=name, room="700", gain=1.0)
    scene.run(0.5)
    scene.do("join_room", leg="c", room="700", gain=1.0, tones=True)
    begun = scene.now
    scene.run(0.5)
    for name in "abc":
        assert strength(phones[name].audio(begun)[1000:2400], 659.25) > 3000, name
    scene.do("join_room", leg="c", room="700", gain=0.5, tones=True)
    again = scene.now
    scene.run(0.5)
    assert not phones["a"].audio(again).any()  # who is there already does not come
    for leave in ("leave_room", "close_leg"):
        scene.do("join_room", leg="c", room="700", gain=1.0, tones=True)
        scene.run(0.5)
        left = scene.now
        scene.do(leave, leg="c")
        scene.run(0.5)
        assert strength(phones["a"].audio(left)[160:900], 659.25) > 3000
        assert strength(phones["a"].audio(left)[1400:2200], 523.25) > 3000


def test_a_room_without_tones_is_entered_and_left_unheard() -> None:
    scene, phones = quiet_room("a", "b")
    scene.do("join_room", leg="a", room="700", gain=1.0)
    scene.do("join_room", leg="b", room="700", gain=1.0)
    scene.run(0.5)
    scene.do("leave_room", leg="b")
    scene.run(0.5)
    assert not phones["a"].audio().any()


def test_a_hundred_who_come_at_once_ring_four_times() -> None:
    scene, phones = quiet_room("a", "b")
    scene.do("join_room", leg="a", room="700", gain=1.0)
    for _ in range(100):
        scene.do("join_room", leg="b", room="700", gain=1.0, tones=True)
        scene.do("leave_room", leg="b")
    begun = scene.now
    scene.run(3.0)
    sound = phones["a"].audio(begun)
    assert 7000 < int((np.abs(sound) > 0).sum()) < 4 * 2400
    assert not sound[-8000:].any()


def test_who_talks_is_told_when_it_changes_and_not_too_often() -> None:
    scene = Scene()
    phones = people(scene, "a", "b", "c")
    phones["b"].loudness = 8000
    phones["c"].frequency = 0
    for name in phones:
        scene.do("join_room", leg=name, room="700", gain=1.0)
    scene.run(1.5)
    assert scene.of(RoomTalking)[-1] == RoomTalking("700", ("b", "a"))
    scene.do("mute", leg="b", on=True)
    scene.run(1.5)
    assert scene.of(RoomTalking)[-1] == RoomTalking("700", ("a",))
    before = len(scene.of(RoomTalking))
    for number in range(40):
        scene.do("mute", leg="b", on=bool(number % 2))
        scene.run(0.15)
    assert len(scene.of(RoomTalking)) - before <= 6 / 0.5 + 1
    for name in phones:
        scene.do("leave_room", leg=name)
    scene.run(1.0)
    assert scene.of(RoomTalking)[-1] == RoomTalking("700", ())


def test_who_is_bridged_or_supervises_is_no_talker_of_a_room() -> None:
    scene = Scene()
    people(scene, "a", "b", "s")
    scene.do("bridge", leg="a", peer="b")
    scene.do("supervise", leg="s", target="b", mode="barge")
    scene.run(1.0)
    assert scene.of(RoomTalking) == []


def test_what_workers_tell_of_one_room_is_joined() -> None:
    joined = TalkersOfAllWorkers()
    assert joined.join(0, RoomTalking("1", ("a",))).legs == ("a",)
    assert joined.join(1, RoomTalking("1", ("b", "c"))).legs == ("a", "b", "c")
    joined.lost(0)
    assert joined.join(1, RoomTalking("1", ("b",))).legs == ("b",)
    assert joined.join(1, RoomTalking("1", ())).legs == ()


def test_a_recording_of_a_room_has_everybody_in_it_at_the_time_they_spoke(tmp_path: Path) -> None:
    scene = Scene()
    people(scene, "a", "b", "c")
    for name in "ab":
        scene.do("join_room", leg=name, room="700", gain=1.0)
    scene.run(0.3)
    scene.do("record_room", recording="r", path=str(tmp_path / "r.s16"), room="700")
    scene.run(1.5)
    scene.do("join_room", leg="c", room="700", gain=1.0)
    scene.run(0.5)
    scene.do("mute", leg="a", on=True)
    scene.run(1.0)
    scene.do("stop_recording", recording="r")
    scene.run(0.6)
    (event,) = scene.of(RecordingStopped)
    assert isinstance(event, RecordingStopped)
    sound = np.fromfile(tmp_path / "r.s16", "<i2")
    assert event.duration_s == pytest.approx(3.0, abs=0.02)
    assert len(sound) == round(event.duration_s * 8000)
    early, late = sound[800:11_200], sound[18_000:]
    assert min(strength(early, TONES["a"]), strength(early, TONES["b"])) > 3900 > 60 > strength(early, TONES["c"])
    assert min(strength(late, TONES["c"]), strength(late, TONES["b"])) > 3900 > 60 > strength(late, TONES["a"])


def test_a_recorded_room_that_is_empty_ends_its_recording_by_itself(tmp_path: Path) -> None:
    scene = Scene()
    people(scene, "a")
    scene.do("join_room", leg="a", room="700", gain=1.0)
    scene.do("record_room", recording="r", path=str(tmp_path / "r.s16"), room="700")
    scene.run(1.0)
    scene.do("close_leg", leg="a")
    scene.run(7.0)
    (event,) = scene.of(RecordingStopped)
    assert isinstance(event, RecordingStopped)
    assert event.cause == "leg_closed"
    assert event.duration_s == pytest.approx(1.0, abs=0.1)
