"""`*97`: one's own messages, newest first."""

from __future__ import annotations

import asyncio
from pathlib import Path

from pbx.calls.call import Call
from pbx.calls.errors import CallRefusedError
from pbx.exchange.house import House
from pbx.exchange.places import Next, completed
from pbx.media.messages import Clip
from pbx.ports import Digit

MOST_MESSAGES = 30
CHOICE_S = 4.0


async def serve(house: House, call: Call) -> Next:
    """``1`` repeats a message, any other key goes on to the next."""
    extension = call.caller.extension
    if extension is None:
        raise CallRefusedError(403, "not_allowed")
    messages = await asyncio.to_thread(_newest_first, house.settings.voicemail_dir.resolve() / extension)
    await call.answer()
    call.tell_answered("voicemail", extension=extension)
    prompts, language = house.prompts, call.language
    if not messages:
        await call.say(prompts.clips("voicemail.no_messages", language))
        return completed()
    await call.say(prompts.clips("voicemail.messages", language, count=len(messages)), until_digit=True)
    at = 0
    while at < len(messages):
        digit = await call.say((Clip(path=str(messages[at])),), until_digit=True)
        if digit is None:
            await call.say((Clip(tone="beep"),))
            digit = await _choice(call)
        at += digit != "1"
    await call.say(prompts.clips("voicemail.end", language))
    return completed()


async def _choice(call: Call) -> str | None:
    match await call.next_input(CHOICE_S):
        case Digit(digit=digit):
            return digit
        case _:
            return None


def _newest_first(folder: Path) -> list[Path]:
    """The messages of a box; their ids rise with time."""
    return sorted(folder.glob("*.wav"), reverse=True)[:MOST_MESSAGES]
