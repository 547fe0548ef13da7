"""A call to a person: ringing, answering, and everything that ends it."""

from __future__ import annotations

import gc
import weakref
from dataclasses import replace

import pytest

from pbx.events import CallAnswered, CallForwarded, CallNotAnswered, CallRinging, ScreenPop, VoicemailRecorded
from pbx.sdp.protection import CryptoParameters
from tests.unit.calls.peers import Session, invite_from
from tests.unit.exchange.stage import ANA, CARMEN, Stage


async def test_the_pop_up_comes_before_the_invite(stage: Stage) -> None:
    stage.phone("ana")
    caller = await stage.call_in(ANA)
    ringing = stage.agent.to("101")
    assert stage.office.shown == [("ana",)]
    ringing.rings()
    pop, rang = stage.types().index("screen_pop"), stage.types().index("call.ringing")
    assert pop < rang
    assert stage.of(ScreenPop)[0].logins == ["ana"]
    assert caller.rung == [180]


async def test_devices_see_the_contacts_name_and_number(stage: Stage) -> None:
    stage.phone("ana")
    await stage.call_in(ANA)
    request = stage.agent.to("101").request
    assert request.from_.display == "Carmen Ruiz"
    assert request.from_.uri.user == CARMEN
    assert request.max_forwards == 69


@pytest.mark.parametrize("who", ["caller", "callee"])
async def test_an_answered_call_ends_once_whoever_hangs_up(stage: Stage, who: str) -> None:
    stage.phone("ana")
    caller = await stage.call_in(ANA)
    callee = await stage.talk(caller, "101")
    assert stage.hears(caller, callee)
    assert stage.plane.recorded() == [(stage.leg_of(caller), stage.leg_of(callee))]
    await stage.settle(10)
    (caller if who == "caller" else callee).hangs_up()
    await stage.settle()
    ended = stage.ended
    assert (ended.result, ended.ended_by, ended.reason, ended.login) == ("answered", who, "hung_up", "ana")
    assert ended.talk_s == pytest.approx(10)
    assert ended.recording_id is not None
    assert caller.is_over
    assert callee.is_over
    stage.nothing_is_left()


@pytest.mark.parametrize("who", ["caller", "callee"])
async def test_a_call_that_is_over_is_let_go_of_without_the_collector(stage: Stage, who: str) -> None:
    gc.collect()
    gc.disable()
    try:
        stage.phone("ana")
        caller = await stage.call_in(ANA)
        callee = await stage.talk(caller, "101")
        kept = [weakref.ref(one) for one in (*stage.board.calls.values(), *stage.board.legs)]
        (caller if who == "caller" else callee).hangs_up()
        await stage.settle()
        stage.nothing_is_left()
        for session in (caller, callee):
            session.sink = None
        assert [one() for one in kept] == [None] * 3
    finally:
        gc.enable()


async def test_all_devices_ring_and_the_first_answer_cancels_the_others(stage: Stage) -> None:
    stage.phone("ana", devices=3)
    await stage.call_in(ANA)
    one, two, three = stage.agent.sent
    for session in (one, two, three):
        session.rings()
    two.answers()
    await stage.settle()
    for session in (one, three):
        assert session.said == ["CANCEL"]
        assert str(session.ended_with) == 'SIP;cause=200;text="Call completed elsewhere"'
    assert len(stage.of(CallRinging)) == 1
    assert stage.of(CallNotAnswered) == []


async def test_declining_on_one_device_declines_on_all(stage: Stage) -> None:
    stage.phone("ana", devices=2)
    await stage.call_in(ANA)
    one, two = stage.agent.sent
    one.rings()
    two.rings()
    one.refuses(603)
    await stage.settle()
    assert two.said == ["CANCEL"]
    assert stage.of(CallNotAnswered)[0].cause == "declined"


async def test_busy_on_one_device_lets_the_others_ring(stage: Stage) -> None:
    stage.phone("ana", devices=2)
    caller = await stage.call_in(ANA)
    one, two = stage.agent.sent
    one.refuses(486)
    await stage.settle()
    assert not two.is_over
    two.rings()
    two.answers()
    await stage.settle()
    assert stage.hears(caller, two)


async def test_without_a_device_voicemail_answers_at_once(stage: Stage) -> None:
    caller = await stage.call_in(ANA)
    assert caller.said == ["200"]
    assert [answered.kind for answered in stage.of(CallAnswered)] == ["voicemail"]


async def test_after_twenty_seconds_of_ringing_voicemail_answers(stage: Stage) -> None:
    stage.phone("ana")
    caller = await stage.call_in(ANA)
    stage.agent.to("101").rings()
    await stage.settle(19.5)
    assert caller.said == []
    await stage.settle(1)
    assert caller.said == ["200"]
    assert stage.of(CallNotAnswered)[0].cause == "no_answer"


async def test_a_message_of_a_second_makes_the_result_voicemail(stage: Stage) -> None:
    caller = await stage.call_in(ANA)
    await stage.settle(5)
    stage.plane.message_s = 3.0
    caller.hangs_up()
    await stage.settle(0.1)
    assert stage.of(VoicemailRecorded)[0].box == "101"
    assert stage.types().index("voicemail.recorded") < stage.types().index("call.ended")
    assert (stage.ended.result, stage.ended.ended_by) == ("voicemail", "caller")
    stage.nothing_is_left()


async def test_a_shorter_message_does_not_count(stage: Stage) -> None:
    caller = await stage.call_in(ANA)
    await stage.settle(5)
    stage.plane.message_s = 0.5
    caller.hangs_up()
    await stage.settle(0.1)
    assert stage.ended.result == "missed"
    assert stage.of(VoicemailRecorded) == []


async def test_a_caller_who_gives_up_ringing_was_missed(stage: Stage) -> None:
    stage.phone("ana")
    caller = await stage.call_in(ANA)
    callee = stage.agent.to("101")
    callee.rings()
    caller.hangs_up()
    await stage.settle()
    assert callee.said == ["CANCEL"]
    assert (stage.ended.result, stage.ended.ended_by) == ("missed", "caller")
    stage.nothing_is_left()


async def test_a_device_that_vanishes_ends_the_call_by_media_timeout(stage: Stage) -> None:
    from pbx.media.messages import MediaTimedOut

    stage.phone("ana")
    caller = await stage.call_in(ANA)
    callee = await stage.talk(caller, "101")
    stage.board.on_media(MediaTimedOut(stage.leg_of(callee), 30.0))
    await stage.settle()
    assert (stage.ended.result, stage.ended.reason, stage.ended.ended_by) == ("answered", "media_timeout", "system")
    assert "BYE" in caller.said
    stage.nothing_is_left()


async def test_losing_a_media_worker_ends_its_calls(stage: Stage) -> None:
    stage.phone("ana")
    caller = await stage.call_in(ANA)
    await stage.talk(caller, "101")
    stage.plane.lose_worker()
    await stage.settle()
    assert (stage.ended.reason, stage.ended.ended_by) == ("worker_lost", "system")
    assert "recording.finished" in stage.types()
    stage.nothing_is_left()


async def test_a_forwarding_loop_ends_at_once_with_482(stage: Stage) -> None:
    stage.forwards.set("always", "101", "102")
    stage.forwards.set("always", "102", "101")
    caller = await stage.call_in(ANA)
    assert caller.status == 482
    assert stage.ended.reason == "forwarding_loop"


async def test_a_forward_leads_the_call_on(stage: Stage) -> None:
    stage.phone("luis")
    stage.forwards.set("always", "101", "102")
    caller = await stage.call_in(ANA)
    callee = await stage.talk(caller, "102")
    assert stage.hears(caller, callee)
    assert "call.forwarded" in stage.types()


async def test_who_sent_the_call_on_is_told_to_the_phone_that_rings_the_last_one_first(stage: Stage) -> None:
    stage.phone("marta")
    stage.forwards.set("always", "101", "102")
    stage.forwards.set("always", "102", "103")
    await stage.call_in(ANA)
    domain = stage.board.domain
    assert stage.agent.to("103").request.headers.values("Diversion") == [
        f"<sip:102@{domain}>;reason=unconditional",
        f"<sip:101@{domain}>;reason=unconditional",
    ]
    assert stage.agent.to("103").request.headers.values("History-Info") == [
        f"<sip:101@{domain}>;index=1",
        f"<sip:102@{domain};cause=302>;index=1.1;mp=1",
        f"<sip:103@{domain};cause=302>;index=1.1.1;mp=1.1",
    ]


@pytest.mark.parametrize(("inside", "shown"), [(False, ANA), (True, "+34910000001")])
async def test_a_trunk_is_told_the_companys_number_and_no_extension(stage: Stage, inside: bool, shown: str) -> None:
    stage.forwards.set("always", "101", "0600999888")
    await (stage.call_from("102", "101") if inside else stage.call_in(ANA))
    request = stage.agent.to("+34600999888").request
    assert request.headers.values("Diversion") == [f"<sip:{shown}@{stage.board.domain}>;reason=unconditional;counter=1"]
    assert request.headers.values("History-Info") == [
        f"<sip:{shown}@{stage.board.domain}>;index=1",
        f"<sip:+34600999888@{stage.board.domain};cause=302>;index=1.1;mp=1",
    ]


async def test_a_call_that_nobody_sent_on_has_no_diversion(stage: Stage) -> None:
    stage.phone("ana")
    await stage.call_in(ANA)
    assert "History-Info" not in stage.agent.to("101").request.headers
    assert "Diversion" not in stage.agent.to("101").request.headers


async def test_a_telephone_that_sends_the_call_on_is_followed(stage: Stage) -> None:
    """RFC 3261 §8.1.3.4, §21.3: 302, the Contact that is preferred; the next one is told who sent it."""
    stage.phone("ana", devices=2)
    stage.phone("luis")
    caller = await stage.call_in(ANA)
    contact = "<sip:103@192.0.2.1>;q=0.3, <sip:102@192.0.2.1:5062>;q=0.7"
    stage.agent.to("101").refuses(302, ("Contact", contact))
    await stage.settle()
    luis = await stage.talk(caller, "102")
    assert stage.hears(caller, luis)
    (sent_on,) = stage.of(CallForwarded)
    assert (sent_on.by, sent_on.to, sent_on.condition) == ("ana", "102", "telephone")
    assert luis.request.headers.get("Diversion") == f"<sip:101@{stage.board.domain}>;reason=deflection"


@pytest.mark.parametrize("contact", ["<sip:112@192.0.2.1>", "<sip:192.0.2.1>", "<sip:99999@192.0.2.1>", "<"])
async def test_a_telephone_that_sends_the_call_nowhere_has_declined_it(stage: Stage, contact: str) -> None:
    stage.phone("ana")
    await stage.call_in(ANA)
    stage.agent.to("101").refuses(302, ("Contact", contact))
    await stage.settle()
    assert stage.of(CallForwarded) == []
    assert len(stage.agent.sent) == 1


async def test_two_telephones_that_send_calls_to_each_other_are_a_loop(stage: Stage) -> None:
    stage.phone("ana")
    stage.phone("luis")
    caller = await stage.call_in(ANA)
    stage.agent.to("101").refuses(302, ("Contact", "<sip:102@192.0.2.1>"))
    await stage.settle()
    stage.agent.to("102").refuses(302, ("Contact", "<sip:101@192.0.2.1>"))
    await stage.settle()
    assert caller.status == 482


async def test_max_forwards_zero_is_483(stage: Stage) -> None:
    caller = await stage.call_in(ANA, **{"max-forwards": "0"})
    assert caller.status == 483


async def test_an_offer_without_our_codecs_is_488(stage: Stage) -> None:
    from tests.unit.calls.peers import invite_from
    from tests.unit.exchange.stage import CARRIER

    session = invite_from(CARMEN, ANA, source=CARRIER)
    session.request.body = (
        session.request.body.replace(b"RTP/AVP 8", b"RTP/AVP 18").replace(b"PCMA", b"G729").replace(b":8 ", b":18 ")
    )
    await stage.deliver(session)
    assert session.status == 488
    assert stage.ended.result == "failed"
    stage.nothing_is_left()


async def test_a_leg_that_the_media_plane_moves_tells_its_peer_where_it_is_now(stage: Stage) -> None:
    from pbx.media.messages import LocalMedia, MediaMoved

    stage.phone("ana")
    caller = await stage.call_in(ANA)
    rings = stage.agent.to("101")
    stage.board.on_media(MediaMoved(stage.leg_of(rings), LocalMedia("127.0.0.1", 10020, 10021, 0)))
    await stage.settle()
    assert rings.offered == []
    ana = await stage.talk(caller, "101")
    assert [b"m=audio 10020 " in sdp for sdp in ana.offered] == [True]
    stage.board.on_media(MediaMoved(stage.leg_of(caller), LocalMedia("127.0.0.1", 10022, 10023, 0)))
    await stage.settle()
    assert [b"m=audio 10022 " in sdp for sdp in caller.offered] == [True]
    assert stage.hears(caller, ana)


def over_tls(stage: Stage) -> None:
    stage.phone("ana")
    (target,) = stage.registrar.devices["101"]
    stage.registrar.devices["101"] = [replace(target, hop=replace(target.hop, transport="tls"))]


async def test_a_telephone_over_tls_is_offered_srtp_and_rung_again_without_when_it_wants_none(stage: Stage) -> None:
    over_tls(stage)
    stage.plane.crypto = (CryptoParameters(1, "AES_CM_128_HMAC_SHA1_80", "inline:" + "A" * 40),)
    caller = await stage.call_in(ANA)
    first = stage.agent.to("101")
    assert b"RTP/SAVP " in first.request.body
    assert b"a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:" in first.request.body
    first.refuses(488)
    await stage.settle()
    second = stage.agent.to("101")
    assert second is not first
    assert b"RTP/AVP " in second.request.body
    assert b"crypto" not in second.request.body
    ana = await stage.talk(caller, "101")
    assert stage.hears(caller, ana)
    caller.hangs_up()
    await stage.settle()
    assert (stage.ended.result, stage.ended.login) == ("answered", "ana")
    stage.nothing_is_left()


async def test_a_telephone_over_tls_that_is_busy_is_not_rung_again(stage: Stage) -> None:
    over_tls(stage)
    await stage.call_in(ANA)
    stage.agent.to("101").refuses(486)
    await stage.settle()
    assert len(stage.agent.sent) == 1


async def dials_device(stage: Stage, instance: str) -> Session:
    session = invite_from("102", "101")
    session.request.uri = session.request.uri.with_parameter("gr", instance)
    return await stage.deliver(session)


async def test_a_call_to_a_gruu_rings_that_device_only(stage: Stage) -> None:
    stage.phone("ana", devices=2)
    luis = await dials_device(stage, "urn:192.0.2.2")
    (rung,) = stage.agent.sent
    assert rung.source.host == "192.0.2.2"
    rung.answers()
    await stage.settle()
    assert stage.hears(luis, rung)


@pytest.mark.parametrize("status", [486, 480])
async def test_a_device_that_does_not_take_the_call_sends_it_nowhere_else(stage: Stage, status: int) -> None:
    stage.phone("ana", devices=2)
    stage.forwards.set("busy", "101", "103")
    luis = await dials_device(stage, "urn:192.0.2.1")
    stage.agent.sent[0].refuses(status)
    await stage.settle()
    assert luis.status == status
    assert len(stage.agent.sent) == 1
    assert (await dials_device(stage, "urn:gone")).status == 480
