"""A voicemail box: a greeting of at most four seconds, a beep, and what the caller then says."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from typing import cast

from config.company import Destination
from pbx.calls.call import Call
from pbx.calls.ledger import Departure
from pbx.events import VoicemailRecorded
from pbx.exchange.house import House
from pbx.exchange.places import Next
from pbx.media.messages import Clip, RecordingStopped

LONGEST_GREETING_S = 4.0
LONGEST_MESSAGE_S = 180.0
SILENCE_S = 10.0
SHORTEST_MESSAGE_S = 1.0
FILING_S = 1.0
BEEP = (Clip(tone="beep"),)


async def serve(house: House, call: Call, destination: Destination) -> Next:
    await call.answer()
    call.tell_answered("voicemail", extension=destination.target)
    with suppress(TimeoutError):
        async with asyncio.timeout(LONGEST_GREETING_S):
            await call.say(_greeting(house, call, destination.target))
    await call.say(BEEP)
    duration_s = await _take_message(house, call, destination.target)
    if duration_s < SHORTEST_MESSAGE_S:
        return Departure("system", "no_message", "missed")
    await call.say(house.prompts.clips("voicemail.saved", call.language))
    return Departure("system", "message_taken", "voicemail")


def _greeting(house: House, call: Call, box: str) -> list[Clip]:
    known = house.snapshot().boxes.get(box)
    text = cast("Mapping[str, str]", known.greeting).get(call.language, "") if known is not None else ""
    clips = house.prompts.clips("text", call.language, text=text) if text else []
    return clips or house.prompts.clips("voicemail.greeting", call.language)


async def _take_message(house: House, call: Call, box: str) -> float:
    """Record until silence, the limit, or the caller's hanging up; the length in seconds.

    The message is on the stream before the call ends, however it ends: the spool is closed with the caller's leg, and
    its end is waited for, for a moment.
    """
    board = call.board
    message = board.new_id()
    path = str(house.settings.spool_dir.resolve() / f"{message}.s16")
    stopped: asyncio.Future[RecordingStopped] = asyncio.get_running_loop().create_future()
    leg = call.caller_leg

    def complete(event: RecordingStopped) -> None:
        if not stopped.done():
            stopped.set_result(event)

    board.expect_spool(message, (leg.id,), path, complete)
    board.plane.record_message(message, path, leg.id, max_s=LONGEST_MESSAGE_S, silence_s=SILENCE_S)
    try:
        await asyncio.wait({stopped})
    finally:
        if not stopped.done():
            board.plane.stop_recording(message)
            await asyncio.wait({stopped}, timeout=FILING_S)
        duration_s = stopped.result().duration_s if stopped.done() else 0.0
        if duration_s >= SHORTEST_MESSAGE_S:
            call.emit(VoicemailRecorded(message, box, call.caller.number, path, round(duration_s, 3)))
    return duration_s
