"""The exchange as the rest of the house sees it: commands with typed answers, and what happens, as it happens."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from types import TracebackType
from typing import Any

from pbx.background import for_ever
from pbx.ipc.connection import Connection, ConnectionLostError, RequestFailedError, connect
from pbx.refusals import (
    BadRequestError,
    BusyError,
    NotAllowedError,
    NotFoundError,
    Refusal,
    WrongStateError,
    refusal_from,
)
from pbx.trace.message import TracedMessage

__all__ = [
    "BadRequestError",
    "BusyError",
    "Exchange",
    "ExchangeUnavailableError",
    "NotAllowedError",
    "NotFoundError",
    "Refusal",
    "WrongStateError",
]

COMMAND_DEADLINE_S = 5.0
FIRST_RETRY_S = 0.05
LONGEST_RETRY_S = 1.0

Document = dict[str, Any]
OnRequest = Callable[[str, Document], Awaitable[Any]]


class ExchangeUnavailableError(Exception):
    """The exchange process is away, or did not answer in time."""


class Exchange:
    """Client of the command socket; keeps itself connected from ``start`` to ``close``.

    ``on_event`` gets every event as a document (``Event.to_document()``), in order and, while this object lives,
    without gaps as far as the exchange remembers them; ``on_committed`` how far the journal is on disk;
    ``on_connected`` is called after each (re)connection. None of them may block. ``await on_request(name, payload)``
    answers ``identify`` and ``screen_pop`` and makes this connection the office's. Without any of these, only commands
    are sent.

    Every command raises ExchangeUnavailableError, or the Refusal that the exchange answers with.
    """

    def __init__(
        self,
        path: Path,
        *,
        on_event: Callable[[Document], None] | None = None,
        on_committed: Callable[[Document], None] | None = None,
        on_connected: Callable[[], None] | None = None,
        on_request: OnRequest | None = None,
    ) -> None:
        self._path = path
        self._on_event = on_event
        self._on_committed = on_committed
        self._on_connected = on_connected
        self._on_request = on_request
        self._last_event: str | None = None
        self._connection: Connection | None = None
        self._connected = asyncio.Event()
        self._lost = asyncio.Event()
        self._keeper: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Exchange:
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    @property
    def is_connected(self) -> bool:
        return self._connected.is_set()

    async def start(self) -> None:
        """Begin to connect; returns at once."""
        if self._keeper is None:
            self._keeper = for_ever(self._keep_connected, "exchange_link")

    async def wait_connected(self, timeout_s: float) -> None:
        """Wait for the exchange. Raises ExchangeUnavailableError after ``timeout_s``."""
        try:
            async with asyncio.timeout(timeout_s):
                await self._connected.wait()
        except TimeoutError:
            raise ExchangeUnavailableError(f"{self._path}: the exchange does not answer") from None

    async def close(self) -> None:
        """Disconnect for good."""
        if self._keeper is not None:
            self._keeper.cancel()
            await asyncio.gather(self._keeper, return_exceptions=True)
            self._keeper = None
        if self._connection is not None:
            self._connection.close()

    # --- Commands -----------------------------------------------------------------------------------------------------

    async def originate(self, login: str, to: str, device: str = "any") -> str:
        """Ring the devices of ``login`` (``any``, ``browser``, ``telephone``), then dial ``to``; the id of the call."""
        return str(await self._command("originate", login=login, to=to, device=device))

    async def hang_up(self, call_id: str, login: str | None = None) -> None:
        """``login``: who hangs up; it counts in the log when it is one of the two who talk."""
        await self._command("hang_up", call_id=call_id, login=login)

    async def hold(self, call_id: str, login: str, on: bool) -> None:
        await self._command("hold", call_id=call_id, login=login, on=on)

    async def transfer(self, call_id: str, login: str, to: str, mode: str = "blind") -> None:
        """Send the other party of ``login`` to ``to``; ``mode``: ``blind`` or ``attended``."""
        await self._command("transfer", call_id=call_id, login=login, to=to, mode=mode)

    async def transfer_complete(self, call_id: str) -> None:
        await self._command("transfer_complete", call_id=call_id)

    async def transfer_cancel(self, call_id: str) -> None:
        await self._command("transfer_cancel", call_id=call_id)

    async def park(self, call_id: str, login: str) -> int:
        """Park the other party of ``login``; the slot."""
        return int(await self._command("park", call_id=call_id, login=login))

    async def recording(self, call_id: str, state: str, login: str | None = None, for_s: float | None = None) -> None:
        """``state``: ``on``, ``pause`` or ``off``."""
        await self._command("recording", call_id=call_id, state=state, login=login, for_s=for_s)

    async def recording_state(self, call_id: str, login: str) -> Document:
        """``state``: ``on``, ``pause`` or ``off``; ``allowed``: which of them ``login`` may set now."""
        return dict(await self._command("recording_state", call_id=call_id, login=login))

    async def supervise(self, call_id: str, login: str, mode: str) -> None:
        """Ring the devices of ``login`` and let them ``listen``, ``whisper`` or ``barge``."""
        await self._command("supervise", call_id=call_id, login=login, mode=mode)

    async def conference(self, call_id: str, login: str, other: str) -> None:
        """Bring whom ``other`` reaches into ``call_id``; ``login`` talks in both."""
        await self._command("conference", call_id=call_id, login=login, other=other)

    async def take_over(self, call_id: str, login: str) -> None:
        """Let ``login`` talk in the place of the agent."""
        await self._command("take_over", call_id=call_id, login=login)

    async def move(self, call_id: str, login: str, kind: str, target: str) -> None:
        """Send a caller who waits in a queue to another ``queue``, a ``person`` or a box (``voicemail``)."""
        await self._command("move", call_id=call_id, login=login, kind=kind, target=target)

    async def set_agent(self, login: str, state: str, reason: str | None = None) -> Document:
        """``available``, ``break`` or ``offline``; the agent as ``agents`` lists it."""
        return dict(await self._command("set_agent", login=login, state=state, reason=reason))

    async def wrap_up(self, login: str, extend_s: float | None = None) -> Document:
        """More time after a call, or none; the agent as ``agents`` lists it."""
        answer: Document = await self._command("wrap_up", login=login, extend_s=extend_s)
        return answer

    async def place(self, call_id: str, position: int) -> None:
        """Another place in the line, from 1, for a caller or a callback."""
        await self._command("place", call_id=call_id, position=position)

    async def callbacks(self) -> list[Document]:
        """Everybody who is to be called back."""
        return list(await self._command("callbacks"))

    async def callback_add(
        self, queue: str, number: str, by: str, due_at: float | None = None, language: str | None = None
    ) -> Document:
        """Call ``number`` back; ``due_at``: not before, epoch seconds."""
        answer: Document = await self._command(
            "callback_add", queue=queue, number=number, by=by, due_at=due_at, language=language
        )
        return answer

    async def callback_change(
        self,
        callback_id: str,
        by: str,
        *,
        queue: str | None = None,
        number: str | None = None,
        due_at: float | None = None,
    ) -> Document:
        answer: Document = await self._command(
            "callback_change", callback_id=callback_id, by=by, queue=queue, number=number, due_at=due_at
        )
        return answer

    async def callback_cancel(self, callback_id: str) -> None:
        await self._command("callback_cancel", callback_id=callback_id)

    async def campaigns(self) -> list[Document]:
        """Every campaign: its state and how far it has come."""
        return list(await self._command("campaigns"))

    async def campaign_state(self, name: str, state: str, by: str) -> Document:
        """``running``, ``paused`` or ``stopped``; the campaign as ``campaigns`` lists it."""
        return dict(await self._command("campaign_state", name=name, state=state, by=by))

    async def campaign_add(self, name: str, contacts: list[dict[str, str]]) -> Document:
        """At most MAX_CONTACTS_AT_ONCE of ``number`` (E.164) and ``name``; the campaign, and how many were new."""
        return dict(await self._command("campaign_add", name=name, contacts=contacts))

    async def campaign_offer(self, login: str) -> Document | None:
        """Whom a preview campaign shows this agent now."""
        answer: Document | None = await self._command("campaign_offer", login=login)
        return answer

    async def campaign_decide(self, contact_id: str, login: str, starts: bool) -> str | None:
        """Start the call shown, or leave it out; the id of the call."""
        answer = await self._command("campaign_decide", contact_id=contact_id, login=login, starts=starts)
        return answer["call_id"] if answer is not None else None

    async def own_settings(self, login: str) -> Document:
        """The forwards of a person, and what is on."""
        return dict(await self._command("own_settings", login=login))

    async def set_own(self, login: str, wanted: Document) -> Document:
        """Set some of them; all, as they are then."""
        return dict(await self._command("set_own", login=login, wanted=wanted))

    async def switches_on(self) -> list[str]:
        """The night switches that are on."""
        return list(await self._command("switches_on"))

    async def turn_switch(self, name: str, on: bool, login: str) -> None:
        await self._command("turn_switch", name=name, on=on, login=login)

    async def floor(self, known: str | None = None) -> Document:
        """Queues and agents of this moment as ``pbx.queues.status.floor_document`` makes them.

        Only ``{"revision"}`` when nothing has changed since the revision ``known``, but the time that callers wait.
        """
        return dict(await self._command("floor", known=known))

    async def calls(self) -> list[Document]:
        """Every call of this moment."""
        return list(await self._command("calls"))

    async def media(self) -> list[Document]:
        """Counters and gauges of each media worker."""
        return list(await self._command("media"))

    async def sip_credentials(self, login: str, session: str, expires_at: float) -> Document:
        """For a browser of the web ``session``: ``uri``, ``username``, ``password``, ``expires_at`` (epoch seconds)."""
        return dict(await self._command("sip_credentials", login=login, session=session, expires_at=expires_at))

    async def revoke_sip(self, session: str) -> None:
        """The web session is over, and so are its credentials."""
        await self._command("revoke_sip", session=session)

    async def mailbox_changed(self, box: str) -> None:
        """Messages of ``box`` were read or deleted."""
        await self._command("mailbox_changed", box=box)

    async def reload(self) -> None:
        """Have the exchange read the company again, for the next call."""
        await self._command("reload")

    async def devices(self) -> list[Document]:
        """Every registered telephone."""
        return list(await self._command("devices"))

    async def test_trunk(self, trunk: str) -> Document:
        """Ask the trunk by OPTIONS: ``address``, ``status``, ``reason``, ``took_ms``, ``fault``."""
        return dict(await self._command("test_trunk", trunk=trunk))

    async def health(self) -> Document:
        """What the exchange says of itself."""
        return dict(await self._command("health"))

    async def trace(self, call_id: str) -> list[TracedMessage]:
        """The SIP of a call that is live or among the latest, secrets masked; empty when nothing is kept of it."""
        return [TracedMessage.from_document(document) for document in await self._command("trace", call_id=call_id)]

    async def _command(self, command: str, /, **parameters: Any) -> Any:
        connection = self._connection
        if connection is None or not connection.is_open:
            raise ExchangeUnavailableError("the exchange is not connected")
        try:
            return await connection.request(command, parameters, COMMAND_DEADLINE_S)
        except RequestFailedError as error:
            raise refusal_from(error) from None
        except ConnectionLostError as error:
            raise ExchangeUnavailableError(str(error)) from None
        except TimeoutError:
            raise ExchangeUnavailableError(f"{command}: no answer in {COMMAND_DEADLINE_S:g} s") from None

    # --- The connection -----------------------------------------------------------------------------------------------

    async def _keep_connected(self) -> None:
        retry_s = FIRST_RETRY_S
        while True:
            self._lost.clear()
            self._connected.clear()
            connection = Connection(self._answer, self._notified, self._on_lost)
            try:
                await connect(self._path, connection)
                self._connection = connection
                await self._introduce(connection)
            except (OSError, ConnectionLostError, RequestFailedError, TimeoutError):
                connection.close()
                await asyncio.sleep(retry_s)
                retry_s = min(2 * retry_s, LONGEST_RETRY_S)
                continue
            retry_s = FIRST_RETRY_S
            self._connected.set()
            if self._on_connected is not None:
                self._on_connected()
            await self._lost.wait()

    async def _introduce(self, connection: Connection) -> None:
        """Say what this connection is for. An exchange that answers is one that is there."""
        hears = self._on_event is not None or self._on_committed is not None
        purpose = {"events": hears, "since": self._last_event, "office": self._on_request is not None}
        await connection.request("subscribe", purpose)

    def _on_lost(self, connection: Connection) -> None:
        if connection is self._connection:
            self._connection = None
            self._connected.clear()
        self._lost.set()

    def _notified(self, name: str, payload: Any) -> None:
        if not isinstance(payload, dict):
            return
        if name == "event":
            self._last_event = payload.get("id", self._last_event)
            if self._on_event is not None:
                self._on_event(payload)
        elif name == "committed" and self._on_committed is not None:
            self._on_committed(payload)

    async def _answer(self, name: str, payload: Any) -> Any:
        """Questions of the exchange to the office."""
        if self._on_request is None or not isinstance(payload, dict):
            raise BadRequestError(f"unknown question {name!r}")
        return await self._on_request(name, payload)
