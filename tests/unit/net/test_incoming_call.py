"""RFC 3261 §13.3, §15: a call that comes in."""

import pytest

from pbx.sip.errors import WrongStateError
from pbx.sip.reason import Reason
from pbx.sip.session_events import Acknowledged, Ended, SessionState
from tests.unit.net.network import OTHER_SDP, SDP, answered_call_in, call_in


def test_a_call_is_rung_answered_acknowledged_and_hung_up_by_the_caller(house, peer):
    session = call_in(house, peer)
    assert session.is_incoming
    assert session.request.sdp == SDP
    assert str(session.source) == "udp:10.0.0.2:5060"
    session.ring()
    ringing = peer.take_one()
    assert (ringing.status, ringing.to.tag) == (180, session.local_tag)
    session.accept(SDP)
    answer = peer.take_one()
    assert (answer.status, answer.sdp) == (200, SDP)
    assert str(answer.contact.uri) == "sip:100@10.0.0.1:5060"
    assert "UPDATE" in answer.headers.get("allow")
    assert session.state is SessionState.ANSWERED
    peer.send(peer.request("ACK", to_tag=session.local_tag))
    assert session.state is SessionState.CONFIRMED
    assert house.take_events() == [Acknowledged(None)]
    reason = (("Reason", 'Q.850;cause=16;text="Normal"'),)
    peer.send(peer.request("BYE", cseq=2, to_tag=session.local_tag, headers=reason))
    assert peer.statuses() == [200]
    assert house.take_events() == [Ended(True, "bye", Reason("Q.850", 16, "Normal"))]
    assert house.agent.counters()["sessions"] == 0


def test_trying_is_sent_by_itself_when_nothing_else_was(house, peer):
    call_in(house, peer)
    house.clock.advance(0.19)
    assert peer.statuses() == []
    house.clock.advance(0.02)
    trying = peer.take_one()
    assert (trying.status, trying.to.tag) == (100, None)


def test_no_trying_once_it_rings(house, peer):
    call_in(house, peer).ring()
    peer.take()
    house.clock.advance(1)
    assert peer.statuses() == []


def test_a_repeated_invite_gets_the_last_response_and_makes_no_second_call(house, peer):
    invite = peer.request("INVITE", body=SDP)
    peer.send(invite)
    house.invites[0].ring()
    peer.take()
    peer.send(invite)
    assert peer.statuses() == [180]
    assert len(house.invites) == 1


def test_200_is_repeated_until_the_ack(house, peer):
    session = call_in(house, peer)
    session.accept(SDP)
    times = []
    house.wire.listeners[peer.address] = lambda data: times.append(house.clock.now - 1000.0)
    house.clock.advance(10)
    assert times == [0.5, 1.5, 3.5, 7.5]
    peer.send(peer.request("ACK", to_tag=session.local_tag))
    house.clock.advance(30)
    assert len(times) == 4


def test_200_without_ack_ends_in_bye_after_64_t1(house, peer):
    session = call_in(house, peer)
    session.accept(SDP)
    peer.take()
    house.clock.advance(31.9)
    assert set(peer.statuses()) == {200}
    house.clock.advance(0.2)
    assert peer.statuses() == ["BYE"]
    assert house.take_events() == [Ended(False, "no_ack", None)]


def test_hanging_up_before_the_ack_waits_for_it(house, peer):
    session = call_in(house, peer)
    session.accept(SDP)
    session.hang_up()
    assert peer.statuses() == [200]
    assert house.take_events() == [Ended(False, "local", None)]
    peer.send(peer.request("ACK", to_tag=session.local_tag))
    bye = peer.take_one()
    assert bye.method == "BYE"
    peer.respond(bye, 200)
    assert house.agent.counters()["sessions"] == 0


def test_a_rejection_is_repeated_until_its_ack_and_the_ack_is_absorbed(house, peer):
    session = call_in(house, peer)
    session.reject(486)
    busy = peer.take_one()
    assert (busy.status, busy.reason) == (486, "Busy Here")
    house.clock.advance(0.6)
    assert peer.statuses() == [486]
    branch = busy.via.branch
    peer.send(peer.request("ACK", to_tag=session.local_tag, branch=branch))
    house.clock.advance(40)
    assert peer.statuses() == []
    assert house.take_events() == [Ended(False, "local", None)]
    assert house.agent.counters()["server_transactions"] == 0


def test_cancel_ends_a_ringing_call(house, peer):
    invite = peer.request("INVITE", body=SDP)
    peer.send(invite)
    session = house.invites[0]
    session.ring()
    peer.take()
    reason = (("Reason", 'SIP;cause=200;text="Call completed elsewhere"'),)
    peer.send(peer.request("CANCEL", branch=invite.via.branch, headers=reason))
    ok, terminated = peer.take()
    assert (ok.status, ok.cseq.method) == (200, "CANCEL")
    assert (terminated.status, terminated.cseq.method) == (487, "INVITE")
    assert ok.to.tag == terminated.to.tag == session.local_tag
    (ended,) = house.take_events()
    assert ended.by_peer
    assert (ended.cause, ended.reason.cause) == ("cancel", 200)


def test_cancel_after_the_answer_changes_nothing(house, peer):
    invite = peer.request("INVITE", body=SDP)
    peer.send(invite)
    house.invites[0].accept(SDP)
    peer.take()
    peer.send(peer.request("CANCEL", branch=invite.via.branch))
    assert peer.statuses() == [200]
    assert house.invites[0].state is SessionState.ANSWERED


def test_a_cancel_that_belongs_to_nothing_gets_481(house, peer):
    peer.send(peer.request("CANCEL"))
    assert peer.statuses() == [481]


def test_bye_before_the_answer_ends_the_invite_with_487(house, peer):
    session = call_in(house, peer)
    session.ring()
    peer.take()
    peer.send(peer.request("BYE", cseq=2, to_tag=session.local_tag))
    assert sorted(peer.statuses()) == [200, 487]
    assert house.take_events() == [Ended(True, "bye", None)]


def test_hang_up_before_the_answer_rejects_with_the_status_given(house, peer):
    session = call_in(house, peer)
    session.hang_up(status=480)
    assert peer.statuses() == [480]
    session.hang_up()
    assert peer.statuses() == []


def test_hang_up_of_an_answered_call_sends_bye_to_the_contact_by_the_route(house, peer):
    route = (("Record-Route", "<sip:10.0.0.2:5060;lr>"), ("Record-Route", "<sip:10.0.0.9;lr>"))
    session = answered_call_in(house, peer, route)
    session.hang_up(Reason("Q.850", 16))
    bye = peer.take_one()
    assert bye.uri_text == "sip:peer@10.0.0.2:5060"
    assert bye.headers.every("route") == ["<sip:10.0.0.2:5060;lr>", "<sip:10.0.0.9;lr>"]
    assert bye.headers.get("reason") == "Q.850;cause=16"
    assert bye.to.tag == "peer"
    assert bye.from_.tag == session.local_tag


def test_the_proxies_that_stay_in_the_call_are_named_to_the_caller(house, peer):
    """§12.1.1; a 100 and a refusal make no dialog."""
    ways = [("Record-Route", "<sip:10.0.0.9;lr>, <sip:10.0.0.8;lr>"), ("Record-Route", "<sip:10.0.0.7;lr>")]
    peer.send(peer.request("INVITE", headers=ways, body=SDP))
    house.clock.advance(0.3)
    session = house.invites[0]
    session.ring()
    session.accept(SDP)
    told = [one.headers.values("record-route") for one in peer.take()]
    named = ["<sip:10.0.0.9;lr>", "<sip:10.0.0.8;lr>", "<sip:10.0.0.7;lr>"]
    assert told == [[], named, named]


def test_a_late_offer_is_made_in_200_and_answered_in_the_ack(house, peer):
    session = call_in(house, peer, sdp=b"")
    assert session.request.sdp is None
    session.accept(SDP)
    assert peer.take_one().sdp == SDP
    peer.send(peer.request("ACK", to_tag=session.local_tag, body=OTHER_SDP))
    assert house.take_events() == [Acknowledged(OTHER_SDP)]


def test_answering_twice_is_our_mistake(house, peer):
    session = answered_call_in(house, peer)
    with pytest.raises(WrongStateError):
        session.accept(SDP)
    with pytest.raises(WrongStateError):
        session.ring()


def test_a_long_ringing_call_repeats_its_180_each_minute(house, peer):
    call_in(house, peer).ring()
    peer.take()
    house.clock.advance(125)
    assert peer.statuses() == [180, 180]


def test_events_before_somebody_listens_are_kept(house, peer):
    house.agent.on_invite = house.invites.append
    invite = peer.request("INVITE", body=SDP)
    peer.send(invite)
    peer.send(peer.request("CANCEL", branch=invite.via.branch))
    assert house.take_events() == []
    house.invites[0].sink = house.events.append
    assert [event.cause for event in house.take_events()] == ["cancel"]


def test_an_owner_that_fails_costs_the_caller_a_500_and_nobody_else_anything(house, peer, caplog):
    def fails(_session):
        raise ZeroDivisionError

    house.agent.on_invite = fails
    peer.send(peer.request("INVITE", body=SDP))
    assert peer.statuses() == [500]
    assert "ZeroDivisionError" in caplog.text


def test_an_owner_that_fails_at_an_event_costs_its_own_call_only(house, peer, caplog):
    session = answered_call_in(house, peer)

    def fails(_event):
        raise ZeroDivisionError

    session.sink = fails
    peer.send(peer.request("INFO", cseq=2, to_tag=session.local_tag, body=b"1", content_type="application/dtmf"))
    assert peer.statuses() == [200, "BYE"]
    assert "ZeroDivisionError" in caplog.text
    house.clock.advance(40)
    other = peer.request("INVITE", call_id="call2", body=SDP)
    peer.send(other)
    house.invites[-1].ring()
    assert peer.statuses()[-1] == 180
