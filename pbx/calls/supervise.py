"""Supervision: somebody listens to a running call, whispers to one side, or joins in."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol

from pbx.background import beside
from pbx.calls.dial import Dial
from pbx.calls.errors import WrongStateError
from pbx.calls.leg import Leg
from pbx.calls.leg_events import Gone, LegEvent
from pbx.calls.party import Party
from pbx.calls.side import Side
from pbx.calls.target import Target
from pbx.events import CallSupervised
from pbx.media.client import SuperviseMode
from pbx.media.messages import Clip

if TYPE_CHECKING:
    from pbx.calls.call import Call

RING_S = 20.0
BEEP = (Clip(tone="beep"),)


class Beside(Protocol):
    """Whoever stands beside a call: a supervisor, a third party. ``login``: the supervisor's."""

    login: str

    def change(self, mode: SuperviseMode) -> None: ...

    def follow(self, left: Leg, leg: Leg) -> None:
        """``leg`` sits where ``left`` sat."""

    def waiting(self) -> None:
        """Nobody is connected in the call for a while."""

    def connected(self) -> None:
        """Somebody is, again."""

    def end(self) -> None:
        """The call is over."""


class Supervision:
    """One supervisor on one call, next to our side of it, who hears a beep first when it is to be ``announced``."""

    def __init__(self, call: Call, login: str, mode: SuperviseMode, *, announced: bool = False) -> None:
        self.login = login
        self._announced = announced
        self._call = call
        self._mode: SuperviseMode = mode
        self._target = supervised_leg(call)
        self._leg: Leg | None = None
        self._task: asyncio.Task[None] | None = None

    def begin(self, targets: Sequence[Target]) -> None:
        """Ring the supervisor's own devices."""
        self._call.supervisions.add(self)
        self._task = beside(self._ring(targets), "supervision", call_id=self._call.id, login=self.login)

    def join_with(self, leg: Leg) -> None:
        """Stand beside the call with a telephone that is up already, and stays its owner's."""
        self._call.supervisions.add(self)
        self._leg = leg
        self._announce()
        self._join(leg)

    def leave(self) -> None:
        """Stand beside the call no longer (again: nothing happens)."""
        self._call.supervisions.discard(self)
        leg, self._leg = self._leg, None
        if leg is not None and not leg.is_gone:
            self._call.board.plane.unbridge(leg.id)

    def change(self, mode: SuperviseMode) -> None:
        """Listen, whisper or barge from now on."""
        self._mode = mode
        if self._leg is not None:
            self._join(self._leg)

    def follow(self, left: Leg, leg: Leg) -> None:
        """The call has been transferred: stay beside who sits there now."""
        if self._target is left:
            self._target = leg
            if self._leg is not None:
                self._join(self._leg)

    def waiting(self) -> None:
        """The call goes on elsewhere: music, until somebody is connected in it."""
        if self._leg is not None:
            self._call.board.plane.unbridge(self._leg.id)
            self._leg.play((self._call.board.prompts.music("default"),), loop=True)

    def connected(self) -> None:
        """Somebody is connected again: beside them from now on."""
        self._target = supervised_leg(self._call)
        if self._leg is not None:
            self._leg.stop_playing()
            self._join(self._leg)

    def step_in(self) -> Leg:
        """The supervisor's telephone, to be one of those who talk. Raises WrongStateError before it is answered."""
        if self._leg is None or self._leg.is_gone:
            raise WrongStateError("the supervisor's telephone still rings")
        self._call.supervisions.discard(self)
        self._call.board.plane.unbridge(self._leg.id)
        return self._leg

    def end(self) -> None:
        """The call is over."""
        if self._task is not None:
            self._task.cancel()

    async def _ring(self, targets: Sequence[Target]) -> None:
        call = self._call
        shown = Party(call.caller.number, call.display_name(call.caller))
        try:
            dialled = await Dial(call, targets, listener=None, presents=shown, quiet=True).run(RING_S)
        finally:
            if self._leg is None:
                call.supervisions.discard(self)
        leg = dialled.leg
        if leg is None:
            return
        if call.has_ended or leg.is_gone:
            leg.hang_up()
            return
        call.supervisions.add(self)
        self._leg = leg
        leg.owner = self._on_leg
        self._announce()
        self._join(leg)

    def _announce(self) -> None:
        if self._announced:
            self._target.play(BEEP)

    def _join(self, leg: Leg) -> None:
        self._call.board.plane.supervise(leg.id, self._target.id, self._mode)
        self._call.emit(CallSupervised(self.login, self._mode))

    def _on_leg(self, leg: Leg, event: LegEvent) -> None:
        if isinstance(event, Gone):
            self._call.supervisions.discard(self)
            self._call.legs.discard(leg)


def supervised_leg(call: Call) -> Leg:
    """Our side of a call. Raises WrongStateError when nobody is connected."""
    connection = call.connection
    if connection is None:
        raise WrongStateError("nobody is connected in this call")
    callee = connection.legs[Side.CALLEE]
    return connection.legs[Side.CALLER] if callee.party.is_outside else callee
