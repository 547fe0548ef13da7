"""The gate: who is not let in costs no memory, and hears at most one answer for each request."""

from pbx.net.gate import Refusal, Silence
from pbx.net.hop import Hop
from pbx.net.limits import Limits
from pbx.sip.parse import parse
from tests.unit.net.network import AGENT, House

CHALLENGE = Refusal(401, "Unauthorized", (("www-authenticate", 'Digest realm="x"'),))


def invite(number, method="INVITE", host="192.0.2.7", tag="t"):
    return (
        f"{method} sip:100@10.0.0.1 SIP/2.0\r\nVia: SIP/2.0/UDP {host}:5060;branch=z9hG4bK{number}\r\n"
        f"From: <sip:a@x>;tag={tag}{number}\r\nTo: <sip:100@10.0.0.1>\r\nCall-ID: c{number}\r\nCSeq: 1 {method}\r\n"
        f"Max-Forwards: 70\r\nContact: <sip:a@{host}>\r\nContent-Length: 0\r\n\r\n"
    ).encode()


def receive(house, data, host="192.0.2.7"):
    house.agent.receive(data, Hop("udp", (host, 5060), AGENT))


def test_a_challenge_opens_nothing_and_is_never_repeated_by_itself():
    house = House(gate=lambda _request, _hop: CHALLENGE)
    receive(house, invite(1))
    house.clock.advance(60)
    assert [parse(octets).status for octets, _ in house.wire.sent] == [401]
    assert house.agent.counters()["server_transactions"] == 0
    assert house.invites == []


def test_a_repeated_request_gets_the_same_answer_with_the_same_tag():
    house = House(gate=lambda _request, _hop: CHALLENGE)
    receive(house, invite(1))
    receive(house, invite(1))
    receive(house, invite(2))
    tags = [parse(octets).to.tag for octets, _ in house.wire.sent]
    assert tags[0] == tags[1] != tags[2]


def test_silence_is_silence():
    house = House(gate=lambda _request, _hop: Silence())
    receive(house, invite(1))
    house.clock.advance(60)
    assert house.wire.sent == []
    assert house.agent.counters()["ignored"] == 1


def test_a_flood_that_is_not_let_in_leaves_nothing_behind():
    house = House(gate=lambda _request, _hop: CHALLENGE, trusted=lambda _host: True)
    for number in range(3000):
        receive(house, invite(number))
    counters = house.agent.counters()
    assert counters["server_transactions"] == counters["sessions"] == 0
    assert house.clock._calls == []


def test_one_source_does_not_take_the_room_of_the_others():
    limits = Limits(transactions=40, transactions_per_source=10, request_burst=1000)
    house = House(limits=limits)
    for number in range(30):
        receive(house, invite(number, "MESSAGE"))
    assert len(house.requests) == 10
    receive(house, invite(99, "MESSAGE", "192.0.2.8"), "192.0.2.8")
    assert len(house.requests) == 11


def test_even_who_is_trusted_leaves_room():
    house = House(limits=Limits(transactions=40), trusted=lambda host: host == "192.0.2.7")
    for number in range(60):
        receive(house, invite(number, "MESSAGE"))
    assert len(house.requests) == 20
    receive(house, invite(99, "MESSAGE", "192.0.2.8"), "192.0.2.8")
    assert len(house.requests) == 21


def test_an_answer_gives_the_room_back():
    house = House(limits=Limits(transactions=40, transactions_per_source=5, request_burst=1000))
    for number in range(30):
        receive(house, invite(number, "MESSAGE"))
        house.requests[-1].respond(200)
    assert len(house.requests) == 30
    assert house.agent.counters()["server_transactions_waiting"] == 0
    assert house.agent.counters()["server_transactions"] == 30


def test_answered_transactions_make_room_for_newer_ones():
    house = House(limits=Limits(answered=10, request_burst=1000))
    for number in range(30):
        receive(house, invite(number, "MESSAGE"))
        house.requests[-1].respond(200)
    assert house.agent.counters()["server_transactions"] == 10
    receive(house, invite(29, "MESSAGE"))
    assert len(house.requests) == 30
    house.clock.advance(100)
    assert house.agent.counters()["server_transactions"] == 0
