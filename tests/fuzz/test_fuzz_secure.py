"""STUN, DTLS and SRTP from anywhere: nothing is raised, and a browser's call beside it goes on."""

from __future__ import annotations

import os
import random

from aioice import stun as library
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pbx.media import stun
from pbx.media.dtls import Association, Identity, datagrams_of
from pbx.media.errors import CommandError, DtlsError, StunError
from pbx.media.sdes import answer
from pbx.sdp.protection import CryptoParameters, DtlsParameters
from tests.unit.media.browser import Browser
from tests.unit.media.scene import Phone, Scene, strength

EXAMPLES = 100 * max(1, int(os.environ.get("FUZZ_SECONDS", "1")))
relaxed = settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))

attributes = st.lists(
    st.builds(
        lambda kind, claimed, value: kind.to_bytes(2, "big") + claimed.to_bytes(2, "big") + value,
        st.sampled_from([0x0006, 0x0008, 0x0020, 0x0024, 0x0025, 0x8028, 0x8029, 0x802A, 0x0001, 0x0009]),
        st.integers(0, 40),
        st.binary(max_size=40),
    ),
    max_size=6,
).map(b"".join)
almost_stun = st.builds(
    lambda kind, body, extra: kind + (len(body) + extra).to_bytes(2, "big") + b"\x21\x12\xa4\x42" + bytes(12) + body,
    st.sampled_from([b"\x00\x01", b"\x01\x01", b"\x00\x11", b"\x01\x11", b"\x00\x03"]),
    attributes,
    st.sampled_from([0, 0, 0, 1, 200]),
)
almost_dtls = st.builds(
    lambda kind, version, length, body: bytes([kind]) + version + bytes(8) + length.to_bytes(2, "big") + body,
    st.integers(20, 63),
    st.sampled_from([b"\xfe\xfd", b"\xfe\xff", b"\x03\x03"]),
    st.integers(0, 300),
    st.binary(max_size=300),
)
almost_srtp = st.builds(
    lambda first, second, rest: bytes((first, second)) + rest,
    st.integers(0x80, 0xBF),
    st.sampled_from([0, 8, 101, 128, 200, 201, 205]),
    st.binary(max_size=400),
)
datagrams = almost_stun | almost_dtls | almost_srtp | st.binary(max_size=200)


@relaxed
@given(almost_stun | st.binary(max_size=200))
def test_a_check_is_read_or_refused(datagram: bytes) -> None:
    try:
        check = stun.read(datagram)
    except StunError:
        return
    assert stun.judge(check, "x" * 24) is stun.Verdict.REFUSED


@relaxed
@given(st.integers(0, 130), st.integers(0, 255))
def test_a_check_with_one_byte_changed_is_refused(at: int, value: int) -> None:
    request = library.Message(library.Method.BINDING, library.Class.REQUEST, transaction_id=bytes(12))
    request.attributes["USERNAME"] = "ours1234:theirs"
    request.attributes["PRIORITY"] = 1
    request.add_message_integrity(b"password" * 3)
    raw = bytearray(bytes(request))
    at %= len(raw) - library.FINGERPRINT_LENGTH
    if raw[at] == value:
        return
    raw[at] = value
    try:
        check = stun.read(bytes(raw))
    except StunError:
        return
    assert stun.judge(check, "password" * 3) is stun.Verdict.REFUSED


@relaxed
@given(st.lists(almost_dtls | st.binary(max_size=300), max_size=5))
def test_a_handshake_that_is_fed_garbage_fails_or_waits(garbage: list[bytes]) -> None:
    association = Association(IDENTITY, DtlsParameters("sha-256", IDENTITY.fingerprint, "active"), is_client=False)
    try:
        for datagram in garbage:
            assert association.take(datagram).keys is None
    except DtlsError:
        return
    assert not association.is_up


@relaxed
@given(st.binary(max_size=4000))
def test_records_are_never_cut(records: bytes) -> None:
    joined = b"".join(datagrams_of(records))
    assert records.startswith(joined) or len(joined) > 0


@relaxed
@given(st.builds(CryptoParameters, st.integers(), st.text(max_size=40), st.text(max_size=80), st.text(max_size=20)))
def test_crypto_lines(line: CryptoParameters) -> None:
    try:
        (made,) = answer([line])
    except CommandError:
        return
    assert made.tag == line.tag


@settings(relaxed, max_examples=max(5, EXAMPLES // 10))
@given(st.lists(st.tuples(datagrams, st.integers(0, 2)), max_size=40), st.integers())
def test_a_call_goes_on_beside_garbage(garbage: list[tuple[bytes, int]], seed: int) -> None:
    scene = Scene(seed=abs(seed) % 1000)
    browser, phone = Browser(scene, "web", 6000), Phone(scene, 5000)
    scene.open("phone", phone)
    scene.do("bridge", leg="web", peer="phone")
    browser.connect()
    chance = random.Random(seed)
    sources = [browser.source, ("198.51.100.3", 999), (phone.address, phone.port)]
    targets = [(place.address, place.port + odd) for place in scene.places for odd in (0, 1)]
    for datagram, source in garbage:
        if datagram:
            scene.inject(sources[source], chance.choice([browser.target, *targets]), datagram)
    scene.run(0.05)
    browser.speak(700.0, 0.4)
    assert strength(phone.audio()[-1600:], 700.0) > 3000


IDENTITY = Identity()
