"""Where sound may come from: announced addresses, peers behind NAT, strangers; the rules of shared ports one by one."""

from __future__ import annotations

from pbx.media.messages import LocalMedia, MediaAlarm, MediaMoved, MediaStarted, RemoteMedia
from pbx.media.ports import places_of
from pbx.media.wire import plain, restore
from tests.unit.media.scene import LOOPBACK, OUTSIDE, Phone, Scene, strength

NAT = "198.51.100.7"
STRANGER = "203.0.113.66"


def bridged(
    scene: Scene, real: tuple[str, int], announced: tuple[str, int], signalled: str = NAT
) -> tuple[Phone, Phone]:
    """``a`` announces one address and speaks from another; ``b`` is beside the exchange."""
    a = Phone(scene, real[1], address=real[0], frequency=440)
    local = scene.open("a", signalled_from=signalled)
    a.target = (local.address, local.port)
    scene.do("set_remote", leg="a", remote=plain(RemoteMedia(*announced, telephone_event=101)))
    b = Phone(scene, 6000, frequency=700)
    scene.open("b", b)
    scene.do("bridge", leg="a", peer="b")
    return a, b


def one_port(pairs: int = 1) -> Scene:
    return Scene(places_of(list(range(40000, 40000 + 2 * pairs, 2)), [LOOPBACK, OUTSIDE]))


def test_a_source_at_the_signalling_address_is_latched_after_four_packets() -> None:
    scene = Scene()
    a, b = bridged(scene, (NAT, 31234), ("10.0.0.5", 4000))
    scene.run(0.059)
    assert b.heard == [] or abs(b.audio()).max() == 0
    assert not any(target == (NAT, 31234) for _, _, target, _ in scene.sent)
    scene.run(0.5)
    assert strength(b.audio(since=1000.1), 440) > 7000
    assert strength(a.audio(since=1000.1), 700) > 7000
    assert MediaStarted("a") in scene.events


def test_a_source_elsewhere_is_never_latched_and_hears_nothing() -> None:
    scene = Scene()
    attacker, b = bridged(scene, (STRANGER, 31234), ("10.0.0.5", 4000))
    scene.run(1.0)
    assert attacker.heard == []
    assert MediaStarted("a") not in scene.events
    assert strength(b.audio(), 440) < 50
    assert scene.core.latching.dropped == 50


def test_a_trunks_media_networks_are_trusted() -> None:
    scene = Scene()
    a = Phone(scene, 31234, address="203.0.113.66", frequency=440)
    local = restore(LocalMedia, scene.do("open_leg", leg="a", signalled_from=NAT, trusted=["203.0.113.0/24"]))
    a.target = (local.address, local.port)
    scene.do("set_remote", leg="a", remote=plain(RemoteMedia("10.0.0.5", 4000)))
    scene.run(0.3)
    assert MediaStarted("a") in scene.events
    assert len(a.heard) > 5


def test_packets_that_do_not_follow_each_other_do_not_latch() -> None:
    scene = Scene()
    a, _ = bridged(scene, (NAT, 31234), ("10.0.0.5", 4000))
    a.frequency = 0
    for number in range(20):
        a.sequence = 100 * number
        a.send(a.packet(bytes(160)))
        scene.run(0.02)
    assert MediaStarted("a") not in scene.events


def test_the_announced_address_always_wins() -> None:
    scene = Scene()
    a, b = bridged(scene, (NAT, 31234), (NAT, 4000))
    scene.run(0.3)
    assert len(a.heard) > 5
    announced = Phone(scene, 4000, address=NAT)
    announced.target = a.target
    announced.start(950)
    scene.run(0.5)
    assert strength(b.audio(since=1000.4), 950) > 7000
    assert strength(b.audio(since=1000.4), 440) < 200
    assert announced.heard[-1][0] > scene.now - 0.05
    assert a.heard[-1][0] < scene.now - 0.4


def test_a_speaking_announced_source_cannot_be_replaced() -> None:
    scene = Scene()
    a, b = bridged(scene, (NAT, 4000), (NAT, 4000))
    scene.run(0.2)
    thief = Phone(scene, 31234, address=NAT)
    thief.target = a.target
    thief.start(950)
    scene.run(1.0)
    assert thief.heard == []
    assert strength(b.audio(since=1000.2), 950) < 100


def test_a_latched_source_that_is_silent_for_half_a_second_may_be_replaced() -> None:
    scene = Scene()
    a, b = bridged(scene, (NAT, 31234), ("10.0.0.5", 4000))
    scene.run(0.5)
    a.frequency = 0
    rebound = Phone(scene, 40404, address=NAT)
    rebound.target = a.target
    rebound.ssrc = a.ssrc
    rebound.start(950)
    scene.run(0.4)
    assert rebound.heard == []
    scene.run(0.6)
    assert strength(b.audio(since=1001.2), 950) > 7000
    assert len(rebound.heard) > 10


def test_a_new_description_resets_what_was_latched() -> None:
    scene = Scene()
    a, _b = bridged(scene, (NAT, 31234), ("10.0.0.5", 4000))
    scene.run(0.3)
    moved = Phone(scene, 7000, address=NAT)
    scene.do("set_remote", leg="a", remote=plain(moved.remote()))
    before = len(a.heard)
    scene.run(0.2)
    assert len(a.heard) == before
    assert len(moved.heard) > 5


def test_two_legs_of_one_address_on_one_port_are_told_apart_by_what_they_announce() -> None:
    scene = one_port()
    a, b = scene.call(440, 700)
    assert a.target == b.target
    scene.run(0.5)
    assert strength(b.audio(), 440) > 7000
    assert strength(a.audio(), 700) > 7000


def test_two_legs_that_a_source_could_belong_to_are_not_latched_and_one_is_moved() -> None:
    scene = one_port(4)
    targets = set()
    for name in "abcdefgh":
        local = scene.open(name, signalled_from=NAT)
        scene.do("set_remote", leg=name, remote=plain(RemoteMedia("10.0.0.5", 4000 + ord(name))))
        targets.add((local.address, local.port))
    phone = Phone(scene, 31234, address=NAT, frequency=440)
    phone.target = min(targets)
    scene.run(0.5)
    assert scene.of(MediaMoved)
    assert len([leg for leg in scene.core.by_name.values() if leg.latched is not None]) <= 1


def test_a_collision_moves_the_leg_to_a_port_of_its_own() -> None:
    scene = one_port(4)
    addresses = []
    for name in "abcd":
        scene.open(name, signalled_from=LOOPBACK)
        scene.do("set_remote", leg=name, remote=plain(RemoteMedia(LOOPBACK, 6000)))
        leg = scene.core.by_name[name]
        assert leg.is_keyed
        addresses.append(leg.place.port)
    assert len(set(addresses)) == 4
    moved = scene.of(MediaMoved)
    assert all(event.local.port == scene.core.by_name[event.leg].place.port for event in moved)


def test_a_known_collision_is_avoided_from_the_start() -> None:
    scene = one_port(4)
    ports = set()
    for name in "abcd":
        remote = plain(RemoteMedia(LOOPBACK, 6000))
        local = restore(LocalMedia, scene.do("open_leg", leg=name, signalled_from=LOOPBACK, remote=remote))
        scene.do("set_remote", leg=name, remote=remote)
        ports.add(local.port)
    assert len(ports) == 4
    assert scene.of(MediaMoved) == []


def test_more_collisions_than_ports_raise_an_alarm_and_the_legs_still_speak() -> None:
    scene = one_port(2)
    peer = Phone(scene, 6000)
    for name in "abc":
        scene.open(name, signalled_from=LOOPBACK)
        scene.do("set_remote", leg=name, remote=plain(peer.remote()))
    assert [event.what for event in scene.of(MediaAlarm)] == ["ports_exhausted"]
    scene.run(0.2)
    assert len({packet.ssrc for _, packet in peer.heard}) == 3


def test_early_packets_wait_for_the_answer_that_names_them() -> None:
    scene = Scene()
    b = Phone(scene, 6000)
    scene.open("b", b)
    a = Phone(scene, 5000, frequency=440)
    local = scene.open("a", signalled_from=LOOPBACK)
    a.target = (local.address, local.port)
    scene.do("bridge", leg="a", peer="b")
    scene.run(0.2)
    assert MediaStarted("a") not in scene.events
    scene.do("set_remote", leg="a", remote=plain(a.remote()))
    assert MediaStarted("a") in scene.events
    scene.run(0.01)
    assert len([packet for _, packet in b.heard if packet.payload != b"\xff" * 160]) >= 10


def test_what_nobody_asks_for_leaves_limbo_after_two_seconds() -> None:
    scene = Scene()
    a = Phone(scene, 5000, frequency=440)
    local = scene.open("a", signalled_from=LOOPBACK)
    a.target = (local.address, local.port)
    scene.run(0.2)
    a.frequency = 0
    scene.run(3.2)
    scene.do("set_remote", leg="a", remote=plain(a.remote()))
    assert MediaStarted("a") not in scene.events


def test_a_released_source_rests_before_its_port_serves_it_again() -> None:
    scene = one_port(4)
    (a,) = scene.call(440)
    first = a.target
    scene.run(0.2)
    scene.do("close_leg", leg="a")
    remote = plain(a.remote())
    second = restore(LocalMedia, scene.do("open_leg", leg="b", signalled_from=LOOPBACK, remote=remote))
    scene.do("close_leg", leg="b")
    scene.run(6.0)
    third = restore(LocalMedia, scene.do("open_leg", leg="c", signalled_from=LOOPBACK, remote=remote))
    assert first is not None
    assert second.port != first[1]
    assert third.port == first[1]


def test_our_own_address_is_not_spoken_to() -> None:
    scene = Scene()
    local = scene.open("a", signalled_from=LOOPBACK)
    scene.do("set_remote", leg="a", remote=plain(RemoteMedia(local.address, local.port)))
    scene.run(0.2)
    assert scene.sent == []
    assert [event.what for event in scene.of(MediaAlarm)] == ["own_address"]


def test_the_old_way_of_holding_stops_the_sound_to_the_peer() -> None:
    scene = Scene()
    (a,) = scene.call(440)
    scene.run(0.1)
    before = len(a.heard)
    scene.do("set_remote", leg="a", remote=plain(RemoteMedia("0.0.0.0", 5000)))
    scene.run(0.2)
    assert len(a.heard) == before
    scene.do("set_remote", leg="a", remote=plain(a.remote()))
    scene.run(0.2)
    assert len(a.heard) > before + 8


def test_the_first_early_branch_to_speak_is_heard_and_the_answer_decides() -> None:
    scene = Scene()
    local = scene.open("a", signalled_from=LOOPBACK)
    one, two = Phone(scene, 5000), Phone(scene, 5002)
    for name, phone in (("x", one), ("y", two)):
        phone.target = (local.address, local.port)
        scene.do("set_remote", leg="a", remote=plain(phone.remote()), branch=name)
    b = Phone(scene, 6000)
    scene.open("b", b)
    scene.do("bridge", leg="a", peer="b")
    two.start(950)
    scene.run(0.4)
    one.start(440)
    scene.run(0.4)
    assert strength(b.audio(since=1000.1), 950) > 6000
    assert strength(b.audio(since=1000.1), 440) < 200
    scene.do("set_remote", leg="a", remote=plain(one.remote()))
    scene.run(0.4)
    assert strength(b.audio(since=1000.85), 440) > 7000
    assert strength(b.audio(since=1000.85), 950) < 200


def test_a_branch_that_fails_leaves_the_other() -> None:
    scene = Scene()
    local = scene.open("a", signalled_from=LOOPBACK)
    one, two = Phone(scene, 5000, frequency=440), Phone(scene, 5002, frequency=950)
    for name, phone in (("x", one), ("y", two)):
        phone.target = (local.address, local.port)
        scene.do("set_remote", leg="a", remote=plain(phone.remote()), branch=name)
    scene.do("drop_branch", leg="a", branch="x")
    b = Phone(scene, 6000)
    scene.open("b", b)
    scene.do("bridge", leg="a", peer="b")
    scene.run(0.4)
    assert strength(b.audio(since=1000.05), 950) > 7000


def test_a_flood_from_a_stranger_costs_the_calls_nothing() -> None:
    scene = Scene()
    a, b = scene.call(440, 700)
    noise = a.packet(bytes(160))
    assert a.target is not None
    for pass_ in range(40):
        for port in range(100):
            scene.inject((STRANGER, 1024 + port * 40 + pass_), a.target, noise)
        scene.run(0.0025)
    scene.run(0.3)
    assert scene.core.latching.dropped == 4000
    assert strength(b.audio(since=1000.15), 440) > 7000


def test_a_peer_on_loopback_is_given_loopback_and_others_the_outside_address() -> None:
    scene = Scene(advertised="203.0.113.9")
    assert scene.open("a", signalled_from=LOOPBACK).address == LOOPBACK
    outside = scene.open("b", signalled_from=NAT)
    assert outside.address == "203.0.113.9"
    assert scene.core.by_name["b"].place.address == OUTSIDE
