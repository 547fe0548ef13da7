"""RFC 4028: calls whose peer has vanished end."""

from pbx.sip.session_events import Ended
from tests.unit.net.network import SDP, answered_call_in, answered_call_out, call_in


def test_a_caller_that_refreshes_is_told_so_and_expected_to(house, peer):
    session = call_in(house, peer, headers=(("Session-Expires", "1800"), ("Supported", "timer")))
    session.accept(SDP)
    answer = peer.take_one()
    assert answer.headers.get("session-expires") == "1800;refresher=uac"
    assert answer.headers.get("require") == "timer"
    peer.send(peer.request("ACK", to_tag=session.local_tag))
    house.take_events()
    house.clock.advance(1700)
    refresh = (("Session-Expires", "1800;refresher=uac"), ("Supported", "timer"))
    peer.send(peer.request("UPDATE", cseq=2, to_tag=session.local_tag, headers=refresh))
    assert peer.statuses() == [200]
    house.clock.advance(1700)
    assert house.take_events() == []


def test_a_call_that_nobody_refreshes_ends(house, peer):
    answered_call_in(house, peer, (("Session-Expires", "90"), ("Supported", "timer")))
    house.clock.advance(59)
    assert peer.statuses() == []
    house.clock.advance(2)
    assert peer.statuses()[0] == "BYE"
    assert house.take_events() == [Ended(False, "expired", None)]


def test_we_refresh_by_update_where_the_peer_allows_it(house, peer):
    answered_call_in(house, peer, (("Session-Expires", "120"), ("Allow", "INVITE, UPDATE")))
    house.clock.advance(60.1)
    update = peer.take_one()
    assert (update.method, update.body) == ("UPDATE", b"")
    assert update.headers.get("session-expires") == "120;refresher=uac"
    peer.respond(update, 200, headers=(("Session-Expires", "120;refresher=uac"),))
    house.clock.advance(59)
    assert peer.statuses() == []
    house.clock.advance(1.2)
    assert peer.statuses() == ["UPDATE"]
    assert house.take_events() == []


def test_we_refresh_by_reinvite_with_our_last_description_otherwise(house, peer):
    answered_call_out(house, peer, (("Session-Expires", "120;refresher=uac"),))
    house.clock.advance(60.1)
    invite = peer.take_one()
    assert (invite.method, invite.sdp) == ("INVITE", SDP)
    peer.respond(invite, 200, sdp=SDP, headers=(("Session-Expires", "120;refresher=uac"),))
    assert peer.statuses() == ["ACK"]
    house.clock.advance(30)
    assert house.take_events() == []


def test_a_refresh_that_fails_lets_the_call_expire(house, peer):
    answered_call_in(house, peer, (("Session-Expires", "120"), ("Allow", "UPDATE")))
    house.clock.advance(60.1)
    peer.respond(peer.take_one(), 500)
    house.clock.advance(28)
    assert house.take_events() == [Ended(False, "expired", None)]


def test_without_the_header_there_is_no_timer(house, peer):
    answered_call_in(house, peer, (("Supported", "timer"),))
    house.clock.advance(100_000)
    assert house.take_events() == []
    assert peer.statuses() == []
