"""RFC 3261 §8.2, §12.2.2, §17.2: which request is answered how, before anybody of the house sees it."""

import pytest

from pbx.net.hop import Hop
from pbx.net.limits import Limits
from pbx.sip.errors import WrongStateError
from pbx.sip.session_events import DigitReceived
from tests.unit.net.network import AGENT, SDP, House, Peer, answered_call_in


def test_a_request_outside_a_dialog_is_answered_once_and_repeated_from_memory(house, peer):
    request = peer.request("REGISTER")
    peer.send(request)
    incoming = house.requests[0]
    assert str(incoming.source) == "udp:10.0.0.2:5060"
    incoming.respond(200, headers=[("Expires", "60")])
    first = peer.take_one()
    assert first.headers.get("expires") == "60"
    assert first.to.tag
    peer.send(request)
    assert peer.take_one().encode() == first.encode()
    assert len(house.requests) == 1
    with pytest.raises(WrongStateError):
        incoming.respond(200)


def test_a_new_cseq_is_a_new_request_also_with_the_branch_of_the_old_one(house, peer):
    peer.send(peer.request("REGISTER", cseq=1, branch="z9hG4bKsame"))
    house.requests[0].respond(401)
    peer.send(peer.request("REGISTER", cseq=2, branch="z9hG4bKsame"))
    assert len(house.requests) == 2


@pytest.mark.parametrize(
    ("method", "headers", "body", "status"),
    [
        ("BYE", (), b"", 481),
        ("INFO", (), b"", 481),
        ("UPDATE", (), b"", 481),
        ("PRACK", (), b"", 481),
        ("FROBNICATE", (), b"", 501),
        ("INVITE", (("Require", "nothingSupportsThis"),), SDP, 420),
        ("OPTIONS", (("Require", "nothingSupportsThis"),), b"", 420),
        ("INVITE", (("Content-Encoding", "gzip"),), SDP, 415),
        ("INVITE", (("Session-Expires", "30"), ("Supported", "timer")), SDP, 422),
        ("INVITE", (("Contact", "<sip:other@10.0.0.2>"),), SDP, 400),
    ],
)
def test_what_is_refused_without_asking_anybody(house, peer, method, headers, body, status):
    peer.send(peer.request(method, headers=headers, body=body))
    assert peer.statuses() == [status]
    assert house.invites == []
    assert house.requests == []
    assert house.agent.counters()["server_transactions"] == 0


def test_420_names_what_is_not_supported(house, peer):
    peer.send(peer.request("INVITE", headers=(("Require", "100rel, foo"), ("Require", "bar")), body=SDP))
    assert peer.take_one().headers.get("unsupported") == "bar, foo"


def test_a_body_that_is_no_sdp_gets_415_with_what_is_accepted(house, peer):
    peer.send(peer.request("INVITE", body=b"<xml/>", content_type="application/xml"))
    response = peer.take_one()
    assert response.status == 415
    assert "application/sdp" in response.headers.get("accept")


def test_a_call_without_hops_left_gets_483(house, peer):
    request = peer.request("INVITE", body=SDP)
    request.headers.set("max-forwards", "0")
    peer.send(request)
    assert peer.statuses() == [483]


def test_an_invite_that_came_by_two_ways_gets_482_on_the_second(house, peer):
    peer.send(peer.request("INVITE", body=SDP))
    peer.send(peer.request("INVITE", body=SDP))
    assert peer.statuses() == [482]
    assert len(house.invites) == 1


def test_a_request_in_an_unknown_dialog_gets_481_and_an_ack_gets_nothing(house, peer):
    peer.send(peer.request("INVITE", to_tag="gone", body=SDP))
    assert peer.statuses() == [481]
    peer.send(peer.request("ACK", to_tag="gone"))
    peer.send(peer.request("ACK"))
    assert peer.statuses() == []
    assert house.agent.counters()["stray"] == 2


def test_a_request_of_another_peer_in_our_dialog_gets_481(house, peer):
    session = answered_call_in(house, peer)
    peer.send(peer.request("BYE", cseq=2, to_tag=session.local_tag, from_tag="stranger"))
    assert peer.statuses() == [481]


def test_a_stray_response_is_counted_and_nothing_else(house, peer):
    session = answered_call_in(house, peer)
    session.hang_up()
    bye = peer.take_one()
    peer.respond(bye, 200)
    house.clock.advance(40)
    peer.respond(bye, 200)
    assert peer.statuses() == []
    assert house.agent.counters()["stray"] == 1


@pytest.mark.parametrize(
    "garbage",
    [
        b"",
        b"\x00" * 64,
        b"\xff\xfe\xfd" * 1000,
        b"INVITE sip:a@b SIP/2.0\r\n",
        b"INVITE sip:a@b SIP/2.0\r\n\r\n",
        b"INVITE sip:a@b SIP/2.0\r\nVia: nonsense\r\n\r\n",
        b"SIP/2.0 200 OK\r\n\r\n",
        b"SIP/2.0 999 OK\r\n\r\n",
        b"ACK sip:a@b SIP/2.0\r\nVia: SIP/2.0/UDP x;branch=z9hG4bKa\r\n\r\n",
        b"x" * 70_000,
    ],
)
def test_garbage_costs_a_counter(house, garbage):
    house.agent.receive(garbage, Hop("udp", ("10.9.9.9", 1), AGENT))
    assert house.wire.sent == []
    assert house.agent.counters()["malformed"] == 1


@pytest.mark.parametrize("line", [b"no colon here", b": no name", b"A B: c", b"Subject: a\nEvil: b"])
def test_a_line_that_is_no_header_field_is_answered_400_and_left_out(house, peer, line):
    request = peer.request("OPTIONS")
    data = request.encode().replace(b"\r\nFrom:", b"\r\n" + line + b"\r\nFrom:")
    house.agent.receive(data, Hop("udp", peer.address, AGENT))
    answer = peer.take_one()
    assert answer.status == 400
    assert line not in answer.encode()
    assert answer.via.branch == request.via.branch
    assert [answer.headers.get(name) == request.headers.get(name) for name in ("From", "Call-ID", "CSeq")] == [True] * 3
    assert house.requests == []


def test_a_line_that_is_no_header_field_in_a_response_costs_a_counter(house, peer):
    data = b"SIP/2.0 200 OK\r\nno colon here\r\n" + peer.request("OPTIONS").encode().split(b"\r\n", 1)[1]
    house.agent.receive(data, Hop("udp", peer.address, AGENT))
    assert house.wire.sent == []
    assert house.agent.counters()["malformed"] == 1


def test_a_response_goes_where_the_request_came_from(house):
    nat = Peer(house, ("203.0.113.7", 40000))
    request = nat.request("OPTIONS")
    request.headers.set("via", "SIP/2.0/UDP 192.168.1.20:5060;branch=z9hG4bKn;rport")
    nat.send(request)
    house.requests[0].respond(200)
    response = nat.take_one()
    assert response.via.parameter("received") == "203.0.113.7"
    assert response.via.parameter("rport") == "40000"
    assert house.requests[0].source.symmetric


def test_without_rport_the_response_goes_to_the_port_of_the_via(house):
    nat = Peer(house, ("203.0.113.7", 5060))
    request = nat.request("OPTIONS")
    request.headers.set("via", "SIP/2.0/UDP 192.168.1.20;branch=z9hG4bKn")
    house.agent.receive(request.encode(), Hop("udp", ("203.0.113.7", 40000), AGENT))
    house.requests[0].respond(200)
    assert nat.statuses() == [200]


def test_a_phone_behind_a_nat_gets_its_bye_where_it_called_from(house):
    nat = Peer(house, ("203.0.113.7", 40000))
    request = nat.request("INVITE", body=SDP)
    request.headers.set("via", "SIP/2.0/UDP 192.168.1.20:5060;branch=z9hG4bKn;rport")
    request.headers.set("contact", "<sip:101@192.168.1.20:5060>")
    nat.send(request)
    session = house.invites[0]
    session.accept(SDP)
    nat.send(nat.request("ACK", to_tag=session.local_tag))
    nat.take()
    session.hang_up()
    bye = nat.take_one()
    assert (bye.method, bye.uri_text) == ("BYE", "sip:101@192.168.1.20:5060")


def test_one_of_several_via_values_in_a_line_is_marked(house, peer):
    request = peer.request("OPTIONS")
    request.headers.set("via", "SIP/2.0/UDP 10.0.0.2:5060;branch=z9hG4bKm;rport, SIP/2.0/TCP far;branch=z9hG4bKf")
    peer.send(request)
    house.requests[0].respond(200)
    vias = peer.take_one().vias
    assert [via.host for via in vias] == ["10.0.0.2", "far"]
    assert vias[0].parameter("rport") == "5060"
    assert not house.requests[0].source.symmetric


@pytest.mark.parametrize(
    ("content_type", "body", "digit"),
    [
        ("application/dtmf-relay", b"Signal=5\r\nDuration=250\r\n", DigitReceived("5", 250)),
        ("application/dtmf-relay", b"Signal= 11\r\nDuration= 160\r\n", DigitReceived("#", 160)),
        ("application/dtmf", b"*", DigitReceived("*", 160)),
        ("application/dtmf", b"1\r\n", DigitReceived("1", 160)),
    ],
)
def test_a_digit_by_info(house, peer, content_type, body, digit):
    session = answered_call_in(house, peer)
    peer.send(peer.request("INFO", cseq=2, to_tag=session.local_tag, body=body, content_type=content_type))
    assert peer.statuses() == [200]
    assert house.take_events() == [digit]


@pytest.mark.parametrize(
    ("content_type", "body", "headers", "status"),
    [
        ("application/dtmf-relay", b"Signal=99\r\n", (), 400),
        ("application/xml", b"<x/>", (), 415),
        ("application/xml", b"<x/>", (("Info-Package", "foo"),), 469),
        ("", b"", (), 200),
    ],
)
def test_other_infos(house, peer, content_type, body, headers, status):
    session = answered_call_in(house, peer)
    peer.send(
        peer.request("INFO", cseq=2, to_tag=session.local_tag, body=body, content_type=content_type, headers=headers)
    )
    assert peer.statuses() == [status]
    assert house.take_events() == []


def test_options_in_a_call_says_what_we_can(house, peer):
    session = answered_call_in(house, peer)
    peer.send(peer.request("OPTIONS", cseq=2, to_tag=session.local_tag))
    response = peer.take_one()
    assert response.status == 200
    assert "INVITE" in response.headers.get("allow")


@pytest.mark.parametrize(("method", "status"), [("PUBLISH", 405), ("REGISTER", 405), ("WOBBLE", 501)])
def test_methods_that_do_not_belong_in_a_call(house, peer, method, status):
    session = answered_call_in(house, peer)
    peer.send(peer.request(method, cseq=2, to_tag=session.local_tag))
    assert peer.statuses() == [status]


def test_our_info_is_sent_in_the_dialog(house, peer):
    session = answered_call_in(house, peer)
    session.info("application/dtmf-relay", b"Signal=1\r\n")
    info = peer.take_one()
    assert (info.method, info.content_type, info.to.tag) == ("INFO", "application/dtmf-relay", "peer")


def test_a_stranger_who_asks_too_often_is_not_answered_any_more():
    house = House(limits=Limits(request_burst=10, requests_per_s=1))
    stranger, other = Peer(house), Peer(house, ("10.0.0.3", 5060))
    for _ in range(50):
        stranger.send(stranger.request("OPTIONS"))
    assert len(house.requests) == 10
    assert stranger.statuses() == []
    other.send(other.request("OPTIONS", call_id="else"))
    assert len(house.requests) == 11
    house.clock.advance(2)
    stranger.send(stranger.request("OPTIONS"))
    assert len(house.requests) == 12


def test_a_trusted_source_has_no_share():
    house = House(limits=Limits(request_burst=1, requests_per_s=0), trusted=lambda address: address == "10.0.0.2")
    trunk = Peer(house)
    for _ in range(5):
        trunk.send(trunk.request("OPTIONS"))
    assert len(house.requests) == 5


def test_calls_of_one_source_and_of_all_are_bounded():
    house = House(limits=Limits(sessions_per_source=2, sessions=3))
    peer, other = Peer(house), Peer(house, ("10.0.0.3", 5060))
    for number in range(3):
        peer.send(peer.request("INVITE", call_id=f"c{number}", body=SDP))
    response = peer.take_one()
    assert (response.status, response.headers.get("retry-after")) == (503, "5")
    for number in range(2):
        other.send(other.request("INVITE", call_id=f"d{number}", body=SDP))
    assert other.statuses() == [503]
    house.invites[0].reject(486)
    other.send(other.request("INVITE", call_id="e", body=SDP))
    assert len(house.invites) == 4


def test_open_transactions_are_bounded():
    house = House(limits=Limits(transactions=3))
    peer = Peer(house)
    for _ in range(5):
        peer.send(peer.request("OPTIONS"))
    assert peer.statuses() == [503, 503]


def test_a_trace_sees_what_comes_and_goes():
    seen = []
    house = House(trace=lambda direction, hop, data, now: seen.append((direction, str(hop), data[:7], now)))
    peer = Peer(house)
    peer.send(peer.request("OPTIONS"))
    house.requests[0].respond(200)
    assert seen == [
        ("in", "udp:10.0.0.2:5060", b"OPTIONS", 1_800_000_000.0),
        ("out", "udp:10.0.0.2:5060", b"SIP/2.0", 1_800_000_000.0),
    ]


def test_nothing_is_left_after_many_calls(house, peer):
    for number in range(50):
        request = peer.request("INVITE", call_id=f"c{number}", body=SDP)
        peer.send(request)
        session = house.invites[-1]
        session.accept(SDP)
        peer.send(peer.request("ACK", call_id=f"c{number}", to_tag=session.local_tag))
        peer.send(peer.request("BYE", call_id=f"c{number}", cseq=2, to_tag=session.local_tag))
    house.clock.advance(60)
    counters = house.agent.counters()
    assert (counters["sessions"], counters["server_transactions"], counters["client_transactions"]) == (0, 0, 0)
