"""A voicemail box: a greeting of at most four seconds, a beep, and what the caller then says."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from typing import cast

from config.company import Destination
from pbx.calls.call import Call
from pbx.calls.ledger import Departure
from pbx.exchange.house import House
from pbx.exchange.message_taking import BEEP, SHORTEST_MESSAGE_S, take_message
from pbx.exchange.places import Next
from pbx.media.messages import Clip

LONGEST_GREETING_S = 4.0


async def serve(house: House, call: Call, destination: Destination) -> Next:
    await call.answer()
    call.tell_answered("voicemail", extension=destination.target)
    with suppress(TimeoutError):
        async with asyncio.timeout(LONGEST_GREETING_S):
            await call.say(_greeting(house, call, destination.target))
    await call.say(BEEP)
    duration_s = await take_message(call, destination.target, spool_dir=house.settings.spool_dir.resolve())
    if duration_s < SHORTEST_MESSAGE_S:
        return Departure("system", "no_message", "missed")
    await call.say(house.prompts.clips("voicemail.saved", call.language))
    return Departure("system", "message_taken", "voicemail")


def _greeting(house: House, call: Call, box: str) -> list[Clip]:
    known = house.snapshot().boxes.get(box)
    text = cast("Mapping[str, str]", known.greeting).get(call.language, "") if known is not None else ""
    clips = house.prompts.clips("text", call.language, text=text) if text else []
    return clips or house.prompts.clips("voicemail.greeting", call.language)
