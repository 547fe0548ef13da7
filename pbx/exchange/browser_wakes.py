"""Browsers that are not connected are told of a call by push, and ring once they are back.

A locked telephone holds no WebSocket. The office tells it (RFC 8030) while whatever else the person has rings already;
the browser that somebody opens then registers, and joins the ringing.
"""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Sequence
from contextlib import suppress

from config.company import Person
from pbx.background import beside
from pbx.calls.call import Call
from pbx.calls.dial import Dial, Dialled
from pbx.calls.party import Party
from pbx.calls.target import Target
from pbx.events import CallWoken, DeviceRegistered, Event
from pbx.exchange.house import House
from pbx.ports import WakePort
from pbx.routing.registrar import Registrar

GRACE_MORE_S = 1.0
"""The ringing ends after the wait for browsers, not with it."""
LOADS_WITHIN_S = 8.0
"""How long a page that is loaded anew while it rings has to be back."""


class BrowserWakes:
    """Who is waited for. ``heard`` is told every event; ``sleepers``: who (login) has a browser that can be told."""

    def __init__(self, office: WakePort) -> None:
        self.office = office
        self.sleepers: Collection[str] = frozenset()
        self._waiting: dict[str, set[Wake]] = {}

    def heard(self, event: Event) -> None:
        """A device has registered: whoever waits for it looks."""
        if isinstance(event.body, DeviceRegistered):
            for wake in self._waiting.get(event.body.extension, ()):
                wake.look()

    def begin(self, wake: Wake) -> None:
        for extension in wake.people:
            self._waiting.setdefault(extension, set()).add(wake)

    def end(self, wake: Wake) -> None:
        for extension in wake.people:
            waiting = self._waiting.get(extension, set())
            waiting.discard(wake)
            if not waiting:
                self._waiting.pop(extension, None)

    def tell_over(self, call_id: str, logins: Sequence[str], answered: bool) -> None:
        """Beside the call: it does not wait for the office."""
        beside(self.office.wake_over(call_id, logins, answered), "wake_over", call_id=call_id)


class Wake:
    """The browsers of ``people`` for one ringing of ``call`` (`pbx.calls.arrivals.Arrivals`).

    ``known``: what rings already; ``wait_s``: how long a browser that is told has to come, 0: nobody is told.
    """

    def __init__(
        self,
        wakes: BrowserWakes,
        registrar: Registrar,
        call: Call,
        people: Sequence[Person],
        known: Sequence[Target],
        wait_s: float,
    ) -> None:
        self.people = {person.extension: person for person in people}
        self.wait_s = wait_s
        self._wakes = wakes
        self._registrar = registrar
        self._call = call
        self._known = {str(target.uri) for target in known}
        self._came = asyncio.Event()
        self._told: set[str] | None = None  # extensions
        self._missing: set[str] = set()

    @property
    def has_told(self) -> bool:
        """Whether somebody has been told."""
        return bool(self._told)

    @property
    def awaited(self) -> list[Party]:
        """Who has been told and may still come."""
        awaited = [self.people[extension] for extension in sorted(self._missing)]
        return [Party(who.extension, who.name, login=who.login, extension=who.extension) for who in awaited]

    def look(self) -> None:
        """A device of somebody has registered."""
        self._came.set()

    async def tell(self) -> bool:
        """Have the browsers told, once; whether there are any."""
        if self._told is None and self.wait_s > 0:
            self._told = set()
            identity = await self._call.identified()
            caller = self._call.caller
            name = identity.name if identity is not None and caller.is_outside else caller.name
            logins = [person.login for person in self.people.values()]
            try:
                told = await self._wakes.office.wake(self._call.id, logins, caller.number, name)
            except asyncio.CancelledError:
                self._wakes.tell_over(self._call.id, logins, False)  # some may have been told already
                raise
            for extension, person in self.people.items():
                if browsers := told.get(person.login, 0):
                    self._told.add(extension)
                    self._call.emit(CallWoken(person.login, extension, browsers))
        return bool(self._told)

    async def bring(self, dial: Dial) -> None:
        """Ring what registers within ``wait_s``; over when of each person told one browser has come."""
        self._wakes.begin(self)
        if await self.tell() and self._told is not None:
            dial.rings_elsewhere()
            self._missing = set(self._told)
            await self._ring_who_comes(dial, self._missing, self.wait_s)

    async def bring_back(self, dial: Dial, gone: Target) -> None:
        """A page that is loaded anew registers again within a moment, and goes on ringing."""
        self._known.discard(str(gone.uri))
        await self._ring_who_comes(dial, {gone.party.extension or ""}, LOADS_WITHIN_S)

    async def _ring_who_comes(self, dial: Dial, missing: set[str], wait_s: float) -> None:
        """Ring one browser of each of ``missing`` (extensions) as it comes; nobody is missing afterwards."""
        loop = asyncio.get_running_loop()
        until = loop.time() + wait_s
        while missing and (left_s := until - loop.time()) > 0:
            came = self._came = asyncio.Event() if self._came.is_set() else self._came
            for target in [target for extension in missing for target in self._registrar.targets(extension)]:
                if str(target.uri) not in self._known:
                    self._known.add(str(target.uri))
                    missing.discard(target.party.extension or "")
                    await dial.join(target)
            if missing:
                with suppress(TimeoutError):
                    async with asyncio.timeout(left_s):
                        await came.wait()
        missing.clear()

    def over(self, answered: bool) -> None:
        """Nobody is waited for any more; those told learn how it ended."""
        self._wakes.end(self)
        self._missing.clear()
        if self._told:
            logins = [self.people[extension].login for extension in sorted(self._told)]
            self._wakes.tell_over(self._call.id, logins, answered)


def wake_for(house: House, call: Call, people: Sequence[Person], known: Sequence[Target]) -> Wake | None:
    """The browsers of ``people`` for one ringing beside the devices ``known``."""
    if house.wakes is None or not people:
        return None
    wait_s = float(house.snapshot().company.agents.wake_s)
    return Wake(house.wakes, house.registrar, call, people, known, wait_s)


def ring_s(wake: Wake | None, targets: Sequence[Target], timeout_s: float) -> float:
    """How long a ringing lasts at least: who has to come is waited for where nothing else rings."""
    return timeout_s if targets or wake is None else max(timeout_s, wake.wait_s + GRACE_MORE_S)


async def ring(
    house: House, call: Call, people: Sequence[Person], targets: Sequence[Target], timeout_s: float
) -> Dialled | None:
    """Ring ``targets`` and the browsers of ``people`` that a push brings back; None when there is nothing to ring."""
    wake = wake_for(house, call, people, targets)
    if not targets and (wake is None or not await wake.tell()):
        return None
    return await call.dial(targets, timeout_s=ring_s(wake, targets, timeout_s), arrivals=wake)
