"""A conference room: everybody in it hears everybody else."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, NoReturn

from pbx.media.messages import Clip

if TYPE_CHECKING:
    from pbx.calls.call import Call


async def attend(call: Call, room: str, *, tones: bool = True) -> NoReturn:
    """Put the caller, already answered, into ``room`` until the caller leaves.

    ``tones``: all in the room hear who comes and goes; without, who comes hears that the room is there.
    """
    plane, leg = call.board.plane, call.caller_leg
    plane.join_room(leg.id, room, tones=tones)
    if not tones:
        leg.play((Clip(tone="join"),))
    try:
        await asyncio.get_running_loop().create_future()
    finally:
        if not leg.is_gone:
            plane.leave_room(leg.id)
    raise AssertionError("only the caller's leaving ends it")
