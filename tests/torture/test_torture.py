"""RFC 4475 and RFC 5118: messages meant to break parsers, and what each of them is answered.

One message a file, named as the RFC names it; `README.md` says where one differs. DELIVERED: the house gets the request
(a registrar or an owner of calls decides then). READ: a response that is understood, and belongs to nothing here.
DROPPED: nothing can or may be answered.
"""

from pathlib import Path

import pytest

from pbx.net.hop import Hop
from pbx.sip.errors import MalformedError, RemoteError
from pbx.sip.message import Response
from pbx.sip.parse import check_response, parse
from tests.unit.net.network import AGENT, House

DELIVERED, READ, DROPPED = "delivered", "read", "dropped"

ANSWERS = {
    # RFC 4475 §3.1.1: valid messages
    "wsinv": (481, "valid, however it is spaced; its To has a tag of a dialog that does not exist"),
    "intmeth": (501, "every character that a method, a URI and a comment may have; nobody knows the method"),
    "esc01": (DELIVERED, "escapes in users and parameters"),
    "escnull": (DELIVERED, "an escaped NUL is a character like others"),
    "esc02": (501, "a percent sign in a method is no escape: it is not REGISTER"),
    "lwsdisp": (DELIVERED, "no white space between display name and bracket"),
    "longreq": (DELIVERED, "long values, and every spelling of Via"),
    "dblreq": (DELIVERED, "octets after the body of a datagram are ignored: one request, not two"),
    "semiuri": (DELIVERED, "a semicolon in a user"),
    "transports": (DELIVERED, "transports that nobody knows, in Vias other than the first"),
    "mpart01": (DELIVERED, "a body of several parts with octets of every value"),
    "unreason": (READ, "a reason phrase in any script"),
    "noreason": (READ, "an empty reason phrase"),
    # §3.1.2: invalid messages
    "badinv01": (400, "separators with nothing between them in Via"),
    "clerr": (400, "Content-Length is larger than the datagram"),
    "ncl": (400, "a negative Content-Length"),
    "scalar02": (400, "CSeq of 2**65, Max-Forwards over 255"),
    "scalarlg": (DROPPED, "CSeq of a response over 2**31"),
    "quotbal": (400, "a quoted string that does not end, in To"),
    "ltgtruri": (400, "angle brackets around the Request-URI"),
    "lwsruri": (400, "white space in the Request-URI"),
    "lwsstart": (400, "two spaces in the request line"),
    "trws": (400, "spaces at the end of the request line"),
    "escruri": (400, "headers in the Request-URI"),
    "baddate": (DELIVERED, "a Date in a zone that it may not have: nobody here reads it"),
    "regbadct": (400, "a Contact with a question mark and no angle brackets"),
    "badaspec": (DELIVERED, "spaces within the angle brackets are forgiven, as the RFC allows"),
    "baddn": (400, "a comma in a display name without quotes"),
    "badvers": (505, "SIP/7.0"),
    "mismatch01": (400, "OPTIONS with a CSeq of INVITE"),
    "mismatch02": (400, "an unknown method with a CSeq of INVITE"),
    "bigcode": (DROPPED, "a status of ten digits"),
    # §3.2: transactions
    "badbranch": (DELIVERED, "a branch of nothing but the cookie: matched as before RFC 3261"),
    # §3.3: the application layer
    "insuf": (400, "no Call-ID, From, To or Max-Forwards"),
    "unkscm": (416, "a scheme that nobody knows"),
    "novelsc": (416, "a scheme that is known and not for us"),
    "unksm2": (DELIVERED, "schemes in To and From are nobody's business; the registrar judges the Contact"),
    "bext01": (420, "Require of what nothing supports; Proxy-Require is for proxies"),
    "invut": (415, "a Content-Type that nobody knows"),
    "regaut01": (DELIVERED, "an authorization scheme that nobody knows: the registrar challenges"),
    "multi01": (400, "several values of what there may be one of"),
    "mcl01": (400, "two lengths"),
    "bcast": (DROPPED, "a response whose second Via is a broadcast address"),
    "zeromf": (DELIVERED, "we are where it ends: no hop is needed"),
    "cparam01": (DELIVERED, "a parameter of the header"),
    "cparam02": (DELIVERED, "a parameter of the URI"),
    "regescrt": (DELIVERED, "a header within a Contact"),
    "sdp01": (406, "an Accept without SDP, which our answer would be"),
    # §3.4: before RFC 3261
    "inv2543": (400, "an INVITE without a Contact leaves no way to end its call"),
    "inv2543-contact": (DELIVERED, "no branch, no tag, no Max-Forwards, no Content-Length: as before RFC 3261"),
    # RFC 5118
    "ipv6-good": (DELIVERED, "§4.1: IPv6 with brackets"),
    "ipv6-bad": (400, "§4.2: IPv6 without brackets"),
    "port-ambiguous": (DELIVERED, "§4.3: what looks like a port is the end of the address"),
    "via-received-param-no-delim": (481, "§4.5: received without brackets is what senders write"),
}
HERE = Path(__file__).parent


def test_every_message_has_an_answer():
    assert {path.stem for path in HERE.glob("*.sip")} == set(ANSWERS)


@pytest.mark.parametrize("name", ANSWERS)
def test_answer(name):
    answer, _ = ANSWERS[name]
    data = (HERE / f"{name}.sip").read_bytes()
    house = House()
    house.agent.receive(data, Hop("udp", ("192.0.2.200", 5060), AGENT))
    sent = [parse(octets) for octets, _ in house.wire.sent]
    if answer == DELIVERED:
        assert len(house.invites) + len(house.requests) == 1
        assert sent == []
    elif answer == READ:
        check_response(parse(data))
        assert house.agent.counters()["stray"] == 1
    elif answer == DROPPED:
        assert sent == []
        assert house.agent.counters()["malformed"] == 1
    else:
        (response,) = sent
        assert isinstance(response, Response)
        assert response.status == answer
        assert house.invites == []
        assert house.requests == []


@pytest.mark.parametrize("name", [name for name, (answer, _) in ANSWERS.items() if answer == DELIVERED])
def test_what_is_delivered_can_be_answered_and_the_answer_read(name):
    house = House()
    data = (HERE / f"{name}.sip").read_bytes()
    house.agent.receive(data, Hop("udp", ("192.0.2.200", 5060), AGENT))
    for session in house.invites:
        session.reject(480)
    for request in house.requests:
        request.respond(404)
    (response,) = [parse(octets) for octets, _ in house.wire.sent]
    check_first_via(response)
    original = parse(data)
    assert response.headers.get("call-id") == original.headers.get("call-id")
    assert response.headers.get("from") == original.headers.get("from")


def check_first_via(response):
    assert response.via.parameter("received") == "192.0.2.200"


def test_the_contact_of_regescrt_and_unksm2_is_there_to_be_judged():
    escaped = parse((HERE / "regescrt.sip").read_bytes())
    assert escaped.contact.uri.headers == (("Route", "<sip:sip.example.com>"),)
    unknown = parse((HERE / "unksm2.sip").read_bytes())
    assert not unknown.contact.uri.is_sip


def test_the_tortuous_invite_is_read_in_full():
    request = parse((HERE / "wsinv.sip").read_bytes())
    assert request.from_.display == 'J Rosenberg \\"'
    assert (request.from_.tag, request.to.tag) == ("98asjd8", "1918181833n")
    assert request.max_forwards == 68
    assert (request.cseq.number, request.cseq.method) == (9, "INVITE")
    assert [(via.transport, via.host) for via in request.vias] == [
        ("UDP", "192.0.2.2"),
        ("TCP", "spindle.example.com"),
        ("UDP", "192.168.255.111"),
    ]
    assert request.contact.parameter("q") == "0.33"
    assert request.body.startswith(b"v=0")


@pytest.mark.parametrize("name", ANSWERS)
def test_every_prefix_of_it_costs_a_counter_at_most(name):
    data = (HERE / f"{name}.sip").read_bytes()
    for end in range(0, len(data), max(1, len(data) // 40)):
        try:
            parse(data[:end])
        except RemoteError as error:
            assert isinstance(error, MalformedError)


def test_long_values_are_read_whole():
    """RFC 4475 §3.1.1.7: 34 Vias in seventeen spellings, the last with a branch of 215 octets."""
    request = parse((HERE / "longreq.sip").read_bytes())
    assert [via.host for via in request.vias] == [
        *(f"sip{n}.example.com" for n in range(33, 0, -1)),
        "host.example.com",
    ]
    assert request.vias[-1].parameter("branch") == f"very{'long' * 50}branchvalue"
    assert request.from_.tag == f"12{'982' * 50}424"
    assert request.to.display == f"I have a user name of {'extreme' * 10} proportion"
    assert len(request.body) == 150
