"""The way from the exchange to the office: who is calling, and show it, before any telephone rings.

The caller does not wait for a slow or absent office: after the deadline the answer is None and the call goes on.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, fields
from typing import Any

from pbx.exchange.server import CommandServer
from pbx.ipc.connection import IpcError
from pbx.ports import Identity, Message, WebAnswer, WebRequest

DEADLINE_S = 0.2
BOX_S = 2.0
SLEEPERS_S = 2.0
FETCH_MORE_S = 0.5  # the office's own deadline comes first

_IDENTITY_FIELDS = {field.name for field in fields(Identity)}


class OfficeLink:
    """OfficePort and WakePort over the connection that the office has opened to the command socket."""

    def __init__(self, server: CommandServer, deadline_s: float = DEADLINE_S) -> None:
        self._server = server
        self._deadline_s = deadline_s
        self.unanswered = 0

    async def identify(self, number: str | None, dialled: str) -> Identity | None:
        """Who is calling; None when unknown, when the office is away, or when it does not answer in time."""
        answer = await self._ask("identify", {"number": number, "dialled": dialled})
        if answer is None:
            return None
        try:
            return Identity(**{name: value for name, value in answer.items() if name in _IDENTITY_FIELDS})
        except TypeError:
            self.unanswered += 1
            return None

    async def screen_pop(
        self, call_id: str, logins: Sequence[str], number: str | None, dialled: str, queue: str | None
    ) -> dict[str, Any] | None:
        """Show the pop-up to ``logins`` and return its card; None when the office is away or late."""
        question = {"call_id": call_id, "logins": list(logins), "number": number, "dialled": dialled, "queue": queue}
        return await self._ask("screen_pop", question)

    async def fetch(self, request: WebRequest) -> WebAnswer:
        """What a web service answers, asked by the office."""
        office = self._server.office
        if office is None:
            return WebAnswer(fault="the office is away")
        try:
            answer = await office.request("fetch", asdict(request), request.timeout_s + FETCH_MORE_S)
        except TimeoutError:
            return WebAnswer(fault=f"no answer in {request.timeout_s:g} s")
        except IpcError as error:
            return WebAnswer(fault=str(error))
        match answer:
            case {"fault": str(fault), "document": document}:
                return WebAnswer(document, fault)
            case _:
                return WebAnswer(fault="the office's answer cannot be read")

    async def messages(self, box: str) -> list[Message] | None:
        """What can be heard in ``box``; None when the office is away or late."""
        answer = await self._answer("messages", {"box": box}, BOX_S)
        if not isinstance(answer, list):
            return None
        try:
            return [Message(**message) for message in answer]
        except TypeError:
            self.unanswered += 1
            return None

    async def change_message(self, box: str, id_: str, action: str, *, to: str = "", by: str = "") -> bool:
        """Do something to a message; whether the office has done it."""
        question = {"box": box, "id": id_, "action": action, "to": to, "by": by}
        return await self._answer("change_message", question, BOX_S) is True

    async def has_room(self, box: str, most: int) -> bool:
        """Whether a box may take another message; yes when the office does not say."""
        return await self._answer("has_room", {"box": box, "most": most}, self._deadline_s) is not False

    async def mailbox(self, box: str) -> tuple[int, int] | None:
        """New and old messages in ``box``; None when the office is away or late."""
        match await self._ask("mailbox", {"box": box}):
            case {"new": int(new), "old": int(old)}:
                return new, old
            case _:
                return None

    async def wake(self, call_id: str, logins: Sequence[str], number: str | None, name: str | None) -> dict[str, int]:
        """Have the browsers of ``logins`` that are not connected told of a call; how many of each there are."""
        question = {"call_id": call_id, "logins": list(logins), "number": number, "name": name}
        answer = await self._ask("wake", question) or {}
        return {login: told for login, told in answer.items() if isinstance(told, int) and told > 0}

    async def wake_over(self, call_id: str, logins: Sequence[str], answered: bool) -> None:
        """They need to ring no more."""
        question = {"call_id": call_id, "logins": list(logins), "answered": answered}
        await self._answer("wake_over", question, self._deadline_s)

    async def can_be_woken(self) -> frozenset[str] | None:
        """Everybody (login) who has a browser that can be told; None when the office is away or late."""
        answer = await self._answer("can_be_woken", {}, SLEEPERS_S)
        return frozenset(map(str, answer)) if isinstance(answer, list) else None

    async def _ask(self, name: str, question: dict[str, Any]) -> dict[str, Any] | None:
        answer = await self._answer(name, question, self._deadline_s)
        return answer if isinstance(answer, dict) else None

    async def _answer(self, name: str, question: dict[str, Any], deadline_s: float) -> Any:
        office = self._server.office
        if office is None:
            return None
        try:
            return await office.request(name, question, deadline_s)
        except (IpcError, TimeoutError):
            self.unanswered += 1
            return None
