"""A callback: the caller need not wait, somebody of the queue calls back."""

from __future__ import annotations

from config.company import Destination, Person
from pbx.calls.call import Call
from pbx.calls.errors import CallRefusedError
from pbx.calls.ledger import Departure
from pbx.exchange.callbacks.book import Callback, TooManyCallbacksError
from pbx.exchange.house import House
from pbx.exchange.outside_line import may_dial
from pbx.exchange.places import Next
from pbx.exchange.typed_keys import typed_keys
from pbx.media.messages import Clip
from pbx.ports import Digit
from pbx.routing.dialplan import ToOutside
from pbx.routing.numbers import normalise

CHANGE_KEY = "2"
LISTEN_S = 2.0
DIGIT_S = 5.0
MAX_DIGITS = 20
ATTEMPTS = 2
REQUESTED = Departure("system", "callback_requested", "callback")


async def serve(house: House, call: Call, destination: Destination) -> Next:
    """Note the number at once, say it, and let the caller change it; who hangs up meanwhile is called back too."""
    await call.answer()
    number = callable_number(house, call.caller.number) or await _asked_for(house, call)
    if number is None:
        await call.say(house.prompts.clips("callback.impossible", call.language))
        return Destination(kind="queue", target=destination.target)
    queue, now = house.snapshot().queues.get(destination.target), call.board.clock()
    is_vip = call.identity is not None and call.identity.vip
    callback = Callback(
        id=call.board.new_id(),
        queue=destination.target,
        number=number,
        language=call.language,
        source="caller",
        requested_at=now,
        waits_since=call.waiting_since or now,
        priority=queue.vip_priority if queue is not None and is_vip else 0,
    )
    try:
        callback = house.callbacks.add(callback, call.id)
    except TooManyCallbacksError:
        await call.say(house.prompts.clips("callback.impossible", call.language))
        return Destination(kind="queue", target=destination.target)
    if await _wants_another(house, call, number):
        other = await _asked_for(house, call)
        if other is not None and callback.id in house.callbacks and callback.call_id is None:
            callback = _at_another_number(house, call, callback, other)
        await call.say([*_spoken(house, call, callback.number), *house.prompts.clips("call.goodbye", call.language)])
    return REQUESTED


def callable_number(house: House, written: str | None, person: Person | None = None) -> str | None:
    """The number in E.164 if the exchange may call it for ``person``, or for a caller (None): outside, no emergency,
    nothing that is closed to them.
    """
    if written is None:
        return None
    snapshot = house.snapshot()
    number = normalise(written, snapshot.company.country)
    place = snapshot.dialplan.from_phone(number) if number is not None else None
    if not isinstance(place, ToOutside) or place.emergency:
        return None
    try:
        may_dial(house, place, person)
    except CallRefusedError:
        return None
    return place.number


def _at_another_number(house: House, call: Call, callback: Callback, number: str) -> Callback:
    """The callback for ``number``: this one, or the older one that the number has in the same queue already."""
    older = house.callbacks.find(callback.queue, number)
    if older is not None and older is not callback:
        house.callbacks.end(callback, "cancelled", "asked_twice", call.board.clock())
        return older
    callback.number = number
    house.callbacks.changed(callback, "caller")
    return callback


async def _wants_another(house: House, call: Call, number: str) -> bool:
    prompts = house.prompts
    clips = [*_spoken(house, call, number), *prompts.clips("callback.change", call.language)]
    pressed = await call.say(clips, until_digit=True)
    if pressed is None:
        match await call.next_input(LISTEN_S):
            case Digit(digit=digit):
                pressed = digit
            case _:
                pass
    return pressed == CHANGE_KEY


def _spoken(house: House, call: Call, number: str) -> list[Clip]:
    clips = list(house.prompts.clips("callback.number", call.language))
    for digit in number.lstrip("+"):
        clips += house.prompts.clips(f"digit.{digit}", call.language)
    return clips


async def _asked_for(house: House, call: Call) -> str | None:
    """A number typed by the caller, ended by ``#`` or by silence; None when none can be called."""
    for _ in range(ATTEMPTS):
        first = await call.say(house.prompts.clips("callback.ask_number", call.language), until_digit=True)
        number = callable_number(house, await typed_keys(call, first, most=MAX_DIGITS, pause_s=DIGIT_S))
        if number is not None:
            return number
        await call.say(house.prompts.clips("callback.wrong_number", call.language))
    return None
