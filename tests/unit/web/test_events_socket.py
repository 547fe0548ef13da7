"""The event WebSocket: who may open it, what each role sees, where it goes on."""

from __future__ import annotations

import asyncio
from typing import Any

import aiohttp
import pytest

from pbx.events import AgentStateChanged, QueueJoined, SystemAlarm
from store import event_log
from tests.unit.web.conftest import House
from tests.unit.web.events import CARMEN, answered, event, started


class Reader:
    """One open event WebSocket."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self.socket = socket

    async def next(self) -> dict[str, Any]:
        document: dict[str, Any] = await self.socket.receive_json(timeout=5)
        return document

    async def types(self, count: int) -> list[str]:
        return [(await self.next())["type"] for _ in range(count)]


async def read(house: House, login: str, since: str | None = None) -> Reader:
    assert house.http is not None
    query = "" if since is None else f"?since={since}"
    before = house.office.hub.subscribers
    headers = {"Authorization": f"Bearer {await house.token(login)}"}
    socket = await house.http.ws_connect(f"{house.url}/api/v1/events{query}", headers=headers)
    while house.office.hub.subscribers == before:
        await asyncio.sleep(0)
    return Reader(socket)


def alarm() -> dict[str, Any]:
    return event(SystemAlarm("disk_full", "var"), None)


def state(login: str) -> dict[str, Any]:
    return event(AgentStateChanged(login, "available", "offline", "api"), None)


async def test_events_of_the_exchange_arrive_as_they_are(house: House) -> None:
    reader = await read(house, "sofia")
    document = event(started(CARMEN), "call")
    house.exchange.emit(document)
    assert await reader.next() == document


async def test_of_people_of_other_queues_one_hears_neither_call_nor_reason(house: House) -> None:
    ana, sofia = await read(house, "ana"), await read(house, "sofia")
    for login in ("marta", "luis"):
        document = event(AgentStateChanged(login, "talking", "ringing", "call", "doctor"), "call-7")
        house.exchange.emit(document)
        assert await sofia.next() == document
        hidden = {"call_id": None, "reason": None} if login == "marta" else {}
        assert await ana.next() == document | hidden


async def test_an_agent_sees_own_calls_own_queues_and_colleagues(house: House) -> None:
    reader = await read(house, "ana")
    shown = [
        event(QueueJoined("sales", 1), "call-1"),
        event(answered("ana"), "call-1"),
        state("luis"),
    ]
    hidden = [
        event(started(CARMEN), "call-2"),
        event(QueueJoined("support", 1), "call-2"),
        event(answered("luis"), "call-2"),
        alarm(),
    ]
    for document in [*hidden, *shown]:
        house.exchange.emit(document)
    assert [await reader.next() for _ in shown] == shown


async def test_the_pop_up_is_on_the_screen_before_the_exchange_has_its_answer(house: House) -> None:
    ana, luis, sofia = await read(house, "ana"), await read(house, "luis"), await read(house, "sofia")
    answer = await house.exchange.ask(
        "screen_pop", call_id="call", logins=["ana"], number=CARMEN, dialled="+34910000002", queue="sales"
    )
    pop = await ana.next()
    assert (pop["type"], pop["id"], pop["call_id"]) == ("screen_pop", answer["event_id"], "call")
    assert pop["card"]["contact"]["name"] == "Carmen Ruiz"
    assert answer["card"] == pop["card"]
    house.exchange.emit(pop)
    last = state("marta")
    house.exchange.emit(last)
    for reader in (ana, luis, sofia):
        assert await reader.next() == last


async def test_a_stranger_is_identified_as_nobody_and_a_customer_by_name(house: House) -> None:
    assert await house.exchange.ask("identify", number="+34655000111", dialled="+34910000001") is None
    known = await house.exchange.ask("identify", number=CARMEN, dialled="+34910000001")
    assert (known["name"], known["company"], known["responsible"]) == ("Carmen Ruiz", "Librería Sol", "ana")


async def test_it_goes_on_after_the_last_event_seen(house: House) -> None:
    documents = [event(started(CARMEN), f"call-{number}") for number in range(5)]
    for document in documents[:4]:
        house.office.hub.publish(document)
    reader = await read(house, "sofia", since=documents[1]["id"])
    house.office.hub.publish(documents[4])
    assert [await reader.next() for _ in range(3)] == documents[2:]


async def test_it_goes_on_from_the_database_after_a_restart(house: House) -> None:
    documents = [event(started(CARMEN), f"call-{number}") for number in range(4)]
    mine = event(answered("ana"), "call-3")
    await house.happen(*documents, mine)
    live = event(answered("ana"), "call-1")
    house.office.hub.publish(documents[3])
    house.office.hub.publish(mine)
    sofia = await read(house, "sofia", since=documents[0]["id"])
    ana = await read(house, "ana", since=documents[0]["id"])
    house.office.hub.publish(live)
    assert [(await sofia.next())["id"] for _ in range(4)] == [one["id"] for one in (*documents[1:], mine)]
    assert (await sofia.next())["type"] == "lead.created"
    assert await sofia.next() == live
    assert [(await ana.next())["call_id"] for _ in range(3)] == ["call-3"] * 3
    assert await ana.next() == live


async def test_events_of_the_office_join_the_stream(house: House) -> None:
    reader = await read(house, "ana")
    await house.happen(event(started("+34655000111"), "call"), event(answered("ana"), "call"))
    lead = await reader.next()
    assert (lead["type"], lead["number"], lead["responsible"]) == ("lead.created", "+34655000111", "ana")
    async with house.office.database.session() as session:
        logged = await event_log.of_call(session, "call")
    assert lead in logged


async def test_a_first_message_may_bring_the_token(house: House) -> None:
    assert house.http is not None
    async with house.http.ws_connect(f"{house.url}/api/v1/events") as socket:
        await socket.send_json({"token": await house.token("sofia")})
        while not house.office.hub.subscribers:
            await asyncio.sleep(0)
        document = alarm()
        house.exchange.emit(document)
        assert await socket.receive_json(timeout=5) == document


@pytest.mark.parametrize("message", ["{}", "nonsense", '{"token": "wrong"}', "[1]", "[" * 4000])
async def test_a_wrong_first_message_closes_it(house: House, message: str) -> None:
    assert house.http is not None
    async with house.http.ws_connect(f"{house.url}/api/v1/events") as socket:
        await socket.send_str(message)
        closed = await socket.receive(timeout=5)
        assert closed.type is aiohttp.WSMsgType.CLOSE
        assert socket.close_code == 4401


async def test_the_cookie_opens_it_from_the_same_origin_only(house: House) -> None:
    assert house.http is not None
    cookie = {"Cookie": f"centralita_session={await house.token('sofia')}"}
    url = f"{house.url}/api/v1/events"
    async with house.http.ws_connect(url, headers=cookie | {"Origin": house.url}) as socket:
        while not house.office.hub.subscribers:
            await asyncio.sleep(0)
        document = alarm()
        house.exchange.emit(document)
        assert await socket.receive_json(timeout=5) == document
    with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
        await house.http.ws_connect(url, headers=cookie | {"Origin": "https://elsewhere.example"})
    assert refused.value.status == 403


async def test_a_wrong_token_is_refused_at_the_door(house: House) -> None:
    assert house.http is not None
    with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
        await house.http.ws_connect(f"{house.url}/api/v1/events", headers={"Authorization": "Bearer wrong"})
    assert refused.value.status == 401


async def test_a_reader_that_does_not_keep_up_is_let_go(house: House) -> None:
    house.office.hub._backlog = 10
    reader = await read(house, "sofia")
    for _ in range(50):
        house.office.hub.publish(alarm())
    message = await reader.socket.receive(timeout=5)
    while message.type is aiohttp.WSMsgType.TEXT:
        message = await reader.socket.receive(timeout=5)
    assert reader.socket.close_code == 4408


async def test_who_signs_out_everywhere_hears_no_more_at_once(house: House) -> None:
    reader = await read(house, "ana")
    assert (await house.ask("ana", "DELETE", "/sessions")).status == 204
    message = await reader.socket.receive(timeout=2)
    assert (message.type, message.data) == (aiohttp.WSMsgType.CLOSE, 4401)


async def test_the_session_that_ends_the_others_goes_on_hearing(house: House) -> None:
    other = await read(house, "ana")
    house.tokens.pop("ana")
    this = await read(house, "ana")
    assert (await house.ask("ana", "DELETE", "/sessions?others=true")).status == 204
    assert (await other.socket.receive(timeout=2)).data == 4401
    document = state("luis")
    house.exchange.emit(document)
    assert await this.next() == document
