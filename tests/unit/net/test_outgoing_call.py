"""RFC 3261 §9.1, §13.2: a call that we make."""

import pytest

from pbx.net.hop import Hop
from pbx.sip.digest import DigestServer, Verified, ha1
from pbx.sip.digest_client import Credentials
from pbx.sip.reason import ANSWERED_ELSEWHERE
from pbx.sip.session_events import Answered, Ended, Failed, Provisional, SessionState
from tests.unit.net.network import OTHER_SDP, PEER, SDP, answered_call_out, call_out


def test_a_call_rings_is_answered_acknowledged_and_hung_up_by_the_peer(house, peer):
    session = call_out(house, headers=[("Max-Forwards", "42"), ("P-Asserted-Identity", "<sip:+34910000001@x>")])
    invite = peer.take_one()
    assert invite.method == "INVITE"
    assert invite.headers.every("max-forwards") == ["42"]
    assert invite.sdp == SDP
    assert invite.via.parameter("rport") == ""
    peer.respond(invite, 180)
    peer.respond(invite, 200, sdp=SDP)
    ack = peer.take_one()
    assert (ack.method, ack.cseq.number, ack.to.tag) == ("ACK", 1, "peer")
    assert ack.via.branch != invite.via.branch
    ringing, answered = house.take_events()
    assert isinstance(ringing, Provisional)
    assert (ringing.status, ringing.branch, ringing.sdp) == (180, "peer", None)
    assert isinstance(answered, Answered)
    assert (answered.sdp, answered.branch) == (SDP, "peer")
    assert session.state is SessionState.CONFIRMED
    peer.send(
        peer.request("BYE", call_id=session.call_id, to_tag=session.local_tag, from_tag="peer", uri="sip:100@10.0.0.1")
    )
    assert peer.statuses() == [200]
    assert house.take_events() == [Ended(True, "bye", None)]


def test_a_repeated_200_gets_the_same_ack_again(house, peer):
    call_out(house)
    invite = peer.take_one()
    peer.respond(invite, 200, sdp=SDP)
    first = peer.take_one()
    peer.respond(invite, 200, sdp=SDP)
    again = peer.take_one()
    assert first.encode() == again.encode()
    assert len(house.take_events()) == 1


def test_invite_is_repeated_at_doubling_intervals_and_given_up_after_64_t1(house, peer):
    call_out(house)
    times = [house.clock.now]
    house.wire.listeners[PEER] = lambda data: times.append(house.clock.now)
    house.clock.advance(40)
    assert [at - times[0] for at in times[1:]] == [0.5, 1.5, 3.5, 7.5, 15.5, 31.5]
    assert house.take_events() == [Failed(408, "Request Timeout", None)]
    assert house.agent.counters()["sessions"] == 0


def test_who_says_nothing_for_as_long_as_was_said_has_failed(house, peer):
    """RFC 3263 §4.3: the next server is asked soon; an answer that comes later is taken and hung up on (§15)."""
    call_out(house, respond_within=5.0)
    invite = peer.take_one()
    house.clock.advance(4.9)
    assert house.take_events() == []
    house.clock.advance(0.2)
    assert house.take_events() == [Failed(408, "Request Timeout", None)]
    peer.take()
    peer.respond(invite, 180)
    cancel = peer.take_one()
    assert (cancel.method, cancel.via.branch) == ("CANCEL", invite.via.branch)
    peer.respond(cancel, 200)
    peer.respond(invite, 200, sdp=SDP)
    assert [one.method for one in peer.take()] == ["ACK", "BYE"]
    assert house.take_events() == []


def test_who_has_said_trying_has_its_time(house, peer):
    call_out(house, respond_within=5.0)
    peer.respond(peer.take_one(), 100)
    house.clock.advance(60)
    assert house.take_events() == []


def test_a_refusal_is_acknowledged_with_the_branch_of_the_invite(house, peer):
    call_out(house)
    invite = peer.take_one()
    peer.respond(invite, 486)
    ack = peer.take_one()
    assert (ack.method, ack.via.branch) == ("ACK", invite.via.branch)
    (failed,) = house.take_events()
    assert (failed.status, failed.reason) == (486, "Busy Here")
    assert failed.response is not None


def test_hanging_up_while_it_rings_cancels_with_the_reason(house, peer):
    session = call_out(house)
    invite = peer.take_one()
    peer.respond(invite, 180)
    house.take_events()
    session.hang_up(ANSWERED_ELSEWHERE)
    cancel = peer.take_one()
    assert (cancel.method, cancel.via.branch, cancel.cseq.number) == ("CANCEL", invite.via.branch, 1)
    assert cancel.headers.get("reason") == 'SIP;cause=200;text="Call completed elsewhere"'
    assert house.take_events() == [Failed(487, "Request Terminated", None)]
    peer.respond(cancel, 200)
    peer.respond(invite, 487)
    assert peer.statuses() == ["ACK"]
    assert house.take_events() == []
    assert house.agent.counters()["sessions"] == 0


def test_cancel_waits_until_the_peer_was_heard(house, peer):
    session = call_out(house)
    invite = peer.take_one()
    session.hang_up()
    assert peer.statuses() == []
    peer.respond(invite, 100)
    assert peer.statuses() == ["CANCEL"]


def test_an_answer_that_crosses_the_cancel_is_accepted_and_hung_up(house, peer):
    session = call_out(house)
    invite = peer.take_one()
    peer.respond(invite, 180)
    session.hang_up()
    peer.take()
    peer.respond(invite, 200, sdp=SDP)
    assert peer.statuses() == ["ACK", "BYE"]
    assert [type(event) for event in house.take_events()] == [Provisional, Failed]


def test_a_peer_that_ignores_the_cancel_is_forgotten_after_64_t1(house, peer):
    session = call_out(house)
    peer.respond(peer.take_one(), 180)
    session.hang_up()
    house.clock.advance(70)
    assert house.agent.counters()["sessions"] == 0
    assert house.agent.counters()["client_transactions"] == 0


def test_the_second_answer_of_a_fork_is_acknowledged_and_hung_up(house, peer):
    session = call_out(house)
    invite = peer.take_one()
    peer.respond(invite, 183, tag="one", sdp=SDP)
    peer.respond(invite, 180, tag="two")
    peer.respond(invite, 200, tag="two", sdp=OTHER_SDP)
    peer.take()
    peer.respond(invite, 200, tag="one", sdp=SDP)
    ack, bye = peer.take()
    assert (ack.method, ack.to.tag) == ("ACK", "one")
    assert (bye.method, bye.to.tag) == ("BYE", "one")
    assert [event.branch for event in house.take_events()] == ["one", "two", "two"]
    assert session.remote_tag == "two"
    assert session.state is SessionState.CONFIRMED


def test_a_challenge_is_answered_with_the_credentials(house, peer):
    server = DigestServer("carrier", b"secret")
    call_out(house, credentials=Credentials("trunk", "word"))
    first = peer.take_one()
    peer.respond(first, 401, headers=tuple(("WWW-Authenticate", v) for v in server.challenge(PEER[0], 0)))
    ack, second = peer.take()
    assert ack.method == "ACK"
    assert (second.method, second.cseq.number) == ("INVITE", 2)
    assert second.via.branch != first.via.branch
    checked = server.verify(
        second.headers.get("authorization"),
        "INVITE",
        PEER[0],
        lambda user, realm, algorithm: ha1(user, realm, "word", algorithm),
        1,
    )
    assert checked == Verified("trunk")
    peer.respond(second, 200, sdp=SDP)
    ack = peer.take_one()
    assert ack.cseq.number == 2
    assert [type(event) for event in house.take_events()] == [Answered]


def test_credentials_that_are_refused_fail_the_call(house, peer):
    server = DigestServer("carrier", b"secret")
    challenge = tuple(("Proxy-Authenticate", value) for value in server.challenge(PEER[0], 0))
    call_out(house, credentials=Credentials("trunk", "wrong"))
    peer.respond(peer.take_one(), 407, headers=challenge)
    _, second = peer.take()
    peer.respond(second, 407, headers=challenge)
    assert peer.statuses() == ["ACK"]
    assert [event.status for event in house.take_events()] == [407]


def test_a_challenge_without_credentials_is_a_failure(house, peer):
    call_out(house)
    peer.respond(peer.take_one(), 401)
    assert [event.status for event in house.take_events()] == [401]


def test_a_call_without_offer_answers_in_the_ack(house, peer):
    session = call_out(house, sdp=None)
    invite = peer.take_one()
    assert invite.body == b""
    peer.respond(invite, 200, sdp=SDP)
    assert peer.statuses() == []
    (answered,) = house.take_events()
    assert answered.sdp == SDP
    session.answer(OTHER_SDP)
    ack = peer.take_one()
    assert (ack.method, ack.sdp) == ("ACK", OTHER_SDP)
    assert session.state is SessionState.CONFIRMED


def test_the_bye_follows_route_and_contact_of_the_answer(house, peer):
    session = answered_call_out(house, peer, (("Record-Route", "<sip:10.0.0.9;lr>, <sip:10.0.0.2:5060;lr>"),))
    session.hang_up()
    bye = peer.take_one()
    assert bye.headers.every("route") == ["<sip:10.0.0.2:5060;lr>", "<sip:10.0.0.9;lr>"]
    assert bye.uri_text == "sip:peer@10.0.0.2:5060"
    assert bye.cseq.number == 2
    assert house.take_events() == [Ended(False, "local", None)]


def test_a_transport_that_fails_fails_the_call_with_503(house, peer):
    house.wire.failing = True
    call_out(house)
    assert [event.status for event in house.take_events()] == [503]


def test_a_transport_that_does_not_exist_fails_the_call_with_503(house):
    call_out(house, via=Hop("wss", PEER))
    assert [event.status for event in house.take_events()] == [503]


def test_redirection_is_left_to_the_owner(house, peer):
    call_out(house)
    peer.respond(peer.take_one(), 302)
    (failed,) = house.take_events()
    assert failed.status == 302
    assert str(failed.response.contact.uri) == "sip:peer@10.0.0.2:5060"


def test_a_bye_that_is_challenged_is_sent_again_with_credentials(house, peer):
    server = DigestServer("carrier", b"secret")
    session = call_out(house, credentials=Credentials("trunk", "word"))
    peer.respond(peer.take_one(), 200, sdp=SDP)
    peer.take()
    session.hang_up()
    bye = peer.take_one()
    peer.respond(bye, 401, headers=tuple(("WWW-Authenticate", v) for v in server.challenge(PEER[0], 0)))
    again = peer.take_one()
    assert (again.method, again.cseq.number) == ("BYE", 3)
    assert "authorization" in again.headers


@pytest.mark.parametrize(("status", "event"), [(100, 0), (181, 1), (199, 1)])
def test_which_provisional_responses_are_told(house, peer, status, event):
    call_out(house)
    peer.respond(peer.take_one(), status)
    assert len(house.take_events()) == event


def test_early_dialogs_of_one_call_are_bounded(house, peer):
    call_out(house)
    invite = peer.take_one()
    for number in range(100):
        peer.respond(invite, 180, tag=f"branch{number}")
    assert len(house.take_events()) == 32
