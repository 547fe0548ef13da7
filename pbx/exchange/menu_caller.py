"""A caller as a menu sees one."""

from __future__ import annotations

from collections.abc import Sequence

from pbx.calls.call import Call
from pbx.events import Body
from pbx.media.messages import Clip
from pbx.ports import Identity, Match, MenuInput
from pbx.routing.dialplan import Dialplan


class CallerInMenu:
    """MenuCaller for a call. A caller who hangs up cancels the journey, and with it the menu."""

    def __init__(self, call: Call, dialplan: Dialplan) -> None:
        self._call = call
        self._dialplan = dialplan
        self.call_id = call.id
        self.number = call.caller.number
        self.dialled = call.dialled
        self.language: str = call.language

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

    async def look_up(self) -> Identity | None:
        return await self._call.identified()
