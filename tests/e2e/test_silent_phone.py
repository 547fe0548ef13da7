"""A telephone that answers and sends nothing: its call ends, with that reason."""

from __future__ import annotations

from typing import Any

from tests.e2e.conftest import ServerFactory
from tests.e2e.house import AGENT_HZ, House
from tests.kit.phone import answers


async def test_a_telephone_that_answers_and_says_nothing_is_let_go(own_server: ServerFactory, open_house: Any) -> None:
    house: House = await open_house(own_server(environment={"CENTRALITA_MEDIA_TIMEOUT_S": "3"}))
    ana, luis = await house.phone("101", answers(AGENT_HZ)), await house.phone("102")
    call = await luis.call("101").answered()
    call.stream.send_to(None)
    await call.ended(12)
    assert ana.incoming_count == 1
    logged = await house.logged(await house.call_id(direction="internal"), 5)
    assert (logged["ended_by"], logged["reason"]) == ("system", "media_timeout")
