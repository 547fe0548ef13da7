"""An exchange at the other end of the command socket: it notes what it is told and answers as it is set up to."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

from pbx.ipc.browser_frames import BROWSERS
from pbx.ipc.connection import Connection, listen
from pbx.refusals import Refusal

AGENT = {
    "login": "ana",
    "name": "Ana",
    "extension": "101",
    "queues": ["sales"],
    "state": "available",
    "reason": None,
    "since": 1_800_000_000.0,
    "until": None,
    "call_id": None,
    "next_state": None,
    "reachable": True,
    "asleep": False,
}

QUEUE = {"name": "sales", "title": "Ventas", "waiting": 0, "longest_wait_s": 0.0, "members": [], "callers": []}

CALLBACK = {
    "id": "0198c0de-0000-7000-8000-00000000000c",
    "queue": "sales",
    "number": "+34600111222",
    "language": "es",
    "source": "caller",
    "requested_at": 1_800_000_000.0,
    "waits_since": 1_800_000_000.0,
    "not_before": 0.0,
    "attempts": 0,
    "priority": 0,
    "position": None,
    "call_id": None,
    "place": 2,
}


class FromBrowsers:
    """What the office says of its browsers' WebSockets."""

    def __init__(self) -> None:
        self.link: Connection | None = None
        self.heard: asyncio.Queue[tuple[str, dict[str, Any]]] = asyncio.Queue()

    def told(self, name: str, payload: Any) -> None:
        self.heard.put_nowait((name, payload))

    async def next(self) -> tuple[str, dict[str, Any]]:
        async with asyncio.timeout(5):
            return await self.heard.get()

    def say(self, name: str, **payload: Any) -> None:
        assert self.link is not None
        self.link.notify(name, payload)


OWN_SETTINGS = {
    **dict.fromkeys(("always", "busy", "no_answer", "unreachable", "follow_me")),
    "do_not_disturb": False,
    "no_call_waiting": False,
}


class ExchangeStandIn:
    """Speaks ``pbx.ipc`` on ``path``."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.commands: list[tuple[str, dict[str, Any]]] = []
        self.refusal: Refusal | None = None
        self.answers: dict[str, Any] = {
            "subscribe": {},
            "originate": "0198c0de-0000-7000-8000-000000000001",
            "park": 1,
            "callbacks": [],
            "campaigns": [],
            "campaign_offer": None,
            "callback_add": CALLBACK,
            "callback_change": CALLBACK,
            "wrap_up": AGENT,
            "own_settings": OWN_SETTINGS,
            "set_own": OWN_SETTINGS,
            "switches_on": [],
            "floor": {
                "revision": "1.1",
                "agents": [AGENT, {**AGENT, "login": "luis", "name": "Luis", "extension": "102", "state": "offline"}],
                "queues": [
                    QUEUE | {"waiting": 2, "longest_wait_s": 12.5, "members": ["ana"]},
                    QUEUE | {"name": "support", "title": "Soporte"},
                ],
            },
            "calls": [],
            "sip_credentials": {
                "uri": "sip:101@centralita",
                "username": "web-abc",
                "password": "secret",
                "expires_at": 1_800_003_600.0,
            },
            "devices": [
                {
                    "extension": "101",
                    "login": "ana",
                    "contact": "sip:101@192.0.2.7",
                    "from": "udp:192.0.2.7:5060",
                    "user_agent": "Desk",
                    "expires_s": 42.0,
                }
            ],
            "test_trunk": {"address": "192.0.2.9:5060", "status": 200, "reason": "OK", "took_ms": 7.5, "fault": ""},
            "health": {"ready": True, "draining": False, "calls": 0, "media_workers": 1},
            "media": [],
        }
        self.browsers = FromBrowsers()
        self._connections: list[Connection] = []
        self._server: asyncio.Server | None = None

    async def start(self) -> None:
        def accept() -> Connection:
            connection: Connection

            async def answer(name: str, payload: Any) -> Any:
                if name == BROWSERS:
                    self.browsers.link = connection
                elif name == "subscribe":
                    self._connections.append(connection)
                return await self._answer(name, payload)

            connection = Connection(answer, self.browsers.told)
            return connection

        self._server = await listen(self.path, accept)

    async def stop(self) -> None:
        if self._server is not None:
            self._server.close()
        for connection in self._connections:
            connection.close()
        if self.browsers.link is not None:
            self.browsers.link.close()

    def emit(self, document: dict[str, Any]) -> None:
        for connection in self._connections:
            connection.notify("event", document)

    async def ask(self, name: str, **question: Any) -> Any:
        return await self._connections[-1].request(name, question)

    def told(self, name: str) -> list[dict[str, Any]]:
        return [parameters for command, parameters in self.commands if command == name]

    async def _answer(self, name: str, payload: Any) -> Any:
        self.commands.append((name, payload))
        if self.refusal is not None and name not in {"subscribe", BROWSERS}:
            raise self.refusal
        if name == "set_agent":
            return {**AGENT, "login": payload["login"], "state": payload["state"], "reason": payload["reason"]}
        return self.answers.get(name)
