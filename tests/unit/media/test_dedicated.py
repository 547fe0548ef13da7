"""Ports that no two legs share, for the peer that insists: the same code, the same rules."""

from __future__ import annotations

import pytest

from pbx.media.errors import CommandError
from pbx.media.messages import LocalMedia, MediaMoved, RemoteMedia
from pbx.media.ports import places_of
from pbx.media.wire import plain, restore
from tests.unit.media.scene import LOOPBACK, OUTSIDE, Phone, Scene, strength

NAT = "198.51.100.7"


def scene_of(pairs: int = 4) -> Scene:
    return Scene(places_of(list(range(40000, 40000 + 2 * pairs, 2)), [LOOPBACK, OUTSIDE]), dedicated=True)


def opened(scene: Scene, leg: str, **fields: object) -> LocalMedia:
    return restore(LocalMedia, scene.do("open_leg", leg=leg, signalled_from=LOOPBACK, **fields))


def test_no_two_legs_share_a_port_and_when_all_are_taken_the_next_is_refused() -> None:
    scene = scene_of()
    assert len({opened(scene, leg).port for leg in "abcd"}) == 4
    with pytest.raises(CommandError) as refusal:
        opened(scene, "e")
    assert refusal.value.code == "no_port"
    assert scene.core.legs.count == 4
    scene.do("close_leg", leg="b")
    assert opened(scene, "e").port == 40002


def test_a_call_is_heard_both_ways_whatever_its_peers_announce() -> None:
    scene = scene_of()
    a, b = scene.call(440, 700)
    scene.run(1.0)
    assert strength(a.audio(since=1000.5), 700) > 7000
    assert strength(b.audio(since=1000.5), 440) > 7000


def test_many_legs_to_one_announced_address_need_no_moving() -> None:
    scene = scene_of()
    for leg in "abcd":
        opened(scene, leg)
        scene.do("set_remote", leg=leg, remote=plain(RemoteMedia(LOOPBACK, 6000)))
    assert scene.of(MediaMoved) == []
    assert all(leg.is_keyed for leg in scene.core.by_name.values())


def test_a_peer_behind_nat_is_latched_and_a_stranger_is_not() -> None:
    scene = scene_of()
    local = scene.open("a", signalled_from=NAT)
    scene.do("set_remote", leg="a", remote=plain(RemoteMedia("10.0.0.5", 4000)))
    a = Phone(scene, 31234, address=NAT, frequency=440)
    stranger = Phone(scene, 31234, address="203.0.113.66", frequency=700)
    a.target = stranger.target = (local.address, local.port)
    scene.do("echo", leg="a", on=True)
    scene.run(1.0)
    assert strength(a.audio(since=1000.5), 440) > 7000
    assert stranger.heard == []
