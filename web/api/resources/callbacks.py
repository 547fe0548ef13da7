"""Callbacks: who is to be called back, from which queue, and when. A web site's form asks here, with a token."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field

from pbx.facade import BadRequestError
from store.audit import Action, Kind, note
from web.api.errors import InvalidError
from web.api.model import NO_NUL, Given, GivenTime, Id, Seconds, Shown, ShownTime, WrittenNumber
from web.api.operation import Ask, Operation
from web.api.paging import PagedWhole, page_of
from web.api.permissions import Scope

QueueName = Annotated[str, Field(min_length=1, max_length=64, pattern=NO_NUL)]


class NewCallback(Given):
    """``at``: not before; without it as soon as somebody is free. ``language``: what the customer hears."""

    queue: QueueName
    number: WrittenNumber
    at: GivenTime | None = None
    language: Literal["es", "en"] | None = None


class CallbackChange(Given):
    """Only what is given changes."""

    queue: QueueName | None = None
    number: WrittenNumber | None = None
    at: GivenTime | None = None
    position: Annotated[int, Field(ge=1, le=10_000)] | None = None


class Callback(Shown):
    """``position``: place in the line of the queue, from 1; null before its time and during the call. ``source``:
    ``caller``, or the login of whom the API was asked by."""

    id: Id
    queue: str
    number: str
    language: str
    source: str
    requested_at: ShownTime
    not_before: ShownTime | None
    waits_since: ShownTime
    attempts: int
    position: int | None
    call_id: str | None


class Callbacks(Shown):
    items: list[Callback]
    next_cursor: str | None


class Place(Given):
    position: Annotated[int, Field(ge=1, le=10_000)]


class WaitingCaller(Shown):
    """One place in a line; ``kind``: ``call``, or ``callback`` (``call_id`` is its id then)."""

    call_id: Id
    kind: Literal["call", "callback"]
    position: int
    wait_s: Seconds
    priority: int
    ringing: list[str]


def _document(callback: dict[str, Any]) -> Callback:
    return Callback.model_validate(
        {
            **{name: callback[name] for name in Callback.model_fields if name != "position"},
            "position": callback["place"],
            "not_before": callback["not_before"] or None,
        }
    )


async def list_callbacks(ask: Ask) -> Callbacks:
    items = [_document(callback) for callback in await ask.office.exchange.callbacks()]
    if ask.scope is not Scope.ALL:
        items = [item for item in items if item.queue in ask.viewer.queues]
    shown, following = page_of(items, lambda one: one.id, ask.query)
    return Callbacks(items=shown, next_cursor=following)


async def create(ask: Ask) -> Callback:
    body: NewCallback = ask.body
    try:
        made = await ask.office.exchange.callback_add(
            body.queue, body.number, ask.viewer.login, due_at=body.at, language=body.language
        )
    except BadRequestError as error:
        raise InvalidError(str(error), faults=[{"field": "number", "message": str(error)}]) from None
    await _note(ask, "created", "callback", made["id"], made["number"])
    return _document(made)


async def change(ask: Ask) -> Callback:
    body: CallbackChange = ask.body
    callback_id = ask.path("id")
    try:
        changed = await ask.office.exchange.callback_change(
            callback_id, ask.viewer.login, queue=body.queue, number=body.number, due_at=body.at
        )
    except BadRequestError as error:
        raise InvalidError(str(error), faults=[{"field": "number", "message": str(error)}]) from None
    if body.position is not None:
        await ask.office.exchange.place(callback_id, body.position)
    await _note(ask, "changed", "callback", callback_id, changed["number"])
    return _document(changed)


async def cancel(ask: Ask) -> None:
    number = await _number_of(ask)
    await ask.office.exchange.callback_cancel(ask.path("id"))
    await _note(ask, "deleted", "callback", ask.path("id"), number)


async def place(ask: Ask) -> None:
    number = await _number_of(ask)
    await ask.office.exchange.place(ask.path("id"), ask.body.position)
    await _note(ask, "moved", "place", ask.path("id"), number)


async def _number_of(ask: Ask) -> str | None:
    """Whom the callback of the path is for; None when it is none."""
    found = (one["number"] for one in await ask.office.exchange.callbacks() if one["id"] == ask.path("id"))
    return next(found, None)


async def _note(ask: Ask, action: Action, kind: Kind, name: str, number: str | None) -> None:
    """``number``: whom it is about, which an id says to nobody."""
    detail = {"number": number} if number is not None else {}
    async with ask.office.database.transaction() as session:
        note(session, action, kind, name, by=ask.viewer.login, now=ask.office.now(), detail=detail)


OPERATIONS = (
    Operation(
        "callbacks.list",
        "GET",
        "/callbacks",
        "Who is to be called back",
        list_callbacks,
        Callbacks,
        query=PagedWhole,
        errors=(503,),
    ),
    Operation(
        "callbacks.create",
        "POST",
        "/callbacks",
        "Have a number called back, now or at a time",
        create,
        Callback,
        status=201,
        body=NewCallback,
        errors=(404, 409, 503),
    ),
    Operation(
        "callbacks.change",
        "PATCH",
        "/callbacks/{id}",
        "Change number, queue, time or place of a callback",
        change,
        Callback,
        body=CallbackChange,
        errors=(404, 409, 503),
    ),
    Operation(
        "callbacks.delete", "DELETE", "/callbacks/{id}", "Cancel a callback", cancel, status=204, errors=(404, 409, 503)
    ),
    Operation(
        "queues.place",
        "PUT",
        "/queues/{name}/callers/{id}",
        "Give who waits, or a callback, another place in the line",
        place,
        status=204,
        body=Place,
        errors=(404, 503),
    ),
)
