"""What telephones do beside calling: they write to each other, and send calls on by themselves."""

from __future__ import annotations

import pytest

from tests.e2e.house import ANA, House, both_hear_each_other
from tests.kit.call import Call
from tests.kit.phone import answers, rings


async def test_telephones_write_to_each_other(house: House) -> None:
    """RFC 3428: to every device, with the writer's name and nothing of the outside."""
    ana, luis, desk = await house.phone("101"), await house.phone("102"), await house.phone("102")
    assert (await ana.write("102", "¿Tomas la próxima?")).status == 200
    assert luis.messages == desk.messages == [("101", "¿Tomas la próxima?")]
    assert (await luis.write("101", "x" * 3000)).status == 200
    assert ana.messages == [("102", "x" * 3000)]


@pytest.mark.parametrize(
    ("number", "text", "content_type", "status"),
    [
        ("999", "nobody", "text/plain", 404),
        ("110", "nobody there", "text/plain", 480),
        ("102", "x", "application/pidf+xml", 415),
        ("102", "x" * 9000, "text/plain", 413),
    ],
)
async def test_a_message_that_cannot_be_taken(
    house: House, number: str, text: str, content_type: str, status: int
) -> None:
    ana, luis = await house.phone("101", transport="tcp"), await house.phone("102")
    assert (await ana.write(number, text, content_type)).status == status
    assert luis.messages == []


async def test_the_carrier_writes_to_nobody(house: House) -> None:
    carrier, luis = await house.carrier(), await house.phone("102")
    assert (await carrier.write("102", "spam")).status in {401, 403}
    assert luis.messages == []


async def test_a_telephone_sends_its_calls_on(house: House) -> None:
    """302 (RFC 3261 §21.3.3), as a desk phone with its own forwarding answers."""

    async def sends_on(call: Call) -> None:
        call.reject(302, [("Contact", "<sip:102@127.0.0.1>")])

    ana, luis = await house.phone("101", sends_on), await house.phone("102", answers())
    call = await (await house.place(ANA)).answered()
    incoming = await luis.incoming()
    assert incoming.invite is not None
    assert "101" in (incoming.invite.get("Diversion") or "")
    assert ana.incoming_count == 1
    await call.hang_up()


async def test_a_telephone_whose_connection_breaks_while_it_rings_rings_no_more(house: House) -> None:
    """RFC 5626 §5.4: its flow is gone, so nobody waits for it; the box answers instead of the ring time being over."""
    ana = await house.phone("101", rings, transport="tcp")
    call = await house.place(ANA)
    await call.ringing()
    ana.endpoint.close()
    await call.answered(4)
    await call.hang_up()


async def test_a_telephone_picks_up_by_the_dialog_that_rings_elsewhere(house: House) -> None:
    """RFC 3891: INVITE with Replaces for an early dialog, as a key with a busy lamp sends it."""
    ana, luis = await house.phone("101", rings), await house.phone("102")
    caller = await house.place(ANA)
    await caller.ringing()
    rung = await ana.incoming()
    replaces = f"{rung.call_id};to-tag={rung.remote_tag};from-tag={rung.local_tag};early-only"
    picked = await luis.call("101", headers=[("Replaces", replaces)]).answered()
    await caller.answered()
    await rung.ended()
    await both_hear_each_other(caller, picked)
    await picked.hang_up()
    nothing = luis.call("101", headers=[("Replaces", replaces)])
    assert await nothing.refused() == 481
