"""RFC 3261 §7.3, §20: header fields and what stands in them."""

import pytest

from pbx.sip.cseq import CSeq, parse_cseq
from pbx.sip.errors import MalformedError
from pbx.sip.headers import Headers, header_key, header_name
from pbx.sip.name_address import NameAddress, parse_name_address, quote_string, unquote_string
from pbx.sip.reason import Reason, parse_reason
from pbx.sip.replaces import Replaces, parse_replaces
from pbx.sip.uri import Uri
from pbx.sip.via import Via, parse_via


@pytest.mark.parametrize(
    ("compact", "name"),
    [("v", "Via"), ("M", "Contact"), ("i", "Call-ID"), ("k", "Supported"), ("x", "Session-Expires")],
)
def test_compact_names_are_the_long_ones(compact, name):
    assert header_name(header_key(compact)) == name


@pytest.mark.parametrize("name", ["Call-ID", "CSeq", "WWW-Authenticate", "RSeq", "Min-SE", "P-Asserted-Identity"])
def test_names_are_written_as_people_know_them(name):
    assert header_name(header_key(name.lower())) == name


def test_values_are_found_whatever_the_case_and_split_where_the_header_is_a_list():
    headers = Headers([("CONTACT", '"Smith, J" <sip:j@a;x=1,2>, <sip:k@a>'), ("m", "<sip:l@a>")])
    assert headers.values("contact") == ['"Smith, J" <sip:j@a;x=1,2>', "<sip:k@a>", "<sip:l@a>"]
    assert headers.get("Contact") == '"Smith, J" <sip:j@a;x=1,2>, <sip:k@a>'


def test_credentials_are_one_value_although_they_hold_commas():
    headers = Headers([("Authorization", 'Digest username="a", realm="b"')])
    assert headers.values("authorization") == ['Digest username="a", realm="b"']


def test_set_keeps_the_place_and_removes_the_others():
    headers = Headers([("To", "a"), ("Via", "1"), ("From", "b"), ("via", "2")])
    headers.set("v", "3")
    assert list(headers) == [("to", "a"), ("via", "3"), ("from", "b")]
    headers.remove("VIA")
    assert "via" not in headers


@pytest.mark.parametrize(
    ("text", "display", "uri", "parameters"),
    [
        ('"Ana" <sip:101@x>;tag=1', "Ana", "sip:101@x", (("tag", "1"),)),
        ("Ana López <sip:101@x>", "Ana López", "sip:101@x", ()),
        ("<sip:101@x;lr>", "", "sip:101@x;lr", ()),
        ("sip:101@x;tag=1", "", "sip:101@x", (("tag", "1"),)),
        (r'"a \"b\" \\c" <sip:1@x>', r'a "b" \c', "sip:1@x", ()),
        ('"<sip:evil@x>" <sip:1@x>', "<sip:evil@x>", "sip:1@x", ()),
        (
            '<sip:1@x>;q=0.7;+sip.instance="<urn:uuid:1>"',
            "",
            "sip:1@x",
            (("q", "0.7"), ("+sip.instance", "<urn:uuid:1>")),
        ),
        ("<tel:+34910000001>", "", "tel:+34910000001", ()),
        ('"" <sip:1@x>', "", "sip:1@x", ()),
    ],
)
def test_name_and_address(text, display, uri, parameters):
    address = parse_name_address(text)
    assert (address.display, str(address.uri), address.parameters) == (display, uri, parameters)
    assert parse_name_address(str(address)) == address


@pytest.mark.parametrize(
    "text", ["", "<>", "<sip:1@x", '"open <sip:1@x>', "<sip:1@x> x", "a,b <sip:1@x>", "<sip:1@x>;=1", "<sip:1@x>;a b=1"]
)
def test_what_is_no_name_and_address(text):
    with pytest.raises(MalformedError):
        parse_name_address(text)


def test_a_display_name_cannot_smuggle_a_header():
    written = str(NameAddress(Uri("sip", "1", "x"), 'a"\r\nEvil: yes'))
    assert "\r" not in written
    assert "\n" not in written
    assert unquote_string(quote_string('a"\\b')) == 'a"\\b'


def test_via():
    via = parse_via("SIP / 2.0 / UDP first.example.com:4000;ttl=16 ;maddr=224.2.0.1 ;branch=z9hG4bKa7c6a8dlze.1")
    assert (via.transport, via.host, via.port, via.branch) == ("UDP", "first.example.com", 4000, "z9hG4bKa7c6a8dlze.1")
    assert str(parse_via("SIP/2.0/tcp [2001:db8::1]:5061;branch=z9hG4bK1;rport")) == (
        "SIP/2.0/TCP [2001:db8::1]:5061;branch=z9hG4bK1;rport"
    )


@pytest.mark.parametrize(
    "text",
    [
        "",
        "SIP/2.0",
        "SIP/2.0/UDP",
        "SIP//UDP x",
        "HTTP/2.0/UDP x",
        "SIP/2.0/UDP x:y",
        "SIP/2.0/U DP x;branch=1",
        "SIP/2.0/UDP a b",
    ],
)
def test_what_is_no_via(text):
    with pytest.raises(MalformedError):
        parse_via(text)


def test_received_and_rport():
    via = Via("UDP", "192.168.1.1", 5060, (("branch", "z9hG4bK1"), ("rport", None)))
    marked = via.received_from("203.0.113.1", 40000)
    assert marked.response_address() == ("203.0.113.1", 40000)
    assert Via("UDP", "a.example", None).response_address() == ("a.example", 5060)
    plain = Via("UDP", "203.0.113.1", 5062, (("branch", "1"),)).received_from("203.0.113.1", 40000)
    assert plain.response_address() == ("203.0.113.1", 5062)
    assert plain.parameter("received") is None
    # what a sender claims about itself is not believed
    forged = Via("UDP", "203.0.113.1", 5062, (("received", "198.51.100.1"),)).received_from("203.0.113.1", 1)
    assert forged.parameter("received") is None
    with pytest.raises(MalformedError):
        Via("UDP", "a", None, (("rport", "x"),)).response_address()


def test_cseq():
    assert parse_cseq(" 4711   INVITE ") == CSeq(4711, "INVITE")
    for text in ("", "INVITE", "1", "-1 INVITE", "2147483648 INVITE", "1 IN VITE", "1 IN\tVITE", "٣ INVITE"):
        with pytest.raises(MalformedError):
            parse_cseq(text)


def test_reason():
    assert parse_reason(["Q.850;cause=16", 'SIP;cause=200;text="Call completed elsewhere"']) == Reason(
        "SIP", 200, "Call completed elsewhere"
    )
    assert parse_reason(["Q.850;cause=16"]) == Reason("Q.850", 16)
    assert parse_reason(["SIP;=;", "SIP;cause=x"]) == Reason("SIP")
    assert parse_reason([]) is None
    assert str(Reason("SIP", 200, 'a "b"')) == r'SIP;cause=200;text="a \"b\""'


def test_replaces():
    replaces = parse_replaces("98732@sip.example.com ;from-tag=r33th4x0r ;to-tag=ff87ff;early-only")
    assert replaces == Replaces("98732@sip.example.com", "ff87ff", "r33th4x0r", True)
    assert parse_replaces(str(replaces)) == replaces
