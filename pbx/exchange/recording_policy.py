"""The company's recordings policy, as calls go by it: who is recorded, who is told so, and when."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import cast

from config.company import Destination
from config.part import Language
from config.recordings import Conversation, RecordingPolicy, Verdict
from pbx.calls.call import Call
from pbx.calls.party import Party
from pbx.calls.recording_rules import Switched
from pbx.exchange.house import House
from pbx.exchange.places import Place
from pbx.media.messages import Clip
from pbx.routing.dialplan import ToOutside

SOMEBODY_RINGS = frozenset({"person", "ring_group", "queue", "number"})
_LETS: dict[str, frozenset[Switched]] = {
    "on_and_off": frozenset({"on", "pause", "off"}),
    "pause": frozenset({"pause"}),
    "nothing": frozenset(),
}


class CompanyRecordingRules:
    """Implements `pbx.calls.recording_rules.RecordingRules` for the company of this moment."""

    def __init__(self, house: House) -> None:
        self._house = house

    @property
    def _policy(self) -> RecordingPolicy:
        return self._house.snapshot().company.recordings

    @property
    def pause_s(self) -> float:
        return float(self._policy.pause_s)

    @property
    def digits_pause_s(self) -> float:
        return float(self._policy.digits_pause_s)

    def verdict(self, call: Call, talking: Sequence[Party]) -> Verdict:
        logins = [party.login for party in talking if party.login is not None]
        numbers = [*_numbers(call), *(party.number for party in talking if party.number is not None)]
        return self._policy.decide(
            Conversation(call.direction, numbers, call.ledger.queue, logins, self._departments(logins))
        )

    def notice(self, call: Call) -> Sequence[Clip]:
        notice, prompts = self._policy.notice, self._house.prompts
        if not self._is_to_be_said(call):
            return ()
        text = notice.texts.get(cast(Language, call.language), "")
        said = prompts.clips("text", call.language, text=text, recording=notice.prompt)
        return said or prompts.clips("recording.notice", call.language)

    def must_tell(self, call: Call) -> bool:
        return self._policy.notice.needed and self._is_to_be_said(call)

    def lets_talkers(self, switch: Switched) -> bool:
        return switch in _LETS[self._policy.talkers_may]

    def may_record(self, call: Call, place: Destination) -> bool:
        """Whether who answers at ``place`` could be recorded."""
        queue = place.target if place.kind == "queue" else call.ledger.queue
        people: Collection[str] | None = None
        if place.kind == "person" and (person := self._house.snapshot().person(place.target)) is not None:
            people = [login for login in (person.login, call.caller.login) if login is not None]
        departments = self._departments(people or ())
        return self._policy.may_record(Conversation(call.direction, _numbers(call), queue, people, departments))

    def _is_to_be_said(self, call: Call) -> bool:
        """Nobody who calls for help is kept waiting for it."""
        is_emergency = isinstance(call.place, ToOutside) and call.place.emergency
        return call.direction in self._policy.notice.directions and not is_emergency

    def _departments(self, logins: Collection[str]) -> list[str]:
        people = self._house.snapshot().people
        return [people[login].department for login in logins if login in people and people[login].department]


def _numbers(call: Call) -> list[str]:
    return [number for number in (call.dialled, call.caller.number) if number]


async def tell_caller(house: House, call: Call, place: Place) -> None:
    """A caller about to be put through to somebody hears first that the call may be recorded, once."""
    rules = house.board.recording_rules
    is_ringing = isinstance(place, Destination) and place.kind in SOMEBODY_RINGS
    if not is_ringing or call.direction == "outbound" or call.recording.is_told:
        return
    if not isinstance(rules, CompanyRecordingRules) or not rules.may_record(call, cast(Destination, place)):
        return
    clips = rules.notice(call)
    if clips:
        call.recording.is_told = True
        await call.answer()
        await call.say(clips)
