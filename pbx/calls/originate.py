"""Click to call: a person's own devices ring; who answers is the caller, and the call goes where it was asked to."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from pbx.calls.dial import Dial
from pbx.calls.errors import CallRefusedError
from pbx.calls.party import Party
from pbx.calls.target import Target

if TYPE_CHECKING:
    from pbx.calls.call import Call


async def ring_caller(
    call: Call, targets: Sequence[Target], ring_s: float, headers: Sequence[tuple[str, str]] = ()
) -> None:
    """Ring the devices of who wants to call, with ``headers`` of the INVITE; the telephone shows whom is called.

    Raises CallRefusedError when none answers.
    """
    shown = Party(call.dialled, call.identity.name if call.identity is not None else None)
    dialled = await Dial(call, targets, listener=None, presents=shown, quiet=True, headers=headers).run(ring_s)
    if dialled.leg is None:
        raise CallRefusedError(480, f"caller_{dialled.cause}", "cancelled")
    call.serve_leg(dialled.leg)
    call.board.presence.talking(dialled.leg)
    if dialled.leg.is_gone:
        call.leave("caller", "hung_up")
