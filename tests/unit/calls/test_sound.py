"""What a leg offers and answers, and what the media plane is told of it: plain telephones and browsers."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from pbx.calls.errors import NoCommonCodecError
from pbx.calls.sound import Sound
from pbx.media.messages import LocalMedia, RemoteMedia
from pbx.sdp.description import parse
from pbx.sdp.protection import DtlsParameters, IceParameters
from pbx.sdp.reading import remote_audio

PLAIN = "v=0\r\no=- 1 1 IN IP4 192.0.2.9\r\ns=-\r\nc=IN IP4 192.0.2.9\r\nt=0 0\r\nm=audio 4000 RTP/AVP 8 101\r\na=rtpmap:101 telephone-event/8000\r\n"  # noqa: E501
FINGERPRINT = ":".join(["AA"] * 32)
SECURITY = (
    "a=ice-ufrag:abcd\r\na=ice-pwd:0123456789012345678901\r\n"
    f"a=fingerprint:sha-256 {FINGERPRINT}\r\na=setup:actpass\r\na=mid:audio\r\na=rtcp-mux\r\n"
)
BROWSER = PLAIN.replace("m=audio 4000 RTP/AVP 8", "m=audio 9 UDP/TLS/RTP/SAVPF 111 0 8").replace("192.0.2.9", "0.0.0.0")
BROWSER += SECURITY + "a=rtpmap:111 opus/48000/2\r\na=sendrecv\r\n"


class Plane:
    """The media plane as a leg's sound uses it."""

    def __init__(self) -> None:
        self.opened: dict[str, Any] = {}
        self.remotes: list[RemoteMedia] = []

    async def open_leg(self, leg: str, **options: Any) -> LocalMedia:
        self.opened = options
        local = LocalMedia("198.51.100.1", 10000, 10001, 0)
        if not options["secure"]:
            return local
        setup = "actpass" if options["remote"] is None else "passive"
        ice = IceParameters("ours", "secret", ("1 1 udp 1 198.51.100.1 10000 typ host",), lite=True)
        return replace(local, rtcp_port=10000, ice=ice, dtls=DtlsParameters("sha-256", FINGERPRINT, setup))

    def set_remote(self, leg: str, remote: RemoteMedia, branch: str = "") -> None:
        self.remotes.append(remote)


@pytest.fixture
def plane() -> Plane:
    return Plane()


@pytest.fixture
def sound(plane) -> Sound:
    return Sound("leg", plane)  # type: ignore[arg-type]


def lines(body: bytes) -> list[str]:
    return body.decode().split("\r\n")


async def test_a_browsers_offer_makes_the_leg_secure(sound, plane) -> None:
    await sound.open("192.0.2.9", offered=BROWSER.encode())
    assert plane.opened["secure"] is True
    announced = plane.opened["remote"]
    assert announced.ice == IceParameters("abcd", "0123456789012345678901")
    assert announced.dtls == DtlsParameters("sha-256", FINGERPRINT, "actpass")
    said = lines(sound.answer(BROWSER.encode()))
    assert "m=audio 10000 UDP/TLS/RTP/SAVPF 8 101" in said
    for line in ("a=ice-lite", "a=setup:passive", "a=mid:audio", "a=rtcp-mux", "a=ice-ufrag:ours"):
        assert line in said
    (remote,) = plane.remotes
    assert (remote.codec, remote.telephone_event, remote.ice) == ("PCMA", 101, announced.ice)
    assert remote.dtls == DtlsParameters("sha-256", FINGERPRINT, "active")
    assert not sound.is_held


@pytest.mark.parametrize(
    ("types", "answered"), [("96", "opus/48000/2"), ("9", "G722/8000"), ("96 9 8", "PCMA/8000"), ("9 0 8", "PCMA/8000")]
)
async def test_an_outside_line_is_answered_in_what_it_has(sound, plane, types: str, answered: str) -> None:
    offered = PLAIN.replace("RTP/AVP 8", f"RTP/AVP {types}") + "a=rtpmap:96 opus/48000/2\r\n"
    await sound.open("192.0.2.9", offered=offered.encode(), narrow=True)
    said = sound.answer(offered.encode()).decode()
    assert next(line.partition(" ")[2] for line in said.split("\r\n") if line.startswith("a=rtpmap:")) == answered


async def test_an_outside_line_is_offered_no_more_than_it_and_the_other_side_have(sound, plane) -> None:
    await sound.open("192.0.2.9", narrow=True)
    assert "opus" not in sound.offer().decode()
    other = Sound("other", plane)  # type: ignore[arg-type]
    await other.open("192.0.2.9", narrow=True, prefer="opus")
    assert "opus" in other.offer().decode() and "G722" not in other.offer().decode()


async def test_a_plain_telephones_offer_does_not_even_where_it_would_like_to(sound, plane) -> None:
    await sound.open("192.0.2.9", secure=True, offered=(PLAIN + SECURITY).encode())
    assert plane.opened["secure"] is False
    assert "m=audio 10000 RTP/AVP 8 101" in lines(sound.answer((PLAIN + SECURITY).encode()))


@pytest.mark.parametrize("missing", ["a=ice-pwd", "a=fingerprint"])
async def test_keys_without_a_way_or_a_way_without_keys_are_refused(sound, missing: str) -> None:
    halved = "\r\n".join(line for line in BROWSER.split("\r\n") if not line.startswith(missing))
    with pytest.raises(NoCommonCodecError):
        await sound.open("192.0.2.9", offered=halved.encode())


async def test_an_offer_of_ours_to_a_browser_leaves_it_the_choice(sound, plane) -> None:
    await sound.open("192.0.2.9", secure=True)
    said = lines(sound.offer())
    for line in ("a=setup:actpass", "a=mid:0", "a=group:BUNDLE 0", "a=ice-lite", "a=rtcp-mux"):
        assert line in said
    sound.take_answer(BROWSER.replace("actpass", "active").replace("mid:audio", "mid:0").encode())
    assert plane.remotes[-1].dtls == DtlsParameters("sha-256", FINGERPRINT, "active")


@pytest.mark.parametrize(("browser", "ours"), [("active", "passive"), ("passive", "active")])
async def test_who_began_stays_who_it_was_in_later_offers(sound, plane, browser: str, ours: str) -> None:
    await sound.open("192.0.2.9", secure=True)
    sound.offer()
    sound.take_answer(BROWSER.replace("actpass", browser).encode())
    first = plane.remotes[-1].dtls
    said = lines(sound.answer(BROWSER.replace("a=sendrecv", "a=sendonly").encode()))
    assert f"a=setup:{ours}" in said
    assert "a=recvonly" in said
    assert sound.is_held
    assert plane.remotes[-1].dtls == first
    again = lines(sound.offer())
    assert "a=setup:actpass" in again
    assert "a=mid:audio" in again


async def test_a_browser_that_answers_without_keys_is_no_agreement(sound) -> None:
    await sound.open("192.0.2.9", secure=True)
    sound.offer()
    with pytest.raises(NoCommonCodecError):
        sound.take_answer(PLAIN.encode())


async def test_a_telephone_that_wants_keys_we_have_not_is_no_agreement(sound) -> None:
    await sound.open("192.0.2.9")
    sound.offer()
    with pytest.raises(NoCommonCodecError):
        sound.take_answer(BROWSER.encode())


async def test_what_we_say_to_browsers_reads_as_we_mean_it(sound) -> None:
    await sound.open("192.0.2.9", secure=True)
    read = remote_audio(parse(sound.offer()))
    assert read.ice is not None
    assert read.ice.lite
    assert (read.mid, read.bundle, read.rtcp_mux, read.profile) == ("0", ("0",), True, "UDP/TLS/RTP/SAVPF")


async def test_a_restart_of_ice_is_answered_with_fresh_credentials(sound, plane) -> None:
    await sound.open("192.0.2.9", offered=BROWSER.encode())
    first = lines(sound.answer(BROWSER.encode()))
    again = lines(sound.answer(BROWSER.encode()))
    assert plane.remotes[-1].our_ice is None
    restarted = lines(sound.answer(BROWSER.replace("abcd", "efgh").replace("pwd:0123", "pwd:9876").encode()))

    def credentials(said: list[str]) -> list[str]:
        return [line for line in said if line.startswith(("a=ice-ufrag", "a=ice-pwd"))]

    assert credentials(first) == credentials(again)
    assert not set(credentials(first)) & set(credentials(restarted))
    fresh = plane.remotes[-1].our_ice
    assert credentials(restarted) == [f"a=ice-ufrag:{fresh.ufrag}", f"a=ice-pwd:{fresh.password}"]
    assert credentials(lines(sound.offer())) == credentials(restarted)


@pytest.mark.parametrize(("signalled_from", "family"), [("2001:db8::9", 6), ("192.0.2.9", 4)])
async def test_we_offer_in_the_ip_version_of_the_signalling(sound, plane, signalled_from: str, family: int) -> None:
    await sound.open(signalled_from)
    assert plane.opened["family"] == family


async def test_we_answer_in_the_ip_version_that_is_offered(sound, plane) -> None:
    six = PLAIN.replace("IN IP4 192.0.2.9", "IN IP6 2001:db8::9")
    assert "IP6" in six
    await sound.open("192.0.2.9", offered=six.encode())
    assert plane.opened["family"] == 6
