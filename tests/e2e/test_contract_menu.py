"""What a caller types into the menu `main`, and when it counts."""

from __future__ import annotations

import time

import pytest

from tests.e2e.house import MAIN, House
from tests.kit import Call, CallerScript


async def in_the_menu(house: House, caller: str) -> Call:
    call = await house.place(MAIN, caller)
    return await CallerScript(call).is_answered().hears_speech(within=3, seconds=0.8).run()


@pytest.mark.parametrize(("keys", "earliest", "latest"), [("1#", 0.0, 1.2), ("1", 1.3, 2.7)])
async def test_a_digit_that_could_begin_an_extension_waits_and_a_hash_ends_it(
    house: House, keys: str, earliest: float, latest: float
) -> None:
    caller = f"+3460088810{len(keys)}"
    call = await in_the_menu(house, caller)
    began = time.monotonic()
    await call.press(keys)
    joined = await house.events.next("queue.joined", 5)
    assert joined.event["queue"] == "sales"
    assert earliest < joined.at - began < latest
    await call.hang_up()
    logged = await house.logged(await house.call_id(caller_number=caller))
    assert (logged["result"], logged["queue"], logged["answered_at"]) == ("abandoned", "sales", None)
    assert logged["wait_s"] < 1, "the wait begins with the queue"


@pytest.mark.parametrize("keys", ["112", "*8", "199"])
async def test_what_is_no_option_and_no_extension_is_wrong_and_goes_nowhere(house: House, keys: str) -> None:
    carrier = await house.carrier()
    call = await in_the_menu(house, "+34600888103")
    await call.press(keys)
    assert (await house.events.next("menu.choice", 4)).event["outcome"] == "wrong"
    await CallerScript(call).hears_speech(within=3, seconds=0.8).hangs_up().run()
    assert carrier.incoming_count == 0
