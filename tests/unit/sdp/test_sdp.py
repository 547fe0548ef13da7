"""RFC 8866, RFC 3264, RFC 4733, RFC 8839, RFC 4568: descriptions, offers, answers."""

from dataclasses import replace

import pytest

from pbx.sdp import (
    G722,
    OPUS,
    PCMA,
    PCMU,
    LocalAudio,
    NoAgreementError,
    Origin,
    SdpError,
    agree,
    answer,
    offer,
    parse,
    remote_audio,
    reverse,
)
from pbx.sdp.protection import CryptoParameters, DtlsParameters, IceParameters

OURS = LocalAudio("192.0.2.1", 10000)
ORIGIN = Origin(77, 3)


def sdp(*media, session=(), address="198.51.100.9"):
    lines = ["v=0", "o=- 1 1 IN IP4 198.51.100.9", "s=-", f"c=IN IP4 {address}", "t=0 0", *session, *media]
    return ("\r\n".join(lines) + "\r\n").encode()


def read(*media, **options):
    return remote_audio(parse(sdp(*media, **options)))


def lines(description):
    return description.decode().split("\r\n")


def test_what_a_phone_offers():
    audio = read(
        "m=audio 4000 RTP/AVP 9 8 0 18 96 13",
        "a=rtpmap:96 telephone-event/8000",
        "a=fmtp:96 0-15",
        "a=ptime:30",
        "a=rtcp:4009",
    )
    assert (audio.address, audio.port, audio.rtcp_port) == ("198.51.100.9", 4000, 4009)
    assert [codec.name for codec in audio.codecs] == ["G722", "PCMA", "PCMU", "G729"]
    assert (audio.telephone_event, audio.ptime_ms, audio.direction) == (96, 30, "sendrecv")
    assert not audio.is_held


def test_dynamic_payload_types_and_their_parameters():
    audio = read(
        "m=audio 4000 RTP/AVP 111 97 110 101",
        "a=rtpmap:111 opus/48000/2",
        "a=fmtp:111 minptime=10;useinbandfec=1",
        "a=rtpmap:97 PCMU/8000",
        "a=rtpmap:110 telephone-event/48000",
        "a=rtpmap:101 telephone-event/8000",
    )
    opus, pcmu = audio.codecs
    assert (opus.payload_type, opus.channels, opus.parameters) == (111, 2, "minptime=10;useinbandfec=1")
    assert pcmu.is_same_encoding(PCMU)
    assert audio.telephone_event == 101


def test_our_choice_has_the_peers_payload_type():
    audio = read("m=audio 4000 RTP/AVP 97 8", "a=rtpmap:97 PCMU/8000")
    body, agreed = answer(audio, LocalAudio("192.0.2.1", 10000, (PCMU, PCMA)), ORIGIN)
    assert (agreed.codec.payload_type, agreed.codec.name) == (97, "PCMU")
    assert "m=audio 10000 RTP/AVP 97" in lines(body)
    assert "a=rtpmap:97 PCMU/8000" in lines(body)


def test_codecs_are_chosen_only_when_listed():
    audio = read("m=audio 4000 RTP/AVP 9 8")
    assert agree(audio, OURS).codec.name == "PCMA"
    assert agree(audio, LocalAudio("192.0.2.1", 1, (G722, PCMA))).codec.name == "G722"
    with pytest.raises(NoAgreementError, match="the peer has G722, PCMA"):
        agree(audio, LocalAudio("192.0.2.1", 1, (OPUS,)))


def test_an_answer_in_full():
    audio = read("m=audio 4000 RTP/AVP 0 8 101", "a=rtpmap:101 telephone-event/8000")
    body, agreed = answer(audio, OURS, ORIGIN)
    assert body == (
        b"v=0\r\no=- 77 3 IN IP4 192.0.2.1\r\ns=-\r\nc=IN IP4 192.0.2.1\r\nt=0 0\r\n"
        b"m=audio 10000 RTP/AVP 8 101\r\na=rtpmap:8 PCMA/8000\r\na=rtpmap:101 telephone-event/8000\r\n"
        b"a=fmtp:101 0-16\r\na=ptime:20\r\na=sendrecv\r\n"
    )
    assert agreed.telephone_event == 101


def test_no_telephone_event_where_the_peer_has_none():
    body, agreed = answer(read("m=audio 4000 RTP/AVP 0"), OURS, ORIGIN)
    assert agreed.telephone_event is None
    assert b"telephone-event" not in body


def test_our_offer_is_read_as_we_mean_it():
    audio = remote_audio(parse(offer(OURS, ORIGIN)))
    assert (audio.address, audio.port, audio.telephone_event) == ("192.0.2.1", 10000, 101)
    assert [codec.name for codec in audio.codecs] == ["PCMA", "PCMU"]


@pytest.mark.parametrize(
    ("peer", "ours", "agreed"),
    [
        ("sendrecv", "sendrecv", "sendrecv"),
        ("sendonly", "sendrecv", "recvonly"),
        ("recvonly", "sendrecv", "sendonly"),
        ("inactive", "sendrecv", "inactive"),
        ("sendrecv", "sendonly", "sendonly"),
        ("sendonly", "sendonly", "inactive"),
        ("sendrecv", "inactive", "inactive"),
    ],
)
def test_directions(peer, ours, agreed):
    audio = read("m=audio 4000 RTP/AVP 8", f"a={peer}")
    local = LocalAudio("192.0.2.1", 10000, direction=ours)
    body, result = answer(audio, local, ORIGIN)
    assert result.direction == agreed
    assert f"a={agreed}" in lines(body)
    assert reverse(reverse(agreed)) == agreed


@pytest.mark.parametrize(
    ("address", "attribute", "direction"),
    [
        ("0.0.0.0", (), "sendonly"),
        ("0.0.0.0", ("a=sendonly",), "sendonly"),
        ("0.0.0.0", ("a=recvonly",), "inactive"),
        ("198.51.100.9", ("a=sendonly",), "sendonly"),
        ("198.51.100.9", ("a=inactive",), "inactive"),
    ],
)
def test_hold_in_every_way(address, attribute, direction):
    audio = read("m=audio 4000 RTP/AVP 8", *attribute, address=address)
    assert audio.direction == direction
    assert audio.is_held


def test_a_direction_of_the_session_holds_where_the_stream_says_nothing():
    assert read("m=audio 4000 RTP/AVP 8", session=("a=sendonly",)).direction == "sendonly"
    assert read("m=audio 4000 RTP/AVP 8", "a=sendrecv", session=("a=sendonly",)).direction == "sendrecv"


def test_the_address_of_the_stream_is_the_better_one():
    assert read("m=audio 4000 RTP/AVP 8", "c=IN IP4 203.0.113.5").address == "203.0.113.5"
    assert read("m=audio 4000 RTP/AVP 8", "c=IN IP6 2001:db8::5").address == "2001:db8::5"


def test_other_streams_are_refused_in_their_places():
    audio = read(
        "m=video 5000 RTP/AVP 96",
        "m=audio 0 RTP/AVP 8",
        "m=audio 4000 RTP/AVP 8",
        "m=image 5004 udptl t38",
    )
    body, _ = answer(audio, OURS, ORIGIN)
    assert [line for line in lines(body) if line.startswith("m=")] == [
        "m=video 0 RTP/AVP 96",
        "m=audio 0 RTP/AVP 8",
        "m=audio 10000 RTP/AVP 8",
        "m=image 0 udptl t38",
    ]


@pytest.mark.parametrize("media", [(), ("m=video 5000 RTP/AVP 96",), ("m=audio 5000 TCP/MSRP *",)])
def test_without_audio_there_is_no_agreement(media):
    with pytest.raises(NoAgreementError):
        read(*media)


def test_a_refused_stream_is_no_agreement():
    with pytest.raises(NoAgreementError):
        agree(read("m=audio 0 RTP/AVP 8"), OURS)


def test_what_a_browser_offers_and_gets():
    audio = read(
        "m=audio 9 UDP/TLS/RTP/SAVPF 111 0 8 126",
        "c=IN IP4 0.0.0.0",
        "a=rtcp:9 IN IP4 0.0.0.0",
        "a=ice-ufrag:abcd",
        "a=ice-pwd:0123456789012345678901",
        "a=candidate:1 1 udp 2122260223 192.0.2.9 50000 typ host",
        "a=fingerprint:sha-256 AA:BB",
        "a=setup:actpass",
        "a=mid:0",
        "a=sendrecv",
        "a=rtcp-mux",
        "a=rtpmap:111 opus/48000/2",
        "a=rtpmap:126 telephone-event/8000",
        session=("a=group:BUNDLE 0", "a=msid-semantic: WMS"),
    )
    assert audio.ice == IceParameters(
        "abcd", "0123456789012345678901", ("1 1 udp 2122260223 192.0.2.9 50000 typ host",)
    )
    assert audio.dtls == DtlsParameters("sha-256", "AA:BB", "actpass")
    assert (audio.rtcp_mux, audio.mid, audio.bundle, audio.rtcp_port) == (True, "0", ("0",), 9)
    local = LocalAudio(
        "192.0.2.1",
        10000,
        ice=IceParameters("u", "p", ("1 1 udp 1 192.0.2.1 10000 typ host",), lite=True),
        dtls=DtlsParameters("sha-256", "CC:DD", "passive"),
    )
    body, _ = answer(audio, local, ORIGIN)
    for line in (
        "m=audio 10000 UDP/TLS/RTP/SAVPF 8 126",
        "a=ice-lite",
        "a=group:BUNDLE 0",
        "a=mid:0",
        "a=rtcp-mux",
        "a=ice-ufrag:u",
        "a=ice-pwd:p",
        "a=candidate:1 1 udp 1 192.0.2.1 10000 typ host",
        "a=fingerprint:sha-256 CC:DD",
        "a=setup:passive",
    ):
        assert line in lines(body), line


def test_a_browser_that_is_not_yet_anywhere_does_not_hold():
    ice = ("a=ice-ufrag:abcd", "a=ice-pwd:0123456789012345678901")
    audio = read("m=audio 9 UDP/TLS/RTP/SAVPF 8", "c=IN IP4 0.0.0.0", *ice)
    assert audio.direction == "sendrecv"


def test_sdes_keys():
    audio = read("m=audio 4000 RTP/SAVP 8", "a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:abc|2^20 KDR=1")
    assert audio.crypto == (CryptoParameters(1, "AES_CM_128_HMAC_SHA1_80", "inline:abc|2^20", "KDR=1"),)
    local = LocalAudio("192.0.2.1", 10000, crypto=(CryptoParameters(1, "AES_CM_128_HMAC_SHA1_80", "inline:xyz"),))
    body, _ = answer(audio, local, ORIGIN)
    assert "a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:xyz" in lines(body)
    assert "m=audio 10000 RTP/SAVP 8" in lines(body)


def test_line_ends_of_every_kind_are_read():
    assert remote_audio(parse(sdp("m=audio 4000 RTP/AVP 8").replace(b"\r\n", b"\n"))).port == 4000


@pytest.mark.parametrize("ptime", ["0", "x", "9999", "-20", ""])
def test_a_ptime_that_makes_no_sense_is_twenty(ptime):
    assert read("m=audio 4000 RTP/AVP 8", f"a=ptime:{ptime}").ptime_ms == 20


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"hello",
        b"v=1\r\n",
        b"\x00\xff",
        sdp("m=audio"),
        sdp("m=audio x RTP/AVP 0"),
        sdp("m=audio 70000 RTP/AVP 0"),
        sdp("m=audio 4000 RTP/AVP x"),
        sdp("m=audio 4000 RTP/AVP 999"),
        sdp("m=audio 4000 RTP/AVP 96", "a=rtpmap:96"),
        sdp("m=audio 4000 RTP/AVP 96", "a=rtpmap:96 x/y"),
        sdp("m=audio 4000 RTP/AVP 8", "a=crypto:x y"),
        sdp("m=audio 4000 RTP/AVP 8", "a=fingerprint:sha-256"),
        sdp("m=audio 4000 RTP/AVP 8", address="x y z"),
        sdp("no line"),
        b"v=0\r\nm=audio 4000 RTP/AVP 8\r\n",
        sdp(*["m=audio 4000 RTP/AVP 8"] * 40),
        sdp("a=" + "x" * 40_000),
        sdp(*["a=x"] * 2_000),
    ],
)
def test_what_is_no_description(body):
    with pytest.raises(SdpError):
        remote_audio(parse(body))


def test_comfort_noise_is_agreed_on_where_both_take_it():
    offered = read("m=audio 4000 RTP/AVP 8 13")
    said, agreed = answer(offered, replace(OURS, comfort_noise=True), ORIGIN)
    assert agreed.comfort_noise == offered.comfort_noise == 13
    assert "a=rtpmap:13 CN/8000" in lines(said)
    said, agreed = answer(offered, OURS, ORIGIN)
    assert agreed.comfort_noise is None
    assert "m=audio 10000 RTP/AVP 8" in lines(said)
    assert answer(read("m=audio 4000 RTP/AVP 8"), replace(OURS, comfort_noise=True), ORIGIN)[1].comfort_noise is None


def test_opus_goes_with_events_of_its_clock_and_what_we_say_of_it_is_ours():
    offered = read(
        "m=audio 4000 RTP/AVP 96 101 97",
        "a=rtpmap:96 opus/48000/2",
        "a=fmtp:96 stereo=1",
        "a=rtpmap:101 telephone-event/8000",
        "a=rtpmap:97 telephone-event/48000",
    )
    said, agreed = answer(offered, replace(OURS, codecs=(PCMA, OPUS)), ORIGIN)
    assert (agreed.codec.payload_type, agreed.telephone_event, agreed.telephone_event_rate) == (96, 97, 48000)
    assert "m=audio 10000 RTP/AVP 96 97" in lines(said)
    assert f"a=fmtp:96 {OPUS.parameters}" in lines(said)
    offer_of_ours = lines(offer(replace(OURS, codecs=(PCMA, OPUS)), ORIGIN))
    assert "m=audio 10000 RTP/AVP 8 111 101 110" in offer_of_ours
    assert "a=rtpmap:110 telephone-event/48000" in offer_of_ours


def test_an_answer_of_several_codecs_means_its_first():
    ours = replace(OURS, codecs=(PCMA, PCMU, G722, OPUS))
    assert agree(read("m=audio 4000 RTP/AVP 9 8"), ours).codec.name == "G722"
    assert agree(read("m=audio 4000 RTP/AVP 0 8 9"), ours).codec.name == "PCMA"
