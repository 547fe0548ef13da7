"""Telephones by IPv6, beside a carrier and telephones by IPv4: in one call, by the same server."""

from __future__ import annotations

import pytest

from tests.e2e.house import ANA, House, both_hear_each_other, check_recording, check_sound_came_unbroken
from tests.kit.server import has_ipv6

pytestmark = pytest.mark.skipif(not has_ipv6(), reason="this machine has no IPv6")
SIX = ("::1", 0)


async def test_phones_by_ipv6_hear_the_carrier_by_ipv4_and_each_other(house: House) -> None:
    ana = await house.phone("101", bind=SIX)
    luis = await house.phone("102", bind=SIX)
    outside = await house.place(ANA)
    at_ana = await (await ana.incoming(10)).answer()
    await outside.answered()
    await both_hear_each_other(outside, at_ana)
    assert {packet.source[0] for packet in at_ana.stream.received} == {"::1"}
    assert {packet.source[0] for packet in outside.stream.received} == {"127.0.0.1"}
    await at_ana.hold()
    await at_ana.resume()
    await both_hear_each_other(outside, at_ana)
    check_sound_came_unbroken(at_ana)
    await outside.hang_up()
    logged = await house.logged(await house.call_id(dialled=ANA))
    check_recording(await house.recording(logged["recording_id"], timeout=10))

    inside = luis.call("101")
    at_ana = await (await ana.incoming(10)).answer()
    await inside.answered()
    await both_hear_each_other(inside, at_ana)
    assert {packet.source[0] for call in (inside, at_ana) for packet in call.stream.received} == {"::1"}
    await inside.hang_up()
