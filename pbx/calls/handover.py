"""A call as one exchange leaves it to the next: written down as JSON types, and gone on with.

Two who talk go on talking. Whoever is elsewhere (in a menu, in a queue, ringing) is written down too, so that the next
exchange can hang up on him: what was to become of him has died with the journey.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import fields
from typing import Any

import structlog

from pbx.calls.call import Call, Journey
from pbx.calls.connect import ConnectedOutcome, Connection
from pbx.calls.errors import HandoverError, NoCommonCodecError
from pbx.calls.ledger import Departure, Ledger
from pbx.calls.leg import Leg
from pbx.calls.leg_state import LegState
from pbx.calls.party import Party
from pbx.calls.side import Side
from pbx.calls.switchboard import Switchboard
from pbx.net.errors import HandoverError as DialogError
from pbx.net.handover import describe as describe_dialog
from pbx.net.handover import resume as resume_dialog

log = structlog.get_logger()

FAULTS = (KeyError, TypeError, ValueError, AttributeError, DialogError)
"""What a description that is not of our making, or not of this version, leads to."""

After = Callable[[Call, ConnectedOutcome], Awaitable[Departure]]

_LEDGER = tuple(field.name for field in fields(Ledger))
_PARTY = tuple(field.name for field in fields(Party))


def describe(call: Call) -> dict[str, Any] | None:
    """What the next exchange has to know; None once the call is over."""
    if call.has_ended:
        return None
    connection = call.connection
    sides = {} if connection is None else {side.value: leg.id for side, leg in connection.legs.items()}
    return {
        "id": call.id,
        "language": call.language,
        "hops": call.hops,
        "ledger": _plain(call.ledger, _LEDGER) | {"caller": _plain(call.ledger.caller, _PARTY)},
        "legs": [told for leg in call.legs if (told := _describe_leg(leg)) is not None],
        "sides": sides,
        "held": connection.hold.document() if connection is not None else {},
        "recording": call.recording.document(),
    }


def _plain(value: Ledger | Party, names: tuple[str, ...]) -> dict[str, Any]:
    return {name: getattr(value, name) for name in names}


def _describe_leg(leg: Leg) -> dict[str, Any] | None:
    """What the next exchange needs to go on with a leg; None while it does not talk."""
    dialog = describe_dialog(leg.session) if leg.is_up else None
    if dialog is None:
        return None
    return {
        "id": leg.id,
        "party": _plain(leg.party, _PARTY),
        "networks": list(leg.media_networks),
        "session": dialog,
        "sound": leg.sound.document(),
    }


def _take_up(leg: Leg, told: dict[str, Any]) -> bool:
    """Let a leg talk as it has been described; False when its sound is no longer there. Raises NoCommonCodecError."""
    leg.media_networks = tuple(told["networks"])
    leg.state = LegState.UP
    if told["sound"] is None or not leg.sound.resume(told["sound"]):
        return False
    leg.is_held = leg.sound.is_held
    leg.watch_keys()
    return True


def take_over(board: Switchboard, told: dict[str, Any], after: After, seated: Callable[[Leg], None]) -> Call | None:
    """Go on with a call, or hang up on everybody in it and return None. Raises HandoverError.

    ``seated`` hears of each leg that goes on; ``after`` serves the caller when the two are parted.
    """
    legs: dict[str, Leg] = {}
    try:
        return _take_over(board, told, legs, after, seated)
    except FAULTS as error:
        for leg in legs.values():
            leg.hang_up()
        raise HandoverError(f"not a call: {type(error).__name__}: {error}") from error


def _take_over(
    board: Switchboard, told: dict[str, Any], legs: dict[str, Leg], after: After, seated: Callable[[Leg], None]
) -> Call | None:
    """``legs`` is filled with all that have come back, whatever becomes of the call."""
    alive: set[str] = set()
    for each in told["legs"]:
        try:
            leg = board.resumed_leg(each["id"], Party(**each["party"]), resume_dialog(board.agent, each["session"]))
        except FAULTS as error:
            log.warning("leg_not_taken_over", call_id=str(told.get("id")), error=repr(error))
            continue
        legs[leg.id] = leg
        try:
            if _take_up(leg, each):
                alive.add(leg.id)
        except (*FAULTS, NoCommonCodecError) as error:
            log.warning("sound_not_taken_over", call_id=str(told.get("id")), error=repr(error))
    sides = told["sides"]
    if len(sides) != len(Side) or not alive.issuperset(sides.values()):
        for leg in legs.values():
            leg.hang_up()
        return None
    caller, callee = legs[sides[Side.CALLER.value]], legs[sides[Side.CALLEE.value]]
    ledger = told["ledger"]
    account = Ledger(**{**ledger, "caller": Party(**ledger["caller"])})
    call = Call(
        board,
        told["id"],
        account.direction,
        account.caller,
        account.dialled,
        caller,
        language=told["language"],
        hops=told["hops"],
    )
    call.ledger = account
    for leg in legs.values():
        if leg in (caller, callee):
            seated(leg)
        else:
            leg.hang_up()
    call.resume(_journey(caller, callee, told["held"], told["recording"], after))
    return call


def _journey(caller: Leg, callee: Leg, held: dict[str, Any], recording: dict[str, Any] | None, after: After) -> Journey:
    async def travel(call: Call) -> Departure:
        return await after(call, await Connection(call, caller, callee).resume(held, recording))

    return travel
