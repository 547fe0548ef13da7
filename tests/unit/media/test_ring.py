"""The jitter ring: order, duplicates, loss, wraps, packet sizes, drift, and how the delay adapts."""

from __future__ import annotations

import itertools
from pathlib import Path

import numpy as np
import pytest

from pbx.media.ring import FRAME, MAX_DELAY, JitterRing, Pulled
from pbx.rtp import g711
from tests.unit.media.scene import Scene, strength


class Stream:
    """One leg's packets into a ring of one row; time in samples."""

    def __init__(self, frequency: float = 400, timestamp: int = (1 << 32) - 800, ptime: int = 160) -> None:
        self.ring = JitterRing(1)
        self.row = np.zeros(1, np.int64)
        self.frequency, self.base, self.ptime = frequency, timestamp, ptime
        self.ssrc = 7
        self.heard: list[Pulled] = []

    def put(self, number: int, now: int, law: int = 0) -> None:
        at = np.arange(number * self.ptime, (number + 1) * self.ptime) / 8000
        payload = g711.encode((8000 * np.sin(2 * np.pi * self.frequency * at)).astype(np.int16), law)[None, :]
        stamp = (self.base + number * self.ptime) & 0xFFFFFFFF
        one = np.ones(1, np.int64)
        self.ring.write(self.row, one * self.ssrc, one * stamp, payload, one * self.ptime, one * law, now)

    def pull(self) -> np.ndarray:
        pulled = self.ring.pull(self.row)
        self.heard.append(pulled)
        return pulled.heard[0]

    def sound(self) -> np.ndarray:
        return np.concatenate([pulled.heard[0] for pulled in self.heard])


def play(stream: Stream, arrivals: list[tuple[int, int]], frames: int) -> np.ndarray:
    """Arrivals as (time, packet number); a frame is pulled at each multiple of 160."""
    arrivals = sorted(arrivals)
    for frame in range(frames):
        while arrivals and arrivals[0][0] <= frame * FRAME:
            at, number = arrivals.pop(0)
            stream.put(number, at)
        stream.pull()
    return stream.sound()


def tone(start: int, count: int, frequency: float = 400) -> np.ndarray:
    at = np.arange(start, start + count) / 8000
    return g711.decode(g711.encode((8000 * np.sin(2 * np.pi * frequency * at)).astype(np.int16), 0), 0)


def test_packets_in_order_come_out_as_they_were_said() -> None:
    sound = play(Stream(), [(n * 160 + 5, n) for n in range(50)], 50)
    start = int(np.flatnonzero(sound)[0]) // FRAME * FRAME
    assert np.array_equal(sound[start : start + 6400], tone(0, 6400))


def test_reordered_and_doubled_packets_change_nothing() -> None:
    arrivals = [(n * 160 + 5, n) for n in range(50)]
    swapped = [(at, n ^ 1) for at, n in arrivals]
    doubled = arrivals + [(at + 40, n) for at, n in arrivals]
    for each in (swapped, doubled):
        sound = play(Stream(), each, 50)
        start = int(np.flatnonzero(np.abs(sound) > 0)[0]) // FRAME * FRAME
        said = sound[start + 3200 : start + 6400]
        assert any(np.array_equal(said, tone(offset, 3200)) for offset in range(3200 - 480, 3200 + 480, 160))


@pytest.mark.parametrize("ptime", [80, 160, 240, 320, 480])
def test_every_packet_size(ptime: int) -> None:
    stream = Stream(ptime=ptime)
    sound = play(stream, [(n * ptime + 5, n) for n in range(9600 // ptime)], 60)
    assert strength(sound[1600:8000], 400) > 7800
    assert int(stream.ring.concealed[0]) <= 5


def test_a_timestamp_that_wraps_is_nothing_special() -> None:
    for base in (0, (1 << 32) - 1600, (1 << 31) - 1600):
        sound = play(Stream(timestamp=base), [(n * 160 + 5, n) for n in range(50)], 50)
        assert strength(sound[800:7200], 400) > 7800


def test_one_lost_packet_is_concealed_with_the_same_pitch_and_without_a_click() -> None:
    sound = play(Stream(), [(n * 160 + 5, n) for n in range(50) if n != 25], 50).astype(int)
    assert strength(sound[800:7200], 400) > 7500
    assert np.abs(np.diff(sound[800:7200])).max() < 1.25 * np.abs(np.diff(tone(0, 800).astype(int))).max()


def test_a_long_gap_fades_to_silence_and_length_is_kept() -> None:
    sound = play(Stream(), [(n * 160 + 5, n) for n in range(100) if not 40 <= n < 60], 100)
    gap = sound[42 * 160 : 60 * 160]
    assert np.abs(gap[800:1600]).max() == 0 or np.abs(gap[-1600:-800]).max() == 0
    assert strength(sound[64 * 160 : 98 * 160], 400) > 7800
    after = sound[64 * 160 : 70 * 160]
    assert any(np.array_equal(after, tone((64 - lag) * 160, 960)) for lag in range(5))


def test_silence_suppression_is_silence_not_delay() -> None:
    stream = Stream()
    arrivals = [(n * 160 + 5, n) for n in itertools.chain(range(30), range(130, 200))]
    play(stream, arrivals, 200)
    assert stream.heard[-1].position[0] - 199 * 160 > -3 * FRAME


def test_late_packets_lengthen_the_delay_and_calm_shortens_it_again() -> None:
    stream = Stream()
    calm = [(n * 160 + 5, n) for n in range(100)]
    rough = [(n * 160 + 5 + (n % 4) * 320, n) for n in range(100, 300)]
    quiet = [(n * 160 + 5, n) for n in range(300, 1400)]
    play(stream, calm + rough + quiet, 1400)
    delays = [frame * FRAME - int(pulled.position[0]) for frame, pulled in enumerate(stream.heard)]
    assert delays[80] <= 3 * FRAME
    assert delays[290] >= 5 * FRAME
    assert delays[1390] <= 3 * FRAME
    assert int(stream.ring.late[0]) <= 12
    assert strength(stream.sound()[200 * 160 : 290 * 160], 400) > 6000


def test_the_delay_is_bounded() -> None:
    stream = Stream()
    random = np.random.default_rng(3)
    play(stream, [(int(n * 160 + random.integers(0, 4000)), n) for n in range(500)], 500)
    delays = [frame * FRAME - int(pulled.position[0]) for frame, pulled in enumerate(stream.heard)]
    assert max(delays[50:]) <= MAX_DELAY + 3 * FRAME + 4000


@pytest.mark.parametrize("ppm", [-1800, 1800])
def test_a_clock_that_drifts_neither_overflows_nor_loses_the_axis(ppm: int) -> None:
    """As much drift in 200 s as a clock 100 ppm off has in an hour."""
    stream = Stream()
    frames = 200 * 50
    step = 1 + ppm / 1e6
    silent = np.full((1, 160), 0x7E, np.uint8)
    one = np.ones(1, np.int64)
    sent = 0
    missing = 0
    for frame in range(frames):
        while sent * 160 / step + 5 <= frame * 160:
            now = int(sent * 160 / step + 5)
            stream.ring.write(stream.row, one, one * (sent * 160 & 0xFFFFFFFF), silent, one * 160, one * 0, now)
            sent += 1
        pulled = stream.ring.pull(stream.row)
        delay = frame * 160 - int(pulled.position[0])
        if frame > 10:
            assert -160 <= delay <= 6 * 160
            missing += int((pulled.heard == 0).sum())
    assert int(stream.ring.concealed[0]) <= 40
    assert missing < 40 * 160


def test_a_new_ssrc_and_a_timestamp_jump_begin_anew() -> None:
    stream = Stream()
    for number in range(20):
        stream.put(number, number * 160)
        stream.pull()
    stream.ssrc = 8
    stream.base = 12345
    for number in range(20, 40):
        stream.put(number, number * 160)
        stream.pull()
    stream.base = 999_999_999
    for number in range(40, 60):
        stream.put(number, number * 160)
        stream.pull()
    sound = stream.sound()
    for first in (5, 25, 45):
        assert strength(sound[first * 160 : (first + 12) * 160], 400) > 7800


def test_rows_do_not_disturb_each_other() -> None:
    ring = JitterRing(3)
    rows = np.array([0, 2])
    payload = g711.encode(np.stack([np.full(160, 1000), np.full(160, 2000)]).astype(np.int16), 0)
    two = np.ones(2, np.int64)
    for number in range(5):
        ring.write(rows, two, two * number * 160, payload, two * 160, two * 0, number * 160)
        pulled = ring.pull(np.array([0, 1, 2]))
    assert pulled.heard[0].mean() == pytest.approx(1000, rel=0.05)
    assert not pulled.heard[1].any()
    assert not pulled.fresh[1]
    assert pulled.heard[2].mean() == pytest.approx(2000, rel=0.05)


def test_a_recording_of_a_catching_up_stream_has_no_holes(tmp_path: Path) -> None:
    scene = Scene()
    a, _ = scene.call(440, 700)
    rough = itertools.count()
    a.network = lambda at, _: [at + (0.1 if 50 <= (n := next(rough)) < 100 and n % 3 == 0 else 0.0)]
    scene.record(tmp_path / "r.s16")
    scene.run(8.0)
    scene.do("stop_recording", recording="r")
    scene.run(0.6)
    left = np.fromfile(tmp_path / "r.s16", "<i2").reshape(-1, 2)[24000:60000, 0].astype(int)
    frames = np.abs(left[: len(left) // 160 * 160].reshape(-1, 160)).max(axis=1)
    assert frames.min() > 7000
    assert strength(left, 440) > 7500


@pytest.mark.parametrize(("pause", "pauses"), [(5, 20), (15, 4), (50, 1), (200, 1)])
@pytest.mark.parametrize("waits", [True, False])
def test_a_worker_that_stood_still_is_heard_again_at_once(pause: int, pauses: int, waits: bool) -> None:
    """Frames that were not pulled stay unpulled; packets have waited for the worker, or were lost meanwhile."""
    stream = Stream()
    frame = 0

    def run(frames: int, waiting: int = 0) -> None:
        nonlocal frame
        for number in range(frame - waiting, frame):
            stream.put(number, frame * FRAME)
        for _ in range(frames):
            stream.put(frame, frame * FRAME + 5)
            stream.pull()
            frame += 1

    run(50)
    for _ in range(pauses):
        frame += pause
        run(10, pause if waits else 0)
    run(40)
    assert strength(stream.sound()[-3200:], 400) > 7800
