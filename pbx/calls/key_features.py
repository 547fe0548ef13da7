"""What a telephone without buttons does by keys while it talks: `*2NUMBER#` asks a colleague first, then hangs up;
`*3` pauses the recording, and lets it go on.

The other side hears music from ``*2`` on. While the colleague is asked: hanging up brings the two together, ``**``
goes back. A pause ends a number as ``#`` does; without a number, the two talk on.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from pbx.calls.consult import Consultation
from pbx.calls.errors import CallsError
from pbx.calls.recording import KEYS as RECORDING_KEYS
from pbx.calls.routes import Onward
from pbx.calls.transfer import BlindTransfer
from pbx.media.messages import Clip

if TYPE_CHECKING:
    from pbx.calls.connect import Connection
    from pbx.calls.leg import Leg
    from pbx.calls.side import Side

BEGIN, BACK, END = "*2", "**", "#"
BETWEEN_S = 2.0
NUMBER_S = 6.0
LONGEST = 24
WRONG = (Clip(tone="beep"), Clip(silence_ms=150), Clip(tone="beep"))


class KeyFeatures:
    """The keys of one side of a connection."""

    def __init__(self, connection: Connection, side: Side) -> None:
        self._connection = connection
        self._side = side
        self._typed = ""
        self._number: str | None = None
        self._timer: asyncio.TimerHandle | None = None

    def press(self, digit: str) -> None:
        """One key."""
        self._wait(NUMBER_S if self._number is not None else BETWEEN_S)
        if self._number is not None:
            if digit == END or len(self._number) >= LONGEST:
                self._dial(self._number)
            else:
                self._number += digit
            return
        self._typed = (self._typed + digit)[-2:]
        transfer = self._connection.transfer
        if self._typed == BEGIN and transfer is None:
            self._number = ""
            self._connection.hold.set(self._side, "transfer", True)
            self._leg.play((Clip(tone="beep"),))
        elif self._typed == BACK and isinstance(transfer, Consultation) and transfer.side is self._side:
            self._typed = ""
            transfer.cancel()
        elif self._typed == RECORDING_KEYS:
            self._typed = ""
            self._pause_recording()

    def _pause_recording(self) -> None:
        """A falling tone: paused; a rising one: it goes on."""
        recording = self._connection.call.recording
        if recording.state == "off":
            return
        try:
            state = recording.toggle_pause(self._leg.party.login)
        except CallsError:
            self._leg.play(WRONG)
        else:
            self._leg.play((Clip(tone="leave" if state == "pause" else "join"),))

    def stop(self) -> None:
        """The connection is over."""
        if self._timer is not None:
            self._timer.cancel()

    @property
    def _leg(self) -> Leg:
        return self._connection.legs[self._side]

    def _dial(self, number: str) -> None:
        """The hold of the dialling goes over into the transfer's; it ends here when there is none."""
        self._typed, self._number = "", None
        connection = self._connection
        try:
            route = connection.call.board.router.route(connection.call, number, self._leg.party)
            if isinstance(route, Onward):
                connection.begin(BlindTransfer(connection, self._side, number, by_refer=False))
            else:
                connection.begin(Consultation(connection, self._side, number, route))
        except CallsError:
            connection.hold.set(self._side, "transfer", False)
            self._leg.play(WRONG)

    def _forget(self) -> None:
        """Nothing has been pressed for a while: a number counts as dialled, the beginning of one as nothing."""
        self._typed = ""
        if self._number:
            self._dial(self._number)
        elif self._number is not None:
            self._number = None
            self._connection.hold.set(self._side, "transfer", False)

    def _wait(self, seconds: float) -> None:
        self.stop()
        self._timer = asyncio.get_running_loop().call_later(seconds, self._forget)
