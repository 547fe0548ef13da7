"""Prompts, music, tones and silence."""

from __future__ import annotations

import wave
from pathlib import Path

import numpy as np
import pytest

from pbx.media.arena import Arena, Sound
from pbx.media.messages import Clip, MediaAlarm, PlaybackFinished
from tests.unit.media.scene import Scene, is_unbroken, strength


def wav(path: Path, frequency: float, seconds: float, rate: int = 8000, channels: int = 1) -> str:
    samples = (8000 * np.sin(2 * np.pi * frequency * np.arange(round(seconds * rate)) / rate)).astype("<i2")
    with wave.open(str(path), "wb") as file:
        file.setnchannels(channels)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(np.repeat(samples, channels).tobytes())
    return str(path)


def test_clips_follow_each_other_without_a_gap(tmp_path: Path) -> None:
    scene = Scene()
    (a,) = scene.call(0)
    one, two = wav(tmp_path / "1.wav", 500, 0.333), wav(tmp_path / "2.wav", 900, 0.5)
    scene.play("a", Clip(path=one), Clip(silence_ms=100), Clip(path=two))
    scene.run(1.2)
    sound = a.audio()
    loud = np.flatnonzero(abs(sound.astype(int)) > 300)
    first, last = loud[0], loud[-1]
    assert last - first == pytest.approx(0.933 * 8000, abs=20)
    assert strength(sound[first : first + 2600], 500) > 7000
    assert strength(sound[first + 3500 : first + 7400], 900) > 7000
    gap = sound[first + 2700 : first + 3400]
    assert abs(gap).max() < 50
    assert scene.of(PlaybackFinished) == [PlaybackFinished("a", "p", False)]
    assert is_unbroken(a)


def test_a_loop_goes_on_until_it_is_stopped(tmp_path: Path) -> None:
    scene = Scene()
    (a,) = scene.call(0)
    scene.play("a", Clip(path=wav(tmp_path / "1.wav", 500, 0.1)), loop=True)
    scene.run(2.0)
    assert scene.of(PlaybackFinished) == []
    assert strength(a.audio(1000.1), 500) > 7000
    scene.do("stop_playing", leg="a")
    scene.run(0.2)
    assert scene.of(PlaybackFinished) == [PlaybackFinished("a", "p", True)]
    assert abs(a.audio(scene.now - 0.1)).max() == 0


def test_playing_replaces_what_plays(tmp_path: Path) -> None:
    scene = Scene()
    (_a,) = scene.call(0)
    scene.play("a", Clip(tone="ringback"), play_id="one", loop=True)
    scene.run(0.3)
    scene.play("a", Clip(tone="beep"), play_id="two")
    scene.run(1.0)
    assert scene.of(PlaybackFinished) == [PlaybackFinished("a", "one", True), PlaybackFinished("a", "two", False)]


def test_gain_changes_the_level_of_one_clip() -> None:
    scene = Scene()
    (a,) = scene.call(0)
    scene.play("a", Clip(tone="ringback", gain_db=-12.0))
    scene.run(1.0)
    assert strength(a.audio(1000.1), 425) == pytest.approx(6000 / 4, rel=0.05)


@pytest.mark.parametrize("law", [0, 1])
def test_both_laws_hear_the_same(law: int) -> None:
    scene = Scene()
    (a,) = scene.call(0, laws=(law,))
    scene.play("a", Clip(tone="ringback"))
    scene.run(1.0)
    assert strength(a.audio(1000.1), 425) == pytest.approx(6000, rel=0.03)


def test_a_file_that_cannot_be_played_is_left_out_and_reported(tmp_path: Path) -> None:
    scene = Scene()
    (a,) = scene.call(0)
    (tmp_path / "broken.wav").write_bytes(b"RIFF not really")
    good = wav(tmp_path / "good.wav", 500, 0.4)
    wide = wav(tmp_path / "wide.wav", 500, 0.4, rate=16000)
    two = wav(tmp_path / "two.wav", 500, 0.4, channels=2)
    bad = [str(tmp_path / "none.wav"), str(tmp_path / "broken.wav"), wide, two]
    scene.play("a", *[Clip(path=path) for path in bad], Clip(path=good))
    scene.run(0.6)
    alarms = scene.of(MediaAlarm)
    assert [alarm.what for alarm in alarms] == ["clip_unplayable"] * 4
    assert all(path in alarm.detail for path, alarm in zip(bad, alarms, strict=True))
    assert strength(a.audio(1000.05)[:2800], 500) > 6500
    assert scene.of(PlaybackFinished) == [PlaybackFinished("a", "p", False)]


def test_a_loop_of_nothing_ends(tmp_path: Path) -> None:
    scene = Scene()
    scene.call(0)
    scene.play("a", Clip(path=str(tmp_path / "none.wav")), Clip(tone="no such tone"), loop=True)
    scene.run(0.1)
    assert len(scene.of(PlaybackFinished)) == 1
    scene.play("a")
    scene.run(0.1)
    assert len(scene.of(PlaybackFinished)) == 2


def test_a_file_that_changes_is_read_again(tmp_path: Path) -> None:
    scene = Scene()
    (a,) = scene.call(0)
    path = wav(tmp_path / "1.wav", 500, 0.3)
    scene.play("a", Clip(path=path))
    scene.run(0.5)
    wav(tmp_path / "1.wav", 900, 0.4)
    scene.play("a", Clip(path=path))
    scene.run(0.5)
    assert strength(a.audio(1000.52)[:2800], 900) > 6500


def test_all_listeners_share_one_copy(tmp_path: Path) -> None:
    scene = Scene()
    path = wav(tmp_path / "music.wav", 500, 3.0)
    for index in range(100):
        scene.do("open_leg", leg=str(index), signalled_from="127.0.0.1")
        scene.play(str(index), Clip(path=path), loop=True)
    scene.run(0.1)
    assert scene.core.playback.arena.seconds == pytest.approx(3.0, abs=0.1)


def test_pieces_that_nobody_plays_make_room() -> None:
    arena = Arena(capacity=1000)
    sound = Sound.of(np.ones(400, np.int16))
    one = arena.place("one", (0, 0), sound, 1.0)
    two = arena.place("two", (0, 0), sound, 2.0)
    assert one is not None
    assert two is not None
    arena.hold(two, 2.0)
    three = arena.place("three", (0, 0), sound, 3.0)
    assert three is not None
    assert arena.find("one", (0, 0)) is None
    arena.hold(three, 3.0)
    assert arena.place("four", (0, 0), sound, 4.0) is None
    arena.let_go(two)
    assert arena.place("four", (0, 0), sound, 5.0) is not None


def test_a_piece_replaced_while_it_plays_is_not_overwritten() -> None:
    arena = Arena(capacity=1000)
    old = arena.place("music", (1, 1), Sound.of(np.full(300, 5, np.int16)), 1.0)
    assert old is not None
    arena.hold(old, 1.0)
    new = arena.place("music", (2, 2), Sound.of(np.full(300, 9, np.int16)), 2.0)
    assert new is not None
    assert set(arena.linear[old.start : old.end]) == {5}
    arena.let_go(old)
    assert arena.seconds == 300 / 8000
