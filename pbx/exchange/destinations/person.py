"""A person: every device rings, and the number that follows the person; nobody answers, the person's voicemail does."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import replace

from config.company import Destination, Person
from pbx.calls.call import Call
from pbx.calls.cause import Cause
from pbx.calls.errors import CallRefusedError
from pbx.calls.target import Target
from pbx.exchange.blocking import rule_for, turned_away
from pbx.exchange.browser_wakes import ring
from pbx.exchange.diversion import diverted, redirected
from pbx.exchange.house import House
from pbx.exchange.outside_line import outside_line
from pbx.exchange.places import Next, after, voicemail_of
from pbx.media.messages import Clip
from pbx.routing.dialplan import ToOutside
from pbx.routing.errors import TrunkUnavailableError
from pbx.routing.forwards import ForwardKind

FOLLOW_ME_RING_S = 25.0
"""A mobile rings later than it is called; its owner needs a moment to press the key."""

_FORWARDS: dict[Cause, ForwardKind] = {
    "busy": "busy",
    "declined": "busy",
    "no_answer": "no_answer",
    "unreachable": "unreachable",
    "failed": "unreachable",
}


async def serve(house: House, call: Call, destination: Destination) -> Next:
    person = house.snapshot().person(destination.target)
    if person is None:
        raise CallRefusedError(404, "not_found")
    if call.direction == "inbound" and (rule := rule_for(house, call, person)) is not None:
        return await turned_away(house, rule, destination)(call)
    elsewhere = diverted(house, call, person)
    if elsewhere is not None:
        return elsewhere
    cause: Cause = "busy"
    if takes_calls(house, person):
        with ExitStack() as lines:
            targets = house.registrar.targets(person.extension)
            following = by_key(house, person, house.forwards.to("follow_me", person.extension), lines)
            cause = "unreachable"
            ring_s = max(person.ring_timeout_s, FOLLOW_ME_RING_S) if following else person.ring_timeout_s
            dialled = await ring(house, call, [person], [*targets, *following], ring_s)
            if dialled is not None:
                if dialled.leg is not None:
                    return after(await call.connect(dialled.leg))
                elsewhere = redirected(house, call, person, dialled.elsewhere)
                if elsewhere is not None:
                    return elsewhere
                cause = dialled.cause
    return diverted(house, call, person, _FORWARDS.get(cause, "no_answer")) or voicemail_of(person.extension)


def takes_calls(house: House, person: Person) -> bool:
    """Whether a call may ring now: not when undisturbed, nor during a call without call waiting."""
    forwards, extension = house.forwards, person.extension
    if forwards.is_on("do_not_disturb", extension):
        return False
    if not forwards.is_on("no_call_waiting", extension):
        return True
    return not any(leg.party.extension == extension and leg.is_up and not leg.is_gone for leg in house.board.legs)


def by_key(house: House, person: Person, dialled: str | None, lines: ExitStack) -> Sequence[Target]:
    """A number outside that rings for ``person``, and asks who answers to press a key; none where it may not."""
    place = house.snapshot().dialplan.from_phone(dialled) if dialled is not None else None
    if not isinstance(place, ToOutside) or place.emergency:
        return ()
    try:
        line = lines.enter_context(outside_line(house, place, person))
    except (TrunkUnavailableError, CallRefusedError):
        return ()
    if line.target is None:
        return ()
    asked = (*house.prompts.clips("follow_me.confirm", person.language), Clip(silence_ms=1500))
    return (replace(line.target, confirm=asked),)
