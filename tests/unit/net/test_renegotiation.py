"""RFC 3261 §14, RFC 3311: re-INVITE and UPDATE, and both sides at once."""

import asyncio

import pytest

from pbx.net.errors import OfferRefusedError
from pbx.sip.errors import WrongStateError
from pbx.sip.session_events import Acknowledged, Ended, Offered, SessionState
from tests.unit.net.network import OTHER_SDP, SDP, answered_call_in, answered_call_out, call_in, call_out


def test_a_reinvite_is_offered_answered_and_acknowledged(house, peer):
    session = answered_call_in(house, peer)
    peer.send(peer.request("INVITE", cseq=2, to_tag=session.local_tag, body=OTHER_SDP))
    (offered,) = house.take_events()
    assert (offered.sdp, offered.method) == (OTHER_SDP, "INVITE")
    session.answer(SDP)
    assert peer.take_one().sdp == SDP
    peer.send(peer.request("ACK", cseq=2, to_tag=session.local_tag))
    assert house.take_events() == [Acknowledged(None)]
    assert len(house.invites) == 1


def test_a_reinvite_without_offer_is_answered_in_the_ack(house, peer):
    session = answered_call_in(house, peer)
    peer.send(peer.request("INVITE", cseq=2, to_tag=session.local_tag))
    assert house.take_events()[0].sdp is None
    session.answer(SDP)
    peer.send(peer.request("ACK", cseq=2, to_tag=session.local_tag, body=OTHER_SDP))
    assert house.take_events() == [Acknowledged(OTHER_SDP)]


def test_a_refused_reinvite_leaves_the_call_as_it_was(house, peer):
    session = answered_call_in(house, peer)
    peer.send(peer.request("INVITE", cseq=2, to_tag=session.local_tag, body=OTHER_SDP))
    session.refuse(488)
    assert peer.statuses() == [488]
    assert session.state is SessionState.CONFIRMED


def test_a_reinvite_that_nobody_answers_gets_500_after_a_while(house, peer):
    session = answered_call_in(house, peer)
    peer.send(peer.request("INVITE", cseq=2, to_tag=session.local_tag, body=OTHER_SDP))
    house.clock.advance(10.1)
    assert peer.statuses()[0] == 500
    with pytest.raises(WrongStateError):
        session.answer(SDP)


def test_a_reinvite_that_is_cancelled_gets_487(house, peer):
    session = answered_call_in(house, peer)
    invite = peer.request("INVITE", cseq=2, to_tag=session.local_tag, body=OTHER_SDP)
    peer.send(invite)
    peer.send(peer.request("CANCEL", cseq=2, to_tag=session.local_tag, branch=invite.via.branch))
    assert peer.statuses() == [200, 487]
    assert session.state is SessionState.CONFIRMED


def test_a_second_reinvite_before_the_first_is_answered_gets_500_with_retry_after(house, peer):
    session = answered_call_in(house, peer)
    peer.send(peer.request("INVITE", cseq=2, to_tag=session.local_tag, body=OTHER_SDP))
    peer.send(peer.request("INVITE", cseq=3, to_tag=session.local_tag, body=OTHER_SDP))
    refused = peer.take_one()
    assert (refused.status, refused.headers.get("retry-after")) == (500, "5")


def test_an_update_with_an_offer_is_answered(house, peer):
    session = answered_call_in(house, peer)
    peer.send(peer.request("UPDATE", cseq=2, to_tag=session.local_tag, body=OTHER_SDP))
    assert isinstance(house.take_events()[0], Offered)
    session.answer(SDP)
    response = peer.take_one()
    assert (response.status, response.sdp) == (200, SDP)


def test_an_update_without_offer_is_answered_by_itself_and_moves_the_target(house, peer):
    session = answered_call_in(house, peer)
    request = peer.request("UPDATE", cseq=2, to_tag=session.local_tag)
    request.headers.set("contact", "<sip:moved@10.0.0.2:5099>")
    peer.send(request)
    assert peer.statuses() == [200]
    assert house.take_events() == []
    assert str(session.remote_target) == "sip:moved@10.0.0.2:5099"


async def test_our_reinvite_is_answered_and_acknowledged(house, peer, turn):
    session = answered_call_in(house, peer)
    waiting = asyncio.ensure_future(session.reoffer(OTHER_SDP))
    await turn()
    invite = peer.take_one()
    assert (invite.method, invite.sdp, invite.cseq.number) == ("INVITE", OTHER_SDP, 1)
    assert invite.to.tag == "peer"
    peer.respond(invite, 200, sdp=SDP)
    assert peer.take_one().method == "ACK"
    assert await waiting == SDP
    peer.respond(invite, 200, sdp=SDP)
    assert peer.take_one().method == "ACK"


async def test_our_update_is_answered(house, peer, turn):
    session = answered_call_out(house, peer)
    waiting = asyncio.ensure_future(session.reoffer(OTHER_SDP, "UPDATE"))
    await turn()
    update = peer.take_one()
    assert (update.method, update.cseq.number) == ("UPDATE", 2)
    peer.respond(update, 200, sdp=SDP)
    assert await waiting == SDP
    assert peer.statuses() == []


@pytest.mark.parametrize(
    ("make", "wait"), [(answered_call_in, 2.0 * 0.5), (answered_call_out, 2.1 + 1.9 * 0.5)], ids=["called", "calling"]
)
async def test_491_is_tried_again_later_by_whoever_made_the_call_id(house, peer, turn, make, wait):
    session = make(house, peer)
    waiting = asyncio.ensure_future(session.reoffer(OTHER_SDP))
    await turn()
    invite = peer.take_one()
    peer.respond(invite, 491)
    assert peer.statuses() == ["ACK"]
    house.clock.advance(wait - 0.01)
    assert peer.statuses() == []
    house.clock.advance(0.02)
    again = peer.take_one()
    assert again.cseq.number == invite.cseq.number + 1
    peer.respond(again, 200, sdp=SDP)
    assert await waiting == SDP


@pytest.mark.parametrize(("after", "again"), [("3", True), ("0", True), ("600", False), ("soon", False)])
async def test_500_is_tried_again_when_the_peer_says_soon(house, peer, turn, after, again):
    session = answered_call_in(house, peer)
    waiting = asyncio.ensure_future(session.reoffer(OTHER_SDP, "UPDATE"))
    await turn()
    peer.respond(peer.take_one(), 500, headers=(("Retry-After", after),))
    house.clock.advance(3.1)
    assert (set(peer.statuses()) == {"UPDATE"}) is again
    session.hang_up()
    with pytest.raises(OfferRefusedError):
        await waiting


async def test_491_for_ever_is_a_refusal(house, peer, turn):
    session = answered_call_in(house, peer)
    waiting = asyncio.ensure_future(session.reoffer(OTHER_SDP))
    await turn()
    for _ in range(5):
        peer.respond(peer.take()[-1], 491)
        house.clock.advance(3)
    with pytest.raises(OfferRefusedError) as refused:
        await waiting
    assert refused.value.status == 491


async def test_a_reinvite_of_the_peer_during_ours_gets_491(house, peer, turn):
    session = answered_call_in(house, peer)
    waiting = asyncio.ensure_future(session.reoffer(OTHER_SDP))
    await turn()
    ours = peer.take_one()
    peer.send(peer.request("INVITE", cseq=2, to_tag=session.local_tag, body=OTHER_SDP))
    assert peer.statuses() == [491]
    peer.respond(ours, 200, sdp=SDP)
    await waiting


async def test_ours_waits_while_an_offer_of_the_peer_is_open(house, peer, turn):
    session = answered_call_in(house, peer)
    peer.send(peer.request("INVITE", cseq=2, to_tag=session.local_tag, body=OTHER_SDP))
    waiting = asyncio.ensure_future(session.reoffer(OTHER_SDP))
    await turn()
    assert peer.statuses() == []
    session.answer(SDP)
    peer.take()
    peer.send(peer.request("ACK", cseq=2, to_tag=session.local_tag))
    invite = peer.take_one()
    assert invite.method == "INVITE"
    peer.respond(invite, 200, sdp=SDP)
    assert await waiting == SDP


async def test_two_of_ours_go_one_after_the_other(house, peer, turn):
    session = answered_call_in(house, peer)
    first = asyncio.ensure_future(session.reoffer(SDP))
    second = asyncio.ensure_future(session.reoffer(OTHER_SDP))
    await turn()
    invite = peer.take_one()
    peer.respond(invite, 200, sdp=SDP)
    await first
    await turn()
    _, later = peer.take()
    assert later.sdp == OTHER_SDP
    peer.respond(later, 200, sdp=SDP)
    await second


@pytest.mark.parametrize("status", [488, 606])
async def test_a_refusal_of_ours_is_told_and_the_call_goes_on(house, peer, turn, status):
    session = answered_call_in(house, peer)
    waiting = asyncio.ensure_future(session.reoffer(OTHER_SDP))
    await turn()
    peer.respond(peer.take_one(), status)
    with pytest.raises(OfferRefusedError):
        await waiting
    assert session.state is SessionState.CONFIRMED


@pytest.mark.parametrize("status", [481, 408])
async def test_a_peer_that_does_not_know_the_call_any_more_ends_it(house, peer, turn, status):
    session = answered_call_in(house, peer)
    waiting = asyncio.ensure_future(session.reoffer(OTHER_SDP))
    await turn()
    peer.respond(peer.take_one(), status)
    with pytest.raises(OfferRefusedError):
        await waiting
    assert peer.statuses() == ["ACK", "BYE"]
    assert house.take_events() == [Ended(False, "timeout", None)]


async def test_a_peer_that_never_answers_ours_ends_the_call(house, peer, turn):
    session = answered_call_in(house, peer)
    waiting = asyncio.ensure_future(session.reoffer(OTHER_SDP))
    await turn()
    peer.respond(peer.take_one(), 100)
    house.clock.advance(40)
    with pytest.raises(OfferRefusedError):
        await waiting
    assert house.take_events() == [Ended(False, "timeout", None)]


async def test_hanging_up_ends_what_is_open(house, peer, turn):
    session = answered_call_in(house, peer)
    waiting = asyncio.ensure_future(session.reoffer(OTHER_SDP))
    await turn()
    invite = peer.take_one()
    session.hang_up()
    with pytest.raises(OfferRefusedError):
        await waiting
    assert peer.statuses() == ["BYE"]
    peer.respond(invite, 487)
    assert peer.statuses() == ["ACK"]


async def test_an_offer_outside_an_answered_call_is_our_mistake(house, peer):
    peer.send(peer.request("INVITE", body=SDP))
    with pytest.raises(WrongStateError):
        await house.invites[0].reoffer(SDP)


def test_an_update_before_our_answer_gets_500_and_before_the_peers_answer_491(house, peer):
    session = call_in(house, peer)
    session.ring()
    peer.take()
    peer.send(peer.request("UPDATE", cseq=2, to_tag=session.local_tag, body=OTHER_SDP))
    assert peer.statuses() == [500]
    ours = call_out(house)
    peer.respond(peer.take_one(), 180)
    peer.send(peer.request("UPDATE", call_id=ours.call_id, to_tag=ours.local_tag, body=OTHER_SDP))
    assert peer.statuses() == [491]


def test_bye_of_the_peer_ends_its_open_offer_with_487(house, peer):
    session = answered_call_in(house, peer)
    peer.send(peer.request("INVITE", cseq=2, to_tag=session.local_tag, body=OTHER_SDP))
    peer.send(peer.request("BYE", cseq=3, to_tag=session.local_tag))
    assert sorted(peer.statuses()) == [200, 487]


def test_an_old_request_gets_500(house, peer):
    session = answered_call_in(house, peer)
    peer.send(peer.request("INFO", cseq=9, to_tag=session.local_tag))
    peer.send(peer.request("INFO", cseq=8, to_tag=session.local_tag))
    assert peer.statuses() == [200, 500]
