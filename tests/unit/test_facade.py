"""The exchange as the office and the command line use it."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest

from pbx import facade
from pbx.events import CallHeld, Event
from pbx.exchange.office_link import OfficeLink
from pbx.exchange.server import CommandServer
from pbx.facade import Exchange, ExchangeUnavailableError
from pbx.refusals import BadRequestError, BusyError, NotAllowedError, NotFoundError, WrongStateError


class Desk:
    """Commands with fixed answers."""

    refusal: Exception | None = None

    def _do(self, answer: Any) -> Any:
        if self.refusal is not None:
            raise self.refusal
        return answer

    def originate(self, login: str, to: str, device: str) -> str:
        return self._do(f"call from {login} to {to}")

    async def transfer(self, call_id: str, login: str, to: str, mode: str) -> None:
        return self._do(None)

    def hang_up(self, call_id: str, login: str | None) -> None:
        return self._do(None)

    def transfer_complete(self, call_id: str) -> None:
        return self._do(None)

    transfer_cancel = transfer_complete

    def hold(self, call_id: str, login: str, on: bool) -> None:
        return self._do(None)

    def park(self, call_id: str, login: str) -> int:
        return self._do(3)

    def recording(self, call_id: str, state: str, login: str | None, for_s: float | None = None) -> None:
        return self._do(None)

    def supervise(self, call_id: str, login: str, mode: str) -> None:
        return self._do(None)

    def conference(self, call_id: str, login: str, other: str) -> None:
        return self._do(None)

    def take_over(self, call_id: str, login: str) -> None:
        return self._do(None)

    def move(self, call_id: str, login: str, kind: str, target: str) -> None:
        return self._do(None)

    def set_agent(self, login: str, state: str, reason: str | None) -> dict[str, Any]:
        return self._do({"login": login, "state": state, "reason": reason})

    def floor(self, known: str | None) -> dict[str, Any]:
        return self._do({"revision": "1"})

    def calls(self) -> list[dict[str, Any]]:
        return self._do([])

    def sip_credentials(self, login: str, session: str, expires_at: float) -> dict[str, Any]:
        return self._do({"uri": f"sip:{login}@x", "username": session, "password": "p", "expires_at": expires_at})

    def revoke_sip(self, session: str) -> None:
        return self._do(None)

    def mailbox_changed(self, box: str) -> None:
        return self._do(None)

    async def reload(self) -> None:
        return self._do(None)

    def health(self) -> dict[str, Any]:
        return self._do({"calls": 0})


class House:
    """A command server that can be stopped and started again."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.desk = Desk()
        self.server = CommandServer(path, self.desk)

    async def start(self) -> None:
        self.server = CommandServer(self.path, self.desk)
        await self.server.start()


@pytest.fixture
async def house(tmp_path: Path):
    house = House(tmp_path / "exchange.sock")
    await house.start()
    yield house
    await house.server.stop()


def event(n: int) -> Event:
    return Event(f"00000000-0000-7000-8000-{n:012d}", float(n), "call", CallHeld(by="ana"))


async def test_each_command_and_its_answer(house: House) -> None:
    async with Exchange(house.path) as exchange:
        await exchange.wait_connected(5)
        assert await exchange.originate("ana", "102") == "call from ana to 102"
        assert await exchange.park("c", "ana") == 3
        assert await exchange.set_agent("ana", "break", "lunch") == {
            "login": "ana",
            "state": "break",
            "reason": "lunch",
        }
        assert await exchange.floor() == {"revision": "1"}
        assert await exchange.calls() == []
        assert await exchange.health() == {"calls": 0}
        await exchange.hang_up("c")
        await exchange.hold("c", "ana", True)
        await exchange.transfer("c", "ana", "102", "attended")
        await exchange.transfer_complete("c")
        await exchange.transfer_cancel("c")
        await exchange.recording("c", "pause", "ana")
        await exchange.supervise("c", "sofia", "listen")
        await exchange.conference("c", "ana", "d")
        await exchange.take_over("c", "sofia")
        await exchange.move("c", "sofia", "queue", "sales")
        await exchange.mailbox_changed("101")
        await exchange.reload()


@pytest.mark.parametrize("refusal", [NotFoundError, NotAllowedError, WrongStateError, BadRequestError, BusyError])
async def test_refusals_arrive_as_what_they_are(house: House, refusal: type[facade.Refusal]) -> None:
    house.desk.refusal = refusal("because")
    async with Exchange(house.path) as exchange:
        await exchange.wait_connected(5)
        with pytest.raises(refusal, match="because"):
            await exchange.hang_up("c")


async def test_a_parameter_that_is_not_allowed_is_a_bad_request(house: House) -> None:
    async with Exchange(house.path) as exchange:
        await exchange.wait_connected(5)
        with pytest.raises(BadRequestError, match="blind, attended"):
            await exchange.transfer("c", "ana", "102", "sideways")


async def test_without_an_exchange_every_command_says_so(tmp_path: Path) -> None:
    async with Exchange(tmp_path / "nobody.sock") as exchange:
        with pytest.raises(ExchangeUnavailableError):
            await exchange.calls()
        with pytest.raises(ExchangeUnavailableError):
            await exchange.wait_connected(0.01)
        assert not exchange.is_connected


async def test_a_command_under_way_when_the_exchange_dies_is_unavailable(house: House) -> None:
    waiting = asyncio.Event()

    async def never() -> list[dict[str, Any]]:
        waiting.set()
        await asyncio.Event().wait()
        return []

    house.desk.calls = never  # type: ignore[method-assign, assignment]
    async with Exchange(house.path) as exchange:
        await exchange.wait_connected(5)
        asked = asyncio.create_task(exchange.calls())
        await waiting.wait()
        await house.server.stop()
        with pytest.raises(ExchangeUnavailableError):
            await asked


async def test_events_go_on_over_a_restart_of_the_connection(house: House) -> None:
    heard: list[str] = []
    committed: list[Any] = []
    connected: list[int] = []
    arrived = asyncio.Condition()

    async def wait_for(n: int) -> None:
        async with arrived, asyncio.timeout(5):
            await arrived.wait_for(lambda: len(heard) >= n)

    async def wake() -> None:
        async with arrived:
            arrived.notify_all()

    tasks = set()

    def on_event(document: dict[str, Any]) -> None:
        heard.append(document["id"])
        tasks.add(asyncio.create_task(wake()))

    async with Exchange(
        house.path, on_event=on_event, on_committed=committed.append, on_connected=lambda: connected.append(1)
    ) as exchange:
        await exchange.wait_connected(5)
        house.server.publish(event(1))
        house.server.committed({"offset": 1})
        await wait_for(1)
        for connection in list(house.server._connections):
            connection.close()
        house.server.publish(event(2))
        house.server.publish(event(3))
        await wait_for(3)
        assert heard == [event(1).id, event(2).id, event(3).id]
        assert committed == [{"offset": 1}]
        assert len(connected) == 2


async def test_a_restarted_exchange_is_found_again(house: House) -> None:
    async with Exchange(house.path) as exchange:
        await exchange.wait_connected(5)
        await house.server.stop()
        while exchange.is_connected:
            await asyncio.sleep(0)
        await house.start()
        await exchange.wait_connected(5)
        assert await exchange.calls() == []


async def test_who_answers_questions_is_the_office(house: House) -> None:
    async def on_request(name: str, payload: dict[str, Any]) -> Any:
        return {"contact_id": "7", "name": payload["number"]} if name == "identify" else None

    async with Exchange(house.path, on_request=on_request) as exchange:
        await exchange.wait_connected(5)
        identity = await OfficeLink(house.server).identify("+34600111222", "x")
        assert identity is not None
        assert identity.name == "+34600111222"
    async with Exchange(house.path, on_event=lambda document: None) as exchange:
        await exchange.wait_connected(5)
        assert await OfficeLink(house.server).identify("+34600111222", "x") is None
