"""IPv6 beside IPv4: the same tables, relay between the two, and the same rules for who is heard."""

from __future__ import annotations

import ipaddress
import random
import socket
from pathlib import Path

import numpy as np
import pytest

from pbx.media.errors import LegRefusedError
from pbx.media.leg import Networks
from pbx.media.lookup import (
    SIX_FIRST,
    Lookup,
    address_of,
    key_of,
    keys_of,
    learn,
    name_of,
    number_of,
    source_of,
    text_of_number,
)
from pbx.media.messages import RemoteMedia
from pbx.media.ports import local_addresses
from tests.unit.media.test_worker import Caller, hear_each_other, hears, stage, talk_until

needs_six = pytest.mark.skipif("::1" not in local_addresses(""), reason="this machine has no IPv6")


class CallerSix(Caller):
    """A peer on ::1."""

    def __init__(self, tone: float) -> None:
        super().__init__(tone)
        self.socket.close()
        self.socket = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
        self.socket.bind(("::1", 0))
        self.socket.setblocking(False)

    @property
    def remote(self) -> RemoteMedia:
        return RemoteMedia("::1", self.socket.getsockname()[1], telephone_event=101)


@pytest.mark.parametrize("address", ["192.0.2.7", "2001:db8::7", "::1"])
def test_an_address_is_the_same_as_text_as_name_and_in_a_key(address: str) -> None:
    name = name_of(address, 4711)
    assert address_of(name) == (address, 4711)
    assert text_of_number(number_of(address)) == address
    assert (number_of(address) >= SIX_FIRST) == (":" in address)
    (key,) = keys_of(np.array([3]), name.reshape(1, -1)).tolist()
    assert key == key_of(3, source_of(address, 4711))


@pytest.mark.parametrize("address", ["2001:db8::g", "1.2.3.4.5", "", ":", "fe80::1::2"])
def test_what_is_no_address_is_a_value_error(address: str) -> None:
    with pytest.raises(ValueError):
        name_of(address, 1)


def test_ten_thousand_addresses_are_told_apart_and_a_forged_one_of_the_same_hash_is_nobody() -> None:
    lookup = Lookup()
    addresses = [str(ipaddress.IPv6Address(random.getrandbits(128))) for _ in range(10_000)]
    for row, address in enumerate(addresses):
        assert lookup.add(key_of(row % 64, source_of(address, 4000)), row)
    names = np.stack([name_of(address, 4000) for address in addresses])
    keys = keys_of(np.arange(10_000) % 64, names)
    rows = lookup.find(keys)
    assert rows.tolist() == list(range(10_000))
    forged = names.copy()
    forged[:, 23] ^= 1
    lookup.compare(rows, keys, forged)  # as if their hashes were the same
    assert set(rows.tolist()) == {-1}


def test_networks_hold_both_versions_apart() -> None:
    networks = Networks.of("2001:db8::1", ["192.0.2.0/24", "2001:db8:1::/48"])
    assert networks.allow(int(ipaddress.ip_address("2001:db8::1")), 6)
    assert networks.allow(int(ipaddress.ip_address("2001:db8:1::9")), 6)
    assert networks.allow(int(ipaddress.ip_address("192.0.2.9")), 4)
    assert not networks.allow(int(ipaddress.ip_address("2001:db8::2")), 6)
    assert not networks.allow(int(ipaddress.ip_address("192.0.2.9")), 6)  # ::c000:209 is somebody else
    assert not networks.allow(int(ipaddress.ip_address("192.0.3.9")), 4)


@needs_six
@pytest.mark.parametrize("workers", [1, 2])
async def test_a_call_between_the_two_versions_is_heard_both_ways_and_recorded(tmp_path: Path, workers: int) -> None:
    async with stage(tmp_path, workers) as house:
        a, b = CallerSix(440), Caller(700)
        at_a = await house.plane.open_leg("a", signalled_from="::1", family=6)
        at_b = await house.plane.open_leg("b", signalled_from="127.0.0.1")
        assert (at_a.address, at_b.address) == ("::1", "127.0.0.1")
        house.plane.set_remote("a", a.remote)
        house.plane.set_remote("b", b.remote)
        house.plane.bridge("a", "b")
        house.plane.record("r", str(tmp_path / "r.s16"), "a", "b")
        await hear_each_other((a, at_a), (b, at_b))


@needs_six
async def test_a_peer_that_speaks_from_another_port_is_latched_and_answered_there(tmp_path: Path) -> None:
    async with stage(tmp_path) as house:
        a = CallerSix(440)
        at_a = await house.plane.open_leg("a", signalled_from="::1", family=6)
        house.plane.set_remote("a", RemoteMedia("::1", 9))
        house.plane.echo("a", True)
        await talk_until(lambda: hears(a, 440), (a, at_a))
        (figures,) = await house.plane.figures()
        assert figures["sources_latched"] == 1
        assert hears(a, 440)


@needs_six
async def test_a_peer_that_announces_the_other_version_hears_nothing_and_the_leg_lives(tmp_path: Path) -> None:
    async with stage(tmp_path) as house:
        await house.plane.open_leg("a", signalled_from="::1", family=6)
        house.plane.set_remote("a", RemoteMedia("192.0.2.1", 4000))
        with pytest.raises(LegRefusedError):
            await house.plane.open_leg("b", signalled_from="127.0.0.1", family=5)
        (figures,) = await house.plane.figures()
        assert (figures["legs"], figures["faults"]) == (1, 0)


def test_an_address_that_a_peer_has_proven_to_speak_from_is_known_by_its_number() -> None:
    name = name_of("2001:db8::17", 4242)
    learn(name)
    (key,) = keys_of(np.zeros(1, np.int64), name[None, :]).tolist()
    assert text_of_number(key & 0xFFFFFFFF) == "2001:db8::17"
    lookup = Lookup()
    lookup.add(key, 3)
    rows = np.array([3])
    lookup.compare(rows, np.array([key], np.uint64), name[None, :])
    assert rows.tolist() == [3]
