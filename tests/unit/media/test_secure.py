"""Browsers' legs: connectivity checks, handshakes, SRTP, and everything that is wrong with them."""

from __future__ import annotations

import random
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from aioice import stun

from pbx.media.errors import CommandError
from pbx.media.ice import CHECKS_PER_PASS
from pbx.media.messages import Clip, MediaAlarm, MediaStarted, MediaTimedOut
from pbx.media.ports import places_of
from pbx.media.wire import plain
from pbx.sdp.protection import DtlsParameters
from tests.unit.media.browser import ADDRESS, Browser
from tests.unit.media.scene import OUTSIDE, Phone, Scene, is_unbroken, strength

ELSEWHERE = "192.0.2.99"


@pytest.fixture
def scene() -> Scene:
    return Scene()


def bridged(scene: Scene, setup: str = "actpass") -> tuple[Browser, Phone]:
    """A browser and a phone that hear each other."""
    browser = Browser(scene, "web", 6000, setup=setup)
    phone = Phone(scene, 5000)
    scene.open("phone", phone)
    scene.do("bridge", leg="web", peer="phone")
    browser.connect()
    return browser, phone


@pytest.mark.parametrize("setup", ["actpass", "active", "passive"])
def test_a_browser_and_a_phone_hear_each_other(scene: Scene, setup: str) -> None:
    browser, phone = bridged(scene, setup)
    phone.start(440.0)
    browser.speak(700.0, 1.0)
    assert strength(phone.audio()[-4000:], 700.0) > 3000
    assert strength(browser.sound()[-4000:], 440.0) > 3000
    assert is_unbroken(phone)
    assert {event.leg for event in scene.of(MediaStarted)} == {"phone", "web"}


def test_our_description_names_one_way_in_that_is_no_loopback(scene: Scene) -> None:
    browser = Browser(scene, "web", 6000)
    assert browser.local.ice is not None and browser.local.dtls is not None
    assert browser.local.address == OUTSIDE
    assert browser.local.ice.lite
    assert len(browser.local.ice.ufrag) >= 4 and len(browser.local.ice.password) >= 22
    assert browser.local.ice.candidates == (f"1 1 udp 2130706175 {OUTSIDE} {browser.local.port} typ host",)
    assert browser.local.dtls.setup == "passive"
    assert browser.local.rtcp_port == browser.local.port


def test_a_browser_on_this_machine_may_come_over_loopback_too(scene: Scene) -> None:
    browser = Browser(scene, "web", 6000, address="127.0.0.1")
    assert browser.local.ice is not None
    assert [line.split()[4] for line in browser.local.ice.candidates] == [OUTSIDE, "127.0.0.1"]
    browser.target = ("127.0.0.1", browser.local.port)
    browser.connect()
    scene.do("echo", leg="web", on=True)
    browser.speak(700.0, 0.5)
    assert strength(browser.sound()[-2000:], 700.0) > 3000


def test_a_browser_may_come_by_either_ip_version() -> None:
    scene = Scene(places_of([40000, 40002], ["127.0.0.1", OUTSIDE, "::1", "2001:db8::10"]), advertised="198.51.100.7")
    browser = Browser(scene, "web", 6000)
    assert browser.local.ice is not None
    ways = [line.split()[4] for line in browser.local.ice.candidates]
    assert ways == ["198.51.100.7", OUTSIDE, "2001:db8::10"]
    browser.source, browser.target = ("2001:db8::77", 6000), ("2001:db8::10", browser.local.port)
    browser.connect()
    scene.do("echo", leg="web", on=True)
    browser.speak(700.0, 0.5)
    assert strength(browser.sound()[-2000:], 700.0) > 3000


def test_nat_in_front_of_us_is_advertised_and_the_own_address_is_second() -> None:
    scene = Scene(advertised="198.51.100.7")
    browser = Browser(scene, "web", 6000)
    assert browser.local.ice is not None
    assert [line.split()[4] for line in browser.local.ice.candidates] == ["198.51.100.7", OUTSIDE]


def test_a_check_without_the_password_is_refused_and_gets_no_answer(scene: Scene) -> None:
    browser = Browser(scene, "web", 6000)
    browser.check(password="wrong" * 5)
    browser.check(ufrag="nobody12")
    browser.turn()
    assert not browser.responses
    assert scene.do("figures")["checks_refused"] == 2


def test_a_check_is_answered_with_the_source_it_came_from(scene: Scene) -> None:
    browser = Browser(scene, "web", 6000)
    browser.check()
    browser.turn()
    (reply,) = browser.responses
    assert reply.message_class is stun.Class.RESPONSE
    assert reply.attributes["XOR-MAPPED-ADDRESS"] == (ADDRESS, 6000)
    assert browser.local.ice is not None
    assert reply.check_message_integrity(browser.local.ice.password.encode())
    assert "FINGERPRINT" in reply.attributes


def test_a_peer_that_thinks_itself_controlled_is_told_of_the_conflict(scene: Scene) -> None:
    browser = Browser(scene, "web", 6000)
    browser.check(controlled=True)
    browser.turn()
    assert browser.responses[0].attributes["ERROR-CODE"][0] == 487


def test_a_nomination_from_elsewhere_moves_the_sound_there(scene: Scene) -> None:
    browser, phone = bridged(scene)
    phone.start(440.0)
    browser.speak(700.0, 0.2)
    browser.source = (ELSEWHERE, 7777)
    browser.check(nominate=False)
    browser.turn()
    before = len(browser.heard)
    scene.run(0.1)
    browser.look()
    assert len(browser.heard) == before, "a check that nominates nothing moves nothing"
    browser.check(nominate=True)
    browser.turn()
    browser.speak(700.0, 0.5)
    assert len(browser.heard) > before + 20
    assert is_unbroken(phone)


def test_a_forged_packet_from_the_right_source_is_counted_and_harms_nothing(scene: Scene) -> None:
    browser, phone = bridged(scene)
    browser.speak(700.0, 0.2)
    heard = len(phone.heard)
    for _ in range(50):
        browser.send(bytes([0x80, 0]) + random.Random(3).randbytes(180))
        scene.run(0.01)
    assert len(phone.heard) == heard
    assert scene.do("figures")["srtp_refused"] == 50
    browser.speak(700.0, 0.2)
    assert len(phone.heard) == heard + 10


def test_a_replayed_packet_is_dropped(scene: Scene) -> None:
    browser, phone = bridged(scene)
    packet = browser.sealed(b"\xff" * 160)
    for _ in range(5):
        browser.send(packet)
        scene.run(0.02)
    assert len(phone.heard) == 1
    assert scene.do("figures")["srtp_refused"] == 4


def test_plain_rtp_on_a_secure_leg_is_refused(scene: Scene) -> None:
    browser, phone = bridged(scene)
    browser.send(b"\x80\x00" + bytes(10) + b"\xff" * 160)
    scene.run(0.05)
    assert not phone.heard


def test_nothing_is_sent_before_there_are_keys(scene: Scene) -> None:
    browser = Browser(scene, "web", 6000)
    phone = Phone(scene, 5000, frequency=440.0)
    scene.open("phone", phone)
    scene.do("bridge", leg="web", peer="phone")
    browser.answer()
    browser.check()
    scene.run(1.0)
    assert all(datagram[0] < 64 for _, _, target, datagram in scene.sent if target == browser.source)


def test_a_certificate_that_is_not_the_described_one_gets_no_keys(scene: Scene) -> None:
    browser = Browser(scene, "web", 6000)
    other = DtlsParameters("sha-256", ":".join(["AB"] * 32), "actpass")
    browser.scene.do(
        "set_remote",
        leg="web",
        remote={
            "address": "0.0.0.0", "port": 9, "rtcp_mux": True,
            "ice": {"ufrag": "theirs", "password": "x" * 22},
            "dtls": {"algorithm": other.algorithm, "fingerprint": other.fingerprint, "setup": "actpass"},
        },
    )  # fmt: skip
    browser.check()
    browser.turn()
    for datagram in browser.association.begin().datagrams:
        browser.send(datagram)
    for _ in range(6):
        browser.turn()
    assert [alarm.what for alarm in scene.of(MediaAlarm)] == ["dtls_failed"]
    assert scene.do("figures")["srtp_legs"] == 0


def test_a_handshake_that_begins_before_the_answer_is_finished_after_it(scene: Scene) -> None:
    browser = Browser(scene, "web", 6000)
    browser.check()
    for datagram in browser.association.begin().datagrams:
        browser.send(datagram)
    browser.turn()
    browser.answer()
    for _ in range(6):
        browser.turn()
    assert browser.keys is not None


@pytest.mark.parametrize("when", ["before", "after"])
def test_garbage_that_looks_like_dtls_ends_no_call(scene: Scene, when: str) -> None:
    chance = random.Random(5)
    browser, phone = bridged(scene)
    stranger = ("198.51.100.9", 4444)
    for _ in range(200):
        garbage = bytes([chance.choice([20, 21, 22, 23, 63])]) + chance.randbytes(chance.randrange(0, 400))
        scene.inject(browser.source if when == "after" else stranger, browser.target, garbage)
    scene.run(0.1)
    browser.speak(700.0, 0.5)
    assert strength(phone.audio()[-2000:], 700.0) > 3000


def test_a_flood_of_checks_costs_a_bounded_number_of_verifications(scene: Scene) -> None:
    browser, phone = bridged(scene)
    answered = scene.do("figures")["checks_answered"]
    request = stun.Message(stun.Method.BINDING, stun.Class.REQUEST)
    request.attributes["USERNAME"] = "stranger:theirs"
    request.add_message_integrity(b"guess" * 5)
    raw = bytes(request)
    for number in range(400):
        scene.inject((f"198.51.100.{number % 250}", 1024 + number), browser.target, raw)
    browser.check()
    scene.run(0.0025)
    browser.look()
    figures = scene.do("figures")
    assert figures["checks_answered"] == answered + 1, "the peer that is known comes first"
    assert figures["checks_refused"] <= CHECKS_PER_PASS
    assert figures["checks_skipped"] >= 400 - CHECKS_PER_PASS
    browser.speak(700.0, 0.3)
    assert strength(phone.audio()[-2000:], 700.0) > 3000


def test_a_peer_that_checks_no_more_for_half_a_minute_is_sent_nothing(scene: Scene) -> None:
    browser, phone = bridged(scene)
    phone.start(440.0)
    for _ in range(15):
        browser.check()
        scene.run(2.0)
    assert scene.sent[-1][0] > scene.now - 0.1
    scene.run(31.0)
    browser.look()
    count = sum(1 for _, _, target, _ in scene.sent if target == browser.source)
    scene.run(5.0)
    assert sum(1 for _, _, target, _ in scene.sent if target == browser.source) == count
    assert "web" in {event.leg for event in scene.of(MediaTimedOut)}


def test_a_source_belongs_to_one_leg_until_it_is_quiet() -> None:
    scene = Scene(places_of([40000], [OUTSIDE]))
    Browser(scene, "web", 6000).connect()
    second = Browser(scene, "again", 6000)
    second.check()
    second.turn()
    assert not second.responses, "the first page has checked a moment ago"
    scene.run(7.0)
    second.look()
    second.connect()
    assert second.responses


def test_reports_go_sealed_and_are_read(scene: Scene) -> None:
    browser, phone = bridged(scene)
    phone.start(440.0)
    for _ in range(6):
        browser.check()
        browser.speak(700.0, 1.5)
    assert browser.reports and browser.reports[0][1] == 200
    assert browser.sealing is not None
    report = bytes([0x80, 201, 0, 1]) + browser.ssrc.to_bytes(4, "big")
    browser.send(browser.sealing.protect_rtcp(report))
    browser.send(report)
    browser.turn()
    figures = scene.do("figures")
    assert figures["reports_received"] == 1
    assert figures["srtp_refused"] == 1


def test_a_browser_is_mixed_like_any_leg(scene: Scene) -> None:
    browser = Browser(scene, "web", 6000)
    phone = Phone(scene, 5000, frequency=440.0)
    scene.open("phone", phone)
    for leg in ("web", "phone"):
        scene.do("join_room", leg=leg, room="700", gain=1.0)
    browser.connect()
    browser.speak(700.0, 1.0)
    assert strength(browser.sound()[-4000:], 440.0) > 3000
    assert strength(phone.audio()[-4000:], 700.0) > 3000


def test_a_browser_is_recorded_and_hears_clips_like_any_leg(scene: Scene, tmp_path: Path) -> None:
    browser, phone = bridged(scene)
    scene.record(tmp_path / "r.s16", left="web", right="phone")
    phone.start(440.0)
    browser.speak(700.0, 1.0)
    scene.do("stop_recording", recording="r")
    scene.run(1.0)
    spool = np.fromfile(tmp_path / "r.s16", "<i2").reshape(-1, 2)
    assert strength(spool[2000:6000, 0], 700.0) > 3000
    assert strength(spool[2000:6000, 1], 440.0) > 3000
    browser.look()
    browser.heard.clear()
    scene.play("web", Clip(tone="beep"))
    scene.run(0.3)
    browser.look()
    assert np.abs(browser.sound()).max() > 3000


def test_a_closed_leg_leaves_nothing_behind(scene: Scene) -> None:
    browser, _ = bridged(scene)
    scene.do("close_leg", leg="web")
    scene.do("close_leg", leg="phone")
    core = scene.core
    assert not core.srtp.pairs
    assert core.secure.count == 0
    assert len(core.lookup) == 0
    browser.check()
    browser.turn()
    assert len(core.lookup) == 0


@pytest.mark.parametrize(
    "changes",
    [
        {"dtls": None},
        {"ice": None},
        {"dtls": {"algorithm": "md5", "fingerprint": "AB:CD", "setup": "active"}},
        {"dtls": {"algorithm": "sha-256", "fingerprint": "AB:CD", "setup": "active"}},
        {"dtls": {"algorithm": "sha-256", "fingerprint": ":".join(["AB"] * 32), "setup": "perhaps"}},
        {"dtls": {"algorithm": 7, "fingerprint": 8, "setup": 9}},
    ],
)
def test_a_description_that_cannot_be_checked_is_refused(scene: Scene, changes: dict[str, object]) -> None:
    browser = Browser(scene, "web", 6000)
    with pytest.raises(CommandError):
        browser.answer(**changes)


def test_a_new_description_of_the_same_page_keeps_the_keys(scene: Scene) -> None:
    browser, phone = bridged(scene)
    browser.speak(700.0, 0.2)
    browser.answer()
    browser.setup = "active"
    browser.answer()
    browser.speak(700.0, 0.2)
    assert len(phone.heard) == 20
    assert np.diff(phone.sequences).max() == 1


def test_a_restart_of_ice_has_fresh_credentials_and_the_sound_goes_on_all_the_while(scene: Scene) -> None:
    browser, phone = bridged(scene)
    phone.start(440.0)
    browser.speak(700.0, 0.3)
    assert browser.local.ice is not None
    old = browser.local.ice
    fresh = replace(old, ufrag="newfrag8", password="n" * 24)
    browser.answer(our_ice=plain(fresh))
    heard = len(browser.heard)
    browser.speak(700.0, 0.2)
    assert len(browser.heard) >= heard + 8, "the old pair serves until there is a new one"
    browser.check()  # consent, with what was before
    browser.turn()
    browser.source = (ELSEWHERE, 7777)
    browser.check(nominate=True)
    browser.turn()
    before = len(browser.heard)
    browser.speak(700.0, 0.2)
    assert len(browser.heard) == before, "the old credentials nominate nothing anew"
    browser.local = replace(browser.local, ice=fresh)
    browser.check(nominate=True)
    browser.turn()
    browser.speak(700.0, 0.5)
    assert len(browser.heard) > before + 20
    assert is_unbroken(phone)
    refused = scene.core.secure.ice.counters.refused
    browser.local = replace(browser.local, ice=old)
    browser.check()
    browser.turn()
    assert scene.core.secure.ice.counters.refused == refused + 1, "the old credentials are gone"
    scene.do("close_leg", leg="web")
    assert not scene.core.secure.ice._by_ufrag


@pytest.mark.parametrize("fields", [{"ufrag": "short"}, {"ufrag": "with a b"}, {"password": "short"}])
def test_credentials_of_ours_that_cannot_be_used_are_refused(scene: Scene, fields: dict[str, str]) -> None:
    browser, _ = bridged(scene)
    assert browser.local.ice is not None
    bad = replace(browser.local.ice, **({"ufrag": "newfrag8", "password": "n" * 24} | fields))
    with pytest.raises(CommandError):
        browser.answer(our_ice=plain(bad))
