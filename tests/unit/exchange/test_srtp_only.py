"""Where sound has to be encrypted: who is let in, what is offered, and what goes on without."""

from __future__ import annotations

from dataclasses import replace

import pytest

from config.security import Security
from pbx.sdp.protection import CryptoParameters
from tests.unit.calls.peers import invite_from, sdp
from tests.unit.exchange.stage import ANA, Stage

KEYS = "AES_CM_128_HMAC_SHA1_80 inline:" + "A" * 40
CRYPTO = f"a=crypto:1 {KEYS}\r\n".encode()


def encrypted(plain: bytes) -> bytes:
    return plain.replace(b"RTP/AVP", b"RTP/SAVP") + CRYPTO


@pytest.fixture
def strict(stage: Stage) -> Stage:
    snapshot = stage.house.snapshot()
    company = snapshot.company.model_copy(update={"security": Security(srtp_only=True)})
    strict = replace(snapshot, company=company)
    stage.house.snapshot = lambda: strict
    stage.board.srtp_only = lambda: stage.house.snapshot().company.security.srtp_only
    stage.plane.crypto = (CryptoParameters(1, *KEYS.split(" ")),)
    return stage


async def test_a_call_without_srtp_is_refused_with_a_reason_and_rings_nobody(strict: Stage) -> None:
    strict.phone("luis")
    caller = await strict.call_from("101", "102")
    assert caller.status == 488
    assert "SRTP" in caller.headers["Warning"]
    assert strict.agent.sent == []
    assert strict.events == []


async def test_keys_without_the_profile_are_no_encryption(strict: Stage) -> None:
    strict.phone("luis")
    caller = await strict.deliver(invite_from("101", "102", offered=sdp() + CRYPTO))
    assert caller.status == 488


async def test_a_call_with_srtp_goes_on_and_the_callee_is_offered_nothing_else(strict: Stage) -> None:
    strict.phone("luis")
    caller = await strict.deliver(invite_from("101", "102", offered=encrypted(sdp())))
    assert caller.status is None
    callee = strict.agent.to("102")
    assert b"RTP/SAVP " in callee.request.body
    callee.refuses(488)
    await strict.settle()
    assert [one for one in strict.agent.sent if one is not callee] == []


async def test_a_callee_that_answers_without_srtp_is_left_and_the_caller_served_otherwise(strict: Stage) -> None:
    strict.phone("luis")
    caller = await strict.deliver(invite_from("101", "102", offered=encrypted(sdp())))
    callee = strict.agent.to("102")
    callee.answers()
    await strict.settle()
    assert callee.is_over
    assert caller.is_up  # it is the voicemail that answers
    assert not strict.plane.bridged


async def test_a_call_from_outside_reaches_a_telephone_that_speaks_srtp(strict: Stage) -> None:
    strict.phone("ana")
    caller = await strict.call_in(ANA)
    assert caller.status is None
    assert b"RTP/SAVP " in strict.agent.to("101").request.body


async def test_an_emergency_call_goes_out_from_any_telephone(strict: Stage) -> None:
    caller = await strict.call_from("101", "112")
    assert caller.status is None
    assert strict.agent.to("112") is not None
