"""A call: one caller's journey, from the first INVITE to the one CallEnded."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import TYPE_CHECKING, Any

import structlog

from pbx.background import beside
from pbx.calls.arrivals import Arrivals
from pbx.calls.connect import ConnectedOutcome, Connection
from pbx.calls.dial import Dial, Dialled
from pbx.calls.diversion import Diversion
from pbx.calls.errors import CallRefusedError, CallsError, LegGoneError, WrongStateError
from pbx.calls.ledger import Departure, Ledger
from pbx.calls.leg import UNAWAITED, Leg
from pbx.calls.leg_events import FinishedPlaying, Gone, HoldChanged, LegEvent, Pressed, TransferAsked
from pbx.calls.party import Party
from pbx.calls.recording import Recording
from pbx.calls.target import Target
from pbx.events import Body, CallAnswered, CallIdentified, CallStarted, Direction, EndedBy, Result, ScreenPop
from pbx.media.errors import MediaError
from pbx.media.messages import Clip
from pbx.ports import Digit, Identity, MenuInput, Moved, Played, TimedOut

if TYPE_CHECKING:
    from pbx.calls.supervise import Beside
    from pbx.calls.switchboard import Switchboard

log = structlog.get_logger()

MAX_TYPED_AHEAD = 64
LONGEST_PROMPT_S = 120.0

Journey = Callable[["Call"], Awaitable[Departure]]


class Call:
    """The state of one call and the task that serves it.

    ``leg`` is the leg that the journey serves: when it goes, the call ends. ``place`` is where the journey is.
    ``waiting_since``: when the caller joined the first queue of those waited in since somebody was last reached,
    ``overflown``: their names. ``diverted_by``: who has sent the call on and why, in order;
    ``variables``: what menus have learned.
    """

    def __init__(
        self,
        board: Switchboard,
        id_: str,
        direction: Direction,
        caller: Party,
        dialled: str,
        leg: Leg | None,
        *,
        language: str,
        hops: int,
    ) -> None:
        self.board = board
        self.id = id_
        self.direction = direction
        self.caller = caller
        self.dialled = dialled
        self.language = language
        self.hops = hops
        self.leg: Leg | None = None
        self.legs: set[Leg] = set()
        self.dials: set[Dial] = set()
        self.supervisions: set[Beside] = set()
        self.connection: Connection | None = None
        self.place: object = None
        self.waiting_since: float | None = None
        self.overflown: set[str] = set()
        self.identity: Identity | None = None
        self.diverted_by: list[Diversion] = []
        self.variables: dict[str, Any] = {}
        self.ledger = Ledger(direction, caller, dialled, caller.trunk, board.clock())
        self.recording = Recording(board, id_)
        self._identification: asyncio.Task[None] | None = None
        self._at_end: list[Callable[[], None]] = []
        self._typed_ahead: asyncio.Queue[MenuInput] | None = None
        self._departure: Departure | None = None
        self._departed_at: float | None = None
        self._task: asyncio.Task[None] | None = None
        self._is_travelling = False
        if leg is not None:
            self.serve_leg(leg)

    @property
    def caller_leg(self) -> Leg:
        """The leg that the journey serves. Raises WrongStateError while it is not there."""
        if self.leg is None:
            raise WrongStateError("nobody is there to be served")
        return self.leg

    @property
    def has_ended(self) -> bool:
        return self._departure is not None

    # --- Life ---------------------------------------------------------------------------------------------------------

    def start(self, journey: Journey) -> None:
        """Begin: CallStarted, then ``journey`` in a task of its own; its Departure, or ``leave``, ends the call."""
        login = self.caller.login
        if self.direction != "inbound":
            self.ledger.login = login
        self.board.started(self)
        self.emit(
            CallStarted(
                self.direction, self.caller.number, self.caller.name, self.dialled, self.ledger.trunk, login=login
            )
        )
        if self.leg is not None:
            self.board.presence.talking(self.leg)
        self._task = asyncio.get_running_loop().create_task(self._live(journey), name=f"call {self.id}")

    def resume(self, journey: Journey) -> None:
        """Go on with a call that an earlier exchange has started: ``journey`` serves it from where it is."""
        self.board.started(self)
        self._task = asyncio.get_running_loop().create_task(self._live(journey), name=f"call {self.id}")

    async def _live(self, journey: Journey) -> None:
        self._is_travelling = True
        departure = Departure("system", "error", status=500)
        try:
            # A CANCEL may come with the INVITE, before this task has had its first turn.
            departure = self._departure or await journey(self)
        except asyncio.CancelledError:
            departure = Departure("system", "cancelled", status=503)
        except CallRefusedError as refused:
            departure = Departure("system", refused.reason, refused.result, refused.status)
        except LegGoneError:
            departure = Departure("caller", "hung_up")
        except MediaError as error:
            log.error("call_without_sound", call_id=self.id, error=str(error))
            departure = Departure("system", "no_media", "failed", 503)
        except CallsError as error:
            log.error("call_failed", call_id=self.id, error=str(error))
            departure = Departure("system", error.code, "failed", error.status)
        except Exception:
            log.exception("journey_failed", call_id=self.id, place=str(self.place))
        finally:
            self._finish(departure)

    def leave(self, ended_by: EndedBy, reason: str, result: Result | None = None, status: int = 480) -> None:
        """End the journey from outside: the caller hangs up, a command, a fault. The first word counts."""
        if self._departure is not None:
            return
        self._departure = Departure(ended_by, reason, result, status)
        self._departed_at = self.board.clock()
        if self._task is not None and self._is_travelling:  # a task cancelled before it begins would never end the call
            self._task.cancel()

    def at_end(self, release: Callable[[], None]) -> None:
        """Have ``release`` called when the call ends."""
        self._at_end.append(release)

    def _finish(self, departure: Departure) -> None:
        departure = self._departure = self._departure or departure
        at = self._departed_at or self.board.clock()
        self.recording.stop()
        for supervision in list(self.supervisions):
            supervision.end()
        for leg in list(self.legs):
            leg.hang_up(status=departure.status)
        ended = self.ledger.conclude(departure, at)
        for release in self._at_end:
            try:
                release()
            except Exception:  # whatever one of them does, the call is over and the log says so
                log.exception("call_end_failed", call_id=self.id)
        if self._identification is not None:
            self._identification.cancel()
        self.board.forget(self)
        self.board.emit(ended, self.id)
        log.info(
            "call_ended",
            call_id=self.id,
            direction=ended.direction,
            result=ended.result,
            reason=ended.reason,
            ended_by=ended.ended_by,
            talk_s=ended.talk_s,
        )

    # --- Its legs -----------------------------------------------------------------------------------------------------

    def adopt(self, leg: Leg) -> None:
        """Make ``leg`` one of this call's: it ends with it at the latest."""
        leg.call_id = self.id
        self.legs.add(leg)
        self.board.has_dialog(leg)

    def release(self, leg: Leg) -> None:
        """Let ``leg`` go on without this call."""
        self.legs.discard(leg)
        if self.leg is leg:
            self.leg = None

    def serve_leg(self, leg: Leg) -> None:
        """Make ``leg`` the one that the journey serves."""
        self.adopt(leg)
        self.leg = leg
        leg.owner = self._on_leg

    def leg_of(self, login: str) -> Leg | None:
        """The leg of this person in the call."""
        return next((leg for leg in self.legs if leg.party.login == login and not leg.is_gone), None)

    def _on_leg(self, leg: Leg, event: LegEvent) -> None:
        """What the caller does while nobody is connected."""
        match event:
            case Pressed(digit=digit):
                self._put(Digit(digit))
            case FinishedPlaying(play_id=play_id):
                self._put(Played(play_id))
            case Gone(by_peer=by_peer, cause=cause) if leg is self.leg:
                self.leave("caller" if by_peer else "system", "hung_up" if by_peer else cause)
            case HoldChanged(on=on):
                self.board.plane.hold(leg.id, on)
            case TransferAsked():
                leg.respond_refer(603)
            case _:
                pass

    @property
    def _inputs(self) -> asyncio.Queue[MenuInput]:
        """What the caller has done that nobody has asked for yet; most calls have none."""
        if self._typed_ahead is None:
            self._typed_ahead = asyncio.Queue(MAX_TYPED_AHEAD)
        return self._typed_ahead

    def _put(self, input_: MenuInput) -> None:
        if not self._inputs.full():
            self._inputs.put_nowait(input_)

    # --- What a journey does ------------------------------------------------------------------------------------------

    def emit(self, body: Body, *, event_id: str | None = None) -> None:
        """Put an event of this call on the stream; the ledger learns from it."""
        self.board.emit(body, self.id, id=event_id)

    def tell_answered(
        self, kind: str, *, login: str | None = None, extension: str | None = None, queue: str | None = None
    ) -> None:
        """Emit CallAnswered: the caller is connected to somebody, or to something."""
        wait_s = round(self.ledger.wait_s(self.board.clock()), 3)
        self.emit(CallAnswered(kind, login, extension, queue, wait_s, self.ledger.trunk))

    async def answer(self) -> None:
        """Answer the caller, if that has not happened yet."""
        leg = self.caller_leg
        if not leg.is_up:
            await leg.open_sound()
            leg.accept()
            self.board.on_change(self)

    async def dial(
        self,
        targets: Sequence[Target],
        *,
        timeout_s: float,
        queue: str | None = None,
        ringback: bool = True,
        on_ringing: Callable[[], None] | None = None,
        arrivals: Arrivals | None = None,
    ) -> Dialled:
        """Ring all of ``targets`` for the caller, and what ``arrivals`` brings; the first to answer wins."""
        dial = Dial(
            self,
            targets,
            listener=self.leg,
            queue=queue,
            ringback=ringback,
            on_ringing=on_ringing,
            arrivals=arrivals,
        )
        return await dial.run(timeout_s)

    async def connect(self, leg: Leg, queue: str | None = None) -> ConnectedOutcome:
        """Let the caller and ``leg`` talk until it is over; who sent the call on until now has no say any more."""
        self.diverted_by.clear()
        return await Connection(self, self.caller_leg, leg, queue).run()

    def play(self, clips: Sequence[Clip], play_id: str = UNAWAITED, loop: bool = False) -> None:
        """Play to the caller in place of what plays now."""
        self.caller_leg.play(clips, play_id, loop)

    def stop_playing(self) -> None:
        self.caller_leg.stop_playing()

    async def say(self, clips: Sequence[Clip], *, until_digit: bool = False) -> str | None:
        """Play to the caller and wait for the end of it, or for a digit, which is returned."""
        if not clips:
            return None
        play_id = self.board.new_id()
        self.play(clips, play_id)
        deadline = asyncio.get_running_loop().time() + LONGEST_PROMPT_S
        while (left := deadline - asyncio.get_running_loop().time()) > 0:
            match await self.next_input(left):
                case Played(play_id=ended) if ended == play_id:
                    return None
                case Digit(digit=digit) if until_digit:
                    self.stop_playing()
                    return digit
                case _:
                    pass
        return None

    async def next_input(self, timeout_s: float | None) -> MenuInput:
        """The next thing the caller does; digits typed ahead are kept in order."""
        try:
            async with asyncio.timeout(timeout_s):
                return await self._inputs.get()
        except TimeoutError:
            return TimedOut()

    def send_on(self, place: object) -> None:
        """Send a caller who waits in a queue to ``place``. Raises WrongStateError when nobody waits there."""
        if self.connection is not None or getattr(self.place, "kind", None) != "queue" or self._inputs.full():
            raise WrongStateError("the caller does not wait in a queue")
        self._inputs.put_nowait(Moved(place))

    # --- What the CRM knows -------------------------------------------------------------------------------------------

    def identify(self, number: str | None) -> None:
        """Begin to ask the CRM who the outside party is; nobody waits for the answer but ``identified``."""
        self._identification = beside(self._identify(number), "identify", call_id=self.id)

    async def identified(self) -> Identity | None:
        """Who the outside party is, once the CRM has answered or its time is over."""
        if self._identification is not None:
            await asyncio.wait({self._identification})
        return self.identity

    async def _identify(self, number: str | None) -> Identity | None:
        identity = self.identity = await self.board.office.identify(number, self.dialled)
        if identity is not None:
            self.emit(
                CallIdentified(
                    identity.contact_id, identity.name, identity.company, identity.responsible, identity.language
                )
            )
        return identity

    def display_name(self, party: Party) -> str | None:
        """The name under which ``party`` is shown: the contact's, where the CRM knows one."""
        if self.identity is not None and party.number is not None and party.is_outside:
            return self.identity.name
        return party.name

    async def announce(self, logins: Sequence[str], queue: str | None) -> None:
        """Show who is calling to the people about to be rung, before their phones ring."""
        await self.identified()
        if not logins or self.direction == "internal":
            return
        shown = await self.board.office.screen_pop(self.id, logins, self.caller.number, self.dialled, queue)
        if shown is not None:
            card = shown.get("card", shown)
            body = ScreenPop(
                list(logins), self.caller.number, self.dialled, queue, card if isinstance(card, dict) else {}
            )
            self.emit(body, event_id=shown.get("event_id"))
