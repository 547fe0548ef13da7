"""The echo test (`*43`): the caller hears itself, at once, until it hangs up."""

from __future__ import annotations

import asyncio
from typing import NoReturn

from pbx.calls.call import Call


async def serve(call: Call) -> NoReturn:
    await call.answer()
    call.tell_answered("echo")
    call.board.plane.echo(call.caller_leg.id, True)
    try:
        await asyncio.get_running_loop().create_future()
    finally:
        if call.leg is not None and not call.leg.is_gone:
            call.board.plane.echo(call.leg.id, False)
    raise AssertionError("only the caller's leaving ends it")
