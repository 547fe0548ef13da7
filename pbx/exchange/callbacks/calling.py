"""Making the callbacks: a place in the queue for each, and when its turn comes, the call.

``first: agent``: the agent whom the queue chooses is rung, and then the customer. ``first: customer``: as soon as an
agent is free the customer is rung, and joins the queue with all of the time waited.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from datetime import datetime
from zoneinfo import ZoneInfo

import structlog

from config.company import Queue
from pbx.calls.call import Call
from pbx.calls.party import Party
from pbx.events import CallbackAttempted
from pbx.exchange.answerer import Machines
from pbx.exchange.callbacks.agent_first import AgentFirst
from pbx.exchange.callbacks.attempt import Attempt
from pbx.exchange.callbacks.book import Callback
from pbx.exchange.callbacks.customer_first import CustomerFirst
from pbx.exchange.house import House
from pbx.queues.errors import QueueError
from pbx.queues.place import Offer, Overflow, Turn
from pbx.queues.place import Place as PlaceInLine

log = structlog.get_logger()

LATER_S = 60.0  # until a queue that is closed, or gone, is looked at again


class Calling:
    """Keeps one task for each callback of the house's book."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._tasks: dict[str, asyncio.Task[None]] = {}
        house.callbacks.on_change = self._changed
        for callback in house.callbacks.all():
            self._changed(callback)

    async def stop(self) -> None:
        """No more calls; what is in the book stays there."""
        tasks = list(self._tasks.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _changed(self, callback: Callback) -> None:
        if callback.call_id is not None:
            return
        if (task := self._tasks.pop(callback.id, None)) is not None:
            task.cancel()
        if callback.id in self._house.callbacks:
            task = asyncio.get_running_loop().create_task(self._live(callback), name=f"callback {callback.id}")
            self._tasks[callback.id] = task
            task.add_done_callback(lambda done: self._done(callback, done))

    def _done(self, callback: Callback, task: asyncio.Task[None]) -> None:
        if self._tasks.get(callback.id) is task:
            del self._tasks[callback.id]
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("callback_failed", callback=callback.id, error=repr(error))
            callback.call_id = None
            self._house.callbacks.end(callback, "failed", "error", self._house.board.clock())

    async def _live(self, callback: Callback) -> None:
        house, book = self._house, self._house.callbacks
        while callback.id in book:
            now = house.board.clock()
            queue = house.snapshot().queues.get(callback.queue)
            if self._is_too_old(callback, now):
                book.end(callback, "expired", "too_old", now)
            elif callback.not_before > now:
                await asyncio.sleep(min(callback.not_before - now, LATER_S))  # the clock may be set meanwhile
            elif queue is None or not self._may_call(callback, now):
                await asyncio.sleep(LATER_S)
            else:
                await self._attempt(callback, queue)

    def _is_too_old(self, callback: Callback, now: float) -> bool:
        queue = self._house.snapshot().queues.get(callback.queue)
        since = max(callback.requested_at, callback.not_before)
        return queue is not None and now > since + queue.callbacks.keep_s

    def _may_call(self, callback: Callback, now: float) -> bool:
        """Whether the queue is there, and it is the hour for it."""
        queue = self._house.snapshot().queues.get(callback.queue)
        return queue is not None and self._is_open(queue, now)

    def _is_open(self, queue: Queue, now: float) -> bool:
        """Within the hours of callbacks and of the queue."""
        local = datetime.fromtimestamp(now, ZoneInfo(self._house.snapshot().company.time_zone))
        rules = queue.callbacks
        return rules.from_hour <= local.hour < rules.to_hour and self._house.queues.is_open(queue.name)

    async def _attempt(self, callback: Callback, queue: Queue) -> None:
        """Wait in line, and call when it is the customer's turn."""
        house = self._house
        waited_s = house.board.clock() - callback.waits_since
        try:
            line = house.queues.join(
                callback.id, queue.name, priority=callback.priority, waited_s=waited_s, is_callback=True
            )
        except QueueError as error:
            log.warning("callback_without_place", callback=callback.id, error=str(error))
            await asyncio.sleep(LATER_S)
            return
        with line:
            if callback.position is not None:
                house.queues.move(callback.id, callback.position)
            offer = await self._turn(callback, line)
            if offer is None:
                return
            call = house.board.new_call(
                "outbound", Party(None, queue.title or queue.name), callback.number, None, language=callback.language
            )
            ended, attempt = asyncio.Event(), Attempt()
            machines = _machines(queue, callback)
            call.at_end(ended.set)
            call.identify(callback.number)
            if queue.callbacks.first == "agent":
                journey = AgentFirst(house, callback, line, offer, machines, attempt).travel
            else:
                line.leave("callback")
                journey = CustomerFirst(house, callback, queue, machines, attempt).travel
            call.ledger.queue = queue.name
            callback.call_id = call.id
            call.start(journey)
            await ended.wait()
        self._after(callback, queue, call, attempt)

    async def _turn(self, callback: Callback, line: PlaceInLine) -> Offer | None:
        """The agent whose turn it is; None when the place is to be given up: too old, or too late in the day."""
        while True:
            turn: Turn | None = None
            with suppress(TimeoutError):
                async with asyncio.timeout(LATER_S):
                    turn = await line.next()
            now = self._house.board.clock()
            if self._is_too_old(callback, now) or not self._may_call(callback, now):
                return None
            if isinstance(turn, Offer):
                return turn
            if isinstance(turn, Overflow):  # its queue is gone, or a supervisor has sent it on
                return None

    def _after(self, callback: Callback, queue: Queue, call: Call, attempt: Attempt) -> None:
        """What became of the call: done, or to be tried again."""
        book, now = self._house.callbacks, self._house.board.clock()
        login = call.ledger.login
        reached = call.ledger.answered_at is not None and not attempt.by_machine
        if attempt.has_called:
            callback.attempts += 1
            result = "answered" if reached else attempt.result
            body = CallbackAttempted(callback.id, callback.queue, callback.number, callback.attempts, login, result)
            book.on_event(body, call.id)
        if reached:
            book.end(callback, "reached", "answered", now, login)
        elif callback.attempts >= queue.callbacks.attempts:
            book.end(callback, "failed", attempt.result, now, login)
        elif attempt.has_called:
            callback.not_before = now + queue.callbacks.retry_s
        callback.call_id = None
        book.noted()


def _machines(queue: Queue, callback: Callback) -> Machines:
    """Who is tried again later gets no message on the machine."""
    rules = queue.callbacks
    is_last = callback.attempts + 1 >= rules.attempts
    action = "hang_up" if rules.machines == "leave_message" and not is_last else rules.machines
    return Machines(action, rules.message, rules.prompt)
