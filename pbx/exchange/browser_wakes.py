"""Browsers that are not connected are told of a call by push, and ring once they are back.

A locked telephone holds no WebSocket. The office tells it (RFC 8030) while whatever else the person has rings already;
the browser that somebody opens then registers, and joins the ringing.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import suppress

from config.company import Person
from pbx.background import beside
from pbx.calls.call import Call
from pbx.calls.dial import Dial, Dialled
from pbx.calls.target import Target
from pbx.events import CallWoken, DeviceRegistered, Event
from pbx.exchange.house import House
from pbx.ports import WakePort
from pbx.routing.registrar import Registrar

GRACE_MORE_S = 1.0
"""The ringing ends after the wait for browsers, not with it."""


class BrowserWakes:
    """Who is waited for. ``heard`` is told every event."""

    def __init__(self, office: WakePort) -> None:
        self.office = office
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

    def tell_over(self, call_id: str, answered: bool) -> None:
        """Beside the call: it does not wait for the office."""
        beside(self.office.wake_over(call_id, answered), "wake_over", call_id=call_id)


class Wake:
    """The browsers of ``people`` (by extension) for one ringing of ``call``; ``known``: what rings already."""

    def __init__(
        self, wakes: BrowserWakes, registrar: Registrar, call: Call, people: Sequence[Person], known: Sequence[Target]
    ) -> None:
        self.people = {person.extension: person for person in people}
        self._wakes = wakes
        self._registrar = registrar
        self._call = call
        self._known = {str(target.uri) for target in known}
        self._came = asyncio.Event()
        self._told: set[str] | None = None  # extensions

    def look(self) -> None:
        """A device of somebody has registered."""
        self._came.set()

    async def tell(self) -> bool:
        """Have the browsers told, once; whether there are any."""
        if self._told is None:
            self._told = set()
            identity = await self._call.identified()
            caller = self._call.caller
            name = identity.name if identity is not None and caller.is_outside else caller.name
            logins = [person.login for person in self.people.values()]
            told = await self._wakes.office.wake(self._call.id, logins, caller.number, name)
            for extension, person in self.people.items():
                if browsers := told.get(person.login, 0):
                    self._told.add(extension)
                    self._call.emit(CallWoken(person.login, extension, browsers))
        return bool(self._told)

    async def arrivals(self, dial: Dial, wait_s: float) -> None:
        """Ring what registers within ``wait_s``; over when of each person told one browser has come."""
        if not await self.tell() or self._told is None:
            return
        dial.rings_elsewhere()
        loop = asyncio.get_running_loop()
        until, missing = loop.time() + wait_s, set(self._told)
        while missing and (left_s := until - loop.time()) > 0:
            self._came.clear()
            for target in [target for extension in missing for target in self._registrar.targets(extension)]:
                if str(target.uri) not in self._known:
                    self._known.add(str(target.uri))
                    missing.discard(target.party.extension or "")
                    await dial.join(target)
            if missing:
                with suppress(TimeoutError):
                    async with asyncio.timeout(left_s):
                        await self._came.wait()

    def over(self, answered: bool) -> None:
        """Nobody is waited for any more; those told learn how it ended."""
        self._wakes.end(self)
        if self._told:
            self._wakes.tell_over(self._call.id, answered)


async def ring(
    house: House, call: Call, people: Sequence[Person], targets: Sequence[Target], timeout_s: float
) -> Dialled | None:
    """Ring ``targets`` and the browsers of ``people`` that a push brings back; None when there is nothing to ring."""
    wait_s = float(house.snapshot().company.agents.wake_s)
    if house.wakes is None or wait_s <= 0 or not people:
        return await call.dial(targets, timeout_s=timeout_s) if targets else None
    wake = Wake(house.wakes, house.registrar, call, people, targets)
    house.wakes.begin(wake)
    dialled: Dialled | None = None
    try:
        if targets or await wake.tell():
            ring_s = timeout_s if targets else max(timeout_s, wait_s + GRACE_MORE_S)
            dialled = await call.dial(targets, timeout_s=ring_s, arrivals=lambda dial: wake.arrivals(dial, wait_s))
    finally:
        wake.over(dialled is not None and dialled.leg is not None)
    return dialled
