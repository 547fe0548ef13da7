"""The command socket: what may be asked, and how a wrong question is answered."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from pbx.calls.errors import NoSuchCallError
from pbx.events import CallHeld, Event
from pbx.exchange.office_link import OfficeLink
from pbx.exchange.server import COMMANDS, CommandServer, checked
from pbx.ipc.connection import Connection, ConnectionLostError, RequestFailedError, connect
from pbx.ports import Identity
from pbx.refusals import BadRequestError, NotAllowedError


class Desk:
    """Commands that say what they were asked."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, dict[str, Any]]] = []

    def __getattr__(self, name: str) -> Any:
        def do(**parameters: Any) -> Any:
            self.asked.append((name, parameters))
            return [name, parameters]

        return do

    def hang_up(self, call_id: str, login: str | None) -> None:
        raise NoSuchCallError(f"no call {call_id}")

    def park(self, call_id: str, login: str) -> int:
        return 1 // 0

    async def supervise(self, call_id: str, login: str, mode: str) -> None:
        await asyncio.sleep(0)
        raise NotAllowedError("not yours")


@pytest.fixture
def desk() -> Desk:
    return Desk()


@pytest.fixture
async def server(tmp_path: Path, desk: Desk) -> AsyncIterator[CommandServer]:
    server = CommandServer(tmp_path / "run" / "exchange.sock", desk)
    await server.start()
    yield server
    await server.stop()


@pytest.fixture
async def client(tmp_path: Path, server: CommandServer) -> AsyncIterator[Connection]:
    client = await connect(tmp_path / "run" / "exchange.sock", Connection())
    yield client
    client.close()


class Listener:
    """A connection that keeps what it is told."""

    def __init__(self, on_request: Any = None) -> None:
        self.told: list[tuple[str, Any]] = []
        self.connection = Connection(on_request, lambda name, payload: self.told.append((name, payload)))


def event(n: int) -> Event:
    return Event(f"00000000-0000-7000-8000-{n:012d}", float(n), "call", CallHeld(by="ana"))


async def test_a_command_reaches_who_does_it(client: Connection, desk: Desk) -> None:
    assert await client.request("hold", {"call_id": "c", "login": "ana", "on": True}) == [
        "hold", {"call_id": "c", "login": "ana", "on": True},
    ]  # fmt: skip
    assert desk.asked == [("hold", {"call_id": "c", "login": "ana", "on": True})]


@pytest.mark.parametrize(
    ("name", "payload", "code"),
    [
        ("hang_up", {"call_id": "c"}, "not_found"),
        ("supervise", {"call_id": "c", "login": "ana", "mode": "barge"}, "not_allowed"),
        ("park", {"call_id": "c", "login": "ana"}, "failed"),
        ("no_such_thing", {}, "bad_request"),
        ("__class__", {}, "bad_request"),
        ("hold", {"call_id": "c", "login": "ana"}, "bad_request"),
        ("calls", {"extra": 1}, "bad_request"),
        ("calls", [], "bad_request"),
        ("calls", None, "bad_request"),
    ],
)
async def test_refusals_have_a_code(client: Connection, name: str, payload: object, code: str) -> None:
    with pytest.raises(RequestFailedError) as refused:
        await client.request(name, payload)
    assert refused.value.code == code


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_every_parameter_of_every_command_is_checked(name: str) -> None:
    good: dict[str, Any] = {
        "wanted": {"busy": None},
        "name": "night",
        "call_id": "c", "login": "ana", "to": "102", "on": False, "reason": None, "session": "s", "expires_at": 2e9,
        "box": "101", "trunk": "carrier", "other": "d", "kind": "queue", "target": "sales",
        "queue": "sales", "number": "600", "by": "ana", "due_at": 2e9, "language": "es", "callback_id": "b",
        "extend_s": 30.0, "for_s": 30.0, "position": 3, "device": "any", "known": None,
        "contacts": [{"number": "+34600111222", "name": "Carmen"}], "contact_id": "e", "starts": True,
        "mode": "listen" if name == "supervise" else "blind",
        "state": {"recording": "off", "campaign_state": "paused"}.get(name, "offline"),
    }  # fmt: skip
    payload = {parameter: good[parameter] for parameter in COMMANDS[name]}
    assert checked(name, payload) == payload
    for parameter in COMMANDS[name]:
        small = -5 if parameter in {"extend_s", "for_s", "position"} else 5
        for wrong in (small, b"x", "", "x" * 513, ["ana"], {"a": 1}):
            with pytest.raises(BadRequestError, match=parameter):
                checked(name, payload | {parameter: wrong})


async def test_who_does_not_subscribe_hears_nothing(tmp_path: Path, server: CommandServer) -> None:
    listener = Listener()
    await connect(tmp_path / "run" / "exchange.sock", listener.connection)
    server.publish(event(1))
    await listener.connection.request("calls", {})
    assert listener.told == []
    listener.connection.close()


async def test_a_subscriber_hears_events_and_commits_in_order(tmp_path: Path, server: CommandServer) -> None:
    listener = Listener()
    await connect(tmp_path / "run" / "exchange.sock", listener.connection)
    await listener.connection.request("subscribe", {})
    server.publish(event(1))
    server.committed({"offset": 100})
    server.publish(event(2))
    await listener.connection.request("calls", {})
    assert [name for name, _ in listener.told] == ["event", "committed", "event"]
    assert listener.told[0][1] == event(1).to_document()
    assert listener.told[1][1] == {"offset": 100}
    listener.connection.close()


async def test_who_comes_back_gets_what_was_missed(tmp_path: Path, server: CommandServer) -> None:
    for n in range(1, 6):
        server.publish(event(n))
    listener = Listener()
    await connect(tmp_path / "run" / "exchange.sock", listener.connection)
    answer = await listener.connection.request("subscribe", {"since": event(3).id})
    assert answer == {"replayed": 2, "complete": True}
    assert [payload["id"] for _, payload in listener.told] == [event(4).id, event(5).id]
    answer = await listener.connection.request("subscribe", {"since": event(0).id})
    assert answer == {"replayed": 5, "complete": False}
    listener.connection.close()


async def test_ids_of_two_processes_need_not_be_in_order(tmp_path: Path, server: CommandServer) -> None:
    for n in (1, 5, 3):
        server.publish(event(n))
    listener = Listener()
    await connect(tmp_path / "run" / "exchange.sock", listener.connection)
    await listener.connection.request("subscribe", {"since": event(5).id})
    assert [payload["id"] for _, payload in listener.told] == [event(3).id]
    listener.connection.close()


async def test_a_subscriber_that_goes_is_forgotten(tmp_path: Path, server: CommandServer, client: Connection) -> None:
    listener = Listener()
    await connect(tmp_path / "run" / "exchange.sock", listener.connection)
    await listener.connection.request("subscribe", {"office": True})
    assert server.office is not None
    listener.connection.close()
    while server.office is not None:
        await client.request("calls", {})
    server.publish(event(1))


async def test_without_an_office_nobody_is_identified(server: CommandServer) -> None:
    link = OfficeLink(server)
    assert await link.identify("+34600111222", "+34910000001") is None
    assert await link.screen_pop("c", ["ana"], None, "101", None) is None
    assert link.unanswered == 0


async def an_office(tmp_path: Path, on_request: Any) -> Connection:
    office = await connect(tmp_path / "run" / "exchange.sock", Connection(on_request))
    await office.request("subscribe", {"office": True})
    return office


async def test_the_office_says_who_is_calling(tmp_path: Path, server: CommandServer) -> None:
    async def answer(name: str, payload: Any) -> Any:
        if name == "identify" and payload["number"]:
            return {"contact_id": "1", "name": "Carmen Ruiz", "company": "Librería Sol", "language": "es", "more": 1}
        return {"event_id": "e", "card": payload} if name == "screen_pop" else None

    office = await an_office(tmp_path, answer)
    link = OfficeLink(server)
    assert await link.identify("+34600111222", "+34910000001") == Identity("1", "Carmen Ruiz", "Librería Sol", "es")
    assert await link.identify(None, "+34910000001") is None
    pop = await link.screen_pop("c", ("ana",), "+34600111222", "+34910000001", "sales")
    assert pop is not None
    assert pop["card"]["logins"] == ["ana"]
    office.close()


@pytest.mark.parametrize("behaviour", ["late", "refuses", "nonsense", "half"])
async def test_an_office_in_trouble_delays_nobody(tmp_path: Path, server: CommandServer, behaviour: str) -> None:
    async def answer(name: str, payload: Any) -> Any:
        if behaviour == "late":
            await asyncio.Event().wait()
        if behaviour == "refuses":
            raise RequestFailedError("failed", "the database is away")
        return "?" if behaviour == "nonsense" else {"name": "Carmen"}

    office = await an_office(tmp_path, answer)
    link = OfficeLink(server, deadline_s=0.01)
    assert await link.identify("+34600111222", "+34910000001") is None
    office.close()


async def test_the_newest_office_is_asked(tmp_path: Path, server: CommandServer) -> None:
    async def first(name: str, payload: Any) -> Any:
        return {"contact_id": "1", "name": "first"}

    async def second(name: str, payload: Any) -> Any:
        return {"contact_id": "2", "name": "second"}

    offices = [await an_office(tmp_path, first), await an_office(tmp_path, second)]
    identity = await OfficeLink(server).identify("+34600111222", "x")
    assert identity is not None
    assert identity.name == "second"
    for office in offices:
        office.close()


async def test_stopping_disconnects_everybody(server: CommandServer, client: Connection) -> None:
    await client.request("calls", {})
    await server.stop()
    with pytest.raises(ConnectionLostError):
        for _ in range(100):
            await client.request("calls", {})
