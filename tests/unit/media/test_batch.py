"""Real sockets: batches and the way without them carry the same packets."""

from __future__ import annotations

import itertools
import socket
import time
from collections.abc import Iterator

import numpy as np
import pytest

from pbx.media.batch import PER_SOCKET, Matrix, Wire, has_batches
from pbx.media.lookup import address_of, name_of
from pbx.media.ports import PortsError, local_addresses, open_sockets, pairs_of, places_of


@pytest.fixture
def pair() -> Iterator[list[socket.socket]]:
    opened = [socket.socket(socket.AF_INET, socket.SOCK_DGRAM) for _ in range(2)]
    for one in opened:
        one.bind(("127.0.0.1", 0))
        one.setblocking(False)
    yield opened
    for one in opened:
        one.close()


def wires() -> list[bool]:
    return [True, False] if has_batches() else [False]


def test_this_machine_has_batches_with_the_layout_we_think() -> None:
    assert has_batches()


@pytest.mark.parametrize("batches", wires())
def test_packets_go_out_and_come_in(pair: list[socket.socket], batches: bool) -> None:
    wire, matrix = Wire(pair, batches), Matrix(64)
    rows = np.arange(10)
    matrix.packets[:10, :4] = np.arange(40, dtype=np.uint8).reshape(10, 4)
    names = np.stack([name_of(*pair[(row + 1) % 2].getsockname()) for row in range(10)])
    wire.send(matrix, rows, np.full(10, 4), rows % 2, names)
    received = Matrix(64)
    count = wire.receive(received, [0, 1])
    assert count == 10
    assert received.length[:10].tolist() == [4] * 10
    assert sorted(received.packets[:10, 0].tolist()) == list(range(0, 40, 4))
    for row in range(10):
        assert address_of(received.source[row]) == pair[1 - int(received.socket[row])].getsockname()
    assert wire.counters.sent == wire.counters.received == 10


@pytest.mark.parametrize("batches", wires())
def test_a_row_that_cannot_be_sent_does_not_stop_the_others(pair: list[socket.socket], batches: bool) -> None:
    wire, matrix = Wire(pair, batches), Matrix(8)
    good, bad = name_of(*pair[1].getsockname()), name_of("192.0.2.1", 9)
    bad[4:8] = (255, 255, 255, 255)  # broadcast, which the socket may not
    names = np.stack([good, bad, good, bad, bad, good])
    wire.send(matrix, np.arange(6), np.full(6, 20), np.zeros(6, np.int64), names)
    received = Matrix(64)
    assert wire.receive(received, [1]) == 3
    assert (wire.counters.sent, wire.counters.send_refused) == (3, 3)


@pytest.mark.parametrize("batches", wires())
def test_what_one_socket_delivers_per_pass_is_capped(pair: list[socket.socket], batches: bool) -> None:
    wire = Wire(pair, batches)
    for _ in range(PER_SOCKET + 50):
        pair[1].sendto(b"flood", pair[0].getsockname())
    pair[0].sendto(b"quiet", pair[1].getsockname())
    time.sleep(0)
    matrix = Matrix(4096)
    first = wire.receive(matrix, [0, 1])
    assert int((matrix.socket[:first] == 0).sum()) <= PER_SOCKET
    assert bytes(matrix.packets[first - 1, :5]) == b"quiet"


def test_a_packet_too_long_for_its_row_is_counted_and_empty(pair: list[socket.socket]) -> None:
    wire, matrix = Wire(pair), Matrix(4)
    pair[1].sendto(bytes(3000), pair[0].getsockname())
    assert wire.receive(matrix, [0]) == 1
    assert matrix.length[0] == 0
    assert wire.counters.truncated == 1


def test_workers_share_the_range_in_pairs() -> None:
    shares = [pairs_of(10000, 10031, number, 3) for number in range(3)]
    assert sorted(itertools.chain(*shares)) == list(range(10000, 10031, 2))
    with pytest.raises(PortsError, match="worker 1 of 2 gets none"):
        pairs_of(10000, 10001, 1, 2)


def test_the_last_quarter_of_the_ports_is_kept_for_collisions() -> None:
    places = places_of(list(range(10000, 10016, 2)), ["127.0.0.1"])
    assert [place.port for place in places if place.kept] == [10012, 10014]
    assert not any(place.kept for place in places_of([10000], ["127.0.0.1"]))


def test_a_port_in_use_is_named(pair: list[socket.socket]) -> None:
    port = pair[0].getsockname()[1]
    with pytest.raises(PortsError, match=f"127.0.0.1:{port}"):
        open_sockets(places_of([port], ["127.0.0.1"]))


def test_loopback_is_always_there_and_an_address_given_is_taken() -> None:
    assert [one for one in local_addresses("192.0.2.77") if ":" not in one] == ["127.0.0.1", "192.0.2.77"]
    assert local_addresses("127.0.0.1")[0] == "127.0.0.1"
    if "::1" in local_addresses(""):
        assert [one for one in local_addresses("2001:db8::77") if ":" in one] == ["::1", "2001:db8::77"]
