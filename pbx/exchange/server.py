"""The command socket: the office and the command line ask here, and hear here what happens.

One table says which commands there are and what they take; ``Commands`` does them. A connection that subscribes hears
every event at once; the one that says it is the office is also asked who is calling (``pbx/exchange/office_link.py``).
"""

from __future__ import annotations

import asyncio
import inspect
from collections import deque
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import Any, Protocol, TypeAlias, TypeVar

import structlog

from pbx.calls.errors import CallsError
from pbx.calls.recording_rules import Switched
from pbx.calls.target import DEVICES, Device
from pbx.events import Event
from pbx.exchange.campaigns.asked import CampaignsAsked, campaign_commands
from pbx.exchange.command_fields import (
    MAX_TEXT,
    epoch_seconds,
    flag,
    one_of,
    optional,
    optional_text,
    own,
    position,
    seconds,
    text,
)
from pbx.ipc.browser_frames import BROWSERS
from pbx.ipc.connection import Connection, RequestFailedError, listen
from pbx.refusals import BadRequestError, BusyError

log = structlog.get_logger()

MAX_CONNECTIONS = 64
REPLAY_EVENTS = 4096

Document = dict[str, Any]
T = TypeVar("T")
Soon: TypeAlias = T | Awaitable[T]


class Commands(CampaignsAsked, Protocol):
    """What can be asked of the exchange; plain or ``async``. Each raises CallsError or a ``pbx.refusals.Refusal``."""

    def originate(self, login: str, to: str, device: Device) -> Soon[str]:
        """Ring the devices of ``login``, or those of one kind, then dial ``to``; the id of the new call."""

    def hang_up(self, call_id: str, login: str | None) -> Soon[None]:
        """``login``: who hangs up, if one of the two who talk; else the call is ended from outside."""

    def hold(self, call_id: str, login: str, on: bool) -> Soon[None]: ...

    def transfer(self, call_id: str, login: str, to: str, mode: str) -> Soon[None]:
        """``mode``: ``blind`` or ``attended``."""

    def transfer_complete(self, call_id: str) -> Soon[None]: ...

    def transfer_cancel(self, call_id: str) -> Soon[None]: ...

    def park(self, call_id: str, login: str) -> Soon[int]:
        """The slot."""

    def recording(self, call_id: str, state: Switched, login: str | None, for_s: float | None = None) -> Soon[None]:
        """``state``: ``on``, ``pause`` or ``off``."""

    def recording_state(self, call_id: str, login: str) -> Soon[Document]:
        """``state``: ``on``, ``pause`` or ``off``; ``allowed``: which of them ``login`` may set now."""

    def supervise(self, call_id: str, login: str, mode: str) -> Soon[None]:
        """``mode``: ``listen``, ``whisper`` or ``barge``; rings the devices of ``login``."""

    def conference(self, call_id: str, login: str, other: str) -> Soon[None]:
        """Bring whom ``other`` reaches into ``call_id``; ``login`` talks in both."""

    def take_over(self, call_id: str, login: str) -> Soon[None]:
        """Let ``login`` talk in the place of the agent; rings their devices unless they are beside the call."""

    def move(self, call_id: str, login: str, kind: str, target: str) -> Soon[None]:
        """``login`` sends a caller who waits in a queue to a ``queue``, a ``person`` or a box (``voicemail``)."""

    def own_settings(self, login: str) -> Soon[Document]:
        """The forwards of ``login``, and what is on."""

    def set_own(self, login: str, wanted: dict[str, Any]) -> Soon[Document]:
        """Set some of these; answers with all."""

    def switches_on(self) -> Soon[list[str]]:
        """The night switches that are on."""

    def turn_switch(self, name: str, on: bool, login: str) -> Soon[None]:
        """Turn a night switch."""

    def set_agent(self, login: str, state: str, reason: str | None) -> Soon[Document]:
        """``state``: ``available``, ``break`` or ``offline``; answers with the agent as ``agents`` lists it."""

    def wrap_up(self, login: str, extend_s: float | None) -> Soon[Document]:
        """More time after a call, or none (null); answers with the agent."""

    def place(self, call_id: str, position: int) -> Soon[None]:
        """Another place in the line, from 1, for a caller or a callback."""

    def callbacks(self) -> Soon[list[Document]]:
        """Everybody who is to be called back."""

    def callback_add(
        self, queue: str, number: str, by: str, due_at: float | None, language: str | None
    ) -> Soon[Document]:
        """Call ``number`` back; ``due_at``: not before."""

    def callback_change(
        self, callback_id: str, by: str, queue: str | None, number: str | None, due_at: float | None
    ) -> Soon[Document]: ...

    def callback_cancel(self, callback_id: str) -> Soon[None]: ...

    def floor(self, known: str | None) -> Soon[Document]:
        """Queues and agents, or only their ``revision`` when that is the one ``known``."""

    def calls(self) -> Soon[list[Document]]:
        """The calls of this moment."""

    def media(self) -> Soon[list[Document]]:
        """Counters and gauges of each media worker."""

    def sip_credentials(self, login: str, session: str, expires_at: float) -> Soon[Document]:
        """For a browser of the web ``session``: ``uri``, ``username``, ``password``, ``expires_at``."""

    def revoke_sip(self, session: str) -> Soon[None]:
        """The web session is over, and so are its credentials."""

    def mailbox_changed(self, box: str) -> Soon[None]:
        """Messages of ``box`` were read or deleted: who watches it is told how many there are."""

    def reload(self) -> Soon[None]:
        """Read the company again; it holds for the next call."""

    def health(self) -> Soon[Document]: ...

    def trace(self, call_id: str) -> Soon[list[Document]]:
        """The SIP messages of a call, as `pbx.trace.message` has them."""

    def devices(self) -> Soon[list[Document]]:
        """Every registered telephone."""

    def test_trunk(self, trunk: str) -> Soon[Document]:
        """Ask a trunk by OPTIONS whether it answers, and say what it said."""


Check = Callable[[object], object]

COMMANDS: Mapping[str, Mapping[str, Check]] = {
    "originate": {"login": text, "to": text, "device": one_of(*DEVICES)},
    "hang_up": {"call_id": text, "login": optional_text},
    "hold": {"call_id": text, "login": text, "on": flag},
    "transfer": {"call_id": text, "login": text, "to": text, "mode": one_of("blind", "attended")},
    "transfer_complete": {"call_id": text},
    "transfer_cancel": {"call_id": text},
    "park": {"call_id": text, "login": text},
    "recording": {
        "call_id": text,
        "state": one_of("on", "pause", "off"),
        "login": optional_text,
        "for_s": optional(seconds),
    },
    "recording_state": {"call_id": text, "login": text},
    "supervise": {"call_id": text, "login": text, "mode": one_of("listen", "whisper", "barge")},
    "conference": {"call_id": text, "login": text, "other": text},
    "take_over": {"call_id": text, "login": text},
    "move": {
        "call_id": text,
        "login": text,
        "kind": one_of("queue", "person", "voicemail"),
        "target": text,
    },
    "set_agent": {"login": text, "state": one_of("available", "break", "offline"), "reason": optional_text},
    "wrap_up": {"login": text, "extend_s": optional(seconds)},
    "place": {"call_id": text, "position": position},
    "callbacks": {},
    "callback_add": {
        "queue": text,
        "number": text,
        "by": text,
        "due_at": optional(epoch_seconds),
        "language": optional(one_of("es", "en")),
    },
    "callback_change": {
        "callback_id": text,
        "by": text,
        "queue": optional_text,
        "number": optional_text,
        "due_at": optional(epoch_seconds),
    },
    "callback_cancel": {"callback_id": text},
    **campaign_commands(text, flag),
    "floor": {"known": optional_text},
    "calls": {},
    "media": {},
    "sip_credentials": {"login": text, "session": text, "expires_at": epoch_seconds},
    "revoke_sip": {"session": text},
    "mailbox_changed": {"box": text},
    "own_settings": {"login": text},
    "set_own": {"login": text, "wanted": own},
    "switches_on": {},
    "turn_switch": {"name": text, "on": flag, "login": text},
    "reload": {},
    "health": {},
    "devices": {},
    "trace": {"call_id": text},
    "test_trunk": {"trunk": text},
}


def checked(name: str, payload: object) -> dict[str, Any]:
    """The parameters of command ``name``, checked. Raises BadRequestError naming the parameter and what is allowed."""
    if not isinstance(payload, dict):
        raise BadRequestError(f"{name}: allowed: named parameters")
    expected = COMMANDS[name]
    for parameter in payload:
        if parameter not in expected:
            raise BadRequestError(f"{name}: unknown parameter {str(parameter)[:MAX_TEXT]!r}")
    values: dict[str, Any] = {}
    for parameter, check in expected.items():
        try:
            values[parameter] = check(payload.get(parameter))
        except (TypeError, ValueError) as error:
            raise BadRequestError(f"{name}: {parameter}: {error}") from None
    return values


class BrowserPort(Protocol):
    """Takes what an office relays from browsers: `pbx.net.transport_websocket.Browsers`."""

    def told(self, link: Connection, name: str, payload: Any) -> None: ...

    def link_lost(self, link: Connection) -> None: ...


class CommandServer:
    """Serves ``path`` (a Unix socket, owner only). ``browsers``: who gets what comes on a connection for browsers."""

    def __init__(self, path: Path, commands: Commands, browsers: BrowserPort | None = None) -> None:
        self._path = path
        self._commands = commands
        self._browsers = browsers
        self._links: set[Connection] = set()
        self._connections: set[Connection] = set()
        self._subscribers: set[Connection] = set()
        self._offices: list[Connection] = []
        self._recent: deque[dict[str, Any]] = deque(maxlen=REPLAY_EVENTS)
        self._listening: asyncio.Server | None = None
        self._is_stopped = False

    async def start(self) -> None:
        """Listen. Raises OSError."""
        self._listening = await listen(self._path, self._accept)

    async def stop(self) -> None:
        """Close every connection and stop listening."""
        self._is_stopped = True
        if self._listening is not None:
            self._listening.close()
        for connection in list(self._connections):
            connection.close()

    @property
    def office(self) -> Connection | None:
        """The connection to the office, the newest one if there are several; None when there is none."""
        return next((connection for connection in reversed(self._offices) if connection.is_open), None)

    def publish(self, event: Event) -> None:
        """Tell every subscriber, at once. A subscriber whose backlog has grown too long is disconnected."""
        document = event.to_document()
        self._recent.append(document)
        for connection in list(self._subscribers):
            connection.notify("event", document)

    def committed(self, position: Mapping[str, Any]) -> None:
        """Tell every subscriber how far the journal is on disk."""
        for connection in list(self._subscribers):
            connection.notify("committed", dict(position))

    def _accept(self) -> Connection:
        connection: Connection

        async def answer(name: str, payload: Any) -> Any:
            return await self._answer(connection, name, payload)

        def told(name: str, payload: Any) -> None:
            if self._browsers is not None and connection in self._links:
                self._browsers.told(connection, name, payload)

        connection = Connection(answer, told, self._forget)
        self._connections.add(connection)
        return connection

    def _forget(self, connection: Connection) -> None:
        self._connections.discard(connection)
        self._subscribers.discard(connection)
        if connection in self._offices:
            self._offices.remove(connection)
        if self._browsers is not None and connection in self._links:
            self._links.discard(connection)
            self._browsers.link_lost(connection)

    async def _answer(self, connection: Connection, name: str, payload: Any) -> Any:
        if self._is_stopped or len(self._connections) > MAX_CONNECTIONS:
            connection.close()
            raise BusyError(f"stopping, or more than {MAX_CONNECTIONS} connections")
        if name == "subscribe":
            return self._subscribe(connection, payload if isinstance(payload, dict) else {})
        if name == BROWSERS and self._browsers is not None:
            self._links.add(connection)
            return {}
        if name not in COMMANDS:
            raise BadRequestError(f"unknown command {name[:MAX_TEXT]!r}; allowed: {', '.join(COMMANDS)}")
        try:
            answer = getattr(self._commands, name)(**checked(name, payload))
            return await answer if inspect.isawaitable(answer) else answer
        except CallsError as error:
            raise RequestFailedError(error.code, str(error)) from None
        except RequestFailedError:
            raise
        except Exception as error:
            # Whoever asked must hear that it failed, not wait for the deadline; the fault goes into the log.
            log.exception("command_failed", command=name)
            raise RequestFailedError("failed", f"{name}: {type(error).__name__}") from None

    def _subscribe(self, connection: Connection, payload: dict[str, Any]) -> Document:
        """Send events from now on (unless ``events`` is false), and first the recent ones after the id ``since``.

        ``complete`` is false when there may have been more of them than are remembered here; the journal has them.
        """
        if payload.get("office") is True and connection not in self._offices:
            self._offices.append(connection)
        if payload.get("events") is False:
            return {"replayed": 0, "complete": True}
        missed, complete = self._after(payload.get("since"))
        for event in missed:
            connection.notify("event", event)
        self._subscribers.add(connection)
        return {"replayed": len(missed), "complete": complete}

    def _after(self, since: object) -> tuple[list[Document], bool]:
        """The remembered events behind the one with id ``since``, and whether there can be no others.

        By place, not by id: the office gives some events their ids, and two processes' ids need not be in order.
        """
        if not isinstance(since, str):
            return [], True
        recent = list(self._recent)
        for index, event in enumerate(recent):
            if event["id"] == since:
                return recent[index + 1 :], True
        return [event for event in recent if event["id"] > since], False
