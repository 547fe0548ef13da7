"""A callback that rings the agent whom the queue has chosen, and then the customer."""

from __future__ import annotations

import asyncio

from pbx.calls.call import Call
from pbx.calls.connect import GoesOn
from pbx.calls.dial import Dial, Dialled
from pbx.calls.errors import CallRefusedError
from pbx.calls.ledger import Departure
from pbx.calls.leg import Leg
from pbx.calls.party import Party
from pbx.exchange.answerer import AnswererWithAgent, LeaveMessage, Machines
from pbx.exchange.browser_wakes import Wake, ring_s, wake_for
from pbx.exchange.callbacks.attempt import Attempt, payer
from pbx.exchange.callbacks.book import Callback
from pbx.exchange.destinations import outbound
from pbx.exchange.destinations.queue import failure
from pbx.exchange.house import House
from pbx.exchange.journey import follow
from pbx.exchange.places import Next, after
from pbx.exchange.whisper import AUTO_ANSWER, prepare_callback, tell_callback
from pbx.queues.place import Offer, Overflow, Withdraw
from pbx.queues.place import Place as PlaceInLine
from pbx.routing.dialplan import ToOutside

LONGER_THAN_THE_QUEUE_S = 1.0  # the queue's own ring timer comes first


class AgentFirst:
    """One attempt for ``callback``, whose place in the queue is ``line``; ``attempt`` learns how far it came."""

    def __init__(
        self, house: House, callback: Callback, line: PlaceInLine, offer: Offer, machines: Machines, attempt: Attempt
    ) -> None:
        self._house = house
        self._callback = callback
        self._line = line
        self._first = offer
        self._machines = machines
        self._attempt = attempt
        self._login = ""
        self._dial: Dial | None = None
        self._wake: Wake | None = None
        self._ringing: asyncio.Task[Dialled] | None = None

    async def travel(self, call: Call) -> Departure:
        """Ring agents until one answers; that one is the call's caller from then on, and the customer is dialled."""
        leg = await self._agent(call)
        party = leg.party
        call.caller = call.ledger.caller = Party(
            party.extension, party.name, login=party.login, extension=party.extension
        )
        call.ledger.login = party.login
        call.serve_leg(leg)
        call.board.presence.talking(leg)
        if leg.is_gone:
            call.leave("caller", "hung_up")
        await tell_callback(self._house, call, leg, self._line.queue)
        self._attempt.has_called = True
        try:
            next_ = await self._customer(call, party.login)
        except CallRefusedError as refused:
            self._attempt.result = refused.result or refused.reason
            raise
        return next_ if isinstance(next_, Departure) else await follow(self._house, call, next_)

    async def _customer(self, call: Call, login: str | None) -> Next:
        house, queues = self._house, self._house.queues
        place, ring_s = ToOutside(self._callback.number, emergency=False), float(self._line.queue.callbacks.ring_s)
        leg = await outbound.reach(house, call, place, ring_s, payer=payer(self._callback))

        def machine_answered(goes_on: bool) -> None:
            if login is not None:
                queues.owe_wrap_up(login, call.id, 0.0)

        answerer = AnswererWithAgent(house, call, leg, self._machines, self._attempt, machine_answered)
        answerer.watch()
        outcome = await call.connect(leg)
        if isinstance(outcome, GoesOn) and isinstance(outcome.place, LeaveMessage):
            return await answerer.leave_message()
        return after(outcome)

    async def _agent(self, call: Call) -> Leg:
        self._offer(call, self._first)
        turn = asyncio.ensure_future(self._line.next())
        try:
            while True:
                rings = {self._ringing} if self._ringing is not None else set()
                done, _ = await asyncio.wait({turn, *rings}, return_when=asyncio.FIRST_COMPLETED)
                ringing = self._ringing
                leg = self._rung(call, ringing.result()) if ringing is not None and ringing in done else None
                if leg is not None:
                    return leg
                if turn in done:
                    self._turn(call, turn.result())
                    turn = asyncio.ensure_future(self._line.next())
        finally:
            turn.cancel()
            if self._ringing is not None:
                self._ringing.cancel()

    def _turn(self, call: Call, turn: object) -> None:
        match turn:
            case Offer(login=login) if self._ringing is not None:
                self._line.failed(login, "busy")  # one agent at a time is asked to make a call
            case Offer():
                self._offer(call, turn)
            case Withdraw(login=login) if self._dial is not None and login == self._login:
                self._login = ""
                self._dial.give_up("no_answer")
            case Overflow():
                raise CallRefusedError(480, "callback_withdrawn", "cancelled")
            case _:
                pass

    def _offer(self, call: Call, offer: Offer) -> None:
        person = self._house.snapshot().people.get(offer.login)
        targets = self._house.registrar.targets(person.extension) if person is not None else []
        self._wake = wake_for(self._house, call, [person], targets) if person is not None and offer.wakes else None
        if person is None or (not targets and self._wake is None):
            self._line.failed(offer.login, "unreachable")
            return
        prepare_callback(self._house, self._line.queue, person)
        name = call.identity.name if call.identity is not None else None
        self._login = offer.login
        self._dial = Dial(
            call,
            targets,
            listener=None,
            queue=self._line.queue.name,
            presents=Party(self._callback.number, name),
            headers=AUTO_ANSWER if person.auto_answer else (),
            on_ringing=lambda: self._line.ringing(offer.login),
            arrivals=self._wake,
        )
        longest_s = ring_s(self._wake, targets, offer.ring_s) + LONGER_THAN_THE_QUEUE_S
        self._ringing = asyncio.ensure_future(self._dial.run(longest_s))

    def _rung(self, call: Call, dialled: Dialled) -> Leg | None:
        login, self._login, self._ringing, self._dial = self._login, "", None, None
        leg = dialled.leg
        if leg is None:
            if login:
                self._line.failed(login, failure(dialled, self._wake))
            return None
        if login and leg.party.login != login:  # picked up by a colleague, who makes the call
            self._line.leave("answered")
            return leg
        if not login or leg.is_gone or not self._line.answered(login, becomes=call.id):
            if login and leg.is_gone:
                self._line.failed(login, "no_answer")
            leg.hang_up()
            return None
        return leg
