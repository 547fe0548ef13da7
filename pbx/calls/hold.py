"""Hold: the two sides of a connection part for a while, and whoever is held hears music."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Literal

from pbx.calls.leg import Leg
from pbx.calls.side import Side
from pbx.events import CallHeld, CallResumed

if TYPE_CHECKING:
    from pbx.calls.call import Call

Source = Literal["phone", "api", "transfer"]
SOURCES: tuple[Source, ...] = ("phone", "api")


class Hold:
    """Who holds whom. A side may hold for several reasons at once (its own telephone, the page, a transfer).

    ``apart`` is a leg that talks to somebody else for the moment (a consultation), so that hold does not concern it;
    ``absent`` a side that speaks to the other by another call: what its telephone does with this one holds nobody.
    """

    def __init__(self, call: Call, legs: Mapping[Side, Leg]) -> None:
        self._call = call
        self._legs = legs
        self._reasons: dict[Side, set[Source]] = {Side.CALLER: set(), Side.CALLEE: set()}
        self._hears_music: set[Leg] = set()
        self.apart: Leg | None = None
        self.absent: Side | None = None

    @property
    def is_on(self) -> bool:
        return any(self._reasons.values())

    def set(self, side: Side, source: Source, on: bool) -> None:
        """``side`` holds the other, or comes back."""
        reasons = self._reasons[side]
        if on == (source in reasons) or (source == "phone" and side is self.absent):
            return
        if on:
            reasons.add(source)
        else:
            reasons.discard(source)
        if source != "transfer":
            by = self._legs[side].party.login
            self._call.emit(CallHeld(by) if on else CallResumed(by))
        self.apply()
        self._call.board.on_change(self._call)

    def document(self) -> dict[str, list[str]]:
        """Why each side holds the other, as JSON types."""
        return {side.value: sorted(reasons - {"transfer"}) for side, reasons in self._reasons.items()}

    def take_up(self, told: Mapping[str, Sequence[str]]) -> None:
        """Hold as ``document`` says."""
        for side in Side:
            self._reasons[side] = {source for source in SOURCES if source in told.get(side.value, ())}
        self.apply()

    def forget(self, side: Side) -> None:
        """Another leg has taken this side: it holds nobody."""
        self._reasons[side].clear()

    def apply(self) -> None:
        """Make the media plane agree with who holds whom."""
        plane = self._call.board.plane
        for side, leg in self._legs.items():
            if leg.is_gone or leg is self.apart:
                continue
            plane.hold(leg.id, self.is_on)
            if self.is_on and not self._reasons[side]:
                if leg not in self._hears_music:
                    self._hears_music.add(leg)
                    leg.play((self._call.board.prompts.music("default"),), loop=True)
            elif leg in self._hears_music:
                self._hears_music.discard(leg)
                leg.stop_playing()

    def play_again(self) -> None:
        """Who is held hears the music again, after something else has been played."""
        if self.is_on:
            self._hears_music.clear()
            self.apply()

    def end(self) -> None:
        """Nobody is held any more."""
        was_on = self.is_on
        for reasons in self._reasons.values():
            reasons.clear()
        if was_on:
            self.apply()
