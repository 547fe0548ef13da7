"""What the exchange asks the office about voicemail boxes: their messages, and what a telephone does to them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from sqlalchemy.exc import SQLAlchemyError

from recordings import mailbox
from recordings.archive import Archive
from recordings.removal import remove_voicemail
from recordings.waiting import messages_waiting
from store.engine import Database


class MailboxQuestions:
    """Answers ``messages`` and ``change_message``. ``changed(box)`` tells lamps and pages; ``now``: epoch seconds."""

    def __init__(
        self,
        database: Database,
        archive: Archive,
        changed: Callable[[str], Awaitable[None]],
        now: Callable[[], float],
    ) -> None:
        self._database = database
        self._archive = archive
        self._changed = changed
        self._now = now

    async def messages(self, box: str) -> list[dict[str, Any]] | None:
        """The messages of a box that can be heard; None when the database cannot say."""
        try:
            async with self._database.session() as session:
                return await mailbox.messages_of(session, self._archive, box)
        except (SQLAlchemyError, OSError):
            return None

    async def change(self, box: str, id_: str, action: str, to: str, by: str) -> bool:
        """``read``, ``keep`` (as new), ``delete`` or ``forward`` a message of ``box``; whether that was done."""
        try:
            done = await self._change(box, id_, action, to, by)
        except (SQLAlchemyError, OSError):
            return False
        if done:
            await self._changed(box)
            if action == "forward":
                await self._changed(to)
        return done

    async def _change(self, box: str, id_: str, action: str, to: str, by: str) -> bool:
        database, now = self._database, self._now()
        match action:
            case "read" | "keep":
                return await mailbox.set_read(database, box, id_, action == "read", now)
            case "forward":
                return await mailbox.forward(database, self._archive, box, id_, to, now) is not None
            case "delete":
                async with database.session() as session:
                    mine = any(one["id"] == id_ for one in await mailbox.messages_of(session, self._archive, box))
                return mine and await remove_voicemail(database, self._archive, id_, by=by, now=now)
            case _:
                return False

    async def has_room(self, box: str, most: int) -> bool:
        """Whether a box may take one more message; yes while the database cannot say."""
        try:
            async with self._database.session() as session:
                new, old = await messages_waiting(session, box)
        except (SQLAlchemyError, OSError):
            return True
        return new + old < most
