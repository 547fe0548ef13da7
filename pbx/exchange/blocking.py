"""What a caller on the block list meets, by the action of the rule."""

from __future__ import annotations

import asyncio

from config.company import Destination, Person
from pbx.calls.call import Call, Journey
from pbx.calls.ledger import Departure
from pbx.events import CallBlocked
from pbx.exchange.destinations import voicemail
from pbx.exchange.house import House
from pbx.exchange.places import voicemail_of
from pbx.routing.blocklist import COMPANY, Rule

SILENT_S = 60.0
MUSIC_S = 1800.0
DECLINE = Departure("system", "blocked", "blocked", 603)
BUSY = Departure("system", "blocked", "blocked", 486)
NOBODY = Departure("system", "blocked", "blocked", 480)


def turned_away(house: House, rule: Rule, dialled: Destination) -> Journey:
    """The journey of a caller whom ``rule`` turns away on the way to ``dialled``.

    ``reject``: 603 without a sound; ``busy``: 486; ``silence``: no answer at all, for a minute at most;
    ``announcement``: nobody can be reached, says a voice; ``music``: for as long as the caller likes it, half an hour
    at most; ``voicemail``: the box of who was dialled, else the company's.
    """

    async def travel(call: Call) -> Departure:
        call.emit(CallBlocked(rule.number, rule.action, rule.id, rule.scope))
        match rule.action:
            case "busy":
                return BUSY
            case "silence":
                await asyncio.sleep(SILENT_S)
                return NOBODY
            case "announcement":
                await call.answer()
                await call.say(house.prompts.clips("call.unavailable", call.language))
            case "music":
                await call.answer()
                call.play((house.prompts.music("default"),), loop=True)
                await asyncio.sleep(MUSIC_S)
            case "voicemail":
                await voicemail.serve(house, call, _box(house, dialled))
        return DECLINE

    return travel


def rule_for(house: House, call: Call, person: Person | None) -> Rule | None:
    """The rule that turns the caller away: the person's own, else the department's, else the company's.

    A rule that allows ends the search: it is the exception to those that reach farther.
    """
    scopes = [COMPANY]
    if person is not None:
        department = [f"department:{person.department}"] if person.department else []
        scopes = [f"person:{person.login}", *department, COMPANY]
    return house.snapshot().blocklist.match(call.caller.number, scopes, call.board.clock())


def _box(house: House, dialled: Destination) -> Destination:
    snapshot = house.snapshot()
    person = snapshot.person(dialled.target) if dialled.kind == "person" else None
    return voicemail_of(person.extension if person is not None else snapshot.company.company_voicemail)
