"""A leg: one telephone's signalling and its sound, as one thing that rings, talks, holds and ends."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress

import structlog

from pbx.background import beside
from pbx.calls.another_page import answer_again, let_go
from pbx.calls.digits import DigitFilter
from pbx.calls.errors import LegGoneError, NoCommonCodecError, WrongStateError
from pbx.calls.leg_events import (
    FinishedPlaying,
    Gone,
    HoldChanged,
    LegEvent,
    Pressed,
    Rang,
    Refused,
    Took,
    TransferAsked,
)
from pbx.calls.leg_state import LegState
from pbx.calls.party import Party
from pbx.calls.redirection import redirected_to
from pbx.calls.sound import Sound
from pbx.media.client import MediaPlane
from pbx.media.messages import AnswererHeard, Clip, DigitHeard, MediaMoved, MediaTimedOut, PlaybackFinished
from pbx.net.errors import OfferRefusedError
from pbx.net.session import InviteSession
from pbx.sip.digits import build_digit
from pbx.sip.errors import WrongStateError as SipWrongStateError
from pbx.sip.reason import Reason
from pbx.sip.session_events import (
    Acknowledged,
    Answered,
    DigitReceived,
    Ended,
    Failed,
    Offered,
    Provisional,
    ReferReceived,
    SessionEvent,
)

log = structlog.get_logger()

UNAWAITED = "unawaited"  # what plays without anybody's waiting for its end

Owner = Callable[["Leg", LegEvent], None]


def _nobody(leg: Leg, event: LegEvent) -> None:
    """Owner of a leg that nobody cares for."""


def _nothing(leg: Leg) -> None:
    """Nobody wants to know which dialog a leg has."""


class Leg:
    """One telephone in a call. Whoever it belongs to sets ``owner`` and hears what it does, until Refused or Gone.

    What the owner does itself (``hang_up``) comes back as no event.
    """

    def __init__(
        self,
        id_: str,
        party: Party,
        plane: MediaPlane,
        *,
        clock: Callable[[], float],
        on_closed: Callable[[Leg], None],
        on_dialog: Callable[[Leg], None] = _nothing,
        session: InviteSession | None = None,
    ) -> None:
        self.id = id_
        self.party = party
        self.owner: Owner = _nobody
        self.state = LegState.WAITING
        self.sound = Sound(id_, plane)
        self.is_held = False
        self.has_rung = False
        self.shown_to: set[str] = set()  # the extensions that know its dialog, to pick up what rings
        self.call_id: str | None = None
        self.queue: str | None = None
        self.media_networks: tuple[str, ...] = ()
        self._plane = plane
        self._clock = clock
        self._on_closed = on_closed
        self._on_dialog = on_dialog
        self._session: InviteSession | None = None
        self._digits = DigitFilter()
        self._early: bytes | None = None
        self._at_end: list[Callable[[], None]] = []
        self._on_answerer: Callable[[AnswererHeard], None] = lambda event: None
        self._has_moved = False
        self._must_tell = False  # nothing is heard until the peer knows the new place
        self._reoffering: asyncio.Task[None] | None = None
        if session is not None:
            self.attach(session)

    @property
    def session(self) -> InviteSession:
        """Its signalling. Raises WrongStateError before the INVITE is out."""
        if self._session is None:
            raise WrongStateError("not called yet")
        return self._session

    @property
    def connection(self) -> int:
        """Of the stream that its telephone signals over (`Hop.connection`); 0 without one."""
        return self._session.source.connection if self._session is not None else 0

    @property
    def is_up(self) -> bool:
        return self.state is LegState.UP

    @property
    def is_gone(self) -> bool:
        return self.state is LegState.GONE

    @property
    def is_incoming(self) -> bool:
        return self._session is not None and self._session.is_incoming

    @property
    def is_calling(self) -> bool:
        """Whether it has called us and is not answered yet."""
        return self.state is LegState.WAITING and self.is_incoming

    @property
    def hears_early(self) -> bool:
        """Whether a caller not answered yet hears us already."""
        return self._early is not None

    @property
    def has_dialog(self) -> bool:
        """Whether the INVITE has come or gone."""
        return self._session is not None

    def has_session(self, session: InviteSession) -> bool:
        return self._session is session

    def attach(self, session: InviteSession) -> None:
        """Take its signalling, received or just sent."""
        self._session = session
        session.sink = self.take
        self._on_dialog(self)

    def at_end(self, release: Callable[[], None]) -> None:
        """Have ``release`` called when the leg is over, whichever call it belongs to then."""
        self._at_end.append(release)

    # --- What the owner does ------------------------------------------------------------------------------------------

    async def open_sound(
        self, *, beside: Leg | None = None, secure: bool = False, sdes: bool = False, host: str = ""
    ) -> None:
        """Have sound ready, next to that of ``beside``. Raises MediaError, NoCommonCodecError, LegGoneError."""
        offered = self.session.request.sdp if self.is_incoming else None
        await self.sound.open(
            host or self.session.source.host,
            trusted=self.media_networks,
            beside=beside.id if beside is not None else None,
            secure=secure or (self.is_incoming and self.session.source.transport in {"ws", "wss"}),
            prefer=beside.sound.codec if beside is not None else None,
            offered=offered,
            narrow=self.party.is_outside,
            sdes=sdes,
        )
        if self.is_gone:
            self.sound.close()
            raise LegGoneError("the leg has ended")

    def ring(self, status: int = 180, *, early: bool = False) -> None:
        """Tell a caller that the other side rings; ``early``: that there is sound to hear already (RFC 3960)."""
        if self.state is LegState.WAITING and self.is_incoming and self._early is None:
            sdp = self._first_answer() if early and self.session.request.sdp is not None else None
            with suppress(SipWrongStateError):  # the caller has just given up; Ended is on its way
                self.session.ring(status if sdp is None else 183, sdp=sdp)

    def accept(self) -> None:
        """Answer a caller. Raises NoCommonCodecError, LegGoneError."""
        if self.state is not LegState.WAITING:
            return
        try:
            self.session.accept(self._first_answer())
        except SipWrongStateError as error:
            raise LegGoneError(str(error)) from None
        self.state = LegState.UP
        self._tell_new_place()

    def resume(self, session: InviteSession) -> None:
        """Go on over ``session``, of the same telephone: its page has been loaded anew, and has forgotten the dialog.

        Whatever it is part of stays as it is. Raises WrongStateError unless it talks or calls, NoCommonCodecError.
        """
        offered, left = session.request.sdp, self.session
        if not (self.is_up or self.is_calling) or offered is None:
            raise WrongStateError("only a leg that talks or calls is taken up again, by an offer")
        self._early = answer_again(session, offered, self.sound, is_up=self.is_up, early=self._early)
        self.attach(session)
        let_go(left)
        self._note_hold()

    def hang_up(self, reason: Reason | None = None, status: int = 480) -> None:
        """End the leg, whatever state it is in; may be called again."""
        if self._leave() and self._session is not None:
            self._session.hang_up(reason, status)

    def fail(self, cause: str) -> None:
        """End the leg for a reason that is neither its owner's nor its peer's; the owner hears Gone."""
        owner = self.owner
        self.hang_up()
        owner(self, Gone(by_peer=False, cause=cause))

    def respond_refer(self, status: int) -> None:
        """Answer TransferAsked."""
        with suppress(SipWrongStateError):
            self.session.respond_refer(status)

    def notify_refer(self, status: int, final: bool = False) -> None:
        """Say how the transfer goes that this leg has asked for."""
        with suppress(SipWrongStateError):
            self.session.notify_refer(status, final=final)

    def play(self, clips: Sequence[Clip], play_id: str = UNAWAITED, loop: bool = False) -> None:
        self._plane.play(self.id, clips, play_id=play_id, loop=loop)

    def send_digit(self, digit: str) -> None:
        """Press a key towards the telephone: by INFO where it is known to want that, else with its sound."""
        if self.sound.keys_by_info:
            with suppress(SipWrongStateError):
                self.session.info(*build_digit(digit))
        else:
            self._plane.send_digits(self.id, digit)

    def stop_playing(self) -> None:
        self._plane.stop_playing(self.id)

    def judge_answerer(self, told: Callable[[AnswererHeard], None]) -> None:
        """Have ``told`` called with who has answered here just now, and with when a machine takes messages."""
        self._on_answerer = told
        self._plane.judge_answerer(self.id, True)

    # --- What happens to it -------------------------------------------------------------------------------------------

    def take(self, event: SessionEvent) -> None:
        """From the signalling."""
        if self.is_gone:
            return
        try:
            self._take(event)
        except NoCommonCodecError as error:
            log.warning("no_common_codec", leg=self.id, error=str(error))
            self.fail("no_common_codec")
        except Exception:
            # Whatever goes wrong with one leg ends that leg, and leaves the signalling of the others alone.
            log.exception("leg_failed", leg=self.id, call_id=self.call_id)
            self.fail("error")

    def _take(self, event: SessionEvent) -> None:
        match event:
            case Provisional():
                self._provisional(event)
            case Answered():
                self._answered(event)
                self.watch_keys()
            case Failed(status=status, reason=reason, response=response):
                owner = self.owner
                self._leave()
                owner(self, Refused(status, reason, self.has_rung, redirected_to(response)))
            case Acknowledged(sdp=sdp):
                if sdp is not None:
                    self.sound.take_answer(sdp)
                    self._note_hold()
                self.watch_keys()
            case Offered():
                self._offered(event)
            case DigitReceived(digit=digit):
                self._pressed(digit, by_info=True)
            case ReferReceived():
                self.owner(self, TransferAsked(event))
            case Ended(by_peer=by_peer, cause=cause):
                owner = self.owner
                self._leave()
                owner(self, Gone(by_peer, cause))
            case _:
                pass

    def heard(self, event: DigitHeard | PlaybackFinished | MediaTimedOut | MediaMoved | AnswererHeard) -> None:
        """From the media plane."""
        match event:
            case _ if self.is_gone:
                pass
            case DigitHeard(digit=digit):
                self._pressed(digit, by_info=False)
            case PlaybackFinished(play_id=play_id, interrupted=False):
                self.owner(self, FinishedPlaying(play_id))
            case AnswererHeard():
                self._on_answerer(event)
            case MediaMoved(local=local, remade=remade):
                self.sound.move(local)
                self._has_moved = True
                self._must_tell = self._must_tell or remade == "elsewhere"
                self._tell_new_place()
            case MediaTimedOut(silent_s=silent_s) if self.is_up:
                log.warning("media_timeout", leg=self.id, call_id=self.call_id, silent_s=silent_s)
                self.fail("media_timeout")
            case _:
                pass

    def _provisional(self, event: Provisional) -> None:
        early = event.sdp is not None
        if event.sdp is not None:
            self.sound.take_answer(event.sdp, event.branch, early=True)
        if event.status == 180 or early:
            self.has_rung = True
            self.owner(self, Rang(event.status, early))

    def _answered(self, event: Answered) -> None:
        if event.sdp is None:
            self.fail("no_common_codec")
            return
        self.state = LegState.UP
        self.sound.take_answer(event.sdp)
        self.is_held = self.sound.is_held
        self._tell_new_place()
        self.owner(self, Took())

    def _offered(self, event: Offered) -> None:
        try:
            self.session.answer(self.sound.offer() if event.sdp is None else self.sound.answer(event.sdp))
        except (NoCommonCodecError, WrongStateError):
            self.session.refuse(488)
            return
        if event.sdp is not None:
            self._note_hold()

    def _tell_new_place(self) -> None:
        """Tell the peer where its sound is to go from now on, once a dialog allows it (RFC 3264 §8.3.1)."""
        if self._has_moved and self.is_up:
            self._has_moved = False
            self._reoffering = beside(self._reoffer(), "reoffer", leg=self.id, call_id=self.call_id)

    async def _reoffer(self) -> None:
        try:
            answer = await self.session.reoffer(self.sound.offer())
            if answer and not self.is_gone:
                self.sound.take_answer(answer)
                self._must_tell = False
                self._note_hold()
        except (OfferRefusedError, SipWrongStateError, WrongStateError, NoCommonCodecError) as error:
            log.warning("new_place_not_told", leg=self.id, call_id=self.call_id, error=str(error))
            if self._must_tell and not self.is_gone:
                self.fail("worker_lost")

    def _note_hold(self) -> None:
        if self.sound.is_held != self.is_held:
            self.is_held = self.sound.is_held
            self.owner(self, HoldChanged(self.is_held))

    def _pressed(self, digit: str, *, by_info: bool) -> None:
        if self._digits.accept(digit, "info" if by_info else "rtp", self._clock()):
            self.owner(self, Pressed(digit, by_info))

    def watch_keys(self) -> None:
        """Have a telephone that sends no telephone-events tell of its keys by KPML, if it offers that."""
        agreed = self.sound.agreed
        if self.is_up and agreed is not None and agreed.telephone_event is None:
            self.session.watch_keys()

    def _first_answer(self) -> bytes:
        """Our description in the first response that has one; what was said in a 183 is said again in the 200."""
        if self._early is None:
            offered = self.session.request.sdp
            self._early = self.sound.offer() if offered is None else self.sound.answer(offered)
        return self._early

    def _leave(self) -> bool:
        if self.is_gone:
            return False
        self.state = LegState.GONE
        self.sound.close()
        for release in self._at_end:
            release()
        self._at_end.clear()
        self._on_closed(self)
        self.owner = _nobody  # who refers to this leg: a loop of the two would be left to the collector
        return True
