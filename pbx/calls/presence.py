"""Who is on the telephone: what queues must know of a person's calls, from the legs that come and go."""

from __future__ import annotations

from collections import defaultdict
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
        self._direct: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
        self._served: set[str] = set()

    def ringing(self, leg: Leg) -> None:
        if leg.party.login is not None and leg.call_id is not None and leg.queue is None:
            self._direct[leg.party.login, leg.call_id].add(leg.id)
            self._desk.busy(leg.party.login, leg.call_id, ringing=True)

    def talking(self, leg: Leg) -> None:
        login, call_id = leg.party.login, leg.call_id
        if login is None or call_id is None:
            return
        if leg.queue is not None:
            self._served.add(leg.id)
        else:
            self._direct[login, call_id].add(leg.id)
            self._desk.busy(login, call_id, ringing=False)

    def gone(self, leg: Leg) -> None:
        login, call_id = leg.party.login, leg.call_id
        if login is None or call_id is None:
            return
        if leg.id in self._served:
            self._served.discard(leg.id)
            self._desk.call_over(call_id, login)
        legs = self._direct.get((login, call_id))
        if legs is not None and leg.id in legs:
            legs.discard(leg.id)
            if not legs:
                del self._direct[login, call_id]
                self._desk.free(login, call_id)
