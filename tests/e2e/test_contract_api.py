"""What scripts of others rely on in the API: pages, numbers, sound by Accept and Range, roles, who opens the stream."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest
import websockets

from tests.e2e.house import AGENT_HZ, CALLER_HZ, CARMEN, SALES, Agent, House
from tests.kit import Api, CallerScript
from tests.kit.phone import answers

ROOM = "+34910000004"


async def a_call(house: House, caller: str | None) -> str:
    """A short call to the conference room, in the log."""
    call = await house.place(ROOM, caller)
    await call.answered()
    await call.hang_up()
    call_id = await house.call_id(caller_number=caller)
    await house.logged(call_id)
    return call_id


async def raw(api: Api, path: str, accept: str | None = None, **headers: str) -> tuple[int, dict[str, str], bytes]:
    return await api.request("GET", path, headers={**({"Accept": accept} if accept else {}), **headers})


async def test_calls_come_newest_first_in_pages_and_by_number(house: House) -> None:
    numbers = ["+34600777001", "+34600777002", "+34600777003"]
    ids = [await a_call(house, number) for number in numbers]
    first = await house.admin.get("/calls", limit=2)
    second = await house.admin.get("/calls", limit=1, cursor=first["next_cursor"])
    assert [call["id"] for call in first["items"] + second["items"]] == ids[::-1]
    for written in ("+34600777002", " 34600777002", "600777002"):
        assert [call["id"] for call in await house.admin.items("/calls", number=written)] == [ids[1]]


async def test_a_withheld_number_is_null_everywhere(house: House) -> None:
    call_id = await a_call(house, None)
    caller = (await house.admin.get(f"/calls/{call_id}"))["caller"]
    assert caller == {"number": None, "name": None, "contact_id": None, "lead_id": None}
    (activity,) = await house.admin.items("/activities", call_id=call_id)
    assert activity["number"] is None


async def a_recorded_call(house: House) -> tuple[Agent, str, str]:
    """Ana, the call's id and the recording's."""
    ana = await house.agent("ana", answers(AGENT_HZ))
    call = await house.place(SALES)
    await CallerScript(call).is_answered().says_tone(CALLER_HZ).hears_tone(AGENT_HZ, within=6, seconds=1.0).run()
    await call.hang_up()
    call_id = await house.call_id(caller_number=CARMEN)
    recording_id = (await house.logged(call_id))["recording_id"]
    await house.recording(recording_id)
    return ana, call_id, recording_id


async def test_a_recording_is_heard_by_accept_and_range_by_those_concerned_and_deleted_for_good(house: House) -> None:
    ana, call_id, recording_id = await a_recorded_call(house)
    path = f"/recordings/{recording_id}"
    for accept, media, magic in (("audio/wav", "audio/wav", b"RIFF"), ("audio/ogg", "audio/ogg", b"OggS")):
        status, headers, content = await raw(ana.api, path + "/audio", accept)
        assert (status, headers["content-type"], content[:4]) == (200, media, magic)
        status, headers, part = await raw(ana.api, path + "/audio", accept, Range="bytes=4-11")
        assert (status, part) == (206, content[4:12])
        assert headers["content-range"] == f"bytes 4-11/{len(content)}"
    for accept, range_, expected in (("audio/mpeg", "", 406), ("audio/wav", "bytes=99999999-", 416)):
        status, headers, content = await raw(ana.api, path + "/audio", accept, **({"Range": range_} if range_ else {}))
        assert (status, json.loads(content)["status"]) == (expected, expected)
        assert headers["content-type"].startswith("application/problem+json")
    luis = await house.api("luis")
    for mine in (path, path + "/audio", f"/calls/{call_id}", f"/calls/{call_id}/events", f"/calls/{call_id}/notes"):
        assert (await raw(luis, mine))[0] == 404, f"{mine} is none of Luis's business"
        assert (await raw(ana.api, mine, "*/*"))[0] == 200
    assert (await ana.api.request("DELETE", path))[0] == 403
    assert (await house.admin.request("DELETE", path))[0] == 204
    for gone in (path, path + "/audio"):
        assert (await raw(house.admin, gone, "*/*"))[0] == 404


@pytest.mark.parametrize("way", ["bearer", "cookie", "first message"])
async def test_the_event_stream_opens_in_three_ways(house: House, way: str) -> None:
    ana = await house.api("ana")
    cookie = {"Cookie": f"centralita_session={ana.token}"}
    ways: dict[str, dict[str, Any]] = {
        "bearer": {"additional_headers": {"Authorization": f"Bearer {ana.token}"}},
        "cookie": {"additional_headers": cookie, "origin": ana.base},
        "first message": {},
    }
    url = ana.base.replace("http", "ws", 1) + "/api/v1/events"
    async with websockets.connect(url, **ways[way]) as socket:
        if way == "first message":
            await socket.send(json.dumps({"token": ana.token}))
        event = await asyncio.wait_for(_next_event(socket, ana), 5)
    assert {"id", "type", "at", "call_id"} <= event.keys()
    assert (event["type"], event["login"]) == ("agent.state", "ana")


async def _next_event(socket: websockets.ClientConnection, api: Api) -> dict[str, Any]:
    """The next event of a change of state; again and again, for the stream may not be open yet."""
    reading = asyncio.create_task(socket.recv())
    while not reading.done():
        for state in ("break", "offline"):
            await api.put("/agents/me", {"state": state})
        await asyncio.wait({reading}, timeout=0.2)
    event: dict[str, Any] = json.loads(reading.result())
    return event


async def test_the_event_stream_stays_shut_for_strangers(house: House) -> None:
    ana = await house.api("ana")
    url = ana.base.replace("http", "ws", 1) + "/api/v1/events"
    cookie = {"Cookie": f"centralita_session={ana.token}"}
    refused: list[tuple[int, dict[str, Any]]] = [
        (403, {"additional_headers": cookie, "origin": "http://elsewhere.example"}),
        (401, {"additional_headers": {"Authorization": "Bearer nonsense"}}),
    ]
    for status, how in refused:
        with pytest.raises(websockets.InvalidStatus) as refusal:
            await websockets.connect(url, **how)
        assert refusal.value.response.status_code == status
        assert json.loads(bytes(refusal.value.response.body))["status"] == status
    for first in ('{"token": "nonsense"}', "nonsense"):
        async with websockets.connect(url) as socket:
            await socket.send(first)
            with pytest.raises(websockets.ConnectionClosed):
                await asyncio.wait_for(socket.recv(), 5)
