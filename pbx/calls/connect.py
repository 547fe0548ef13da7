"""Two legs that talk: bridged and recorded until one hangs up, or the served one goes on elsewhere."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import structlog

from pbx.calls.errors import WrongStateError
from pbx.calls.hold import Hold
from pbx.calls.key_features import KeyFeatures
from pbx.calls.leg import Leg
from pbx.calls.leg_events import FinishedPlaying, Gone, HoldChanged, LegEvent, Pressed, TransferAsked
from pbx.calls.park import ParkIn
from pbx.calls.side import Side
from pbx.calls.transfer import Transfer, by_refer
from pbx.events import EndedBy
from pbx.media.messages import Clip

NOTICE_S = 60.0  # the longest notice, and then some
log = structlog.get_logger()

if TYPE_CHECKING:
    from pbx.calls.call import Call


@dataclass(frozen=True, slots=True)
class HungUp:
    """It is over; ``by`` whom, and why."""

    by: EndedBy
    reason: str


@dataclass(frozen=True, slots=True)
class GoesOn:
    """The served leg goes on to ``place``: a transfer to a queue, a parking slot …"""

    place: object


ConnectedOutcome = HungUp | GoesOn


class Connection:
    """The two sides of a call while they are connected, and whatever is being done to them.

    ``queue``: the queue that brought them together.
    """

    def __init__(self, call: Call, caller: Leg, callee: Leg, queue: str | None = None) -> None:
        self.call = call
        self.legs = {Side.CALLER: caller, Side.CALLEE: callee}
        self.hold = Hold(call, self.legs)
        self.transfer: Transfer | None = None
        self._keys = {side: KeyFeatures(self, side) for side in self.legs}
        self._queue = queue
        self._over: asyncio.Future[ConnectedOutcome] = asyncio.get_running_loop().create_future()
        self._notice = ""
        self._noticed = asyncio.Event()
        self._tasks: set[asyncio.Task[None]] = set()

    async def run(self) -> ConnectedOutcome:
        """Connect, and wait for the end. The caller's end cancels it, with the whole journey."""
        call = self.call
        self.call.connection = self
        try:
            self.legs[Side.CALLER].sound.prefer(self.legs[Side.CALLEE].sound.codec)
            await call.answer()
            for side, leg in self.legs.items():
                self._seat(side, leg)
            call.stop_playing()
            self.tell_answered(self.legs[Side.CALLEE], self._queue)
            await self._tell(call.recording.notice(*self.legs.values()))
            if self._over.done():
                return self._over.result()
            self.join(*self.legs.values())
            for beside in list(self.call.supervisions):
                beside.connected()
            self._follow_held_phones()
            return await self._over
        finally:
            self._release()

    async def resume(self, held: Mapping[str, Sequence[str]], recording: dict[str, Any] | None) -> ConnectedOutcome:
        """Go on with two whom an earlier exchange has connected; ``held``: why each side holds the other."""
        self.call.connection = self
        try:
            for side, leg in self.legs.items():
                self._seat(side, leg)
            caller, callee = self.legs.values()
            self.call.board.plane.bridge(caller.id, callee.id)
            self.call.recording.take_up(recording, caller, callee)
            self.hold.take_up(held)
            self._follow_held_phones()
            self.call.board.on_change(self.call)
            return await self._over
        finally:
            self._release()

    # --- What is done to it -------------------------------------------------------------------------------------------

    def side_of(self, leg: Leg) -> Side:
        """Raises WrongStateError for a leg that is not connected here."""
        for side, seated in self.legs.items():
            if seated is leg:
                return side
        raise WrongStateError("this telephone is not connected in this call")

    def side_of_login(self, login: str) -> Side:
        """Raises WrongStateError when this person is not connected here."""
        for side, leg in self.legs.items():
            if leg.party.login == login:
                return side
        raise WrongStateError(f"{login} is not connected in this call")

    def join(self, a: Leg, b: Leg) -> None:
        """Let the two hear each other, and record them."""
        self.call.board.plane.bridge(a.id, b.id)
        self.call.recording.follow(self.legs[Side.CALLER], self.legs[Side.CALLEE])
        self.call.board.on_change(self.call)

    def tell_answered(self, leg: Leg, queue: str | None = None) -> None:
        """Emit CallAnswered for who has been brought in."""
        party = leg.party
        kind = "number" if party.is_outside else "person"
        self.call.tell_answered(kind, login=party.login, extension=party.extension or party.number, queue=queue)

    def replace(self, side: Side, leg: Leg) -> Leg:
        """``leg`` takes ``side``; returns who sat there, still up, for the transfer to say goodbye to."""
        left = self.legs[side]
        left.owner = self._on_leg_that_left
        self.legs[side] = leg
        self.call.adopt(leg)
        leg.stop_playing()
        if side is Side.CALLER:
            self.call.leg = leg
        self.hold.forget(side)
        self._seat(side, leg)
        self.hold.apply()
        self._join_anew()
        self.tell_answered(leg)
        for supervision in list(self.call.supervisions):
            supervision.follow(left, leg)
        return left

    def show_caller(self, leg: Leg) -> None:
        """The pop-up for the person of ``leg``, who has been brought in without being rung for this call."""
        if leg.party.login is not None and self.call.direction == "inbound":
            self._spawn(self.call.announce([leg.party.login], None))

    def go_on(self, leaving: Side, place: object) -> Leg:
        """``leaving`` sends the other side on to ``place``; returns the leg that leaves, still up."""
        left, stays = self.legs[leaving], self.legs[leaving.other]
        left.owner = self._on_leg_that_left
        self.call.serve_leg(stays)
        self._end(GoesOn(place))
        return left

    def hand_over(self, side: Side) -> Leg:
        """Let the leg of ``side`` go on in another call; this one is over."""
        leg = self.legs.pop(side)
        self.call.board.presence.gone(leg)
        leg.queue = None
        self.call.release(leg)
        self.call.leave("system", "transferred")
        self._end(HungUp("system", "transferred"))
        return leg

    def begin(self, transfer: Transfer) -> None:
        """Start a transfer. Raises WrongStateError when one is under way."""
        if self.transfer is not None:
            raise WrongStateError("a transfer is under way")
        self.transfer = transfer
        self._spawn(self._see_through(transfer))

    def strand(self, place: object | None) -> None:
        """Who stays has nobody left to talk to: goes on to ``place``, or the call ends."""
        if place is not None and not self._over.done():
            assert self.transfer is not None
            self.go_on(self.transfer.side, place)
        else:
            self._end(HungUp("system", "transfer_failed"))

    async def _see_through(self, transfer: Transfer) -> None:
        try:
            await transfer.run()
        finally:
            self.transfer = None

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._done)

    def _done(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if task.cancelled() or (error := task.exception()) is None:
            return
        if self._over.done():
            log.error("task_failed", task=task.get_name(), call_id=self.call.id, exc_info=error)
        else:
            self._over.set_exception(error)

    # --- What its legs do ---------------------------------------------------------------------------------------------

    def _join_anew(self) -> None:
        """Others talk from now on; they hear first that they are recorded, where nobody has been told yet."""
        legs = tuple(self.legs.values())
        clips = self.call.recording.notice(*legs)
        if not clips:
            self.join(*legs)
            return
        for leg in legs:
            self.call.board.plane.unbridge(leg.id)
        self._spawn(self._tell_and_join(clips))

    async def _tell_and_join(self, clips: Sequence[Clip]) -> None:
        await self._tell(clips)
        if not self._over.done():
            self.join(*self.legs.values())

    async def _tell(self, clips: Sequence[Clip]) -> None:
        """Both hear the notice, if there is one, to its end."""
        if not clips:
            return
        self._noticed.clear()
        self._notice = self.call.board.new_id()
        for leg in self.legs.values():
            leg.play(clips, self._notice)
        heard = asyncio.ensure_future(self._noticed.wait())
        over: set[asyncio.Future[Any]] = {heard, self._over}
        try:
            await asyncio.wait(over, timeout=NOTICE_S, return_when=asyncio.FIRST_COMPLETED)
        finally:
            heard.cancel()
        for leg in self.legs.values():
            leg.stop_playing()
        self.hold.play_again()

    def _on_leg(self, leg: Leg, event: LegEvent) -> None:
        side = next((side for side, seated in self.legs.items() if seated is leg), None)
        if side is None or self._over.done():
            return
        match event:
            case Pressed(digit=digit, by_info=by_info):
                other = self.legs[side.other]
                if leg.party.is_outside:
                    self.call.recording.typed()
                if by_info or other.sound.keys_by_info:
                    other.send_digit(digit)
                if leg.party.login is not None and not leg.party.is_outside:
                    self._keys[side].press(digit)
            case HoldChanged(on=on):
                self.hold.set(side, "phone", on)
            case FinishedPlaying(play_id=play_id) if play_id == self._notice:
                self._noticed.set()
            case TransferAsked(refer=refer):
                by_refer(self, side, refer)
            case Gone():
                self._gone(side, event)
            case _:
                pass

    def _gone(self, side: Side, event: Gone) -> None:
        reason = "hung_up" if event.by_peer else event.cause
        if self.transfer is not None and self.transfer.side is side:
            self.transfer.transferor_left()
        elif side is Side.CALLER:
            self.call.leave("caller" if event.by_peer else "system", reason)
        else:
            self._end(HungUp("callee" if event.by_peer else "system", reason))

    @staticmethod
    def _on_leg_that_left(leg: Leg, event: LegEvent) -> None:
        """It has transferred its party away and is about to be hung up on."""

    def _seat(self, side: Side, leg: Leg) -> None:
        leg.owner = self._on_leg
        self.call.adopt(leg)
        self.call.board.presence.talking(leg)
        if leg.is_gone:
            self._gone(side, Gone(by_peer=True, cause="bye"))

    def _follow_held_phones(self) -> None:
        for side, leg in self.legs.items():
            if leg.is_held:
                self.hold.set(side, "phone", True)

    def _end(self, outcome: ConnectedOutcome) -> None:
        if not self._over.done():
            self._over.set_result(outcome)

    @property
    def _is_parked(self) -> bool:
        """Whether the call goes on from a parking slot: a conversation that is only interrupted."""
        if not self._over.done() or self._over.cancelled() or self._over.exception() is not None:
            return False
        outcome = self._over.result()
        return isinstance(outcome, GoesOn) and isinstance(outcome.place, ParkIn)

    def _release(self) -> None:
        """Whatever ended it: nothing of the connection is left, except the leg that the call goes on with."""
        self.call.connection = None
        self.call.board.on_change(self.call)
        for task in self._tasks:
            task.cancel()
        for keys in self._keys.values():
            keys.stop()
        self._keys.clear()
        self.hold.end()
        if self._is_parked:
            self.call.recording.wait()
        else:
            self.call.recording.stop()
        for beside in list(self.call.supervisions):
            beside.waiting()
        for leg in self.legs.values():
            if leg is self.call.leg:
                if not leg.is_gone:
                    self.call.board.plane.unbridge(leg.id)
            else:
                leg.hang_up()
                self.call.legs.discard(leg)
