"""`*97`: one's own messages by keys, `*97BOX`: shared ones, new ones first; the page sees at once what is done here."""

from __future__ import annotations

import asyncio
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from pbx.calls.call import Call
from pbx.calls.errors import CallRefusedError
from pbx.exchange.greetings import record_greeting
from pbx.exchange.house import House
from pbx.exchange.places import Next, Place, completed
from pbx.exchange.typed_keys import typed_keys
from pbx.greeting_files import greeting_file
from pbx.media.messages import Clip
from pbx.ports import Digit, Message, OfficePort
from pbx.routing.codes import OwnVoicemail
from pbx.routing.dialplan import ToDestination, ToOutside

MOST_MESSAGES = 100
CHOICE_S = 5.0
DIGIT_S = 4.0
EMPTY_S = 2.5  # an empty box: time to press the key for one's greeting
LONGEST_EXTENSION = 6
MAX_VISIT = 500
"""Choices in one visit; nobody needs more."""

AGAIN, REPLY, DELETE, FORWARD, ENVELOPE, NEXT, KEEP, GREETING, END = "1", "2", "3", "4", "5", "6", "7", "9", "*"


async def serve(house: House, call: Call, code: OwnVoicemail) -> Next:
    snapshot = house.snapshot()
    person = snapshot.people.get(call.caller.login or "")
    if person is None:
        raise CallRefusedError(403, "not_allowed")
    box = code.box or person.extension
    if box != person.extension and box not in snapshot.company.boxes_shared_with(person):
        raise CallRefusedError(403, "not_allowed")
    messages = await call.board.office.messages(box)
    if messages is None:  # the office is away: what has been filed can be heard all the same
        folder = house.settings.voicemail_dir.resolve() / box
        messages = await asyncio.to_thread(_filed, folder)
    await call.answer()
    call.tell_answered("messages", extension=box)
    return await Visit(house, call, box, messages[:MOST_MESSAGES]).run()


class Visit:
    """One telephone in its owner's box."""

    def __init__(self, house: House, call: Call, box: str, messages: list[Message]) -> None:
        self._house = house
        self._call = call
        self._box = box
        self._messages = messages
        self._login = call.caller.login or ""

    async def run(self) -> Next:
        """Until the messages are over, the caller presses ``*`` or calls somebody back."""
        if not self._messages:
            digit = await self._say("voicemail.no_messages", until_digit=True) or await self._key(EMPTY_S)
            if digit == GREETING:
                await self._greeting()
            return completed()
        new = sum(not message.is_read for message in self._messages)
        counted = ("voicemail.new", new) if new else ("voicemail.messages", len(self._messages))
        digit = await self._say(counted[0], until_digit=True, count=counted[1])
        at = visits = 0
        while at < len(self._messages) and visits < MAX_VISIT:
            visits += 1
            message = self._messages[at]
            if digit is None:
                digit = await self._hear(message)
            match digit:
                case "1":
                    digit = None
                case "2" if (place := self._back_to(message)) is not None:
                    return place
                case "3":
                    at += await self._do(message, "delete", "voicemail.deleted")
                    digit = None
                case "4":
                    await self._forward(message)
                    digit = await self._choice()
                case "5":
                    digit = await self._envelope(message) or await self._choice()
                case "7":
                    at += await self._do(message, "keep", "voicemail.kept")
                    digit = None
                case "9":
                    await self._greeting()
                    digit = await self._choice()
                case "*":
                    return completed()
                case _:
                    at += 1
                    digit = None
        await self._say("voicemail.end")
        return completed()

    async def _hear(self, message: Message) -> str:
        """Play the message, then offer what can be done; a digit at any time, the next message when nothing comes."""
        digit = await self._call.say((Clip(path=message.path),), until_digit=True)
        if not message.is_read:
            await self._office.change_message(self._box, message.id, "read", by=self._login)
        if digit is None:
            digit = await self._call.say((Clip(tone="beep"),), until_digit=True)
        return digit or await self._choice()

    async def _choice(self) -> str:
        digit = await self._say("voicemail.choices", until_digit=True)
        return digit or await self._key(CHOICE_S) or NEXT

    async def _envelope(self, message: Message) -> str | None:
        """From whom, and when."""
        prompts, language = self._house.prompts, self._call.language
        clips = prompts.clips("voicemail.from_unknown" if message.caller_number is None else "voicemail.from", language)
        for digit in (message.caller_number or "").removeprefix("+"):
            clips += prompts.clips(f"digit.{digit}", language)
        at = datetime.fromtimestamp(message.received_at, ZoneInfo(self._house.snapshot().company.time_zone))
        clips += prompts.clips("voicemail.day", language, day=at.day)
        clips += prompts.clips("voicemail.hour", language, hour=at.hour)
        clips += prompts.clips("voicemail.minute", language, minute=at.minute)
        return await self._call.say(clips, until_digit=True)

    def _back_to(self, message: Message) -> Place | None:
        """Where a call to who left the message goes, as this telephone could dial it."""
        target = self._house.snapshot().dialplan.from_phone(message.caller_number or "")
        if isinstance(target, ToOutside):
            return target
        return target.destination if isinstance(target, ToDestination) else None

    async def _do(self, message: Message, action: str, said: str) -> bool:
        done = await self._office.change_message(self._box, message.id, action, by=self._login)
        await self._say(said if done else "voicemail.failed")
        return done

    async def _forward(self, message: Message) -> None:
        snapshot = self._house.snapshot()
        first = await self._say("voicemail.forward_to", until_digit=True)
        to = await typed_keys(self._call, first, most=LONGEST_EXTENSION, pause_s=DIGIT_S)
        if to not in snapshot.extensions and to not in snapshot.boxes:
            await self._say("voicemail.no_box")
            return
        done = await self._office.change_message(self._box, message.id, "forward", to=to, by=self._login)
        await self._say("voicemail.forwarded" if done else "voicemail.failed")

    async def _greeting(self) -> None:
        file = greeting_file(self._house.settings.voicemail_dir.resolve(), self._box)
        digit = await self._say("voicemail.greeting_record", until_digit=True)
        if digit == DELETE:
            self._house.recorded_greetings.discard(self._box)
            await asyncio.to_thread(file.unlink, missing_ok=True)
            await self._say("voicemail.greeting_deleted")
        elif await record_greeting(self._call, file):
            self._house.recorded_greetings.add(self._box)
            await self._call.say((Clip(path=str(file)),))
            await self._say("voicemail.greeting_kept")

    @property
    def _office(self) -> OfficePort:
        return self._call.board.office

    async def _say(self, name: str, *, until_digit: bool = False, **values: int) -> str | None:
        return await self._call.say(
            self._house.prompts.clips(name, self._call.language, **values), until_digit=until_digit
        )

    async def _key(self, within_s: float) -> str | None:
        match await self._call.next_input(within_s):
            case Digit(digit=digit):
                return digit
            case _:
                return None


def _filed(folder: Path) -> list[Message]:
    """The messages of a box as files, newest first; their ids rise with time."""
    files = sorted((file for file in folder.glob("*.wav") if "-" in file.stem), reverse=True)[:MOST_MESSAGES]
    return [Message(file.stem, None, file.stat().st_mtime, 0.0, is_read=True, path=str(file)) for file in files]
