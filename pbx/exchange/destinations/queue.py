"""A queue: answered at once, music, and agents rung as the queue says, until one has the caller."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING, Any, cast

from config.company import Destination
from pbx.calls.call import Call
from pbx.calls.connect import HungUp
from pbx.calls.dial import Dial, Dialled
from pbx.calls.errors import CallRefusedError
from pbx.calls.leg import Leg
from pbx.exchange.browser_wakes import Wake, ring_s, wake_for
from pbx.exchange.house import House
from pbx.exchange.places import Next, Place, after
from pbx.exchange.queue_sound import QueueSound
from pbx.exchange.whisper import AUTO_ANSWER, prepare_whisper, whisper
from pbx.ports import Digit, MenuInput, Moved, Played
from pbx.queues.errors import QueueError
from pbx.queues.place import Announce, Changed, Offer, Overflow, Turn, Withdraw
from pbx.queues.place import Place as PlaceInLine

if TYPE_CHECKING:
    from pbx.queues.inputs import FailureCause

LONGER_THAN_THE_QUEUE_S = 1.0  # the queue's own ring timer comes first
CALLBACK_KEY = "1"
UNHEARD = "no_sound"


async def serve(house: House, call: Call, destination: Destination) -> Next:
    name = destination.target
    await call.answer()
    since = call.waiting_since = call.waiting_since or call.board.clock()
    await call.identified()
    queue = house.snapshot().queues.get(name)
    if queue is None:
        raise CallRefusedError(404, "no_such_queue")
    _speak_the_callers_language(house, call, destination)
    now = call.board.clock()
    waited_s = max(now - since, house.callbacks.taken_back(name, call.caller.number, now))
    identity = call.identity
    try:
        line = house.queues.join(
            call.id,
            name,
            priority=queue.vip_priority if identity is not None and identity.vip else 0,
            waited_s=waited_s,
            preferred=_who_knows(house, call),
            spared=name in call.overflown,
        )
    except QueueError as error:
        raise CallRefusedError(404, "no_such_queue") from error
    with line:
        reached = await Waiting(house, call, line).until_reached()
        # Meanwhile the queue may have other settings, and the clock may have been set.
        queue, waited_s = line.queue, call.board.clock() - (call.waiting_since or since)
    if not isinstance(reached, Leg):
        call.overflown.add(name)
        return reached
    call.waiting_since, call.overflown = None, set()
    house.last_agents.served(call.caller.number, reached.party.login)
    await whisper(house, call, reached, queue, waited_s)
    transfers = call.ledger.transfers
    outcome = await call.connect(reached, name)
    if isinstance(outcome, HungUp) and outcome.reason == "media_timeout" and call.ledger.transfers == transfers:
        _spare_callers(house, reached.party.login)
    if isinstance(outcome, HungUp) and outcome.by == "callee" and queue.survey is not None:
        call.serve_leg(call.caller_leg)  # its keys are the journey's again
        return Destination(kind="menu", target=queue.survey)
    return after(outcome)


def _who_knows(house: House, call: Call) -> tuple[str, ...]:
    """The agents to wait for first: who served this number last, then the contact's responsible."""
    last = house.last_agents.of(call.caller.number)
    responsible = call.identity.responsible if call.identity is not None else None
    return tuple(dict.fromkeys(login for login in (last, responsible) if login is not None))


def _spare_callers(house: House, login: str | None) -> None:
    """Whose telephone answers and says nothing is given a break: the next caller would not be heard either."""
    with suppress(QueueError):
        if login is not None and house.queues.agent(login).state != "offline":
            house.queues.set_agent(login, "break", UNHEARD, cause=UNHEARD)


def _speak_the_callers_language(house: House, call: Call, destination: Destination) -> None:
    """Where a number without a language of its own leads right here, the contact's language is spoken."""
    language = call.identity.language if call.identity is not None else None
    number = house.snapshot().numbers.get(call.dialled)
    if number is None or number.language is not None or number.destination != destination:
        return
    if language in ("es", "en"):
        call.language = language


def failure(dialled: Dialled, wake: Wake | None) -> FailureCause:
    """Why an offer came to nothing, as the queue counts it: who was told and has not come did not take the call."""
    if dialled.cause in ("failed", "unreachable"):
        return "no_answer" if wake is not None and wake.has_told else "unreachable"
    return cast("FailureCause", dialled.cause)


class Waiting:
    """A caller in a queue: what is heard meanwhile, and which agents' telephones ring."""

    def __init__(self, house: House, call: Call, line: PlaceInLine) -> None:
        self._house = house
        self._call = call
        self._line = line
        self._offers: dict[asyncio.Task[Dialled], str] = {}
        self._dials: dict[str, Dial] = {}
        self._wakes: dict[str, Wake] = {}
        self._sound = QueueSound(house, call, line)

    async def until_reached(self) -> Leg | Place:
        """The leg of the agent who has the caller, or where the caller goes instead."""
        self._sound.begin()
        turn = asyncio.ensure_future(self._line.next())
        input_ = asyncio.ensure_future(self._call.next_input(None))
        try:
            while True:
                done, _ = await asyncio.wait(
                    {turn, input_, *self._offers},
                    timeout=self._sound.until_next_message(),
                    return_when=asyncio.FIRST_COMPLETED,
                )
                reached: Leg | Place | None = None
                for task in [task for task in self._offers if task in done]:
                    reached = reached or self._rung(task)
                if reached is None and turn in done:
                    reached = self._turn(turn.result())
                    turn = asyncio.ensure_future(self._line.next())
                self._sound.tell_what_is_due(quietly=bool(self._dials))
                if reached is None and input_ in done:
                    reached = self._heard(input_.result())
                    input_ = asyncio.ensure_future(self._call.next_input(None))
                if isinstance(reached, Leg):
                    for dial in self._dials.values():
                        dial.answered_elsewhere()
                if reached is not None:
                    return reached
        finally:
            await self._let_go(turn, input_)

    async def _let_go(self, *tasks: asyncio.Task[Any]) -> None:
        """Stop ringing and listening; who answers at this very moment is hung up on."""
        for task in (*tasks, *self._offers):
            task.cancel()
        await asyncio.wait((*tasks, *self._offers))
        for offer in self._offers:
            if not offer.cancelled() and offer.exception() is None and (leg := offer.result().leg) is not None:
                leg.hang_up()

    # --- Agents -------------------------------------------------------------------------------------------------------

    def _turn(self, turn: Turn) -> Place | None:
        match turn:
            case Offer():
                self._offer(turn)
            case Withdraw(login=login):
                if (dial := self._dials.pop(login, None)) is not None:
                    dial.give_up("no_answer")
            case Announce():
                self._sound.announce(turn)
            case Changed():
                self._sound.changed()
            case Overflow(destination=destination):
                return destination
        return None

    def _offer(self, offer: Offer) -> None:
        person = self._house.snapshot().people.get(offer.login)
        targets = self._house.registrar.targets(person.extension) if person is not None else []
        wake = wake_for(self._house, self._call, [person], targets) if person is not None and offer.wakes else None
        if not targets and wake is None:
            self._line.failed(offer.login, "unreachable")
            return
        prepare_whisper(self._house, self._line.queue, person)
        dial = Dial(
            self._call,
            targets,
            listener=self._call.leg,
            queue=self._line.queue.name,
            ringback=False,
            headers=AUTO_ANSWER if person is not None and person.auto_answer else (),
            on_ringing=lambda: self._line.ringing(offer.login),
            turn=self._line.ring_turn() if wake is None else None,
            arrivals=wake,
        )
        self._dials[offer.login] = dial
        if wake is not None:
            self._wakes[offer.login] = wake
        longest_s = ring_s(wake, targets, offer.ring_s) + LONGER_THAN_THE_QUEUE_S
        self._offers[asyncio.ensure_future(dial.run(longest_s))] = offer.login

    def _rung(self, task: asyncio.Task[Dialled]) -> Leg | None:
        """What became of one offer; the leg, when the caller is this agent's now."""
        login = self._offers.pop(task)
        was_offered, wake = self._dials.pop(login, None) is not None, self._wakes.pop(login, None)
        dialled = task.result()
        leg = dialled.leg
        if leg is None:
            if was_offered:
                self._line.failed(login, failure(dialled, wake))
            return None
        if leg.party.login != login:  # picked up by a colleague
            self._line.leave("answered")
            return leg
        if leg.is_gone or not self._line.answered(login):
            if leg.is_gone:
                self._line.failed(login, "no_answer")
            leg.hang_up()
            return None
        self._call.board.presence.talking(leg)
        return leg

    # --- The caller ---------------------------------------------------------------------------------------------------

    def _heard(self, input_: MenuInput) -> Place | None:
        match input_:
            case Played(play_id=play_id):
                self._sound.played(play_id)
            case Moved(place=place):
                self._line.leave("overflow")
                return cast("Place", place)
            case Digit(digit=digit) if digit == CALLBACK_KEY and self._line.queue.callback:
                self._line.leave("callback")
                return Destination(kind="callback", target=self._line.queue.name)
            case _:
                pass
        return None
