"""What supervisors and scripts ask of the queues: the order of a line, wrap-ups, callbacks."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from pbx.exchange.callbacks.book import Callback, TooManyCallbacksError
from pbx.exchange.destinations.callback import callable_number
from pbx.exchange.house import House
from pbx.queues.errors import AgentStateError, NotWaitingError, QueueError
from pbx.refusals import BadRequestError, BusyError, NotFoundError, WrongStateError

Document = dict[str, Any]


class QueueCommands:
    """A part of `pbx.exchange.server.Commands`."""

    _house: House

    def place(self, call_id: str, position: int) -> None:
        book = self._house.callbacks
        try:
            self._house.queues.move(call_id, position)
        except NotWaitingError as error:
            raise NotFoundError(str(error)) from None
        if (callback := book.get(call_id)) is not None:
            callback.position = position
            book.noted()

    def wrap_up(self, login: str, extend_s: float | None) -> Document:
        queues = self._house.queues
        try:
            agent = queues.end_wrap_up(login) if extend_s is None else queues.extend_wrap_up(login, extend_s)
        except AgentStateError as error:
            raise WrongStateError(str(error)) from None
        except QueueError as error:
            raise NotFoundError(str(error)) from None
        return asdict(agent)

    # --- Callbacks ----------------------------------------------------------------------------------------------------

    def callbacks(self) -> list[Document]:
        return [self._document(callback) for callback in self._house.callbacks.all()]

    def callback_add(self, queue: str, number: str, by: str, due_at: float | None, language: str | None) -> Document:
        house = self._house
        now = house.board.clock()
        callback = Callback(
            id=house.board.new_id(),
            queue=self._queue(queue),
            number=self._number(number, by),
            language=language or house.snapshot().company.language,
            source=by,
            requested_at=now,
            waits_since=max(now, due_at or 0.0),
            not_before=due_at or 0.0,
            requested_by=by,
        )
        try:
            return self._document(house.callbacks.add(callback))
        except TooManyCallbacksError as error:
            raise BusyError(str(error)) from None

    def callback_change(
        self, callback_id: str, by: str, queue: str | None, number: str | None, due_at: float | None
    ) -> Document:
        callback = self._waiting(callback_id)
        queue = self._queue(queue) if queue is not None else callback.queue
        requested_by = callback.requested_by if number is None else by
        number = self._number(number, by) if number is not None else callback.number
        other = self._house.callbacks.find(queue, number)
        if other is not None and other is not callback:
            raise WrongStateError("this number has a callback in that queue already")
        if queue != callback.queue:
            callback.position = None
        callback.queue, callback.number, callback.requested_by = queue, number, requested_by
        callback.not_before = due_at if due_at is not None else callback.not_before
        self._house.callbacks.changed(callback, by)
        return self._document(callback)

    def callback_cancel(self, callback_id: str) -> None:
        self._house.callbacks.end(self._waiting(callback_id), "cancelled", "api", self._house.board.clock())

    def _waiting(self, callback_id: str) -> Callback:
        callback = self._house.callbacks.get(callback_id)
        if callback is None:
            raise NotFoundError(f"no callback {callback_id}")
        if callback.call_id is not None:
            raise WrongStateError("the customer is being called at this moment")
        return callback

    def _queue(self, name: str) -> str:
        if name not in self._house.snapshot().queues:
            raise NotFoundError(f"no queue '{name}'")
        return name

    def _number(self, written: str, by: str) -> str:
        number = callable_number(self._house, written, self._house.snapshot().people.get(by))
        if number is None:
            raise BadRequestError(f"number: '{written}' cannot be called back")
        return number

    def _document(self, callback: Callback) -> Document:
        return {**asdict(callback), "place": self._house.queues.position(callback.id)}
