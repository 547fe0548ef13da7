"""Telephones that answer and send nothing: their calls end, with that reason, and no more callers get there."""

from __future__ import annotations

from typing import Any

from tests.e2e.conftest import ServerFactory
from tests.e2e.house import AGENT_HZ, SALES, House, side_by_side
from tests.kit import Call, CallerScript
from tests.kit.phone import answers


async def test_a_telephone_that_answers_and_says_nothing_is_let_go(own_server: ServerFactory, open_house: Any) -> None:
    house: House = await open_house(own_server(environment={"CENTRALITA_MEDIA_TIMEOUT_S": "3"}))
    await side_by_side(
        colleagues=who_says_nothing_to_a_colleague_is_hung_up_on(house),
        queue=an_agent_who_is_not_heard_gets_no_more_callers(house),
    )


async def who_says_nothing_to_a_colleague_is_hung_up_on(house: House) -> None:
    marta, sofia = await house.phone("103", answers(AGENT_HZ)), await house.phone("110")
    call = await sofia.call("103").answered()
    call.stream.send_to(None)
    await call.ended(12)
    assert marta.incoming_count == 1
    logged = await house.logged(await house.call_id(direction="internal"), 5)
    assert (logged["ended_by"], logged["reason"]) == ("system", "media_timeout")


async def an_agent_who_is_not_heard_gets_no_more_callers(house: House) -> None:
    async def answers_in_silence(call: Call) -> None:
        await call.answer()
        call.stream.send_to(None)

    ana = await house.agent("ana", answers_in_silence)
    first = await house.place(SALES, "+34600007001")
    await first.ended(20)
    assert first.ended_by_peer
    gone = (await house.events.next("agent.state", 8, login="ana", state="break")).event
    assert (gone["cause"], gone["reason"]) == ("no_sound", "no_sound")
    second = await house.place(SALES, "+34600007002")
    await CallerScript(second).is_answered().hears_music(within=5).hangs_up().run()
    assert ana.phone.incoming_count == 1
