"""A queue: answered at once, music, and agents rung as the queue says, until one has the caller."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, cast

from config.company import Destination
from pbx.calls.call import Call
from pbx.calls.dial import Dial, Dialled
from pbx.calls.errors import CallRefusedError
from pbx.calls.leg import Leg
from pbx.exchange.house import House
from pbx.exchange.places import Next, Place, after
from pbx.media.messages import Clip
from pbx.ports import Digit, MenuInput, Moved, Played
from pbx.queues.errors import QueueError
from pbx.queues.place import Announce, Offer, Overflow, Turn, Withdraw
from pbx.queues.place import Place as PlaceInLine

if TYPE_CHECKING:
    from pbx.queues.inputs import FailureCause

LONGER_THAN_THE_QUEUE_S = 1.0  # the queue's own ring timer comes first
CALLBACK_KEY = "1"


async def serve(house: House, call: Call, destination: Destination) -> Next:
    await call.answer()
    try:
        line = house.queues.join(call.id, destination.target)
    except QueueError as error:
        raise CallRefusedError(404, "no_such_queue") from error
    with line:
        reached = await Waiting(house, call, line).until_reached()
    if not isinstance(reached, Leg):
        return reached
    return after(await call.connect(reached, destination.target))


class Waiting:
    """A caller in a queue: what is heard meanwhile, and which agents' telephones ring."""

    def __init__(self, house: House, call: Call, line: PlaceInLine) -> None:
        self._house = house
        self._call = call
        self._line = line
        self._offers: dict[asyncio.Task[Dialled], str] = {}
        self._dials: dict[str, Dial] = {}
        self._announcing = ""

    async def until_reached(self) -> Leg | Place:
        """The leg of the agent who has the caller, or where the caller goes instead."""
        self._music()
        turn = asyncio.ensure_future(self._line.next())
        input_ = asyncio.ensure_future(self._call.next_input(None))
        try:
            while True:
                done, _ = await asyncio.wait({turn, input_, *self._offers}, return_when=asyncio.FIRST_COMPLETED)
                reached: Leg | Place | None = None
                for task in [task for task in self._offers if task in done]:
                    reached = reached or self._rung(task)
                if reached is None and turn in done:
                    reached = self._turn(turn.result())
                    turn = asyncio.ensure_future(self._line.next())
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
                self._announce(turn)
            case Overflow(destination=destination):
                return destination
        return None

    def _offer(self, offer: Offer) -> None:
        person = self._house.snapshot().people.get(offer.login)
        targets = self._house.registrar.targets(person.extension) if person is not None else []
        if not targets:
            self._line.failed(offer.login, "unreachable")
            return
        dial = Dial(
            self._call,
            targets,
            listener=self._call.leg,
            queue=self._line.queue.name,
            ringback=False,
            on_ringing=lambda: self._line.ringing(offer.login),
        )
        self._dials[offer.login] = dial
        self._offers[asyncio.ensure_future(dial.run(offer.ring_s + LONGER_THAN_THE_QUEUE_S))] = offer.login

    def _rung(self, task: asyncio.Task[Dialled]) -> Leg | None:
        """What became of one offer; the leg, when the caller is this agent's now."""
        login = self._offers.pop(task)
        was_offered = self._dials.pop(login, None) is not None
        dialled = task.result()
        leg = dialled.leg
        if leg is None:
            if was_offered:
                cause = "unreachable" if dialled.cause == "failed" else dialled.cause
                self._line.failed(login, cast("FailureCause", cause))
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

    def _music(self) -> None:
        self._call.play((self._house.prompts.music(self._line.queue.music),), loop=True)

    def _announce(self, announce: Announce) -> None:
        prompts, language = self._house.prompts, self._call.language
        clips: list[Clip] = prompts.clips("queue.position", language, position=announce.position)
        if announce.expected_wait_s is not None:
            minutes = max(1, round(announce.expected_wait_s / 60))
            clips += prompts.clips("queue.expected_wait", language, minutes=minutes)
        if self._line.queue.callback and self._call.caller.number is not None:
            clips += prompts.clips("queue.callback_offer", language)
        if clips:
            self._announcing = self._call.board.new_id()
            self._call.play(clips, self._announcing)

    def _heard(self, input_: MenuInput) -> Place | None:
        match input_:
            case Played(play_id=play_id) if play_id == self._announcing:
                self._music()
            case Moved(place=place):
                self._line.leave("overflow")
                return cast("Place", place)
            case Digit(digit=digit) if digit == CALLBACK_KEY and self._line.queue.callback:
                if self._call.caller.number is not None:
                    self._line.leave("callback")
                    return Destination(kind="callback", target=self._line.queue.name)
            case _:
                pass
        return None
