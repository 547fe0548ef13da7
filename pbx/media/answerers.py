"""Legs of which somebody wants to know who has answered: their sound goes to the detector until it has said so."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from pbx.media.leg import Leg
from pbx.media.messages import AnswererJudged, AnswererListens, MediaEvent
from pbx.rtp.answerer import AnswererDetector, Judged


class Answerers:
    """``leg_of``: who has a row; ``on_over`` hears of a leg whose sound is not needed for this any more."""

    def __init__(
        self,
        capacity: int,
        leg_of: Callable[[int], Leg | None],
        emit: Callable[[MediaEvent], None],
        on_over: Callable[[Leg], None],
    ) -> None:
        self.watched = np.zeros(capacity, np.bool_)
        self._leg_of = leg_of
        self._emit = emit
        self._on_over = on_over
        self._detector = AnswererDetector(capacity)

    def watch(self, leg: Leg, on: bool) -> None:
        """Begin with this moment as that of the answer, or look at the leg no more."""
        leg.answerer_wanted = self.watched[leg.row] = on
        if on:
            self._detector.begin(leg.row)
        else:
            self._detector.end(leg.row)

    def hear(self, rows: NDArray[np.int64], said: NDArray[np.int16]) -> None:
        """One frame (n, 160) of each of the distinct ``rows``, of which some may be watched."""
        watched = np.flatnonzero(self.watched[rows])
        if len(watched) == 0:
            return
        for found in self._detector.feed(rows[watched], said[watched]):
            leg = self._leg_of(found.row)
            if leg is None:
                continue
            is_over = True
            if isinstance(found, Judged):
                is_over = found.verdict != "machine"
                self._emit(AnswererJudged(leg.name, found.verdict, found.after_ms, found.spoken_ms))
            else:
                self._emit(AnswererListens(leg.name, found.sign))
            if is_over:
                self.watch(leg, False)
                self._on_over(leg)
