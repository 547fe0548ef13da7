"""A dialog is written down by one user agent and gone on with by another."""

from __future__ import annotations

import json

import pytest

from pbx.net.errors import HandoverError
from pbx.net.handover import SKIPPED, describe, resume
from pbx.sip.session_events import Ended, SessionState
from tests.unit.net.network import answered_call_in, answered_call_out


@pytest.mark.parametrize(
    "told", [{}, {"hop": []}, [], "text", {"hop": ["udp", "h", 1, None, False, ""], "invite": "x"}]
)
def test_what_is_no_dialog_is_refused(told: object) -> None:
    with pytest.raises(HandoverError):
        resume(None, told)  # type: ignore[arg-type]


def test_a_dialog_gone_on_with_is_ended_by_a_bye_that_its_peer_takes_for_ours(house, peer):
    session = answered_call_in(house, peer)
    told = json.loads(json.dumps(describe(session)))
    house.agent.sessions.clear()
    house.agent._incoming.clear()
    peer.take()
    again = resume(house.agent, told)
    assert (again.state, again.is_incoming, again.call_id) == (SessionState.CONFIRMED, True, session.call_id)
    again.hang_up()
    bye = peer.take_one()
    assert (bye.method, bye.cseq.number) == ("BYE", SKIPPED + 1)
    assert (bye.from_.tag, bye.to.tag) == (session.local_tag, session.remote_tag)


def test_the_peer_hangs_up_on_a_dialog_gone_on_with(house, peer):
    session = answered_call_in(house, peer)
    told = json.loads(json.dumps(describe(session)))
    house.agent.sessions.clear()
    house.agent._incoming.clear()
    again = resume(house.agent, told)
    events = []
    again.sink = events.append
    peer.take()
    peer.send(peer.request("BYE", cseq=7, to_tag=session.local_tag))
    assert peer.statuses() == [200]
    house.clock.advance(0.01)
    assert events == [Ended(True, "bye", None)]


@pytest.mark.parametrize("answered", [answered_call_in, answered_call_out])
def test_the_keys_of_a_peer_that_tells_of_them_are_asked_for_again(house, peer, answered):
    """RFC 6665 §4.1.2.2: within the dialog, so that it is the subscription of the one before, refreshed."""
    session = answered(house, peer, headers=(("Allow-Events", "kpml"),))
    session.watch_keys()
    first = peer.take_one()
    told = json.loads(json.dumps(describe(session)))
    house.agent.sessions.clear()
    house.agent._incoming.clear()
    again = resume(house.agent, told)
    again.watch_keys()
    subscribe = peer.take_one()
    assert (subscribe.method, subscribe.headers.get("event")) == ("SUBSCRIBE", "kpml")
    assert (subscribe.call_id, subscribe.from_.tag, subscribe.to.tag) == (first.call_id, first.from_.tag, first.to.tag)
    assert subscribe.cseq.number > first.cseq.number
