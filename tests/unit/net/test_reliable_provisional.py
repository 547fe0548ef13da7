"""RFC 3262: provisional responses that are acknowledged, both ways."""

import pytest

from pbx.sip.session_events import Ended, Provisional
from tests.unit.net.network import SDP, call_in, call_out

REQUIRE = (("Require", "100rel"),)


def prack(peer, session, response, cseq=2, rack=None):
    value = rack or f"{response.headers.get('rseq')} 1 INVITE"
    peer.send(peer.request("PRACK", cseq=cseq, to_tag=session.local_tag, headers=(("RAck", value),)))


def test_a_caller_that_requires_it_gets_reliable_responses_one_after_the_other(house, peer):
    session = call_in(house, peer, headers=REQUIRE)
    session.ring(183, SDP)
    session.ring(180)
    progress = peer.take_one()
    assert progress.status == 183
    assert progress.headers.get("require") == "100rel"
    prack(peer, session, progress)
    ok, ringing = peer.take()
    assert (ok.status, ok.cseq.method) == (200, "PRACK")
    assert ringing.status == 180
    assert int(ringing.headers.get("rseq")) == int(progress.headers.get("rseq")) + 1


def test_it_is_repeated_at_doubling_intervals_until_the_call_is_refused(house, peer):
    session = call_in(house, peer, headers=REQUIRE)
    session.ring()
    house.clock.advance(31.9)
    assert peer.statuses() == [180] * 7
    house.clock.advance(0.2)
    assert peer.statuses() == [504]
    assert house.take_events() == [Ended(False, "timeout", None)]
    with pytest.raises(Exception, match="not in state"):
        session.accept(SDP)


def test_the_answer_waits_for_the_prack(house, peer):
    session = call_in(house, peer, headers=REQUIRE)
    session.ring(183, SDP)
    progress = peer.take_one()
    session.accept(SDP)
    assert peer.statuses() == []
    prack(peer, session, progress)
    assert peer.statuses() == [200, 200]


def test_a_prack_that_fits_nothing_gets_481(house, peer):
    session = call_in(house, peer, headers=REQUIRE)
    session.ring()
    peer.take()
    prack(peer, session, None, rack="1 1 INVITE")
    assert peer.statuses() == [481]
    prack(peer, session, None, cseq=3, rack="nonsense")
    assert peer.statuses() == [400]


def prack_with_offer(peer, session, response, cseq=2):
    rack = (("RAck", f"{response.headers.get('rseq')} 1 INVITE"),)
    peer.send(peer.request("PRACK", cseq=cseq, to_tag=session.local_tag, headers=rack, body=SDP))


def test_an_offer_in_a_prack_is_answered_in_its_200(house, peer):
    session = call_in(house, peer, headers=REQUIRE)
    session.ring(183, SDP)
    prack_with_offer(peer, session, peer.take_one())
    (offered,) = house.take_events()
    assert (offered.sdp, offered.method) == (SDP, "PRACK")
    assert peer.statuses() == []
    session.answer(SDP)
    answer = peer.take_one()
    assert (answer.status, answer.cseq.method, answer.sdp) == (200, "PRACK", SDP)
    session.accept(SDP)
    assert peer.take_one().cseq.method == "INVITE"


def test_an_offer_in_a_prack_may_be_refused(house, peer):
    session = call_in(house, peer, headers=REQUIRE)
    session.ring(183, SDP)
    prack_with_offer(peer, session, peer.take_one())
    house.take_events()
    session.refuse(488)
    assert peer.take_one().status == 488
    session.accept(SDP)
    assert peer.take_one().status == 200


def test_a_description_in_a_prack_before_our_answer_is_no_new_offer(house, peer):
    session = call_in(house, peer, headers=REQUIRE)
    session.ring(180)
    prack_with_offer(peer, session, peer.take_one())
    assert peer.take_one().status == 200
    assert house.take_events() == []


def test_a_caller_that_only_supports_it_gets_plain_responses(house, peer):
    call_in(house, peer, headers=(("Supported", "100rel"),)).ring()
    assert "rseq" not in peer.take_one().headers


def test_we_acknowledge_each_reliable_response_once_and_in_order(house, peer):
    call_out(house)
    invite = peer.take_one()
    assert "100rel" in invite.headers.tokens("supported")
    first = (("Require", "100rel"), ("RSeq", "7"))
    peer.respond(invite, 183, sdp=SDP, headers=first)
    request = peer.take_one()
    assert (request.method, request.headers.get("rack"), request.cseq.number) == ("PRACK", "7 1 INVITE", 2)
    peer.respond(request, 200)
    peer.respond(invite, 183, sdp=SDP, headers=first)
    peer.respond(invite, 180, headers=(("Require", "100rel"), ("RSeq", "9")))
    assert peer.statuses() == []
    peer.respond(invite, 180, headers=(("Require", "100rel"), ("RSeq", "8")))
    assert peer.take_one().headers.get("rack") == "8 1 INVITE"
    events = house.take_events()
    assert [event.status for event in events] == [183, 180]
    assert isinstance(events[0], Provisional)
    assert events[0].sdp == SDP


def test_the_bye_after_pracks_counts_on(house, peer):
    session = call_out(house)
    invite = peer.take_one()
    peer.respond(invite, 183, headers=(("Require", "100rel"), ("RSeq", "1")))
    peer.take()
    peer.respond(invite, 200, sdp=SDP)
    assert peer.take_one().cseq.number == 1
    session.hang_up()
    assert peer.take_one().cseq.number == 3
