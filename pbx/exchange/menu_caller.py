"""A caller as a menu sees one."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from config.company import Person
from pbx.calls.call import Call
from pbx.calls.leg import Leg
from pbx.events import Body
from pbx.exchange.browser_wakes import ring
from pbx.exchange.destinations.person import takes_calls
from pbx.exchange.house import House
from pbx.exchange.message_taking import BEEP, take_until_cancelled
from pbx.media.messages import Clip, RecordingStopped
from pbx.ports import Identity, Match, MenuInput, WebAnswer, WebRequest
from pbx.routing.dialplan import Dialplan

FILING_S = 1.0
BEEP_S = 0.3


class CallerInMenu:
    """MenuCaller for a call. A caller who hangs up cancels the journey, and with it the menu.

    ``reached``: the leg of who has answered when the menu rang people; the caller is to be connected to it.
    """

    def __init__(self, house: House, call: Call, dialplan: Dialplan) -> None:
        self._house = house
        self._call = call
        self._dialplan = dialplan
        self.call_id = call.id
        self.number = call.caller.number
        self.dialled = call.dialled
        self.language: str = call.language
        self.variables: Mapping[str, Any] = {}
        self.reached: Leg | None = None

    def play(self, clips: Sequence[Clip], play_id: str) -> None:
        self._call.play(clips, play_id)

    def stop_playing(self) -> None:
        self._call.stop_playing()

    async def next_input(self, timeout_s: float | None) -> MenuInput:
        return await self._call.next_input(timeout_s)

    def emit(self, body: Body) -> None:
        self._call.emit(body)

    def extensions_starting_with(self, digits: str) -> Match:
        return self._dialplan.extensions_starting_with(digits)

    def is_switch_on(self, name: str) -> bool:
        return self._house.switches.is_on(name)

    async def look_up(self) -> Identity | None:
        return await self._call.identified()

    async def fetch(self, request: WebRequest) -> WebAnswer:
        return await self._call.board.office.fetch(request)

    async def ring(self, people: Sequence[str], timeout_s: float) -> str | None:
        """Whoever of ``people`` forwards all calls, takes none now, or has nothing to ring is left out."""
        house = self._house
        named = [person for name in people if (person := house.snapshot().person(name)) is not None]
        persons = [person for person in named if self._can_be_rung(person)]
        targets = [target for person in persons for target in house.registrar.targets(person.extension)]
        dialled = await ring(house, self._call, persons, targets, timeout_s)
        if dialled is None or dialled.leg is None:
            return None
        self.reached = dialled.leg
        return dialled.leg.party.extension or ""

    def _can_be_rung(self, person: Person) -> bool:
        return self._house.forwards.to("always", person.extension) is None and takes_calls(self._house, person)

    async def take_message(self, box: str, longest_s: float, shortest_s: float, silence_s: float) -> float:
        self._call.play(BEEP)
        await asyncio.sleep(BEEP_S)
        limits = {"longest_s": longest_s, "shortest_s": shortest_s, "silence_s": silence_s}
        return await take_until_cancelled(self._call, box, self._spool, **limits)

    async def listen(self, longest_s: float, silence_s: float) -> Path | None:
        """What the caller says, from now to ``silence_s`` of silence behind it; None: the leg has gone meanwhile."""
        board, leg = self._call.board, self._call.caller_leg
        name = board.new_id()
        path = self._spool / f"{name}.said"
        stopped: asyncio.Future[RecordingStopped] = asyncio.get_running_loop().create_future()
        board.expect_spool(name, (leg.id,), str(path), _into(stopped))
        board.plane.record_message(name, str(path), leg.id, max_s=longest_s, silence_s=silence_s)
        try:
            await asyncio.wait({stopped})
        finally:
            if not stopped.done():
                board.plane.stop_recording(name)
                await asyncio.wait({stopped}, timeout=FILING_S)
                await asyncio.to_thread(path.unlink, missing_ok=True)
        return path if stopped.result().duration_s > 0 else None

    @property
    def _spool(self) -> Path:
        return self._house.settings.spool_dir.resolve()


def _into(stopped: asyncio.Future[RecordingStopped]) -> Callable[[RecordingStopped], None]:
    def complete(event: RecordingStopped) -> None:
        if not stopped.done():
            stopped.set_result(event)

    return complete
