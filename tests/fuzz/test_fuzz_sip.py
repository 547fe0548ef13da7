"""Mutated SIP: only the documented errors come out, no owner fails, everything ends.

``FUZZ_SECONDS`` makes it longer.
"""

from __future__ import annotations

import contextlib
import os

from hypothesis import given, settings
from hypothesis import strategies as st

from pbx.net.hop import Hop
from pbx.sip.digest import DigestServer, parse_digest
from pbx.sip.digits import MEDIA_TYPES, parse_digit
from pbx.sip.errors import DigestError, FramingError, MalformedError, RemoteError
from pbx.sip.framing import StreamFraming
from pbx.sip.key_presses import parse_keys
from pbx.sip.message import Request, Response, response_to
from pbx.sip.name_address import parse_name_address
from pbx.sip.parse import check_request, check_response, parse
from pbx.sip.reason import parse_reason
from pbx.sip.replaces import parse_replaces
from pbx.sip.uri import parse_uri
from pbx.sip.via import parse_via
from tests.unit.net.network import AGENT, SDP, House, Peer, answered_call_in, answered_call_out, call_out

EXAMPLES = 100 * max(1, int(os.environ.get("FUZZ_SECONDS", "1")))
fuzz = settings(max_examples=EXAMPLES, deadline=None, database=None)

SEED = (
    b"INVITE sip:100@10.0.0.1;user=phone SIP/2.0\r\nVia: SIP/2.0/UDP 10.0.0.2:5060;branch=z9hG4bKf1;rport\r\n"
    b'Max-Forwards: 70\r\nFrom: "A \\" B" <sip:peer@10.0.0.2>;tag=peer\r\nTo: <sip:100@10.0.0.1>\r\nCall-ID: call1\r\n'
    b"CSeq: 1 INVITE\r\nContact: <sip:peer@10.0.0.2:5060;transport=udp>\r\nSupported: timer, 100rel, replaces\r\n"
    b"Session-Expires: 1800;refresher=uac\r\nRequire: 100rel\r\nReplaces: a;to-tag=b;from-tag=c\r\nRSeq: 1\r\n"
    b'Record-Route: <sip:10.0.0.9;lr>, <sip:10.0.0.8>\r\nReason: SIP;cause=200;text="x"\r\nRAck: 1 1 INVITE\r\n'
    b"Refer-To: <sip:102@10.0.0.1?Replaces=x%%3Bto-tag%%3Da%%3Bfrom-tag%%3Db>\r\nEvent: refer\r\n"
    b'Authorization: Digest username="101", realm="pbx", nonce="a-b", uri="sip:x", response="0", qop=auth, '
    b'cnonce="c", nc=00000001\r\nContent-Type: application/sdp\r\nContent-Length: %d\r\n\r\n%s' % (len(SDP), SDP)
)
PIECES = [
    *(
        b"\r\n",
        b"\r\n\r\n",
        b"\n",
        b" ",
        b"\t",
        b"\x00",
        b"\xff",
        b",",
        b";",
        b":",
        b"<",
        b">",
        b'"',
        b"\\",
        b"%",
        b"%0d",
    ),
    *(
        b"=",
        b"@",
        b"[",
        b"]",
        b"-1",
        b"99999999999",
        b"SIP/2.0",
        b"SIP/3.0 200 OK",
        b"z9hG4bK",
        b";tag=",
        b"BYE",
        b"ACK",
    ),
    *(
        b"CANCEL",
        b"PRACK",
        b"REFER",
        b"NOTIFY",
        b"INFO",
        b"UPDATE",
        b"REGISTER",
        b"\xc3\xa9",
        b"multipart/mixed;boundary=x",
    ),
    *("٣".encode(), b"l: 3\r\n", b"Via: SIP/2.0/UDP h\r\n", b"To: <sip:a@b>;tag=1\r\n", b"x" * 9000),
]


@st.composite
def mutated(draw, seed: bytes = SEED):
    """The seed with some of it replaced, doubled, cut or overwritten."""
    data = bytearray(seed)
    for _ in range(draw(st.integers(1, 6))):
        at = draw(st.integers(0, len(data)))
        length = draw(st.integers(0, 40))
        what = draw(st.sampled_from(["replace", "delete", "double", "cut", "octets"]))
        if what == "replace":
            data[at : at + length] = draw(st.sampled_from(PIECES))
        elif what == "delete":
            del data[at : at + length]
        elif what == "double":
            data[at:at] = data[at : at + length]
        elif what == "cut":
            del data[max(1, at) :]
        else:
            data[at : at + length] = draw(st.binary(max_size=8))
    return bytes(data)


def read_everything(message):
    for name in ("vias", "via", "from_", "to", "call_id", "cseq", "contacts", "contact", "sdp", "max_forwards", "uri"):
        with contextlib.suppress(RemoteError, AttributeError):
            getattr(message, name)


@fuzz
@given(mutated())
def test_messages(data):
    try:
        message = parse(data)
    except RemoteError:
        return
    read_everything(message)
    try:
        if isinstance(message, Request):
            check_request(message)
            answer = response_to(message, 200, to_tag="x")
            assert parse(answer.encode()).status == 200
        else:
            check_response(message)
    except RemoteError as error:
        assert 400 <= error.status <= 699
        return
    again = parse(message.encode())
    assert type(again) is type(message)
    assert again.body == message.body


@fuzz
@given(st.text(max_size=60) | st.binary(max_size=60).map(lambda data: data.decode("utf-8", "surrogateescape")))
def test_header_values(text):
    for read in (parse_uri, parse_name_address, parse_via, parse_replaces):
        with contextlib.suppress(MalformedError):
            read(text)
    parse_reason([text])
    with contextlib.suppress(DigestError):
        parse_digest("Digest " + text)
    with contextlib.suppress(DigestError):
        DigestServer("pbx", b"s").verify(
            f'Digest username="a", realm="pbx", nonce="{text}", uri="u", response="r"', "X", "h", lambda *_: None, 0.0
        )
    for kind in MEDIA_TYPES:
        with contextlib.suppress(MalformedError):
            parse_digit(kind, text.encode("utf-8", "surrogatepass"))
    for document in (text, f'<kpml-response code="200" digits="{text}"/>', f"<kpml-response {text}>"):
        with contextlib.suppress(MalformedError):
            parse_keys(document.encode("utf-8", "surrogatepass"))


@fuzz
@given(st.lists(mutated(), min_size=1, max_size=4), st.integers(1, 700))
def test_streams(messages, size):
    framing, stream = StreamFraming(), b"".join(messages)
    try:
        for start in range(0, len(stream), size):
            framing.feed(stream[start : start + size])
            assert framing.buffered <= 100_000
    except FramingError:
        pass


def harmless(house):
    """Nothing sent may be more than an answer for each thing received, and everything ends."""
    house.clock.advance(400)
    counters = house.agent.counters()
    assert counters.keys().isdisjoint({"owner_failed", "internal_errors"})
    house.take_events()


@fuzz
@given(st.lists(mutated(), min_size=1, max_size=5))
def test_a_user_agent_out_of_calls(messages):
    house = House()
    Peer(house)
    for data in messages:
        house.agent.receive(data, Hop("udp", ("10.0.0.2", 5060), AGENT))
    for session in house.invites:
        session.hang_up()
    harmless(house)


METHODS = ["INVITE", "BYE", "INFO", "UPDATE", "REFER", "NOTIFY", "PRACK", "ACK", "CANCEL"]


@fuzz
@given(st.lists(st.tuples(st.sampled_from(METHODS), mutated(), st.booleans()), min_size=1, max_size=5))
def test_a_user_agent_within_a_call(messages):
    house = House()
    peer = Peer(house)
    session = answered_call_in(house, peer)
    for method, data, inside in messages:
        changed = data.replace(b"INVITE", method.encode())
        if inside:
            to = f"To: <sip:100@10.0.0.1>;tag={session.local_tag}\r\n".encode()
            changed = changed.replace(b"To: <sip:100@10.0.0.1>\r\n", to).replace(b"CSeq: 1", b"CSeq: 2")
        house.agent.receive(changed, Hop("udp", peer.address, AGENT))
    session.hang_up()
    harmless(house)


@fuzz
@given(st.data(), st.integers(100, 699), st.booleans())
def test_a_call_of_ours_and_mutated_responses(data, status, answered):
    house = House()
    peer = Peer(house)
    session = answered_call_out(house, peer) if answered else call_out(house)
    if answered:
        session.info("text/plain", b"x")
    request = next(message for message in peer.take() if isinstance(message, Request))
    response = response_to(
        request,
        status,
        to_tag="peer",
        headers=[("Contact", "<sip:peer@10.0.0.2>"), ("Require", "100rel"), ("RSeq", "1"), ("Session-Expires", "90")],
        body=SDP,
        content_type="application/sdp",
    )
    assert isinstance(response, Response)
    for _ in range(3):
        house.agent.receive(data.draw(mutated(response.encode())), Hop("udp", peer.address, AGENT))
    session.hang_up()
    harmless(house)
