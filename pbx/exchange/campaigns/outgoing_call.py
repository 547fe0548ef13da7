"""One call of a campaign: the agent is rung, and once on the line, the contact. Nobody who answers finds nobody there.

The agent is kept from every other call from the moment at which the engine has chosen this one.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from config.campaigns import Campaign
from config.company import Person
from pbx.calls.call import Call
from pbx.calls.errors import CallRefusedError
from pbx.calls.ledger import Departure
from pbx.calls.originate import ring_caller
from pbx.calls.party import Party
from pbx.campaigns.engine import Dial
from pbx.exchange.callbacks.attempt import Attempt
from pbx.exchange.destinations import outbound
from pbx.exchange.house import House
from pbx.exchange.journey import follow
from pbx.exchange.whisper import AUTO_ANSWER
from pbx.routing.dialplan import ToOutside

if TYPE_CHECKING:
    from pbx.exchange.places import Next

RESULTS = {"busy": "busy", "no_answer": "no_answer", "declined": "no_answer"}


class OutgoingCall:
    """``result``, once it has ended, as `pbx.events.CampaignAttempted` has it; ``has_called``: the contact was dialled;
    ``talk_s``: how long they have talked."""

    def __init__(self, house: House, rules: Campaign, dial: Dial, person: Person) -> None:
        self._house = house
        self._rules = rules
        self._dial = dial
        self._person = person
        self._attempt = Attempt()
        self._ended = asyncio.Event()
        self.talk_s = 0.0
        party = Party(person.extension, person.name, login=person.login, extension=person.extension)
        self.call = house.board.new_call("outbound", party, dial.contact.number, None, language=person.language)

    @property
    def result(self) -> str:
        return self._attempt.result

    @property
    def has_called(self) -> bool:
        return self._attempt.has_called

    def begin(self) -> None:
        """Take the agent, and ring. Call from the loop."""
        self.call.at_end(self._ended.set)
        self.call.identify(self._dial.contact.number)
        self.call.start(self._travel)
        self._house.queues.busy(self._person.login, self.call.id, ringing=True)

    async def over(self) -> None:
        """Wait for the end of the call."""
        house, call = self._house, self.call
        try:
            await self._ended.wait()
        finally:
            house.queues.free(self._person.login, call.id)
        answered_at = call.ledger.answered_at
        if answered_at is not None:
            self._attempt.result = "answered"
            self.talk_s = round(max(0.0, house.board.clock() - answered_at), 3)

    async def _travel(self, call: Call) -> Departure:
        house = self._house
        await call.identified()
        targets = house.registrar.targets(self._person.extension)
        if not targets:
            raise CallRefusedError(480, "caller_unreachable", "cancelled")
        headers = AUTO_ANSWER if self._person.auto_answer else ()
        await ring_caller(call, targets, float(self._rules.ring_s), headers)
        call.ledger.queue = self._rules.queue
        self._attempt.has_called = True
        next_ = await self._connect(call)
        return next_ if isinstance(next_, Departure) else await follow(house, call, next_)

    async def _connect(self, call: Call) -> Next:
        place = ToOutside(self._dial.contact.number, emergency=False)
        rules = self._rules
        try:
            return await outbound.serve(self._house, call, place, float(rules.ring_s), rules.caller_id)
        except CallRefusedError as refused:
            self._attempt.result = RESULTS.get(refused.reason, "failed")
            raise
