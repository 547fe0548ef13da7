"""Our calls told to a Bitrix24 portal, one that forgets and comes back among them."""

from __future__ import annotations

import base64
from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from pbx.events import CallNotAnswered, CallRinging, RecordingReady
from tests.unit.web.conftest import NOW, House
from tests.unit.web.events import CARMEN, answered, ended, event, started
from tests.unit.web.test_recordings import a_recording
from web.api.bitrix_portal import BitrixPortal, PortalError


class Portal:
    """Bitrix24 as far as telephony goes."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, dict[str, Any]]] = []
        self.is_away = False

    async def serve(self, request: web.Request) -> web.Response:
        if self.is_away:
            return web.json_response({"error": "OVERLOAD"}, status=503)
        method = request.path.rpartition("externalcall.")[2].removesuffix(".json")
        self.asked.append((method, await request.json()))
        if method == "hide":
            return web.json_response({"error": "ERROR_CORE", "error_description": "no"}, status=400)
        return web.json_response({"result": {"CALL_ID": "externalCall.1"} if method == "register" else True})


@pytest.fixture
async def portal() -> AsyncIterator[tuple[Portal, str]]:
    portal, app = Portal(), web.Application()
    app.router.add_post("/rest/1/secret/{method}", portal.serve)
    async with TestServer(app) as server:
        yield portal, str(server.make_url("/rest/1/secret/"))


async def settle(client: BitrixPortal) -> None:
    while await client.step():
        pass


async def test_a_portal_hears_of_a_call_in_order_with_its_recording(house: House, portal: tuple[Portal, str]) -> None:
    there, url = portal
    office = house.office
    client = BitrixPortal(url, office.database, office.archive, lambda: office.company, house.clock)
    await settle(client)
    sound = await a_recording(house)
    await house.happen(
        event(CallRinging("ana", "101"), "call", NOW),
        event(CallRinging("luis", "102"), "call", NOW),
        event(CallNotAnswered("luis", "102", "elsewhere"), "call", NOW + 1),
        event(ended(CARMEN, login="ana"), "call", NOW + 36),
        event(RecordingReady("rec", 0.64), "call", NOW + 37),
    )
    there.is_away = True
    with pytest.raises(PortalError):
        await settle(client)
    there.is_away = False
    await settle(client)
    await settle(client)
    methods = [method for method, _ in there.asked]
    assert methods == ["register", "show", "show", "hide", "finish", "attachRecord"]
    begun, over, kept = there.asked[0][1], there.asked[4][1], there.asked[5][1]
    assert (begun["PHONE_NUMBER"], begun["USER_PHONE_INNER"], begun["TYPE"]) == (CARMEN, "101", "2")
    assert begun["CALL_START_DATE"] == "2027-01-15T08:00:00.000Z"
    assert (over["CALL_ID"], over["DURATION"], over["STATUS_CODE"]) == ("externalCall.1", "30", "200")
    assert base64.b64decode(kept["FILE_CONTENT"]) == sound


async def test_who_is_only_heard_by_a_menu_and_internal_calls_stay_here(
    house: House, portal: tuple[Portal, str]
) -> None:
    there, url = portal
    office = house.office
    client = BitrixPortal(url, office.database, office.archive, lambda: office.company, house.clock)
    await settle(client)
    inside = started("102", "101", "internal", "luis")
    await house.happen(event(inside, "inside", NOW), event(answered("ana"), "inside", NOW + 1))
    await house.happen(event(started(CARMEN), "menu", NOW), event(ended(CARMEN, "abandoned"), "menu", NOW + 9))
    await settle(client)
    assert there.asked == []
