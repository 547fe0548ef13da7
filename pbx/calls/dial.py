"""Ringing people: one call, all targets at once, the first to answer wins (RFC 3261 §16.7 in a B2BUA's shape)."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import structlog

from pbx.background import beside
from pbx.calls.arrivals import Arrivals
from pbx.calls.branch import Branch, unanswered
from pbx.calls.caller_id import from_address, presented, to_address
from pbx.calls.cause import UNHEARD, Cause, cause_of, worst
from pbx.calls.errors import CallsError
from pbx.calls.invite_headers import invite_headers
from pbx.calls.leg import Leg
from pbx.calls.leg_events import Gone, LegEvent, Pressed, Rang, Refused, Took
from pbx.calls.party import Party
from pbx.calls.target import Target
from pbx.calls.turn import Turn
from pbx.events import CallRinging
from pbx.media.errors import MediaError
from pbx.media.messages import Clip
from pbx.sip.reason import ANSWERED_ELSEWHERE

if TYPE_CHECKING:
    from pbx.calls.call import Call

log = structlog.get_logger()

RINGBACK = (Clip(tone="ringback"),)
DECLINED = 603
CONNECTION_LOST = 503  # RFC 3261 §8.1.3.1: what a transport error is taken for
BROWSERS = frozenset({"ws", "wss"})
REFUSES_KEYS = frozenset({415, 488, 606})
TAKES = "1"


@dataclass(frozen=True, slots=True)
class Dialled:
    """What became of a ringing: the leg that answered, or why none did; ``status`` is the SIP response for it.

    ``elsewhere``: what the one person that was rung has told a telephone to have dialled instead; "" for nothing.
    """

    leg: Leg | None
    cause: Cause
    status: int = 200
    elsewhere: str = ""


def hides_keys(target: Target) -> bool:
    """Whether SRTP keys are offered: to telephones whose signalling nobody else can read (RFC 4568 §7.2)."""
    return target.keys and target.hop.transport == "tls" and not target.party.is_outside


class Dial:
    """One ringing of several targets for ``call``.

    ``listener`` hears that it rings (None: hears nothing of it). ``presents`` is who is shown as calling; the caller
    when not said. ``quiet``: nobody is asked for (a person's own devices are rung for that person), so no events.
    ``headers`` go into each INVITE. ``turn``: whose telephones ring before these do. ``arrivals`` brings more.
    """

    def __init__(
        self,
        call: Call,
        targets: Sequence[Target],
        *,
        listener: Leg | None,
        queue: str | None = None,
        ringback: bool = True,
        presents: Party | None = None,
        quiet: bool = False,
        headers: Sequence[tuple[str, str]] = (),
        on_ringing: Callable[[], None] | None = None,
        turn: Turn | None = None,
        arrivals: Arrivals | None = None,
    ) -> None:
        self._call = call
        self._board = call.board
        self._targets = list(targets)
        self._listener = listener
        self._queue = queue
        self._ringback = ringback
        self._presents = presents or call.caller
        self._quiet = quiet
        self._headers = tuple(headers)
        self._on_ringing = on_ringing
        self._turn = turn
        self._branches: dict[str, Branch] = {}
        self._result: asyncio.Future[Dialled] = asyncio.get_running_loop().create_future()
        self._plays_ringback = False
        self._elsewhere = False
        self._early: Leg | None = None
        self._offering: set[asyncio.Task[None]] = set()
        self._arrivals = arrivals
        self._bringing: set[asyncio.Future[None]] = set()
        self._announced: set[str] = set()
        self._timeout_s = 0.0
        self._until: asyncio.Timeout | None = None

    async def run(self, timeout_s: float) -> Dialled:
        """Ring until somebody answers, all have refused, or ``timeout_s`` is over. Cancelling ends the ringing."""
        won: Leg | None = None
        self._call.dials.add(self)
        try:
            await self._prepare()
            if self._turn is not None:
                await self._turn.come()
            if not self._result.done():
                if self._arrivals is not None:
                    self._bring(self._arrivals.bring(self))
                self._invite_all()
            self._ring_others()
            try:
                self._timeout_s = timeout_s
                async with asyncio.timeout(timeout_s) as self._until:
                    await asyncio.wait({self._result})
            except TimeoutError:
                self.give_up("no_answer")
            dialled = self._result.result()
            won = dialled.leg
            return dialled
        finally:
            for bringing in self._bringing:
                bringing.cancel()
            self._ring_others()
            self._call.dials.discard(self)
            self._end(won)
            if self._arrivals is not None:
                self._arrivals.over(won is not None)

    def rings_elsewhere(self) -> None:
        """The caller hears that it rings, before any device of ours has said so."""
        if self._listener is not None and not self._listener.is_gone:
            self._listener.ring()

    async def join(self, target: Target) -> None:
        """Ring one more device, which has just come; from now on it rings as long as the first ones did."""
        login = target.party.login
        if login is not None and login not in self._announced and not self._quiet:
            self._announced.add(login)
            await self._call.announce([login], self._queue)
        if self._result.done():
            return
        branch = await self._open(target)
        if self._result.done():
            branch.leg.hang_up()
            return
        if branch.outcome is None:
            self._invite(branch)
        if self._until is not None and not self._until.expired():
            self._until.reschedule(asyncio.get_running_loop().time() + self._timeout_s)

    def give_up(self, cause: Cause, status: int = 480) -> None:
        """Stop ringing; ``run`` returns with ``cause``."""
        if not self._result.done():
            self._result.set_result(Dialled(None, cause, status))

    def answered_elsewhere(self) -> None:
        """Another ringing of this call has been answered: who rings here is told so."""
        self._elsewhere = True
        self.give_up("no_answer")

    def take(self, leg: Leg) -> None:
        """Somebody else answers this ringing: ``leg`` wins (pick-up)."""
        if not self._result.done():
            self._call.adopt(leg)
            self._result.set_result(Dialled(leg, "answered"))

    def ringing_parties(self) -> list[Party]:
        """Who rings or is being told of the call at this moment, for others to pick up: a person's own devices, rung
        for that person, are not."""
        ringing = [party for branch in self._branches.values() if (party := self.ringing_party(branch.leg)) is not None]
        return [*ringing, *(self._arrivals.awaited if self._arrivals is not None else ())]

    def ringing_party(self, leg: Leg) -> Party | None:
        """Who rings on ``leg``, if others may pick that up."""
        branch = self._branches.get(leg.id)
        rings = branch is not None and branch.rang_at is not None and branch.outcome is None and not self._quiet
        return branch.target.party if branch is not None and rings else None

    # --- Before the ringing -------------------------------------------------------------------------------------------

    async def _prepare(self) -> None:
        """Sound on every leg, and the pop-up on every screen, before the first INVITE leaves."""
        if self._listener is not None and not self._listener.sound.is_open:
            await self._listener.open_sound()
        logins = list(dict.fromkeys(t.party.login for t in self._targets if t.party.login is not None))
        self._announced.update(logins)
        announced = self._call.announce([] if self._quiet else logins, self._queue)
        await asyncio.gather(announced, *(self._open(target) for target in self._targets))

    async def _open(self, target: Target) -> Branch:
        leg = self._board.outgoing_leg(target.party)
        leg.queue = self._queue
        leg.media_networks = target.media_networks
        leg.sound.keys_by_info = target.keys_by_info
        leg.sound.only = target.codecs
        if target.take is not None:
            leg.at_end(target.take())
        self._call.adopt(leg)
        branch = self._branches[leg.id] = Branch(target, leg)
        try:
            await leg.open_sound(
                beside=self._listener, secure=target.secure, sdes=hides_keys(target), host=target.hop.host
            )
        except (MediaError, CallsError) as error:
            log.error("no_sound_for_leg", call_id=self._call.id, error=str(error))
            self._fail(branch, "failed", 503)
        return branch

    async def _offer_plain(self, refused: Branch) -> None:
        """A telephone that wants no keys is rung again without: TLS hides who is called, if not what is said."""
        branch = await self._open(replace(refused.target, keys=False))
        del self._branches[refused.leg.id]
        self._call.legs.discard(refused.leg)
        if self._result.done():
            branch.leg.hang_up()
            return
        if branch.outcome is None:
            self._invite(branch)
        self._conclude_if_over()

    def _ring_others(self) -> None:
        if self._turn is not None:
            self._turn.over()

    def _bring(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.ensure_future(work)
        self._bringing.add(task)
        task.add_done_callback(self._brought)

    def _brought(self, task: asyncio.Future[None]) -> None:
        self._bringing.discard(task)
        if not task.cancelled():
            if (error := task.exception()) is not None:
                log.error("nobody_brought", call_id=self._call.id, error=repr(error))
            self._conclude_if_over()

    def _invite_all(self) -> None:
        if self._ringback and self._listener is not None and self._listener.is_up:
            self._plays_ringback = True
            self._listener.play(RINGBACK, loop=True)
        for branch in self._branches.values():
            if branch.outcome is None:
                self._invite(branch)
        self._conclude_if_over()

    def _invite(self, branch: Branch) -> None:
        target, domain = branch.target, self._board.domain
        party = presented(self._presents, target)
        if target.caller_id is None:
            party = replace(party, name=self._call.display_name(party))
        branch.leg.owner = self._on_leg
        session = self._board.agent.invite(
            target.uri,
            target.hop,
            from_=from_address(party, domain, target),
            to=to_address(target, domain),
            sdp=branch.leg.sound.offer(),
            sink=branch.leg.take,
            headers=invite_headers(self._call, self._presents, party, target, self._queue, self._headers),
            credentials=target.credentials,
            respond_within=target.respond_within_s,
        )
        branch.leg.attach(session)

    # --- While it rings -----------------------------------------------------------------------------------------------

    def _on_leg(self, leg: Leg, event: LegEvent) -> None:
        branch = self._branches.get(leg.id)
        if branch is None or self._result.done():
            return
        match event:
            case Rang(early=early):
                self._rang(branch, early and branch.target.early_media)
            case Took() if branch.target.confirm:
                leg.play(branch.target.confirm, loop=True)
            case Pressed(digit=digit) if branch.target.confirm:
                self._confirmed(branch, digit)
            case Took():
                self._result.set_result(Dialled(leg, "answered"))
            case Refused(status=status) if (
                status in REFUSES_KEYS and hides_keys(branch.target) and not leg.sound.keys_required
            ):
                task = beside(self._offer_plain(branch), "offer_plain", call_id=self._call.id)
                self._offering.add(task)
                task.add_done_callback(self._offering.discard)
            case Refused(status=status, elsewhere=str(elsewhere)) if elsewhere and self._rings_one_person(branch):
                self._result.set_result(Dialled(None, "declined", status, elsewhere))
            case Refused(status=status, rang=rang):
                cause = cause_of(status, rang, branch.target.party.is_outside)
                self._fail(branch, cause, status)
                if cause == "declined":
                    self._decline_for_all_devices(branch)
                if status == CONNECTION_LOST and self._arrivals is not None and branch.target.hop.transport in BROWSERS:
                    self._bring(self._arrivals.bring_back(self, branch.target))
                self._conclude_if_over()
            case Gone():
                self._fail(branch, "failed", 500)
                self._conclude_if_over()
            case _:
                pass

    def _confirmed(self, branch: Branch, digit: str) -> None:
        """A person is there, or somebody who does not want the call; a machine presses no key."""
        branch.leg.stop_playing()
        if digit == TAKES:
            self._result.set_result(Dialled(branch.leg, "answered"))
            return
        branch.leg.hang_up()
        self._fail(branch, "declined", DECLINED)
        self._conclude_if_over()

    def _rang(self, branch: Branch, early: bool) -> None:
        listener = self._listener
        if branch.rang_at is None:
            first_of_person = not any(self._same_person(branch, b) and b.rang_at for b in self._branches.values())
            branch.rang_at = self._board.clock()
            self._board.presence.ringing(branch.leg)
            if first_of_person and not self._quiet:
                party = branch.target.party
                self._call.emit(CallRinging(party.login, party.extension or party.number or "", self._queue))
            if self._on_ringing is not None:
                self._on_ringing()
        if listener is None or listener.is_gone:
            return
        if early and len(self._branches) == 1 and not branch.target.confirm:
            self._let_hear(listener, branch.leg)
        else:
            listener.ring()

    def _let_hear(self, listener: Leg, leg: Leg) -> None:
        """The far side has something to say before it answers: an announcement, or its own ringing."""
        listener.ring(early=True)
        if self._early is None and (listener.is_up or listener.hears_early):
            self._early = leg
            if self._plays_ringback:
                self._plays_ringback = False
                listener.stop_playing()
            self._board.plane.bridge(listener.id, leg.id)

    def _rings_one_person(self, branch: Branch) -> bool:
        extension = branch.target.party.extension
        return extension is not None and all(self._same_person(one, branch) for one in self._branches.values())

    def _decline_for_all_devices(self, declined: Branch) -> None:
        """Who declines on one telephone does not want the call on the others either (RFC 3261 §21.6.2)."""
        for branch in self._branches.values():
            if branch.outcome is None and self._same_person(declined, branch):
                branch.leg.hang_up()
                self._fail(branch, "declined", DECLINED)

    @staticmethod
    def _same_person(a: Branch, b: Branch) -> bool:
        return a.target.party.extension is not None and a.target.party.extension == b.target.party.extension

    def _fail(self, branch: Branch, cause: Cause, status: int) -> None:
        branch.outcome = branch.outcome or (cause, status)

    def _conclude_if_over(self) -> None:
        outcomes = [branch.outcome for branch in self._branches.values() if branch.outcome is not None]
        if len(outcomes) == len(self._branches) and not self._result.done():
            cause, status = worst(outcomes)
            if self._bringing and cause in UNHEARD:
                return
            self._result.set_result(Dialled(None, cause, status))

    # --- After it -----------------------------------------------------------------------------------------------------

    def _end(self, won: Leg | None) -> None:
        self._elsewhere = self._elsewhere or won is not None
        for branch in self._branches.values():
            if branch.leg is not won:
                branch.leg.hang_up(ANSWERED_ELSEWHERE if self._elsewhere else None)
                self._call.legs.discard(branch.leg)
        listener = self._listener
        if listener is not None and not listener.is_gone:
            if self._early is not None and self._early is not won:
                self._board.plane.unbridge(listener.id)
            if self._plays_ringback:
                listener.stop_playing()
        if not self._quiet:
            self._tell_who_did_not_answer(won)

    def _tell_who_did_not_answer(self, won: Leg | None) -> None:
        ended: Cause | None = None
        if self._result.done() and self._result.result().leg is None:
            ended = self._result.result().cause
        otherwise = "elsewhere" if self._elsewhere else ended or "no_answer"
        for event in unanswered(self._branches.values(), won, otherwise, self._queue, self._board.clock()):
            self._call.emit(event)
