"""The product's HTTP side as any script would use it: JSON over HTTP, events over a WebSocket."""

from __future__ import annotations

import asyncio
import contextlib
import json
import ssl
import time
from collections.abc import Awaitable, Callable
from typing import Any, NamedTuple, Self, TypeVar
from urllib.parse import quote

import aiohttp
import websockets

from tests.kit.errors import ApiError, NothingCameError

OPEN_S = 20.0
Document = dict[str, Any]
T = TypeVar("T")


class Api:
    """A signed-in person. Paths are below ``/api/v1``; errors raise ApiError."""

    def __init__(self, base: str, session: aiohttp.ClientSession, login: str, token: str) -> None:
        self.base = base
        self.login = login
        self.token = token
        self._session = session

    @classmethod
    async def sign_in(
        cls, base: str, login: str, password: str = "demo", encryption: ssl.SSLContext | None = None
    ) -> Self:
        """``base`` as http://127.0.0.1:8080; ``encryption`` for https. Raises ApiError."""
        api = cls._connected(base, login, "", encryption)
        try:
            document = await api.post("/session", {"login": login, "password": password})
        except BaseException:
            await api.close()
            raise
        api.token = document["token"]
        return api

    @classmethod
    async def resume(cls, base: str, login: str, token: str) -> Self | None:
        """Go on with a session of before; None when it is over. Raises ApiError."""
        api = cls._connected(base, login, token)
        try:
            await api.get("/session")
        except ApiError as error:
            await api.close()
            if error.status != 401:
                raise
            return None
        return api

    @classmethod
    def _connected(cls, base: str, login: str, token: str, encryption: ssl.SSLContext | None = None) -> Self:
        connector = aiohttp.TCPConnector(ssl=encryption if encryption is not None else True)
        session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=30), connector=connector)
        return cls(base, session, login, token)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *exc: object) -> None:
        await self.close()

    async def close(self) -> None:
        await self._session.close()

    async def request(
        self, method: str, path: str, body: Any = None, *, headers: dict[str, str] | None = None, **query: Any
    ) -> tuple[int, dict[str, str], bytes]:
        """Status, headers (names in lower case) and content of any answer."""
        sent = dict(headers or {})
        if self.token:
            sent["Authorization"] = f"Bearer {self.token}"
        parameters = {name.rstrip("_"): str(value) for name, value in query.items() if value is not None}
        async with self._session.request(
            method, f"{self.base}/api/v1{path}", json=body, headers=sent, params=parameters
        ) as response:
            content = await response.read()
            return response.status, {name.lower(): value for name, value in response.headers.items()}, content

    async def json(self, method: str, path: str, body: Any = None, **query: Any) -> Any:
        """The JSON of a successful answer, None when it is empty. Raises ApiError."""
        status, _, content = await self.request(method, path, body, **query)
        document: Any = None
        if content:
            with contextlib.suppress(ValueError):
                document = json.loads(content)
        if status >= 400:
            raise ApiError(status, document if document is not None else content[:300], f"{method} {path}")
        return document

    async def get(self, path: str, **query: Any) -> Any:
        return await self.json("GET", path, **query)

    async def post(self, path: str, body: Any = None) -> Any:
        return await self.json("POST", path, body)

    async def put(self, path: str, body: Any = None) -> Any:
        return await self.json("PUT", path, body)

    async def content(self, path: str, accept: str = "audio/wav") -> bytes:
        """Raw content, such as a recording's WAV. Raises ApiError."""
        status, _, content = await self.request("GET", path, headers={"Accept": accept})
        if status >= 400:
            raise ApiError(status, content[:300], f"GET {path}")
        return content

    async def items(self, path: str, **query: Any) -> list[Document]:
        """The first page of a list, newest first."""
        items: list[Document] = (await self.get(path, **query))["items"]
        return items

    async def call_log(self, call_id: str, timeout: float = 2.0) -> Document:
        """The call once it has ended in the log. Raises NothingCameError after ``timeout``."""
        path = f"/calls/{quote(call_id)}"

        async def look() -> Document | None:
            try:
                call: Document = await self.get(path)
            except ApiError as error:
                if error.status == 404:
                    return None
                raise
            return call if call["ended_at"] else None

        return await eventually(look, timeout, f"{path} ended")

    async def agent(self, login: str) -> Document:
        """One agent as in GET /agents. Raises NothingCameError."""
        for agent in await self.items("/agents"):
            if agent["login"] == login:
                return agent
        raise NothingCameError(f"no agent {login}")

    async def become(self, state: str, reason: str | None = None, timeout: float = 8.0) -> None:
        """Set my state and wait until it is so; who becomes available may be ringing already."""
        reached = {state, "ringing", "talking"} if state == "available" else {state}
        await self.put("/agents/me", {"state": state, "reason": reason} if reason else {"state": state})

        async def look() -> bool | None:
            return (await self.agent(self.login))["state"] in reached or None

        await eventually(look, timeout, f"{self.login} {state}")

    async def events(self, since: str | None = None) -> EventStream:
        """Open the event WebSocket as this person."""
        return await EventStream.open(self.base, self.token, since)


class Received(NamedTuple):
    """An event and when (time.monotonic()) it came."""

    at: float
    event: Document


class EventStream:
    """The events that one person may see, as they come; all are kept in ``received``."""

    def __init__(self, socket: websockets.ClientConnection) -> None:
        self._socket = socket
        self.received: list[Received] = []
        self._came = asyncio.Event()
        self._reading = asyncio.create_task(self._read())

    @classmethod
    async def open(cls, base: str, token: str, since: str | None = None) -> Self:
        """Connect and show the token in the first message."""
        url = base.replace("http", "ws", 1) + "/api/v1/events" + (f"?since={quote(since)}" if since else "")
        socket = await websockets.connect(url, max_size=1 << 24)
        await socket.send(json.dumps({"token": token}))
        # Answered by who serves the stream: from here on no event is missed, however busy the server is.
        with contextlib.suppress(websockets.ConnectionClosed):
            await asyncio.wait_for(await socket.ping(), OPEN_S)
        return cls(socket)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *exc: object) -> None:
        await self.close()

    async def close(self) -> None:
        self._reading.cancel()
        await self._socket.close()

    def all(self, type_: str | None = None, **fields: Any) -> list[Document]:
        """Those that have come so far, oldest first, of this type and with these fields."""
        return [one.event for one in self.received if _fits(one.event, type_, fields)]

    async def next(
        self,
        type_: str,
        timeout: float = 5.0,
        where: Callable[[Document], bool] = lambda event: True,
        **fields: Any,
    ) -> Received:
        """The first event, come already or to come, of this type with these fields. Raises NothingCameError."""
        deadline = time.monotonic() + timeout
        while True:
            for one in self.received:
                if _fits(one.event, type_, fields) and where(one.event):
                    return one
            self._came.clear()
            left = deadline - time.monotonic()
            if left <= 0:
                types = [one.event.get("type") for one in self.received]
                raise NothingCameError(f"no {type_} {fields} within {timeout} s; came: {types[-40:]}")
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._came.wait(), left)

    def forget(self) -> None:
        """Drop what has come so far."""
        self.received.clear()

    async def _read(self) -> None:
        with contextlib.suppress(websockets.ConnectionClosed):
            async for message in self._socket:
                self.received.append(Received(time.monotonic(), json.loads(message)))
                self._came.set()


async def eventually(look: Callable[[], Awaitable[T | None]], timeout: float, what: str, every: float = 0.05) -> T:
    """Ask again and again until the answer is not None. Raises NothingCameError naming ``what``."""
    deadline = time.monotonic() + timeout
    while True:
        answer = await look()
        if answer is not None:
            return answer
        if time.monotonic() > deadline:
            raise NothingCameError(f"within {timeout} s: {what}")
        await asyncio.sleep(every)


def _fits(event: Document, type_: str | None, fields: dict[str, Any]) -> bool:
    return (type_ is None or event.get("type") == type_) and all(
        event.get(name) == value for name, value in fields.items()
    )
