"""What the recording of a call goes by, asked of whoever knows the company's policy."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal, Protocol

from config.recordings import Verdict
from pbx.calls.party import Party
from pbx.media.messages import Clip

if TYPE_CHECKING:
    from pbx.calls.call import Call

Switched = Literal["on", "pause", "off"]


class RecordingRules(Protocol):
    """``pause_s``: after which a pause that was asked for is over, 0: never.

    ``digits_pause_s``: how long keys of the other side pause the recording, 0: they do not.
    """

    @property
    def pause_s(self) -> float: ...

    @property
    def digits_pause_s(self) -> float: ...

    def verdict(self, call: Call, talking: Sequence[Party]) -> Verdict:
        """Whether these who talk are recorded."""

    def notice(self, call: Call) -> Sequence[Clip]:
        """What the two of a call hear before they are connected, where they are to be told."""

    def must_tell(self, call: Call) -> bool:
        """Whether a call is recorded only if those who talk have heard the notice."""

    def lets_talkers(self, switch: Switched) -> bool:
        """Whether those who talk may do this to a recording."""


class RecordEverything:
    """Every conversation is recorded, nobody is told, and everybody may switch it."""

    pause_s = 0.0
    digits_pause_s = 0.0

    def verdict(self, call: Call, talking: Sequence[Party]) -> Verdict:
        return Verdict(record=True)

    def notice(self, call: Call) -> Sequence[Clip]:
        return ()

    def must_tell(self, call: Call) -> bool:
        return False

    def lets_talkers(self, switch: Switched) -> bool:
        return True
