"""What is over is let go of at once, without the collector: at hundreds of calls a second its passes stall all."""

import gc
import weakref

import pytest

from tests.unit.net.network import SDP, answered_call_out


@pytest.fixture(autouse=True)
def _without_collector():
    gc.collect()
    gc.disable()
    yield
    gc.enable()


def test_a_call_that_came_in_is_gone_with_its_transactions(house, peer):
    peer.send(peer.request("INVITE", body=SDP, headers=(("Session-Expires", "1800"), ("Supported", "timer"))))
    session = house.invites.pop()
    session.ring()
    session.accept(SDP)
    peer.send(peer.request("ACK", to_tag=session.local_tag))
    peer.send(peer.request("BYE", cseq=2, to_tag=session.local_tag))
    house.take_events()
    kept = weakref.ref(session), weakref.ref(session.core)
    del session
    house.clock.advance(33)
    assert [one() for one in kept] == [None, None]


def test_a_call_of_ours_is_gone_with_its_transactions(house, peer):
    session = answered_call_out(house, peer)
    session.hang_up()
    peer.respond(peer.take_one(), 200)
    house.take_events()
    assert session.sink is None
    kept = weakref.ref(session), weakref.ref(session.core)
    del session
    house.clock.advance(33)
    assert [one() for one in kept] == [None, None]
