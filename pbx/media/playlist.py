"""One leg's playlist: clips one after the other, their levels, their fades, and where in them it is."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pbx.media.arena import Arena, Piece
from pbx.media.messages import Clip

I16 = NDArray[np.int16]
F32 = NDArray[np.float32]

SEEK_FADE = 80  # samples over which one place gives way to another: it does not click


@dataclass(slots=True)
class Item:
    """A clip of a playlist: a piece of the arena, or ``silence`` samples of nothing. ``fade`` in samples."""

    piece: Piece | None
    silence: int
    gain: float
    fade: int = 0
    name: str = ""  # of a clip that goes on where it was left

    @property
    def length(self) -> int:
        return self.silence if self.piece is None else self.piece.end - self.piece.start


@dataclass(slots=True)
class Playlist:
    """``at`` and ``offset``: the clip and the sample in it that come next; ``rise``: samples of fading in to come."""

    leg: str
    row: int
    play_id: str
    loop: bool
    clips: tuple[Clip, ...]
    items: list[Item | None]
    asked_at: float | None = None  # since when its clips are waited for
    waiting: int = 0
    at: int = 0
    offset: int = 0
    rise: int = 0
    rise_of: int = 0

    @property
    def current(self) -> Item | None:
        return self.items[self.at] if self.at < len(self.items) else None

    def begin(self, offset: int = 0) -> None:
        """The current clip begins, ``offset`` samples in."""
        item = self.current
        self.offset = offset % item.length if item is not None and item.length else 0
        self.rise = self.rise_of = item.fade if item is not None else 0

    def fill(self, arena: Arena, frame: F32) -> bool:
        """Put what comes next into ``frame``; False when it has ended within it."""
        filled = 0
        barren = 0  # clips in a row without a sample: a loop of nothing must not spin
        while filled < len(frame) and barren <= len(self.items):
            item = self.current
            length = 0 if item is None else item.length
            part = min(len(frame) - filled, length - self.offset)
            if part > 0 and item is not None and item.piece is not None:
                first = item.piece.start + self.offset
                frame[filled : filled + part] = arena.linear[first : first + part] * np.float32(item.gain)
                self._fade_in(frame[filled : filled + part])
            barren = 0 if part > 0 else barren + 1
            filled += max(part, 0)
            self.offset += max(part, 0)
            if self.offset >= length and not self._next_clip():
                return False
        return barren <= len(self.items)

    def seek(self, to: int) -> None:
        """Go to the sample ``to`` of the whole list: round and round in a loop, else at most to its end."""
        lengths = [item.length if item is not None else 0 for item in self.items]
        total = sum(lengths)
        to = to % total if self.loop and total else min(max(to, 0), total)
        self.at = 0
        while self.at < len(lengths) - 1 and to >= lengths[self.at]:
            to -= lengths[self.at]
            self.at += 1
        self.offset = to
        self.rise = self.rise_of = SEEK_FADE

    @property
    def position(self) -> int:
        """The sample of the whole list that comes next."""
        return sum(item.length for item in self.items[: self.at] if item is not None) + self.offset

    def _fade_in(self, part: F32) -> None:
        if self.rise:
            count = min(self.rise, len(part))
            done = self.rise_of - self.rise
            part[:count] *= (done + np.arange(count, dtype=np.float32)) / self.rise_of
            self.rise -= count

    def _next_clip(self) -> bool:
        self.at += 1
        if self.at >= len(self.items) and self.loop:
            self.at = 0
        if self.at < len(self.items):
            item = self.current
            alone = len(self.items) == 1  # one that follows itself goes on and does not begin
            self.offset = 0
            if not alone:
                self.rise = self.rise_of = item.fade if item is not None else 0
        return self.at < len(self.items)
