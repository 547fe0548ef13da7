"""Taking a message: what a caller says, as a spool, and the event that puts it into a box."""

from __future__ import annotations

import asyncio
from pathlib import Path

from pbx.calls.call import Call
from pbx.events import VoicemailRecorded
from pbx.media.messages import Clip, RecordingStopped

LONGEST_MESSAGE_S = 180.0
SHORTEST_MESSAGE_S = 1.0
SILENCE_S = 10.0
FILING_S = 1.0
BEEP = (Clip(tone="beep"),)


async def take_message(
    call: Call,
    box: str,
    *,
    spool_dir: Path,
    longest_s: float = LONGEST_MESSAGE_S,
    shortest_s: float = SHORTEST_MESSAGE_S,
    silence_s: float = SILENCE_S,
) -> float:
    """Record until silence, the limit, or the caller's hanging up; the length in seconds.

    The message is on the stream before the call ends, however it ends: the spool is closed with the caller's leg, and
    its end is waited for, for a moment. Cancelled by who waits for it, it ends at once and what there is is kept.
    """
    board = call.board
    message = board.new_id()
    path = str(spool_dir / f"{message}.s16")
    stopped: asyncio.Future[RecordingStopped] = asyncio.get_running_loop().create_future()
    leg = call.caller_leg

    def complete(event: RecordingStopped) -> None:
        if not stopped.done():
            stopped.set_result(event)

    board.expect_spool(message, (leg.id,), path, complete)
    board.plane.record_message(message, path, leg.id, max_s=longest_s, silence_s=silence_s)
    try:
        await asyncio.wait({stopped})
    finally:
        if not stopped.done():
            board.plane.stop_recording(message)
            await asyncio.wait({stopped}, timeout=FILING_S)
        duration_s = stopped.result().duration_s if stopped.done() else 0.0
        if duration_s >= shortest_s:
            call.emit(VoicemailRecorded(message, box, call.caller.number, path, round(duration_s, 3)))
    return duration_s


async def take_until_cancelled(call: Call, box: str, spool_dir: Path, **limits: float) -> float:
    """As ``take_message``; cancelled, it returns the length instead of being cancelled."""
    taking = asyncio.ensure_future(take_message(call, box, spool_dir=spool_dir, **limits))
    try:
        return await asyncio.shield(taking)
    except asyncio.CancelledError:
        taking.cancel()
        await asyncio.wait({taking})
        return 0.0 if taking.cancelled() else taking.result()
