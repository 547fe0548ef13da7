"""One call of a campaign: the agent is rung, and once on the line, the contact. Nobody who answers finds nobody there.

Between the engine's choice and the call an agent has to come to the telephone: whether the contact may be called is
asked again then. The agent is kept from every other call from the moment at which the engine has chosen this one.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING

from config.campaigns import Campaign
from config.company import Person
from pbx.calls.call import Call
from pbx.calls.connect import GoesOn
from pbx.calls.errors import CallRefusedError
from pbx.calls.ledger import Departure
from pbx.calls.originate import ring_caller
from pbx.calls.party import Party
from pbx.campaigns.engine import DO_NOT_CALL, Dial
from pbx.campaigns.hours import may_call, zones_of
from pbx.exchange.answerer import AnswererWithAgent, LeaveMessage, Machines
from pbx.exchange.callbacks.attempt import Attempt
from pbx.exchange.destinations import outbound
from pbx.exchange.house import House
from pbx.exchange.journey import follow
from pbx.exchange.places import after
from pbx.exchange.whisper import AUTO_ANSWER
from pbx.routing.dialplan import ToOutside

if TYPE_CHECKING:
    from pbx.exchange.places import Next

RESULTS = {"busy": "busy", "no_answer": "no_answer", "declined": "no_answer"}


class OutgoingCall:
    """``result``, once it has ended, as `pbx.events.CampaignAttempted` has it; ``has_called``: the contact was dialled,
    or is not to be; ``talk_s``: how long they have talked. ``on_let_go``: called when a machine has the call to itself.
    """

    def __init__(self, house: House, rules: Campaign, dial: Dial, person: Person) -> None:
        self._house = house
        self._rules = rules
        self._dial = dial
        self._person = person
        self._attempt = Attempt()
        self._ended = asyncio.Event()
        self.on_let_go: Callable[[], None] = lambda: None
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
            self._free()
        answered_at = call.ledger.answered_at
        if answered_at is not None and not self._attempt.by_machine:
            self._attempt.result = "answered"
            self.talk_s = round(max(0.0, house.board.clock() - answered_at), 3)

    def _wrap_up_s(self) -> float:
        """How long the agent has after a talk."""
        queue = self._house.snapshot().queues.get(self._rules.queue)
        own = self._rules.wrap_up_s
        return float(own if own is not None else queue.wrap_up_s if queue is not None else 0)

    def _free(self) -> None:
        self._house.queues.free(self._person.login, self.call.id)

    def _machine_answered(self, goes_on: bool) -> None:
        self._house.queues.owe_wrap_up(self._person.login, self.call.id, 0.0)
        if goes_on:
            self._free()
            self.on_let_go()

    async def _travel(self, call: Call) -> Departure:
        house = self._house
        await call.identified()
        targets = house.registrar.targets(self._person.extension)
        if not targets:
            raise CallRefusedError(480, "caller_unreachable", "cancelled")
        headers = AUTO_ANSWER if self._person.auto_answer else ()
        await ring_caller(call, targets, float(self._rules.ring_s), headers)
        call.ledger.queue = self._rules.queue
        self._check_again()
        self._attempt.has_called = True
        next_ = await self._connect(call)
        return next_ if isinstance(next_, Departure) else await follow(house, call, next_)

    def _check_again(self) -> None:
        """Raises CallRefusedError when the contact may not be called any more, or not at this hour."""
        house, number = self._house, self._dial.contact.number
        snapshot = house.snapshot()
        if number in snapshot.do_not_call:
            self._attempt.result, self._attempt.has_called = DO_NOT_CALL, True
            raise CallRefusedError(403, DO_NOT_CALL, "cancelled")
        hours = snapshot.campaigns.get(self._rules.name, self._rules).hours
        if not may_call(hours, zones_of(number, snapshot.company.time_zone), house.board.clock()):
            raise CallRefusedError(403, "outside_hours", "cancelled")

    async def _connect(self, call: Call) -> Next:
        place = ToOutside(self._dial.contact.number, emergency=False)
        rules = self._rules
        try:
            leg = await outbound.reach(self._house, call, place, float(rules.ring_s), rules.caller_id)
            self._house.queues.owe_wrap_up(self._person.login, call.id, self._wrap_up_s())
            machines = Machines(rules.machines, rules.message, rules.prompt)
            answerer = AnswererWithAgent(self._house, call, leg, machines, self._attempt, self._machine_answered)
            answerer.watch()
            outcome = await call.connect(leg)
            if isinstance(outcome, GoesOn) and isinstance(outcome.place, LeaveMessage):
                return await answerer.leave_message()
            return after(outcome)
        except CallRefusedError as refused:
            self._attempt.result = RESULTS.get(refused.reason, "failed")
            raise
