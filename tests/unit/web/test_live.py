"""The hub: once per event, bounded, in order."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from web.api.live import Hub, SlowReaderError
from web.api.visibility import Participants, may_see


def document(number: int, type_: str = "call.started", **fields: Any) -> dict[str, Any]:
    return {"id": f"{number:08}", "type": type_, "call_id": None, **fields}


def everything(_: dict[str, Any]) -> bool:
    return True


async def test_an_event_comes_once_however_often_it_is_published() -> None:
    hub = Hub()
    reader = hub.subscribe(everything)
    for number in (1, 1, 2, 1):
        hub.publish(document(number))
    assert [(await reader.next())["id"] for _ in range(2)] == ["00000001", "00000002"]


async def test_the_ring_forgets_the_oldest() -> None:
    hub = Hub(ring=3)
    for number in range(5):
        hub.publish(document(number))
    assert hub.remembered("00000001") is None
    assert [one["id"] for one in hub.remembered("00000002") or ()] == ["00000003", "00000004"]
    assert hub.remembered("00000004") == []


async def test_a_slow_reader_is_let_go_and_the_others_go_on() -> None:
    hub = Hub(backlog=2)
    slow, quick = hub.subscribe(everything), hub.subscribe(everything)
    for number in range(5):
        hub.publish(document(number))
        assert (await quick.next())["id"] == f"{number:08}"
    with pytest.raises(SlowReaderError):
        await slow.next()


async def test_delivery_is_waited_for_until_it_is_written() -> None:
    hub = Hub()
    reader = hub.subscribe(everything)
    delivering = asyncio.ensure_future(hub.deliver(document(1), timeout_s=30))
    await reader.next()
    await asyncio.sleep(0)
    assert not delivering.done()
    following = asyncio.ensure_future(reader.next())
    await delivering
    following.cancel()


async def test_delivery_does_not_wait_for_a_reader_who_has_left() -> None:
    hub = Hub()
    reader = hub.subscribe(everything)
    delivering = asyncio.ensure_future(hub.deliver(document(1), timeout_s=30))
    await asyncio.sleep(0)
    hub.unsubscribe(reader)
    await delivering


@pytest.mark.parametrize(
    ("event", "agent", "supervisor"),
    [
        (document(1, "screen_pop", logins=["ana"]), True, False),
        (document(1, "screen_pop", logins=["luis"]), False, False),
        (document(1, "call.started", login=None), False, True),
        (document(1, "call.ringing", login="ana"), True, True),
        (document(1, "call.answered", login="luis"), False, True),
        (document(1, "call.transferred", by="ana", to="luis"), True, True),
        (document(1, "call.supervised", by="ana", mode="listen"), True, True),
        (document(1, "queue.joined", queue="sales"), True, True),
        (document(1, "queue.joined", queue="support"), False, True),
        (document(1, "agent.state", login="luis"), True, True),
        (document(1, "lead.created", responsible=None), True, True),
        (document(1, "voicemail.ready", box="101"), True, True),
        (document(1, "voicemail.ready", box="100"), False, True),
        (document(1, "device.registered", login="luis"), False, True),
        (document(1, "system.alarm"), False, True),
    ],
)
def test_who_sees_what(event: dict[str, Any], agent: bool, supervisor: bool) -> None:
    assert may_see("ana", "101", {"sales"}, False, event, ()) is agent
    assert may_see("sofia", "110", (), True, event, ()) is supervisor


def test_once_in_a_call_one_sees_the_rest_of_it() -> None:
    participants = Participants()
    participants.note(document(1, "call.ringing", login="ana") | {"call_id": "call"})
    held = document(2, "call.held", by="luis") | {"call_id": "call"}
    assert may_see("ana", "101", (), False, held, participants.of("call"))
    assert not may_see("marta", "103", (), False, held, participants.of("call"))
    listened = document(3, "call.supervised", by="sofia", mode="listen") | {"call_id": "call"}
    assert not may_see("ana", "101", (), False, listened, participants.of("call"))
