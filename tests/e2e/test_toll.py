"""Toll fraud in the running house: dear numbers are closed to phones, forwards, transfers and the API alike."""

from __future__ import annotations

import pytest

from tests.e2e.house import ANA, House

PREMIUM = "0806123456"
ISLAND = "00018765550123"


@pytest.mark.parametrize("dialled", [PREMIUM, ISLAND])
async def test_a_phone_does_not_reach_a_dear_number(house: House, dialled: str) -> None:
    carrier = await house.carrier()
    ana = await house.phone("101")
    call = ana.call(dialled)
    assert await call.refused() == 403
    assert carrier.calls == []
    logged = await house.logged(await house.call_id(direction="outbound"))
    assert logged["result"] == "failed"
    assert logged["reason"].startswith("toll_")


async def test_neither_does_a_forward_nor_the_api(house: House) -> None:
    carrier = await house.carrier()
    ana = await house.phone("101")
    code = ana.call(f"*21{PREMIUM}")
    await code.answered()
    await code.ended()
    try:
        call = await house.place(ANA)
        assert await call.refused() == 403
        assert all(incoming.dialled != "+34806123456" for incoming in carrier.calls if incoming is not call)
    finally:
        off = ana.call("*21")
        await off.answered()
        await off.ended()
    api = await house.api("ana")
    status, _, content = await api.request("POST", "/calls", {"to": PREMIUM})
    assert status == 403
    assert b"premium" in content
