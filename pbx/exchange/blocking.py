"""What a caller on the block list meets, by the action of the rule."""

from __future__ import annotations

import asyncio

from config.company import Destination
from pbx.calls.call import Call, Journey
from pbx.calls.ledger import Departure
from pbx.events import CallBlocked
from pbx.exchange.destinations import voicemail
from pbx.exchange.house import House
from pbx.exchange.places import voicemail_of
from pbx.routing.blocklist import Rule

SILENT_S = 60.0
DECLINE = Departure("system", "blocked", "blocked", 603)
BUSY = Departure("system", "blocked", "blocked", 486)
NOBODY = Departure("system", "blocked", "blocked", 480)


def turned_away(house: House, rule: Rule, dialled: Destination) -> Journey:
    """The journey of a caller whom ``rule`` turns away on the way to ``dialled``.

    ``reject``: 603 without a sound; ``busy``: 486; ``silence``: no answer at all, for a minute at most;
    ``announcement``: nobody can be reached, says a voice; ``voicemail``: the box of who was dialled, else the
    company's.
    """

    async def travel(call: Call) -> Departure:
        call.emit(CallBlocked(rule.number, rule.action))
        match rule.action:
            case "busy":
                return BUSY
            case "silence":
                await asyncio.sleep(SILENT_S)
                return NOBODY
            case "announcement":
                await call.answer()
                await call.say(house.prompts.clips("call.unavailable", call.language))
            case "voicemail":
                await voicemail.serve(house, call, _box(house, dialled))
        return DECLINE

    return travel


def _box(house: House, dialled: Destination) -> Destination:
    snapshot = house.snapshot()
    person = snapshot.person(dialled.target) if dialled.kind == "person" else None
    return voicemail_of(person.extension if person is not None else snapshot.company.company_voicemail)
