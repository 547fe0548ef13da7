"""Anything may arrive on a media port: the parsers raise their own errors, and calls go on."""

from __future__ import annotations

import os

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pbx.rtp import header, telephone_event
from pbx.rtp.errors import HeaderError, TelephoneEventError
from tests.unit.media.scene import Scene, strength

EXAMPLES = 200 * max(1, int(os.environ.get("FUZZ_SECONDS", "1")))
relaxed = settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))

almost_rtp = st.builds(
    lambda first, second, rest: bytes((first, second)) + rest,
    st.integers(0x80, 0xBF),
    st.sampled_from([0, 8, 13, 101, 128, 229, 200, 201]) | st.integers(0, 255),
    st.binary(max_size=400),
)
datagrams = almost_rtp | st.binary(max_size=1500)


@relaxed
@given(datagrams)
def test_header(datagram: bytes) -> None:
    try:
        packet = header.parse(datagram)
    except HeaderError:
        return
    assert header.parse(header.build(packet)) == packet


@relaxed
@given(st.lists(datagrams, min_size=1, max_size=8))
def test_a_matrix_agrees_with_the_packets_one_by_one(packets: list[bytes]) -> None:
    packets = [packet for packet in packets if len(packet) >= 12]
    matrix = np.zeros((len(packets), 1536), np.uint8)
    for row, packet in enumerate(packets):
        matrix[row, : len(packet)] = np.frombuffer(packet, np.uint8)
    lengths = np.array([len(packet) for packet in packets], np.int64)
    plain = header.plain_lengths(matrix, lengths)
    for row, packet in enumerate(packets):
        try:
            expected = header.parse(packet).payload
        except HeaderError:
            assert plain[row] == 0
        else:
            assert bytes(matrix[row, 12 : plain[row]]) == expected


@relaxed
@given(st.binary(max_size=40), st.integers(0, (1 << 32) - 1))
def test_telephone_event(payload: bytes, timestamp: int) -> None:
    listener = telephone_event.Listener()
    try:
        listener.feed(timestamp, telephone_event.parse(payload), 0.0)
    except TelephoneEventError:
        return
    assert len(listener.expire(1.0)) <= 1


@settings(relaxed, max_examples=max(20, EXAMPLES // 10))
@given(st.lists(st.tuples(datagrams, st.sampled_from(["a", "b", "stranger", "beside"])), max_size=60))
def test_a_call_survives(packets: list[tuple[bytes, str]]) -> None:
    scene = Scene(capacity=16)
    a, b = scene.call(440, 700)
    scene.do("join_room", leg="b", room="1", gain=1.0)
    scene.do("bridge", leg="a", peer="b")
    assert a.target is not None
    assert b.target is not None
    sources = {
        "a": ("127.0.0.1", 5000),
        "b": ("127.0.0.1", 5002),
        "stranger": ("203.0.113.1", 9),
        "beside": ("127.0.0.1", 9),
    }
    scene.run(0.1)
    for datagram, source in packets:
        target = b.target if source == "b" else a.target
        scene.inject(sources[source], (target[0], target[1] + len(datagram) % 2), datagram)
        scene.run(0.005)
    scene.run(0.2)
    since = scene.now
    scene.run(0.5)
    assert strength(a.audio(since)[800:], 700) > 6000
    assert strength(b.audio(since)[800:], 440) > 6000
