"""What is kept of a call's SIP, what is masked in it, and how it is shown."""

import shutil
import subprocess
from datetime import UTC, datetime
from xml.etree import ElementTree
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pbx.trace import ladder
from pbx.trace.book import TraceBook
from pbx.trace.errors import TraceError
from pbx.trace.masking import mask
from pbx.trace.message import TracedMessage
from pbx.trace.pcap import pcap

LOCAL, CARRIER, PHONE = ("192.0.2.1", 5060), ("198.51.100.9", 5060), ("192.0.2.23", 5062)
SDP = b"v=0\r\no=- 1 1 IN IP4 192.0.2.23\r\ns=-\r\nc=IN IP4 192.0.2.23\r\nt=0 0\r\nm=audio 4000 RTP/SAVP 8\r\n"
SDP += b"a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:d0RmdmcmVCspeEc3QGZiNWpVLFJhQX1cfHAwJSoj|2^20\r\n"
SDP += b"a=ice-pwd:x9cml/YzichV2+XlhiMu8g\r\n"


def message(start, call_id="c1", headers=b"", body=b""):
    return (
        start
        + b"\r\nVia: SIP/2.0/UDP 198.51.100.9;branch=z9hG4bK1\r\nFrom: <sip:a@x>;tag=1\r\nTo: <sip:b@x>\r\nCall-ID: "
        + call_id.encode()
        + b"\r\nCSeq: 1 INVITE\r\n"
        + headers
        + b"Content-Length: %d\r\n\r\n" % len(body)
        + body
    )


INVITE = message(
    b"INVITE sip:101@pbx SIP/2.0",
    headers=b'Authorization: Digest username="101", realm="pbx", nonce="abc-1", uri="sip:x",\r\n'
    b' response="0123456789abcdef", '
    b'cnonce="zz", nc=00000001\r\nCookie: session=topsecret\r\nContent-Type: application/sdp\r\n',
    body=SDP,
)


def noted(book, start, at, *, direction="in", remote=CARRIER, call_id="c1", **parts):
    book.note(direction, "udp", LOCAL, remote, message(start, call_id, **parts), at)


def a_call():
    book = TraceBook()
    noted(book, b"INVITE sip:101@pbx SIP/2.0", 1.0)
    noted(book, b"INVITE sip:101@192.0.2.23 SIP/2.0", 1.1, direction="out", remote=PHONE, call_id="c2")
    noted(book, b"SIP/2.0 180 Ringing", 1.2, remote=PHONE, call_id="c2")
    noted(book, b"SIP/2.0 180 Ringing", 1.3, direction="out")
    noted(book, b"SIP/2.0 486 Busy Here", 1.4, remote=PHONE, call_id="c2")
    book.belongs("c1", "call")
    book.belongs("c2", "call")
    return book


def test_a_call_has_the_messages_of_all_its_dialogs_in_order():
    found = a_call().of_call("call")
    assert [one.summary for one in found] == [
        "INVITE sip:101@pbx",
        "INVITE sip:101@192.0.2.23",
        "180 Ringing",
        "180 Ringing",
        "486 Busy Here",
    ]
    assert [one.direction for one in found] == ["in", "out", "in", "out", "in"]


def test_what_comes_after_the_call_is_known_is_kept_too():
    book = a_call()
    noted(book, b"ACK sip:101@192.0.2.23 SIP/2.0", 1.5, direction="out", remote=PHONE, call_id="c2")
    assert book.of_call("call")[-1].summary.startswith("ACK")
    assert book.of_call("another") == []


@pytest.mark.parametrize(
    "secret",
    [b"0123456789abcdef", b"abc-1", b"zz", b"topsecret", b"d0RmdmcmVCspeEc3QGZiNWpVLFJhQX1cfHAwJSoj", b"x9cml"],
)
def test_secrets_are_masked(secret):
    assert secret in INVITE
    assert secret not in mask(INVITE)


def test_what_is_no_secret_stays():
    masked = mask(INVITE)
    for kept in (b'username="101"', b"AES_CM_128_HMAC_SHA1_80", b"m=audio 4000", b"Call-ID: c1", b"nc=00000001"):
        assert kept in masked
    plain = message(b"BYE sip:101@192.0.2.1:5060 SIP/2.0")
    assert mask(plain) == plain


@pytest.mark.parametrize(
    ("given_", "shown"),
    [
        (b"\r\nAuthorization: Bearer abc.def\r\n", b"\r\nAuthorization: ***\r\n"),
        (b"\r\nTo: <sip:ana:geheim@pbx>\r\n", b"\r\nTo: <sip:ana:***@pbx>\r\n"),
        (
            b'\r\nWWW-Authenticate: Digest realm="x", nonce="n1"\r\n',
            b'\r\nWWW-Authenticate: Digest realm="x", nonce="***"\r\n',
        ),
        (b"\r\nX-Api-Token: 1234\r\n", b"\r\nX-Api-Token: ***\r\n"),
    ],
)
def test_other_kinds_of_secrets(given_, shown):
    assert mask(given_) == shown


@given(st.binary(max_size=300))
def test_masking_takes_anything(octets):
    mask(octets)
    TraceBook().note("in", "udp", LOCAL, CARRIER, octets, 1.0)


def test_memory_is_bounded_and_the_oldest_calls_go_first():
    book = TraceBook(max_bytes=200_000, max_loose_bytes=50_000)
    for number in range(2000):
        noted(book, b"INVITE sip:101@pbx SIP/2.0", float(number), call_id=f"c{number}")
        book.belongs(f"c{number}", f"call{number}")
    assert book.size <= 210_000
    assert book.of_call("call0") == []
    assert len(book.of_call("call1999")) == 1


def test_strangers_do_not_push_calls_out():
    book = TraceBook(max_bytes=200_000, max_loose_bytes=20_000)
    noted(book, b"INVITE sip:101@pbx SIP/2.0", 0.0)
    book.belongs("c1", "call")
    for number in range(5000):
        noted(book, b"INVITE sip:101@pbx SIP/2.0", float(number), call_id=f"stranger{number}")
    assert len(book.of_call("call")) == 1
    assert book.size < 30_000


def test_one_long_dialog_keeps_its_latest_messages():
    book = a_call()
    for number in range(1000):
        noted(book, b"INFO sip:101@pbx SIP/2.0", 2.0 + number)
    assert len(book.of_call("call")) <= 203


def test_the_ladder_in_text_has_a_line_for_each_message():
    lines = ladder.text(a_call().of_call("call")).splitlines()
    assert len(lines) == 6
    assert lines[0].split() == ["UTC", "udp:198.51.100.9:5060", "Centralita", "udp:192.0.2.23:5062"]
    assert "INVITE sip:101@pbx" in lines[1]
    assert lines[1].index("INVITE") < lines[2].index("INVITE")
    assert ">" in lines[1]
    assert "<" in lines[3]


def test_the_times_of_a_ladder_are_those_of_the_clock_that_is_asked_for():
    messages, bogota = a_call().of_call("call"), ZoneInfo("America/Bogota")
    utc, there = datetime.fromtimestamp(messages[0].at, UTC), datetime.fromtimestamp(messages[0].at, bogota)
    assert utc.strftime("%H:%M") in ladder.text(messages)
    for drawn in (ladder.text(messages, bogota), ladder.svg(messages, bogota)):
        assert there.strftime("%H:%M") in drawn
        assert "-05" in drawn


def test_the_ladder_as_a_picture_is_sound_xml_even_for_hostile_messages():
    book = a_call()
    noted(book, b"INVITE sip:<script>alert(1)</script>\x00\xff@x SIP/2.0", 3.0)
    root = ElementTree.fromstring(ladder.svg(book.of_call("call")))
    assert root.tag.endswith("svg")
    assert not any(element.tag.endswith("script") for element in root.iter())
    assert ElementTree.fromstring(ladder.svg([])) is not None


def test_messages_cross_the_command_socket():
    for one in a_call().of_call("call"):
        assert TracedMessage.from_document(one.to_document()) == one
    with pytest.raises(TraceError):
        TracedMessage.from_document({"at": "x"})


@pytest.mark.skipif(shutil.which("tshark") is None, reason="tshark is not installed")
def test_tshark_reads_the_capture(tmp_path):
    book = a_call()
    book.note("in", "tls", ("2001:db8::1", 5061), ("2001:db8::2", 40000), message(b"BYE sip:101@pbx SIP/2.0"), 9.25)
    file = tmp_path / "call.pcap"
    file.write_bytes(pcap(book.of_call("call")))
    fields = [
        "-T",
        "fields",
        "-e",
        "frame.time_epoch",
        "-e",
        "sip.Method",
        "-e",
        "sip.Status-Code",
        "-e",
        "sip.Call-ID",
    ]
    checks = ["-o", "ip.check_checksum:TRUE", "-o", "udp.check_checksum:TRUE", "-d", "udp.port==5061,sip"]
    read = subprocess.run(
        ["tshark", "-r", str(file), *checks, *fields], capture_output=True, text=True, check=True, timeout=60
    )
    rows = [line.split("\t") for line in read.stdout.splitlines()]
    assert [row[1] or row[2] for row in rows] == ["INVITE", "INVITE", "180", "180", "486", "BYE"]
    assert [row[3] for row in rows] == ["c1", "c2", "c2", "c1", "c2", "c1"]
    assert rows[-1][0].startswith("9.25")
    assert "bad" not in subprocess.run(
        ["tshark", "-r", str(file), *checks, "-V"], capture_output=True, text=True, check=True, timeout=60
    ).stdout.lower().replace("badly", "")


def test_digits_are_masked_wherever_they_are_told() -> None:
    info = b"INFO sip:101@x SIP/2.0\r\nContent-Type: application/dtmf-relay\r\n\r\nSignal=4\r\nDuration=160\r\n"
    assert b"Signal=***\r\nDuration=160" in mask(info)
    kpml = b'<kpml-response version="1.0" code="200" text="OK" digits="4711"/>'
    assert b"4711" not in mask(kpml)
    assert b'digits="***"' in mask(kpml)
