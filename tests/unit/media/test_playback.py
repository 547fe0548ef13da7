"""Prompts, music, tones and silence."""

from __future__ import annotations

import io
import os
import wave
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from pbx.media.arena import Arena, Sound
from pbx.media.clips import load
from pbx.media.messages import Clip, MediaAlarm, PlaybackFinished
from tests.unit.media.scene import Phone, Scene, is_unbroken, loudest, strength


def wav(path: Path, frequency: float, seconds: float, rate: int = 8000, channels: int = 1) -> str:
    samples = (8000 * np.sin(2 * np.pi * frequency * np.arange(round(seconds * rate)) / rate)).astype("<i2")
    with wave.open(str(path), "wb") as file:
        file.setnchannels(channels)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(np.repeat(samples, channels).tobytes())
    return str(path)


def write_wav(path: Path, samples: np.ndarray) -> None:
    with wave.open(str(path), "wb") as file:
        file.setparams((1, 2, 8000, 0, "NONE", ""))
        file.writeframes(samples.astype("<i2").tobytes())


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


def music(path: Path, frequency: float, seconds: float = 4.0) -> Clip:
    return Clip(path=wav(path, frequency, seconds))


def level(sound: np.ndarray, frequency: float) -> list[float]:
    """Of each tenth of a second."""
    return [strength(sound[at : at + 800], frequency) for at in range(0, len(sound) - 799, 800)]


@pytest.mark.parametrize("law", [0, 1])
def test_music_fades_away_under_an_announcement_and_comes_back_where_it_was(tmp_path: Path, law: int) -> None:
    scene = Scene()
    a = Phone(scene, 5000, law=law)
    scene.open("a", a)
    song = replace(music(tmp_path / "m.wav", 500), fade_ms=400, resume=True)
    scene.play("a", song, loop=True)
    scene.run(1.0)
    begun = scene.now
    scene.play("a", music(tmp_path / "say.wav", 900, 1.0))
    scene.run(1.0)
    scene.play("a", song, loop=True)
    scene.run(1.0)
    sound = a.audio(begun)
    falling = level(sound[:4000], 500)
    assert falling[0] > falling[1] > falling[2] > falling[3] > falling[4] < 400
    assert strength(sound[:800], 900) > 7000  # the announcement is there at once
    rising = level(sound[8160:12000], 500)
    assert rising[0] < rising[1] < rising[2] < rising[3]
    assert rising[3] > 5500
    assert max(np.abs(np.diff(sound.astype(int)))) < 14000  # nothing clicks


def test_music_goes_on_where_the_leg_heard_it_last(tmp_path: Path) -> None:
    scene = Scene()
    a = Phone(scene, 5000)
    scene.open("a", a)
    path = tmp_path / "m.wav"
    write_wav(path, np.repeat(np.arange(1, 101, dtype=np.int16) * 200, 320))  # it says where it is
    song = Clip(path=str(path), fade_ms=20, resume=True)
    scene.play("a", song, loop=True)
    scene.run(1.0)
    before = int(a.audio()[-1])
    scene.play("a", Clip(silence_ms=500), play_id="s")
    scene.run(0.6)
    scene.play("a", song, loop=True)
    scene.run(0.1)
    assert before <= int(a.audio()[-1]) <= before + 6 * 200 + 700
    scene.do("close_leg", leg="a")
    assert scene.core.playback._left_at == {}


def test_seek_goes_to_a_place_without_a_click(tmp_path: Path) -> None:
    scene = Scene()
    a = Phone(scene, 5000)
    scene.open("a", a)
    clips = [music(tmp_path / f"{tone}.wav", tone, 2.0) for tone in (500, 900, 1300)]
    scene.play("a", *clips, play_id="list")
    scene.run(0.5)
    for command, expected in (
        ({"to_s": 2.5}, 900),
        ({"by_s": 2.0}, 1300),
        ({"by_s": -4.0}, 500),
        ({"to_s": -9.0}, 500),
    ):
        since = scene.now
        scene.do("seek", leg="a", **command)
        scene.run(0.4)
        sound = a.audio(since + 0.05)
        assert loudest(sound) == pytest.approx(expected, abs=6), command
    assert scene.of(PlaybackFinished) == []
    scene.do("seek", leg="a", to_s=100.0)
    scene.run(0.1)
    assert scene.of(PlaybackFinished) == [PlaybackFinished("a", "list", interrupted=False)]
    scene.do("seek", leg="a", to_s=1.0)  # nothing plays: nothing happens


def test_a_loop_is_sought_round_and_round(tmp_path: Path) -> None:
    scene = Scene()
    a = Phone(scene, 5000)
    scene.open("a", a)
    scene.play("a", music(tmp_path / "a.wav", 500, 1.0), music(tmp_path / "b.wav", 900, 1.0), loop=True)
    scene.run(0.2)
    scene.do("seek", leg="a", to_s=5.2)
    since = scene.now
    scene.run(0.4)
    assert loudest(a.audio(since + 0.05)) == pytest.approx(900, abs=6)


BROKEN = {
    "missing": lambda path: None,
    "empty": lambda path: path.write_bytes(b""),
    "not a WAV": lambda path: path.write_bytes(b"GIF89a" * 100),
    "cut in its header": lambda path: path.write_bytes(whole()[:30]),
    "cut in its sound": lambda path: path.write_bytes(whole()[:-1001]),
    "a length beyond its end": lambda path: path.write_bytes(whole()[:40] + b"\xff\xff\xff\x7f" + whole()[44:]),
    "no sound": lambda path: write_wav(path, np.zeros(0, np.int16)),
    "a folder": lambda path: path.mkdir(),
    "a pipe": os.mkfifo,
    "a link to itself": lambda path: path.symlink_to(path),
}


def whole() -> bytes:
    made = io.BytesIO()
    with wave.open(made, "wb") as file:
        file.setparams((1, 2, 8000, 0, "NONE", ""))
        file.writeframes((np.ones(8000, np.int16) * 1000).tobytes())
    return made.getvalue()


@pytest.mark.parametrize("fault", BROKEN)
def test_no_file_keeps_what_comes_after_it_from_being_played(tmp_path: Path, fault: str) -> None:
    scene = Scene()
    a = Phone(scene, 5000)
    scene.open("a", a)
    BROKEN[fault](tmp_path / "x.wav")
    scene.play("a", Clip(path=str(tmp_path / "x.wav")), Clip(tone="beep"), play_id="said")
    scene.run(2.0)
    assert strength(a.audio(), 1000) > 500
    assert scene.of(PlaybackFinished) == [PlaybackFinished("a", "said", interrupted=False)]


def test_bytes_of_all_kinds_are_a_sound_or_a_fault(tmp_path: Path) -> None:
    random = np.random.default_rng(5)
    path = tmp_path / "x.wav"
    for _ in range(300):
        data = bytearray(whole()[:200])
        for at in random.integers(0, len(data), random.integers(1, 20)):
            data[at] = random.integers(0, 256)
        path.write_bytes(bytes(data))
        loaded = load(1, str(path), None)
        assert (loaded.sound is None) == bool(loaded.error)


def test_a_disk_that_does_not_answer_keeps_nobody_waiting(tmp_path: Path) -> None:
    scene = Scene()
    a = Phone(scene, 5000)
    scene.open("a", a)
    ask = scene.core.loader.ask
    scene.core.loader.ask = lambda ticket, name, known: None if name.endswith("slow.wav") else ask(ticket, name, known)
    scene.play("a", Clip(path=str(tmp_path / "slow.wav")), Clip(tone="beep"), play_id="said")
    scene.run(4.0)
    assert scene.of(PlaybackFinished) == []
    scene.run(2.5)
    assert [event.what for event in scene.of(MediaAlarm)] == ["clip_unplayable"]
    assert strength(a.audio(scene.now - 1.5), 1000) > 1000
    assert len(scene.of(PlaybackFinished)) == 1
