"""A callback that rings the customer first, who then waits, with music, for the next agent."""

from __future__ import annotations

from dataclasses import replace

from config.company import Destination, Queue
from pbx.calls.call import Call
from pbx.calls.errors import CallRefusedError
from pbx.calls.ledger import Departure
from pbx.exchange.answerer import Answerer, Machines
from pbx.exchange.callbacks.attempt import Attempt, payer
from pbx.exchange.callbacks.book import Callback
from pbx.exchange.destinations import outbound
from pbx.exchange.house import House
from pbx.exchange.journey import follow
from pbx.routing.dialplan import ToOutside


class CustomerFirst:
    """One attempt for ``callback``; ``attempt`` learns how far it came."""

    def __init__(self, house: House, callback: Callback, queue: Queue, machines: Machines, attempt: Attempt) -> None:
        self._house = house
        self._callback = callback
        self._queue = queue
        self._machines = machines
        self._attempt = attempt

    async def travel(self, call: Call) -> Departure:
        """Dial the customer, and bring who answers to the head of the line; no agent is rung for a machine."""
        house, callback = self._house, self._callback
        self._attempt.has_called = True
        place = ToOutside(callback.number, emergency=False)
        try:
            ring_s = float(self._queue.callbacks.ring_s)
            leg = await outbound.reach(house, call, place, ring_s, payer=payer(callback))
        except CallRefusedError as refused:
            self._attempt.result = refused.result or refused.reason
            raise
        call.serve_leg(leg)
        call.caller = replace(leg.party, number=callback.number)
        call.waiting_since = callback.waits_since
        answerer = Answerer(house, call, leg, self._machines, self._attempt)
        answerer.watch()
        await call.say(house.prompts.clips("callback.here", call.language))
        if await answerer.is_machine():
            return await answerer.let_go()
        return await follow(house, call, Destination(kind="queue", target=callback.queue))
