"""Two phones of the kit call each other directly: what a test relies on is itself seen to work."""

from collections.abc import AsyncIterator

import pytest

from tests.kit import CallerScript, CallFailedError, Phone
from tests.kit.phone import answers, rejects, rings, until


@pytest.fixture
async def bob() -> AsyncIterator[Phone]:
    async with await Phone.start(("127.0.0.1", 9), "bob", behaviour=answers(700)) as phone:
        yield phone


@pytest.fixture
async def alice(bob: Phone) -> AsyncIterator[Phone]:
    async with await Phone.start(bob.endpoint.transport.local, "alice", codecs=["PCMA"]) as phone:
        yield phone


async def test_each_hears_the_other_and_nothing_else(alice: Phone, bob: Phone) -> None:
    call = await alice.call("bob").answered()
    await CallerScript(call).says_tone(440).hears_tone(700, within=5).run()
    await CallerScript(bob.latest).hears_tone(440, within=5).run()
    assert call.quality.is_continuous
    await bob.latest.hang_up()
    await call.ended()
    assert call.ended_by_peer
    assert not bob.latest.ended_by_peer


async def test_keys_arrive_as_events_and_by_info(alice: Phone, bob: Phone) -> None:
    call = await alice.call("bob").answered()
    await call.press("159#")
    await until(lambda: bob.heard.digits == "159#", 5, "the keys")
    await call.info_digit("7")
    assert bob.latest.info_digits == "7"


async def test_hold_stops_the_sound_and_resume_brings_it_back(alice: Phone, bob: Phone) -> None:
    call = await alice.call("bob").answered()
    call.say_tone(440)
    await CallerScript(bob.latest).hears_tone(440, within=5).run()
    await call.hold()
    assert bob.latest.direction == "recvonly"
    await CallerScript(bob.latest).hears_silence(within=5).run()
    await call.resume()
    await CallerScript(bob.latest).hears_tone(440, within=5).run()
    assert [direction for _, _, direction in bob.latest.reoffers] == ["sendonly", "sendrecv"]


async def test_a_refusal_has_its_status(alice: Phone, bob: Phone) -> None:
    bob.behaviour = rejects(486)
    with pytest.raises(CallFailedError) as refusal:
        await alice.call("bob").answered()
    assert refusal.value.status == 486


async def test_giving_up_while_it_rings_cancels(alice: Phone, bob: Phone) -> None:
    bob.behaviour = rings
    call = await alice.call("bob").ringing()
    await call.hang_up()
    assert await call.refused() == 487
    assert bob.latest.ended_by_peer
    assert not bob.latest.is_answered


async def test_early_sound_is_heard_before_the_answer(alice: Phone, bob: Phone) -> None:
    bob.behaviour = None
    call = alice.call("bob")
    incoming = await bob.incoming()
    incoming.ring_early()
    incoming.say_tone(425)
    await CallerScript(call).hears_tone(425, within=5).run()
    assert not call.is_answered
    await incoming.answer()
    await call.answered()


async def test_a_phone_that_vanished_says_nothing_more(alice: Phone, bob: Phone) -> None:
    call = await alice.call("bob").answered()
    await CallerScript(call).hears_tone(700, within=5).run()
    bob.latest.vanish()
    await CallerScript(call).hears_silence(within=5, seconds=0.3).run()
    assert not call.is_over
