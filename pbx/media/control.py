"""The command socket of a worker: frames in, answers and events out, without asyncio.

One controller at a time; a new one takes the place of the old. While there is none, the legs live on for a while: the
exchange may be restarting.
"""

from __future__ import annotations

import contextlib
import logging
import select
import socket as sockets
from collections import deque
from collections.abc import Callable
from pathlib import Path
from typing import Any

from pbx.ipc.frames import Decoder, Frame, FrameError, Kind, encode
from pbx.media.errors import CommandError
from pbx.media.messages import MediaEvent
from pbx.media.wire import event_to_plain

CHUNK = 1 << 13  # some fifty commands: what is done in one pass is not to hold up the sound
MAX_BACKLOG = 64 << 20

log = logging.getLogger("media")

Do = Callable[[str, Any], Any]


class Control:
    """``serve(do)`` carries out what has come; ``do(name, fields)`` answers or raises CommandError."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.unlink(missing_ok=True)
        self._path = path
        self._listener = sockets.socket(sockets.AF_UNIX, sockets.SOCK_STREAM)
        self._listener.bind(str(path))
        path.chmod(0o600)
        self._listener.listen(4)
        self._listener.setblocking(False)
        self._poll = select.epoll()
        self._poll.register(self._listener, select.EPOLLIN)
        self._peer: sockets.socket | None = None
        self._decoder = Decoder()
        self._outgoing: deque[bytes] = deque()
        self._waiting = 0
        self.refused = self.faults = 0

    @property
    def is_connected(self) -> bool:
        return self._peer is not None

    def fileno(self) -> int:
        """To be polled for reading."""
        return self._poll.fileno()

    def serve(self, do: Do) -> None:
        """Take what is there and send what can be sent; never blocks."""
        for descriptor, _ in self._poll.poll(0):
            if descriptor == self._listener.fileno():
                self._accept()
            elif self._peer is not None and descriptor == self._peer.fileno():
                self._read(do)
        self.flush()

    def event(self, event: MediaEvent) -> None:
        """Tell the controller; dropped when there is none."""
        self._put(Frame(Kind.NOTIFICATION, 0, "event", event_to_plain(event)))

    def tell(self, name: str, fields: dict[str, Any]) -> None:
        """A notification to the controller; dropped when there is none."""
        self._put(Frame(Kind.NOTIFICATION, 0, name, fields))

    def flush(self) -> None:
        while self._outgoing and self._peer is not None:
            chunk = self._outgoing[0]
            try:
                sent = self._peer.send(chunk)
            except BlockingIOError:
                return
            except OSError:
                self._drop()
                return
            self._waiting -= sent
            if sent < len(chunk):
                self._outgoing[0] = chunk[sent:]
                return
            self._outgoing.popleft()

    def close(self) -> None:
        self.flush()
        self._drop()
        self._listener.close()
        self._poll.close()
        with contextlib.suppress(OSError):
            self._path.unlink()

    def _accept(self) -> None:
        try:
            peer, _ = self._listener.accept()
        except OSError:
            return
        self._drop()
        peer.setblocking(False)
        self._peer = peer
        self._poll.register(peer, select.EPOLLIN)

    def _drop(self) -> None:
        if self._peer is not None:
            self._poll.unregister(self._peer)
            self._peer.close()
            self._peer = None
        self._decoder = Decoder()
        self._outgoing.clear()
        self._waiting = 0

    def _read(self, do: Do) -> None:
        assert self._peer is not None
        try:
            chunk = self._peer.recv(CHUNK)
            frames = self._decoder.feed(chunk)
        except BlockingIOError:
            return
        except (OSError, FrameError):
            self._drop()
            return
        if not chunk:
            self._drop()
        for frame in frames:
            self._answer(frame, do)

    def _answer(self, frame: Frame, do: Do) -> None:
        if frame.kind not in {Kind.REQUEST, Kind.NOTIFICATION}:
            return
        try:
            answer = do(str(frame.name), frame.payload)
            reply = Frame(Kind.RESPONSE, frame.id, str(frame.name), answer)
        except CommandError as error:
            self.refused += 1
            reply = Frame(Kind.ERROR, frame.id, error.code, str(error))
        except Exception as error:  # a fault of ours in one command is not to end the calls of all
            log.exception("command %s failed", frame.name)
            self.faults += 1
            reply = Frame(Kind.ERROR, frame.id, "internal", f"{type(error).__name__}: {error}")
        if frame.kind is Kind.REQUEST:
            self._put(reply)
        elif reply.kind is Kind.ERROR:
            self._put(Frame(Kind.NOTIFICATION, 0, "refused", f"{frame.name}: {reply.payload}"))

    def _put(self, frame: Frame) -> None:
        if self._peer is None:
            return
        body = encode(frame)
        self._waiting += len(body)
        if self._waiting > MAX_BACKLOG:
            self._drop()
            return
        self._outgoing.append(body)
