"""What a caller hears while waiting in a queue: music, the place in line, the queue's own messages."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, cast

from pbx.calls.call import Call
from pbx.exchange.house import House
from pbx.media.messages import Clip
from pbx.queues.place import Announce
from pbx.queues.place import Place as PlaceInLine

if TYPE_CHECKING:
    from config.part import Language
    from config.queueing import QueueMessage


class QueueSound:
    """Music, and every now and then something said over it; nothing is said while a telephone rings for the caller."""

    def __init__(self, house: House, call: Call, line: PlaceInLine) -> None:
        self._house = house
        self._call = call
        self._queue = line.queue
        self._line = line
        self._clock = asyncio.get_running_loop().time
        self._began = self._clock()
        self._due = [(message, self._began + message.after_s) for message in self._queue.messages]
        self._saying = ""

    def begin(self) -> None:
        """Music, from its beginning."""
        self._call.play((self._house.prompts.music(self._queue.music),), loop=True)

    def changed(self) -> None:
        """Other messages or other music from now on; a message that was there before keeps its time, told or not."""
        before, self._queue = self._queue, self._line.queue
        kept = list(self._due)
        self._due = []
        for message in self._queue.messages:
            known = next((entry for entry in kept if entry[0] == message), None)
            if known is not None:
                kept.remove(known)
                self._due.append(known)
            elif message not in before.messages:
                self._due.append((message, self._began + message.after_s))
        if before.music != self._queue.music and not self._saying:
            self.begin()

    def played(self, play_id: str) -> None:
        """What was said is over: music again."""
        if play_id == self._saying:
            self._saying = ""
            self.begin()

    def until_next_message(self) -> float | None:
        """Seconds until a message of the queue is due."""
        return max(0.0, min(due for _, due in self._due) - self._clock()) if self._due else None

    def tell_what_is_due(self, *, quietly: bool) -> None:
        """Say the messages whose time has come; ``quietly``: let them pass, an agent is about to answer."""
        now = self._clock()
        clips: list[Clip] = []
        later: list[tuple[QueueMessage, float]] = []
        for message, due in self._due:
            if due > now:
                later.append((message, due))
                continue
            text = message.texts.get(cast("Language", self._call.language)) or next(iter(message.texts.values()))
            clips += self._house.prompts.clips("text", self._call.language, text=text)
            if message.every_s:
                later.append((message, now + message.every_s))
        self._due = later
        if not quietly:
            self._say(clips)

    def announce(self, announce: Announce) -> None:
        """Say the position, the expected wait where it is known, and what else the caller could do."""
        prompts, language = self._house.prompts, self._call.language
        clips: list[Clip] = prompts.clips("queue.position", language, position=announce.position)
        if announce.expected_wait_s is not None:
            minutes = max(1, round(announce.expected_wait_s / 60))
            clips += prompts.clips("queue.expected_wait", language, minutes=minutes)
        waited_s = self._clock() - self._began
        if self._queue.callback and waited_s >= self._queue.callbacks.after_s:
            clips += prompts.clips("queue.callback_offer", language)
        self._say(clips)

    def _say(self, clips: list[Clip]) -> None:
        if clips:
            self._saying = self._call.board.new_id()
            self._call.play(clips, self._saying)
