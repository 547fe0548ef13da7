"""A voicemail box: a greeting of at most four seconds, a beep, and what the caller then says."""

from __future__ import annotations

import asyncio
from contextlib import suppress

from config.company import Destination, VoicemailBox
from pbx.calls.call import Call
from pbx.calls.ledger import Departure
from pbx.exchange.greetings import LONGEST_GREETING_S, greeting
from pbx.exchange.house import House
from pbx.exchange.message_taking import BEEP, SHORTEST_MESSAGE_S, take_message
from pbx.exchange.places import Next

MOST_MESSAGES = VoicemailBox.model_fields["max_messages"].default


async def serve(house: House, call: Call, destination: Destination) -> Next:
    box = destination.target
    await call.answer()
    call.tell_answered("voicemail", extension=box)
    with suppress(TimeoutError):
        async with asyncio.timeout(LONGEST_GREETING_S):
            await call.say(greeting(house, call, box))
    known = house.snapshot().boxes.get(box)
    if not await call.board.office.has_room(box, known.max_messages if known is not None else MOST_MESSAGES):
        await call.say(house.prompts.clips("voicemail.full", call.language))
        return Departure("system", "mailbox_full", "missed")
    await call.say(BEEP)
    duration_s = await take_message(call, box, spool_dir=house.settings.spool_dir.resolve())
    if duration_s < SHORTEST_MESSAGE_S:
        return Departure("system", "no_message", "missed")
    await call.say(house.prompts.clips("voicemail.saved", call.language))
    return Departure("system", "message_taken", "voicemail")
