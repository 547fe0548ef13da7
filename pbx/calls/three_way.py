"""Three who talk: the far side of somebody's second call is brought into the first one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pbx.calls.errors import WrongStateError
from pbx.calls.leg import Leg
from pbx.events import CallJoined, CallResumed

if TYPE_CHECKING:
    from pbx.calls.connect import Connection
    from pbx.media.client import SuperviseMode


class ThreeWay:
    """``login`` has two calls: whom the ``joined`` one reaches hears and is heard by both sides of the ``kept`` one.

    The person's telephone in the joined call is silent meanwhile. When the kept call ends or its person leaves it, the
    joined one is as it was before; when the joined one ends, the kept one goes on.
    """

    def __init__(self, kept: Connection, joined: Connection, login: str) -> None:
        self.login = ""  # supervises nothing: it stands beside the call as supervisors do
        self._kept = kept
        self._joined = joined
        self._side = joined.side_of_login(login)
        self._person = kept.legs[kept.side_of_login(login)]
        if kept is joined or kept.hold.is_on or kept.transfer is not None or joined.transfer is not None:
            raise WrongStateError("the first call talks, and neither is being transferred")
        if any(isinstance(beside, ThreeWay) and beside._kept is joined for beside in joined.call.supervisions):
            raise WrongStateError("the second call has a third party of its own")
        self._begin(login)

    def _begin(self, login: str) -> None:
        joined, call = self._joined, self._kept.call
        if joined.hold.is_on:
            joined.call.emit(CallResumed(login))
        joined.hold.forget(self._side)
        joined.hold.absent = self._side
        joined.hold.apply()
        call.board.plane.supervise(joined.legs[self._side.other].id, self._person.id, "barge")
        call.supervisions.add(self)
        joined.call.at_end(self._forget)
        joined.call.emit(CallJoined(login, call.id))

    def change(self, mode: SuperviseMode) -> None:
        """A third party talks to both."""

    def connected(self) -> None:
        """The call has found somebody else to talk to: the person of both calls is not there any more."""
        self.end()

    def follow(self, left: Leg, leg: Leg) -> None:
        """Somebody else sits in the kept call: with its person gone, so is what joined the two."""
        if left is self._person:
            self.end()

    def waiting(self) -> None:
        """The kept call goes on elsewhere."""
        self.end()

    def end(self) -> None:
        """The kept call is over: who was brought in talks to the person in their own call again."""
        self._forget()
        joined = self._joined
        if joined.call.connection is not joined or any(leg.is_gone for leg in joined.legs.values()):
            return
        joined.join(*joined.legs.values())
        if joined.legs[self._side].is_held:
            joined.hold.set(self._side, "phone", True)

    def _forget(self) -> None:
        self._kept.call.supervisions.discard(self)
        self._joined.hold.absent = None
