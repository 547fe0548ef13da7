"""RFC 4730: a telephone without telephone-events tells of its keys by NOTIFY."""

import pytest

from pbx.sip.errors import MalformedError
from pbx.sip.key_presses import parse_keys
from pbx.sip.session_events import DigitReceived
from tests.unit.net.network import answered_call_in, answered_call_out

OFFERS = (("Allow-Events", "kpml, dialog"),)
PRESSED = b"""<?xml version="1.0" encoding="UTF-8"?>
<kpml-response xmlns="urn:ietf:params:xml:ns:kpml-response" version="1.0" code="200" text="OK" digits="%s" tag="x"/>"""
TYPE = "application/kpml-response+xml"


def notify(peer, session, body=b"", cseq=2, state="active;expires=3600"):
    headers = (("Event", "kpml"), ("Subscription-State", state))
    peer.send(
        peer.request(
            "NOTIFY", cseq=cseq, to_tag=session.local_tag, headers=headers, body=body, content_type=TYPE if body else ""
        )
    )


def subscribed(house, peer, headers=(("Expires", "3600"),)):
    session = answered_call_in(house, peer, headers=OFFERS)
    session.watch_keys()
    peer.respond(peer.take_one(), 202, headers=headers)
    return session


@pytest.mark.parametrize("answered", [answered_call_in, answered_call_out])
def test_the_keys_are_asked_for_within_the_dialog_once(house, peer, answered):
    session = answered(house, peer, headers=OFFERS)
    session.watch_keys()
    session.watch_keys()
    subscribe = peer.take_one()
    assert (subscribe.method, subscribe.headers.get("event")) == ("SUBSCRIBE", "kpml")
    assert subscribe.from_.tag == session.local_tag
    assert subscribe.content_type == "application/kpml-request+xml"
    assert b'persist="persist"' in subscribe.body
    assert subscribe.headers.get("accept") == TYPE


def test_who_does_not_offer_it_is_not_asked(house, peer):
    answered_call_in(house, peer).watch_keys()
    assert peer.take() == []


def test_each_key_is_heard(house, peer):
    session = subscribed(house, peer)
    notify(peer, session)
    notify(peer, session, PRESSED % b"5", 3)
    notify(peer, session, PRESSED % b"*#", 4)
    assert peer.statuses() == [200, 200, 200]
    assert house.take_events() == [DigitReceived(key, 160) for key in "5*#"]


def test_one_that_nobody_asked_for_is_481(house, peer):
    session = answered_call_in(house, peer, headers=OFFERS)
    notify(peer, session, PRESSED % b"5")
    assert peer.statuses() == [481]
    assert house.take_events() == []


def test_one_that_cannot_be_read_is_400_and_the_next_is_heard(house, peer):
    session = subscribed(house, peer)
    notify(peer, session, b"<kpml-response")
    notify(peer, session, PRESSED % b"1", 3)
    assert peer.statuses() == [400, 200]
    assert house.take_events() == [DigitReceived("1", 160)]


@pytest.mark.parametrize("status", [403, 481, 489])
def test_a_refusal_leaves_the_call_alone(house, peer, status):
    session = answered_call_in(house, peer, headers=OFFERS)
    session.watch_keys()
    peer.respond(peer.take_one(), status)
    assert house.take_events() == []
    notify(peer, session, PRESSED % b"1")
    assert peer.statuses() == [481]


def test_it_is_refreshed_halfway_and_ends_with_the_call(house, peer):
    session = subscribed(house, peer, headers=(("Expires", "600"),))
    house.clock.advance(300.2)
    again = peer.take_one()
    assert (again.method, again.headers.get("event")) == ("SUBSCRIBE", "kpml")
    peer.respond(again, 200, headers=(("Expires", "600"),))
    peer.send(peer.request("BYE", cseq=2, to_tag=session.local_tag))
    assert peer.statuses() == [200]
    house.clock.advance(700)
    assert peer.take() == []


def test_the_peer_may_end_it(house, peer):
    session = subscribed(house, peer)
    notify(peer, session, state="terminated;reason=noresource")
    notify(peer, session, PRESSED % b"1", 3)
    assert peer.statuses() == [200, 481]


@pytest.mark.parametrize(
    ("document", "keys"),
    [
        (PRESSED % b"d", "D"),
        (b"<k:kpml-response code='200' digits='12'></k:kpml-response>", "12"),
        (b'<kpml-response version="1.0" code="423" text="Timer Expired" digits=""/>', ""),
        (b'<kpml-response code="200" digits=""/>', ""),
    ],
)
def test_documents(document, keys):
    assert parse_keys(document) == keys


@pytest.mark.parametrize(
    "document", [b"", b"<a/>", b'<kpml-response code="200" digits="x"/>', PRESSED % (b"1" * 33), b"<" * 5000]
)
def test_documents_that_are_none(document):
    with pytest.raises(MalformedError):
        parse_keys(document)
