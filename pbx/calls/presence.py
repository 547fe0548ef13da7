"""Who is on the telephone: what queues must know of a person's calls, from the legs that come and go."""

from __future__ import annotations

from collections import Counter
from typing import Protocol

from pbx.calls.leg import Leg


class Desk(Protocol):
    """What hears of it (`pbx.queues.driver.Queues`)."""

    def busy(self, login: str, call_id: str, *, ringing: bool = False) -> None: ...

    def free(self, login: str, call_id: str) -> None: ...

    def call_over(self, call_id: str, login: str) -> None: ...


class Presence:
    """Follows legs of people. A leg that a queue rings is the queue's own business until it is connected; its end is
    the end of a queue call. Any other leg keeps its person busy.
    """

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._direct: dict[str, tuple[str, str]] = {}
        self._legs_of: Counter[tuple[str, str]] = Counter()
        self._served: dict[str, tuple[str, str]] = {}

    def ringing(self, leg: Leg) -> None:
        if leg.party.login is not None and leg.call_id is not None and leg.queue is None:
            self._keep_busy(leg.id, leg.party.login, leg.call_id, ringing=True)

    def talking(self, leg: Leg) -> None:
        login, call_id = leg.party.login, leg.call_id
        if login is None or call_id is None:
            return
        if leg.queue is not None:
            self._served[leg.id] = call_id, login
        else:
            self._keep_busy(leg.id, login, call_id, ringing=False)
        if leg.is_gone:  # who answers may hang up before the two are put together: no other word of its end comes
            self.gone(leg)

    def gone(self, leg: Leg) -> None:
        """Undoes what was said of this leg, whichever call it has come to belong to meanwhile."""
        if (served := self._served.pop(leg.id, None)) is not None:
            self._desk.call_over(*served)
        if (direct := self._direct.pop(leg.id, None)) is not None:
            self._free(direct)

    def _keep_busy(self, leg_id: str, login: str, call_id: str, *, ringing: bool) -> None:
        before = self._direct.get(leg_id)
        direct = self._direct[leg_id] = login, call_id
        self._legs_of[direct] += 1
        self._desk.busy(login, call_id, ringing=ringing)
        if before is not None:
            self._free(before)

    def _free(self, direct: tuple[str, str]) -> None:
        # Several devices of one person may ring for one call: the last one that is gone frees the person.
        self._legs_of[direct] -= 1
        if not self._legs_of[direct]:
            del self._legs_of[direct]
            self._desk.free(*direct)
