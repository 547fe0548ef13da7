"""RFC 3261 §18.1.1: what does not fit into a datagram goes over TCP."""

import pytest

from pbx.net.hop import Hop
from pbx.sip.session_events import Answered, Failed
from tests.unit.net.network import PEER, SDP, House, Peer, Wire, call_out

LONG = SDP + b"a=x:" + b"0123456789" * 100 + b"\r\n"


class Both(House):
    """An agent with TCP beside UDP."""

    def __init__(self):
        super().__init__()
        self.tcp = Wire("tcp")
        self.agent.add_transport(self.tcp)


@pytest.fixture
def house():
    return Both()


@pytest.fixture
def peer(house):
    return Peer(house)


def test_a_long_invite_goes_over_tcp_and_says_so_in_its_via(house, peer):
    call_out(house, sdp=LONG)
    assert house.wire.sent == []
    ((data, hop),) = house.tcp.sent
    assert (hop.transport, hop.remote) == ("tcp", PEER)
    assert data.startswith(b"INVITE ")
    assert b"Via: SIP/2.0/TCP " in data
    assert b"Via: SIP/2.0/UDP" not in data


def test_a_short_one_and_one_for_a_peer_behind_a_nat_go_over_udp(house, peer):
    call_out(house)
    call_out(house, sdp=LONG, via=Hop("udp", PEER, symmetric=True))
    assert house.tcp.sent == []
    assert len(peer.take()) == 2


def test_who_takes_no_tcp_gets_it_over_udp_and_is_not_asked_again(house, peer):
    house.tcp.failing = True
    call_out(house, sdp=LONG)
    house.clock.advance()
    invite = peer.take_one()
    assert [via.transport for via in invite.vias] == ["UDP"]
    peer.respond(invite, 200, sdp=SDP)
    assert peer.take_one().method == "ACK"
    (answered,) = house.take_events()
    assert isinstance(answered, Answered)
    house.tcp.failing = False
    call_out(house, sdp=LONG)
    assert house.tcp.sent == []
    assert peer.take_one().method == "INVITE"
    house.clock.advance(3600)
    call_out(house, sdp=LONG)
    assert len(house.tcp.sent) == 1


def test_who_answers_nothing_over_tcp_has_failed(house, peer):
    call_out(house, sdp=LONG)
    house.clock.advance(33)
    assert house.take_events() == [Failed(408, "Request Timeout", None)]
    assert house.wire.sent == []
