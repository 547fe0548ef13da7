"""RFC 3515, RFC 3891, RFC 3892: REFER both ways, Replaces."""

import asyncio

import pytest

from pbx.sip.errors import WrongStateError
from pbx.sip.replaces import Replaces
from pbx.sip.uri import parse_uri
from tests.unit.net.network import SDP, answered_call_in, answered_call_out


def refer(peer, session, target="<sip:102@10.0.0.1>", cseq=2, extra=()):
    headers = (("Refer-To", target), ("Referred-By", "<sip:peer@10.0.0.2>"), *extra)
    peer.send(peer.request("REFER", cseq=cseq, to_tag=session.local_tag, headers=headers))


def test_a_refer_is_accepted_and_its_progress_notified(house, peer):
    session = answered_call_in(house, peer)
    refer(peer, session)
    (event,) = house.take_events()
    assert str(event.refer_to) == "sip:102@10.0.0.1"
    assert event.referred_by == "<sip:peer@10.0.0.2>"
    assert event.replaces is None
    session.respond_refer(202)
    accepted, trying = peer.take()
    assert accepted.status == 202
    assert (trying.method, trying.headers.get("event")) == ("NOTIFY", "refer")
    assert trying.body == b"SIP/2.0 100 Trying\r\n"
    assert trying.content_type == "message/sipfrag"
    assert trying.headers.get("subscription-state").startswith("active;expires=")
    session.notify_refer(200, "OK", final=True)
    done = peer.take_one()
    assert done.body == b"SIP/2.0 200 OK\r\n"
    assert done.headers.get("subscription-state") == "terminated;reason=noresource"
    session.notify_refer(200, final=True)
    assert peer.statuses() == []


def test_the_replaces_of_an_attended_transfer_is_parsed(house, peer):
    session = answered_call_in(house, peer)
    refer(peer, session, "<sip:102@10.0.0.1?Replaces=call7%3Bto-tag%3Dours%3Bfrom-tag%3Dtheirs>")
    (event,) = house.take_events()
    assert event.replaces == Replaces("call7", "ours", "theirs")
    assert str(event.refer_to) == "sip:102@10.0.0.1"


def test_the_subscription_outlives_a_bye_of_the_transferor(house, peer):
    session = answered_call_in(house, peer)
    refer(peer, session)
    session.respond_refer(202)
    peer.send(peer.request("BYE", cseq=3, to_tag=session.local_tag))
    peer.take()
    session.notify_refer(200, final=True)
    assert peer.statuses() == ["NOTIFY"]


def test_no_notify_where_the_transferor_wants_none(house, peer):
    session = answered_call_in(house, peer)
    refer(peer, session, extra=(("Refer-Sub", "false"),))
    session.respond_refer(202)
    assert peer.take_one().headers.get("refer-sub") == "false"
    session.notify_refer(200, final=True)
    assert peer.statuses() == []


def test_a_refused_refer_makes_no_subscription(house, peer):
    session = answered_call_in(house, peer)
    refer(peer, session)
    session.respond_refer(603)
    assert peer.statuses() == [603]
    session.notify_refer(200, final=True)
    assert peer.statuses() == []
    with pytest.raises(WrongStateError):
        session.respond_refer(202)


def test_a_second_refer_is_told_apart_by_its_id(house, peer):
    session = answered_call_in(house, peer)
    refer(peer, session)
    session.respond_refer(202)
    refer(peer, session, cseq=3)
    assert peer.statuses() == [202, "NOTIFY", 491]
    session.notify_refer(486, final=True)
    peer.take()
    refer(peer, session, cseq=4)
    session.respond_refer(202)
    assert peer.take()[1].headers.get("event") == "refer;id=4"


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ((), 400),
        ((("Refer-To", "<sip:a@b>"), ("Refer-To", "<sip:c@d>")), 400),
        ((("Refer-To", "<sip:a@b;method=BYE>"),), 403),
        ((("Refer-To", "<sip:a@b?Replaces=nothing>"),), 400),
        ((("Refer-To", "<>"),), 400),
    ],
)
def test_which_refers_are_refused(house, peer, headers, status):
    session = answered_call_in(house, peer)
    peer.send(peer.request("REFER", cseq=2, to_tag=session.local_tag, headers=headers))
    assert peer.statuses() == [status]
    assert house.take_events() == []


def test_a_refer_before_the_answer_gets_481(house, peer):
    peer.send(peer.request("INVITE", body=SDP))
    session = house.invites[0]
    session.ring()
    peer.take()
    refer(peer, session)
    assert peer.statuses() == [481]


async def test_our_refer_ends_with_what_its_notifies_say(house, peer, turn):
    session = answered_call_out(house, peer)
    waiting = asyncio.ensure_future(session.refer(parse_uri("sip:102@10.0.0.3"), parse_uri("sip:100@10.0.0.1")))
    await turn()
    request = peer.take_one()
    assert request.headers.get("refer-to") == "<sip:102@10.0.0.3>"
    assert request.headers.get("referred-by") == "<sip:100@10.0.0.1>"
    peer.respond(request, 202)
    for cseq, body, state in ((1, b"SIP/2.0 180 Ringing\r\n", "active"), (2, b"SIP/2.0 200 OK\r\n", "terminated")):
        peer.send(
            peer.request(
                "NOTIFY",
                call_id=session.call_id,
                cseq=cseq,
                to_tag=session.local_tag,
                headers=(("Event", "refer"), ("Subscription-State", state)),
                body=body,
                content_type="message/sipfrag",
            )
        )
        assert peer.statuses() == [200]
    assert await waiting == 200


async def test_our_refer_that_is_refused(house, peer, turn):
    session = answered_call_out(house, peer)
    waiting = asyncio.ensure_future(session.refer(parse_uri("sip:102@10.0.0.3")))
    await turn()
    peer.respond(peer.take_one(), 405)
    assert await waiting == 405


async def test_our_refer_that_is_never_reported_times_out(house, peer, turn):
    session = answered_call_out(house, peer)
    waiting = asyncio.ensure_future(session.refer(parse_uri("sip:102@10.0.0.3")))
    await turn()
    peer.respond(peer.take_one(), 202)
    house.clock.advance(181)
    assert await waiting == 408


@pytest.mark.parametrize(("event", "status"), [("refer", 481), ("message-summary", 489)])
def test_a_notify_that_belongs_to_nothing(house, peer, event, status):
    session = answered_call_in(house, peer)
    peer.send(peer.request("NOTIFY", cseq=2, to_tag=session.local_tag, headers=(("Event", event),)))
    assert peer.statuses() == [status]


def test_an_invite_with_replaces_names_the_dialog_that_it_takes_over(house, peer):
    old = answered_call_in(house, peer)
    replaces = (("Replaces", f"call1;to-tag={old.local_tag};from-tag=peer"),)
    peer.send(peer.request("INVITE", call_id="call2", body=SDP, headers=replaces))
    new = house.invites[-1]
    assert new.replaces == Replaces("call1", old.local_tag, "peer")
    found = house.agent.find_session(new.replaces.call_id, new.replaces.to_tag, new.replaces.from_tag)
    assert found is old
    assert house.agent.find_session("call1", old.local_tag, "somebody") is None
    assert house.agent.find_session("call9", old.local_tag, "peer") is None


@pytest.mark.parametrize("value", ["call1", "call1;to-tag=a", ";to-tag=a;from-tag=b"])
def test_a_replaces_that_cannot_be_read_gets_400(house, peer, value):
    peer.send(peer.request("INVITE", body=SDP, headers=(("Replaces", value),)))
    assert peer.statuses() == [400]
