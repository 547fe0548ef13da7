"""Telephones that join a call which is not theirs: pick-up, a parked call, a dialog to be replaced (RFC 3891).

Such an INVITE makes no call of its own: it becomes a leg of the call that it joins.
"""

from __future__ import annotations

import structlog

from pbx.calls.call import Call
from pbx.calls.dial import Dial
from pbx.calls.errors import CallsError, NoSuchCallError
from pbx.calls.leg import Leg
from pbx.calls.party import Party
from pbx.calls.pickup import find_ringing, find_ringing_on
from pbx.events import CallPickedUp
from pbx.exchange.house import House
from pbx.exchange.pickup_groups import picked_up_by
from pbx.media.errors import MediaError
from pbx.net.session import InviteSession
from pbx.routing.codes import FetchParked, PickUp

log = structlog.get_logger()

NOTHING_THERE = 480
NO_DIALOG = 481
BUSY_HERE = 486
NOT_ACCEPTABLE = 488
BROWSERS = ("ws", "wss")


class Joining:
    """Answers these INVITEs, or says why not."""

    def __init__(self, house: House) -> None:
        self._house = house

    async def pick_up(self, session: InviteSession, party: Party, code: PickUp) -> None:
        """`*8`, `*8EXT`: take a call that rings in one's own pick-up group."""
        board = self._house.board
        leg = board.incoming_leg(session, party)
        try:
            may_take = self._house.snapshot().people[party.login or ""].picks_up_calls
            calls = [call for call in board.calls.values() if call.direction in may_take]
            call, dial, ringing = find_ringing(calls, self._reach(party, code))
            await self._take(leg, call, dial, ringing)
        except (CallsError, MediaError) as error:
            self._refuse(leg, error, NOTHING_THERE)

    async def fetch(self, session: InviteSession, party: Party, code: FetchParked) -> None:
        """`*701` …: take the caller out of the slot."""
        board = self._house.board
        leg = board.incoming_leg(session, party)
        try:
            if not board.parking.has(code.slot):
                raise NoSuchCallError(f"nobody is parked in slot {code.slot}")
            await self._answer(leg, None)
            board.parking.fetch(code.slot, leg)
        except (CallsError, MediaError) as error:
            self._refuse(leg, error, NOTHING_THERE)

    async def replace(self, session: InviteSession, party: Party) -> None:
        """INVITE with Replaces: take the place of a telephone that is connected or rings, or go on where one's own page
        was."""
        board = self._house.board
        replaced = board.find_leg(session.replaces) if session.replaces is not None else None
        if replaced is not None and _is_own_page(session, replaced, party):
            self._resume(session, replaced)
            return
        leg = board.incoming_leg(session, party)
        try:
            if replaced is None:
                raise NoSuchCallError("no such dialog")
            call = board.call(replaced.call_id or "")
            if not replaced.is_up:
                dial, ringing = find_ringing_on(call, replaced, self._reach_of_dialogs(call, party))
                await self._take(leg, call, dial, ringing)
                return
            # Who only knows the dialog because it rang does not take the call from whoever has answered it meanwhile.
            if (session.replaces is not None and session.replaces.early_only) or party.extension in replaced.shown_to:
                leg.hang_up(status=BUSY_HERE)
                return
            if call.connection is None:
                raise NoSuchCallError("no such dialog")
            await self._answer(leg, replaced)
            if call.connection is None:
                raise NoSuchCallError("it has ended meanwhile")
            left = call.connection.replace(call.connection.side_of(replaced), leg)
            left.hang_up()
            call.legs.discard(left)
        except (CallsError, MediaError) as error:
            self._refuse(leg, error, NO_DIALOG)

    @staticmethod
    def _resume(session: InviteSession, leg: Leg) -> None:
        try:
            leg.resume(session)
        except CallsError as error:
            log.info("not_resumed", extension=leg.party.extension, cause=str(error))
            session.reject(NOT_ACCEPTABLE)
        else:
            log.info("call_resumed", call_id=leg.call_id, extension=leg.party.extension)

    def _reach(self, party: Party, code: PickUp) -> set[str]:
        """The extensions whose calls this person may take."""
        snapshot = self._house.snapshot()
        theirs = picked_up_by(snapshot, snapshot.people[party.login or ""])
        return theirs & {code.extension} if code.extension else theirs

    def _reach_of_dialogs(self, call: Call, party: Party) -> set[str]:
        """The extensions on which this person may take ``call``: the own one too, which rings on another device."""
        snapshot = self._house.snapshot()
        person = snapshot.people[party.login or ""]
        others = picked_up_by(snapshot, person) if call.direction in person.picks_up_calls else set()
        return others | {person.extension}

    async def _take(self, leg: Leg, call: Call, dial: Dial, ringing: Party) -> None:
        """Have ``leg`` answer what rings elsewhere, which rings no more."""
        await self._answer(leg, call.leg)
        if dial not in call.dials:
            raise NoSuchCallError("answered meanwhile")
        dial.take(leg)
        call.emit(CallPickedUp(leg.party.login or "", ringing.login or ringing.extension or ""))

    @staticmethod
    async def _answer(leg: Leg, beside: Leg | None) -> None:
        await leg.open_sound(beside=beside)
        leg.accept()

    @staticmethod
    def _refuse(leg: Leg, error: Exception, status: int) -> None:
        log.info("not_joined", extension=leg.party.extension, cause=str(error))
        leg.hang_up(status=status)


def _is_own_page(session: InviteSession, leg: Leg, party: Party) -> bool:
    """Whether both are browsers of one person: a page that was loaded anew has the same call, not another one.

    It talks or calls; what only rings there is picked up as on any other device.
    """
    is_own = (leg.is_up or leg.is_calling) and party.login is not None and leg.party.login == party.login
    return is_own and session.source.transport in BROWSERS and leg.session.source.transport in BROWSERS
