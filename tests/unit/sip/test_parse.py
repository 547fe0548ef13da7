"""RFC 3261 §7: messages from octets, and what is refused."""

import pytest

from pbx.sip.errors import LocalError, MalformedError, RemoteError, TooLargeError
from pbx.sip.message import Request, Response, response_to
from pbx.sip.parse import check_request, check_response, parse

INVITE = (
    b"INVITE sip:bob@biloxi.example.com SIP/2.0\r\n"
    b"v: SIP/2.0/UDP pc33.atlanta.example.com;branch=z9hG4bK776asdhds\r\n"
    b"Max-Forwards: 70\r\n"
    b"t: Bob <sip:bob@biloxi.example.com>\r\n"
    b"f: Alice\r\n <sip:alice@atlanta.example.com>\r\n\t;tag=1928301774\r\n"
    b"i: a84b4c76e66710@pc33\r\n"
    b"cseq : 314159 INVITE\r\n"
    b"Contact: <sip:alice@pc33.atlanta.example.com>\r\n"
    b"c: application/sdp; charset=utf-8\r\n"
    b"l: 4\r\n\r\nv=0\n rest is not ours"
)


def test_a_request_with_compact_names_and_folded_lines():
    request = parse(INVITE)
    assert isinstance(request, Request)
    check_request(request)
    assert (request.method, str(request.uri)) == ("INVITE", "sip:bob@biloxi.example.com")
    assert (request.from_.display, request.from_.tag) == ("Alice", "1928301774")
    assert request.cseq.number == 314159
    assert request.body == b"v=0\n"
    assert request.sdp == b"v=0\n"
    assert request.call_id == "a84b4c76e66710@pc33"
    assert request.max_forwards == 70


def test_what_is_written_is_read_again():
    request = parse(INVITE)
    again = parse(request.encode())
    assert list(again.headers)[:-1] == [pair for pair in request.headers if pair[0] != "content-length"]
    assert again.body == request.body
    assert b"Via: SIP/2.0/UDP" in request.encode()


def test_a_response():
    response = parse(
        b"SIP/2.0 200 = 2**3 * 5**2 = \xd0\x9d\r\nVia: SIP/2.0/UDP a;branch=z9hG4bK1\r\nFrom: <sip:a@b>;tag=1\r\n"
        b"To: <sip:c@d>;tag=2\r\nCall-ID: 1\r\nCSeq: 1 BYE\r\n\r\n"
    )
    assert isinstance(response, Response)
    check_response(response)
    assert (response.status, response.reason) == (200, "= 2**3 * 5**2 = Н")


def test_a_response_copies_what_it_must():
    request = parse(INVITE)
    response = response_to(request, 180, to_tag="ours")
    assert response.to.tag == "ours"
    assert response.headers.get("from") == request.headers.get("from")
    assert response.via == request.via
    assert response_to(request, 100, to_tag="ours").to.tag is None


def test_octets_that_are_no_utf_8_survive_a_response():
    data = INVITE.replace(b"f: Alice", b'f: "Al\xffce"')
    response = response_to(parse(data), 200, to_tag="x")
    assert b'"Al\xffce"' in response.encode()


def test_a_line_break_within_a_header_of_ours_is_our_mistake():
    with pytest.raises(LocalError):
        Request("OPTIONS", "sip:a@b", [("Subject", "x\r\nEvil: yes")]).encode()


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"hello",
        b"\r\n\r\n",
        b"INVITE\r\n\r\n",
        b"INVITE sip:a@b\r\n\r\n",
        b"INVITE sip:a@b HTTP/1.1\r\n\r\n",
        b"IN VITE sip:a@b\r\n\r\n",
        b"SIP/2.0 20 OK\r\n\r\n",
        b"SIP/2.0 099 OK\r\n\r\n",
        b"SIP/3.0 200 OK\r\n\r\n",
        b"INVITE sip:a@b SIP/2.0\nVia: x\n\n",
    ],
)
def test_what_is_no_message(data):
    with pytest.raises(MalformedError):
        parse(data)


@pytest.mark.parametrize(
    "data",
    [
        b"INVITE sip:a@b SIP/2.0\r\n\r\n" + b"x" * 65_536,
        b"INVITE sip:a@b SIP/2.0\r\n" + b"A: b\r\n" * 300 + b"\r\n",
        b"INVITE sip:a@b SIP/2.0\r\nA: " + b"b" * 9_000 + b"\r\n\r\n",
        b"INVITE sip:a@b SIP/2.0\r\n" + (b"A: " + b"b" * 1_000 + b"\r\n") * 40 + b"\r\n",
    ],
)
def test_what_is_too_large(data):
    with pytest.raises(TooLargeError):
        parse(data)


@pytest.mark.parametrize(
    ("old", "new", "status"),
    [
        (b"SIP/2.0\r\nv", b"SIP/7.0\r\nv", 505),
        (b"sip:bob@biloxi.example.com SIP", b"<sip:bob@biloxi.example.com> SIP", 400),
        (b"sip:bob@biloxi.example.com SIP", b"sip:bob@biloxi.example.com extra SIP", 400),
        (b"sip:bob@biloxi.example.com SIP", b"nobodyKnowsThisScheme:totallyopaque SIP", 416),
        (b"sip:bob@biloxi.example.com SIP", b"sip:" + b"b" * 5000 + b"@x SIP", 414),
        (b"l: 4", b"no colon here\r\nl: 4", 400),
        (b"l: 4", b": no name\r\nl: 4", 400),
        (b"l: 4", b"A B: c\r\nl: 4", 400),
        (b"l: 4", b"Subject: a\nEvil: b\r\nl: 4", 400),
        (b"l: 4", b"l: 400", 400),
        (b"l: 4", b"l: -4", 400),
        (b"l: 4", b"l: four", 400),
        (b"l: 4", b"l: 4\r\nContent-Length: 4", 400),
        (b"314159 INVITE", b"314159 BYE", 400),
        (b"314159 INVITE", b"36893488147419103232 INVITE", 400),
        (b";tag=1928301774", b"", 400),
        (b"Max-Forwards: 70", b"Max-Forwards: 300", 400),
        (b"Max-Forwards: 70", b"Max-Forwards: many", 400),
        (b"t: Bob", b't: "Bob', 400),
        (b"i: a84b4c76e66710@pc33\r\n", b"", 400),
        (b"i: a84b4c76e66710@pc33\r\n", b"i: a\r\ni: b\r\n", 400),
        (b"Max-Forwards: 70\r\n", b"Via: nonsense\r\n", 400),
    ],
)
def test_what_is_answered_with_which_status(old, new, status):
    assert old in INVITE
    request = parse(INVITE.replace(old, new, 1))
    with pytest.raises(RemoteError) as error:
        check_request(request)
    assert error.value.status == status


def test_a_response_with_two_vias_is_for_somebody_else():
    request = parse(INVITE)
    response = response_to(request, 200)
    response.headers.add("Via", "SIP/2.0/UDP other;branch=z9hG4bK2")
    with pytest.raises(MalformedError):
        check_response(response)


@pytest.mark.parametrize(
    ("header", "value"),
    [("Contact", "<sip:a@b"), ("Record-Route", "<sip:proxy;lr"), ("Content-Type", "multipart/mixed")],
)
def test_an_answer_that_no_dialog_can_be_built_of_is_no_answer(header, value):
    response = response_to(parse(INVITE), 200, body=b"x")
    response.headers.add(header, value)
    with pytest.raises(MalformedError):
        check_response(parse(response.encode()))


def test_sdp_is_found_among_several_parts():
    body = (
        b"preamble\r\n--b1\r\nContent-Type: text/plain\r\n\r\nhello\r\n"
        b"--b1\r\nContent-Type: application/sdp\r\nContent-ID: <1>\r\n\r\nv=0\r\n\r\n--b1--\r\n"
    )
    request = Request("INVITE", "sip:a@b", [("Content-Type", 'multipart/mixed;boundary="b1"')], body)
    assert request.sdp == b"v=0\r\n"
    request = Request("INVITE", "sip:a@b", [("Content-Type", "multipart/mixed")], body)
    with pytest.raises(MalformedError):
        _ = request.sdp
