"""The codec processes themselves: batches there and back, and what happens when one dies."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator

import numpy as np
import pytest

from pbx.media import table
from pbx.media.codec_batch import DECODE, ENCODE, FORGET, RECORD, Batch, forget
from pbx.media.codec_lanes import STREAMS_PER_LANE, CodecLanes
from pbx.media.errors import CodecError
from pbx.media.transcoder import MAX_STREAMS, Transcoder
from tests.unit.media.scene import loudest

TONE = (8000 * np.sin(2 * np.pi * 500 * np.arange(8000) / 8000)).astype(np.int16)


def batch(kind: int, streams: list[int], law: int, data: np.ndarray, length: int, sequence: int = 0) -> Batch:
    records = np.zeros(len(streams), RECORD)
    records["stream"], records["law"], records["length"], records["sequence"] = streams, law, length, sequence
    records["timestamp"] = sequence * 160
    return Batch(kind, 7, records, np.ascontiguousarray(data).view(np.uint8).reshape(len(streams), -1))


def frame(number: int, streams: list[int], law: int) -> Batch:
    sound = TONE[number * 160 : number * 160 + 160]
    return batch(ENCODE, streams, law, np.tile(sound, (len(streams), 1)), 160)


def answers(lanes: CodecLanes, wanted: int = 1, seconds: float = 30) -> list[Batch]:
    found: list[Batch] = []
    until = time.monotonic() + seconds
    while len(found) < wanted and time.monotonic() < until:
        found += [Batch.from_bytes(message) for message in lanes.receive()]
        time.sleep(0.002)
    return found


@pytest.fixture
def lanes() -> Iterator[CodecLanes]:
    made = CodecLanes(most=2)
    yield made
    made.stop()


@pytest.mark.parametrize("law", [table.LAW_G722, table.LAW_OPUS])
def test_sound_goes_there_and_comes_back(lanes: CodecLanes, law: int) -> None:
    sound = []
    for number in range(50):
        assert lanes.send(0, frame(number, [1, 2], law))
        (coded,) = answers(lanes)
        assert (coded.kind, coded.clock, coded.records["stream"].tolist()) == (ENCODE, 7, [1, 2])
        length = int(coded.records["length"][0])
        assert lanes.send(0, batch(DECODE, [1], law, coded.data[:1, :length], length, number))
        (decoded,) = answers(lanes)
        assert decoded.records["length"].tolist() == [160]
        sound.append(decoded.data[0].view(np.int16))
    assert loudest(np.concatenate(sound)) == pytest.approx(500, abs=3)
    assert len(lanes.processes) == 1


def test_a_process_that_dies_is_started_again() -> None:
    told: list[str] = []
    now = [100.0]
    lanes = CodecLanes(most=1, on_restart=told.append, clock=lambda: now[0])
    try:
        lanes.send(0, frame(0, [1], table.LAW_G722))
        assert answers(lanes)
        os.kill(lanes.processes[0], signal.SIGKILL)
        until = time.monotonic() + 30
        while not told and time.monotonic() < until:
            lanes.receive()
            time.sleep(0.005)
        assert lanes.restarts == 1
        assert not lanes.send(0, frame(1, [1], table.LAW_G722))
        now[0] += 1.0
        assert lanes.send(0, frame(1, [1], table.LAW_G722))
        assert answers(lanes)
    finally:
        lanes.stop()


def test_a_lane_is_added_when_the_others_are_well_used() -> None:
    lanes = CodecLanes(most=2)
    assert lanes.lane([]) == 0
    assert lanes.lane([STREAMS_PER_LANE - 1]) == 0
    assert lanes.lane([STREAMS_PER_LANE]) == 1
    assert lanes.lane([STREAMS_PER_LANE, 3]) == 1
    assert lanes.lane([STREAMS_PER_LANE + 5, STREAMS_PER_LANE]) == 1


def test_streams_are_bounded_and_forgotten() -> None:
    transcoder = Transcoder()
    streams = list(range(1, MAX_STREAMS + 11))
    for first in range(0, len(streams), 200):
        transcoder.work(frame(0, streams[first : first + 200], table.LAW_G722))
    assert len(transcoder._streams) == MAX_STREAMS
    transcoder.work(forget(streams))
    assert transcoder._streams == {}


@pytest.mark.parametrize("message", [b"", b"x" * 10, b"\xff" * 100])
def test_what_is_no_batch_is_refused(message: bytes) -> None:
    with pytest.raises(CodecError):
        Batch.from_bytes(message)


def test_a_batch_comes_back_as_it_was() -> None:
    one = frame(3, [5, 6, 7], table.LAW_OPUS)
    back = Batch.from_bytes(one.to_bytes())
    assert (back.kind, back.clock) == (one.kind, one.clock)
    assert (back.records == one.records).all()
    assert (back.data == one.data).all()
    with pytest.raises(CodecError):
        Batch.from_bytes(one.to_bytes()[:-1])
    assert Batch.from_bytes(forget([9]).to_bytes()).kind == FORGET
