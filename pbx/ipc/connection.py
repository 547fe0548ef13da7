"""One asyncio connection between two of our processes: requests, responses and notifications both ways."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, cast

import structlog

from pbx.ipc.frames import Decoder, Frame, FrameError, Kind, encode

log = structlog.get_logger()

OnRequest = Callable[[str, Any], Awaitable[Any]]
OnNotification = Callable[[str, Any], None]
MAX_BACKLOG = 64 << 20


class IpcError(Exception):
    """Base of what can go wrong between two processes."""


class ConnectionLostError(IpcError):
    """The other process is gone."""


class RequestFailedError(IpcError):
    """The other process refused: ``code`` names the fault, the text says it to a person."""

    def __init__(self, code: str, text: str) -> None:
        super().__init__(text)
        self.code = code
        self.text = text


class Connection(asyncio.Protocol):
    """Speaks frames over one Unix socket.

    ``on_request(name, payload)`` answers the peer's requests: what it returns is the response, and a
    RequestFailedError is sent as the refusal. ``on_notification`` must not block. ``on_lost`` is called once.
    """

    def __init__(
        self,
        on_request: OnRequest | None = None,
        on_notification: OnNotification | None = None,
        on_lost: Callable[[Connection], None] | None = None,
    ) -> None:
        self._on_request = on_request
        self._on_notification = on_notification
        self._on_lost = on_lost
        self._decoder = Decoder()
        self._ids = itertools.count(1)
        self._waiting: dict[int, asyncio.Future[Any]] = {}
        self._answering: set[asyncio.Task[None]] = set()
        self._transport: asyncio.Transport | None = None
        self._writable = asyncio.Event()
        self._writable.set()

    @property
    def is_open(self) -> bool:
        return self._transport is not None and not self._transport.is_closing()

    @property
    def backlog(self) -> int:
        """Octets that the peer has not taken yet."""
        return self._transport.get_write_buffer_size() if self._transport is not None else 0

    async def drained(self) -> None:
        """Wait while the peer is slower than we are; returns at once when the connection is lost."""
        await self._writable.wait()

    def notify(self, name: str, payload: Any) -> None:
        """Send and forget; silently dropped when the connection is lost (``on_lost`` has told)."""
        self._send(Frame(Kind.NOTIFICATION, 0, name, payload))

    async def request(self, name: str, payload: Any, deadline_s: float = 5.0) -> Any:
        """Ask and wait. Raises ConnectionLostError, RequestFailedError, TimeoutError."""
        if not self.is_open:
            raise ConnectionLostError("not connected")
        id_ = next(self._ids)
        future: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self._waiting[id_] = future
        self._send(Frame(Kind.REQUEST, id_, name, payload))
        try:
            async with asyncio.timeout(deadline_s):
                return await future
        finally:
            self._waiting.pop(id_, None)

    def close(self) -> None:
        if self._transport is not None:
            self._transport.close()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)  # uvloop's transports are no subclass

    def pause_writing(self) -> None:
        self._writable.clear()

    def resume_writing(self) -> None:
        self._writable.set()

    def connection_lost(self, exc: Exception | None) -> None:
        self._writable.set()
        for future in self._waiting.values():
            if not future.done():
                future.set_exception(ConnectionLostError("the connection was lost"))
        self._waiting.clear()
        for task in self._answering:
            task.cancel()
        if self._on_lost is not None:
            self._on_lost(self)

    def data_received(self, data: bytes) -> None:
        try:
            frames = self._decoder.feed(data)
        except FrameError:
            self.close()
            return
        for frame in frames:
            self._receive(frame)

    def _receive(self, frame: Frame) -> None:
        match frame.kind:
            case Kind.NOTIFICATION if self._on_notification is not None:
                self._on_notification(frame.name, frame.payload)
            case Kind.REQUEST:
                task = asyncio.get_running_loop().create_task(self._answer(frame))
                self._answering.add(task)
                task.add_done_callback(self._answering.discard)
            case Kind.RESPONSE | Kind.ERROR:
                future = self._waiting.get(frame.id)
                if future is None or future.done():
                    return
                if frame.kind is Kind.RESPONSE:
                    future.set_result(frame.payload)
                else:
                    future.set_exception(RequestFailedError(frame.name, str(frame.payload)))

    async def _answer(self, frame: Frame) -> None:
        try:
            if self._on_request is None:
                raise RequestFailedError("unknown_request", f"no such request: {frame.name}")
            self._send(Frame(Kind.RESPONSE, frame.id, frame.name, await self._on_request(frame.name, frame.payload)))
        except RequestFailedError as error:
            self._send(Frame(Kind.ERROR, frame.id, error.code, error.text))
        except (KeyError, TypeError, ValueError) as error:
            self._send(Frame(Kind.ERROR, frame.id, "bad_request", f"{type(error).__name__}: {error}"))
        except Exception:  # whoever asks is not to wait for an answer that never comes
            log.exception("request_failed", request=frame.name)
            self._send(Frame(Kind.ERROR, frame.id, "fault", "it failed; the log says why"))

    def _send(self, frame: Frame) -> None:
        if self._transport is None or self._transport.is_closing():
            return
        if self._transport.get_write_buffer_size() > MAX_BACKLOG:
            self._transport.abort()
            return
        self._transport.write(encode(frame))


async def connect(path: Path, connection: Connection) -> Connection:
    """Open ``connection`` to the process listening on ``path``. Raises OSError."""
    await asyncio.get_running_loop().create_unix_connection(lambda: connection, str(path))
    return connection


async def listen(path: Path, accept: Callable[[], Connection]) -> asyncio.Server:
    """Listen on ``path`` (owner only), one connection from ``accept`` per peer."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    server = await asyncio.get_running_loop().create_unix_server(accept, str(path))
    path.chmod(0o600)
    return server
