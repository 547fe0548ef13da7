"""SRTP with keys in the description: a desk phone over TLS beside plain ones."""

from __future__ import annotations

import itertools
import struct
from dataclasses import replace
from typing import Any

import pytest
from pylibsrtp import Policy, Session

from pbx.calls.credentials import rekeyed
from pbx.media import sdes
from pbx.media.errors import CommandError
from pbx.media.messages import LocalMedia
from pbx.media.srtp import AEAD_AES_128, AES_CM_128
from pbx.media.wire import plain, restore
from pbx.sdp.protection import CryptoParameters
from tests.unit.media.scene import Phone, Scene, strength

PROFILES = {
    AES_CM_128: Policy.SRTP_PROFILE_AES128_CM_SHA1_80,
    AEAD_AES_128: Policy.SRTP_PROFILE_AEAD_AES_128_GCM,
}


class SealedPhone(Phone):
    """A phone whose packets go through SRTP both ways."""

    sealing: Session | None = None
    opening: Session | None = None

    def key(self, own: CryptoParameters, theirs: CryptoParameters) -> None:
        keys = sdes.agreed([own], [theirs])
        profile = PROFILES[keys.profile]
        self.sealing = Session(Policy(key=keys.ours, ssrc_type=Policy.SSRC_ANY_OUTBOUND, srtp_profile=profile))
        self.opening = Session(Policy(key=keys.theirs, ssrc_type=Policy.SSRC_ANY_INBOUND, srtp_profile=profile))

    def packet(self, payload: bytes, payload_type: int | None = None, **fields: Any) -> bytes:
        assert self.sealing is not None
        return self.sealing.protect(super().packet(payload, payload_type, **fields))

    def opened(self, scene: Scene) -> list[bytes]:
        """The sound packets that came, unsealed."""
        assert self.opening is not None
        mine = [raw for _, _, target, raw in scene.sent if target == (self.address, self.port)]
        return [self.opening.unprotect(raw) for raw in mine if not 192 <= raw[1] <= 223]


@pytest.mark.parametrize("suite", sdes.SUITES)
def test_a_phone_with_keys_and_a_plain_one_hear_each_other(suite: str) -> None:
    scene = Scene()
    sealed, phone = SealedPhone(scene, 5000), Phone(scene, 5002, frequency=440.0)
    own = next(line for line in sdes.offer() if line.suite == suite)
    offered = plain(sealed.remote(crypto=(own,)))
    local = restore(LocalMedia, scene.do("open_leg", leg="a", signalled_from="127.0.0.1", remote=offered))
    (answered,) = local.crypto
    assert (answered.tag, answered.suite) == (own.tag, own.suite)
    sealed.key(own, answered)
    sealed.target = (local.address, local.port)
    scene.do("set_remote", leg="a", remote=offered)
    scene.open("b", phone)
    scene.do("bridge", leg="a", peer="b")
    sealed.start(700.0)
    scene.run(1.0)
    assert strength(phone.audio()[-4000:], 700.0) > 3000
    heard = b"".join(packet[12:] for packet in sealed.opened(scene))
    assert len(heard) > 160 * 40
    assert scene.do("figures")["srtp_refused"] == 0


def test_what_we_offer_is_keyed_by_the_answer() -> None:
    scene = Scene()
    local = restore(LocalMedia, scene.do("open_leg", leg="a", signalled_from="127.0.0.1", sdes=True))
    assert [line.suite for line in local.crypto] == list(sdes.SUITES)
    sealed = SealedPhone(scene, 5000)
    (own,) = sdes.answer(local.crypto[1:])
    sealed.key(own, local.crypto[1])
    sealed.target = (local.address, local.port)
    scene.do("set_remote", leg="a", remote=plain(sealed.remote(crypto=(own,))))
    scene.do("echo", leg="a", on=True)
    sealed.start(700.0)
    scene.run(0.5)
    assert len(sealed.opened(scene)) > 20


def test_plain_sound_for_a_leg_with_keys_is_refused_and_nothing_plain_is_sent() -> None:
    scene = Scene()
    phone = Phone(scene, 5000, frequency=440.0)
    (own,) = sdes.answer(sdes.offer())
    offered = plain(phone.remote(crypto=(own,)))
    local = restore(LocalMedia, scene.do("open_leg", leg="a", signalled_from="127.0.0.1", remote=offered))
    phone.target = (local.address, local.port)
    scene.do("set_remote", leg="a", remote=offered)
    scene.do("echo", leg="a", on=True)
    scene.run(0.5)
    assert scene.do("figures")["srtp_refused"] > 20
    assert not phone.heard


def test_an_answer_without_our_line_is_refused() -> None:
    scene = Scene()
    scene.do("open_leg", leg="a", signalled_from="127.0.0.1", sdes=True)
    other = CryptoParameters(9, AES_CM_128, sdes.offer()[0].key)
    with pytest.raises(CommandError):
        scene.do("set_remote", leg="a", remote=plain(Phone(scene, 5000).remote(crypto=(other,))))


def test_a_phone_that_answers_our_keys_with_none_is_spoken_to_in_the_clear() -> None:
    scene = Scene()
    phone = Phone(scene, 5000, frequency=440.0)
    local = restore(LocalMedia, scene.do("open_leg", leg="a", signalled_from="127.0.0.1", sdes=True))
    phone.target = (local.address, local.port)
    scene.do("set_remote", leg="a", remote=plain(phone.remote()))
    scene.do("echo", leg="a", on=True)
    scene.run(0.5)
    assert strength(phone.audio(), 440.0) > 3000


@pytest.mark.parametrize(
    "line",
    [
        CryptoParameters(1, "F8_128_HMAC_SHA1_80", "inline:AAAA"),
        CryptoParameters(1, AES_CM_128, "inline:AAAA"),
        CryptoParameters(1, AES_CM_128, "inline:%%%%"),
        CryptoParameters(1, AES_CM_128, "uri:somewhere"),
        CryptoParameters(1, AES_CM_128, sdes.offer()[0].key + "|2^20|1:4"),
        CryptoParameters(1, AES_CM_128, sdes.offer()[0].key, "UNENCRYPTED_SRTP"),
    ],
)
def test_a_line_that_cannot_be_used_is_passed_over(line: CryptoParameters) -> None:
    good = CryptoParameters(7, AEAD_AES_128, sdes.offer()[1].key)
    assert sdes.answer([line, good])[0].tag == 7
    with pytest.raises(CommandError):
        sdes.answer([line])


def test_a_refused_offer_leaves_no_leg_behind() -> None:
    scene = Scene()
    bad = CryptoParameters(1, "F8_128_HMAC_SHA1_80", "inline:AAAA")
    with pytest.raises(CommandError):
        scene.do(
            "open_leg", leg="a", signalled_from="127.0.0.1", remote=plain(Phone(scene, 5000).remote(crypto=(bad,)))
        )
    assert scene.core.legs.count == 0


def test_a_new_key_of_the_peer_leaves_our_stream_unbroken() -> None:
    scene = Scene()
    sealed = SealedPhone(scene, 5000)
    first, second = sdes.offer()[0], sdes.offer()[0]
    offered = plain(sealed.remote(crypto=(first,)))
    local = restore(LocalMedia, scene.do("open_leg", leg="a", signalled_from="127.0.0.1", remote=offered))
    sealed.target = (local.address, local.port)
    scene.do("set_remote", leg="a", remote=offered)
    scene.do("echo", leg="a", on=True)
    sealed.key(first, local.crypto[0])
    opening = sealed.opening
    sealed.start(700.0)
    scene.run(0.5)
    scene.do("set_remote", leg="a", remote=plain(sealed.remote(crypto=(second,))))
    sealed.key(second, local.crypto[0])
    sealed.opening = opening
    scene.run(0.5)
    numbers = [struct.unpack_from("!H", packet, 2)[0] for packet in sealed.opened(scene)]
    assert len(numbers) > 45
    assert all((b - a) & 0xFFFF == 1 for a, b in itertools.pairwise(numbers))


@pytest.mark.parametrize("suite", sdes.SUITES)
def test_an_offer_with_another_tag_or_suite_is_followed(suite: str) -> None:
    scene = Scene()
    sealed = SealedPhone(scene, 5000)
    first = sdes.offer()[0]
    offered = plain(sealed.remote(crypto=(first,)))
    local = restore(LocalMedia, scene.do("open_leg", leg="a", signalled_from="127.0.0.1", remote=offered))
    sealed.target = (local.address, local.port)
    scene.do("set_remote", leg="a", remote=offered)
    scene.do("echo", leg="a", on=True)
    sealed.key(first, local.crypto[0])
    sealed.start(440)
    scene.run(0.3)
    theirs = replace(next(line for line in sdes.offer() if line.suite == suite), tag=7)
    (ours,) = rekeyed(tuple(local.crypto), sealed.remote(crypto=(theirs,)))
    assert (ours.tag, ours.suite) == (7, suite)
    assert (ours.key == local.crypto[0].key) == (suite == first.suite)
    line = CryptoParameters(ours.tag, ours.suite, ours.key)
    scene.do("set_remote", leg="a", remote=plain(sealed.remote(crypto=(theirs,), our_crypto=(line,))))
    sealed.key(theirs, line)
    sealed.heard.clear()
    scene.sent.clear()
    scene.run(0.5)
    assert len(sealed.opened(scene)) >= 20
    assert scene.core.srtp.refused == 0
