"""Sound that is played: one copy in memory for all who listen, in one array, so that listeners are an index into it.

Each piece is kept linear and in both G.711 laws: a listener of music costs a copy of 160 bytes per tick. Pieces that
nobody plays are given up, least recently used first, when room is needed.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pbx.rtp import g711

I64 = NDArray[np.int64]
I16 = NDArray[np.int16]
U8 = NDArray[np.uint8]

FRAME = 160
CAPACITY = 8000 * 3600  # an hour of sound; memory is touched only as far as it is filled


@dataclass(frozen=True, slots=True)
class Sound:
    """Samples ready to be placed: linear, and in both laws (2, n)."""

    linear: I16
    codes: U8

    @classmethod
    def of(cls, samples: I16) -> Sound:
        return cls(samples, np.stack([g711.encode(samples, law) for law in (g711.PCMU, g711.PCMA)]))


@dataclass(slots=True, eq=False)
class Piece:
    """A sound in the arena: samples ``start`` to ``end``; ``players`` counts who plays it now."""

    name: str
    stamp: tuple[int, int]
    start: int
    end: int
    players: int = 0
    used: float = 0.0


class Arena:
    """All sounds of a worker."""

    def __init__(self, capacity: int = CAPACITY) -> None:
        self.capacity = capacity
        self.linear: I16 = np.zeros(capacity, np.int16)
        self.codes: U8 = np.zeros((2, capacity), np.uint8)
        self._pieces: dict[str, Piece] = {}
        self._retired: list[Piece] = []  # replaced by a newer file, but still played by somebody
        # Each position as a row of its next 160 samples: a listener's frame is one row.
        self.frames = np.lib.stride_tricks.sliding_window_view(self.linear, FRAME)
        self.code_frames = [np.lib.stride_tricks.sliding_window_view(codes, FRAME) for codes in self.codes]

    def find(self, name: str, stamp: tuple[int, int]) -> Piece | None:
        """The piece called ``name``, if it is the one of ``stamp`` (what changes when the file does)."""
        piece = self._pieces.get(name)
        return piece if piece is not None and piece.stamp == stamp else None

    def known(self, name: str) -> tuple[int, int] | None:
        """The stamp of the piece called ``name``."""
        piece = self._pieces.get(name)
        return piece.stamp if piece is not None else None

    def place(self, name: str, stamp: tuple[int, int], sound: Sound, now: float) -> Piece | None:
        """Put a sound in; None when there is no room even after giving up all that nobody plays."""
        length = len(sound.linear)
        start = self._room(length)
        while start is None and self._give_up_one():
            start = self._room(length)
        if start is None:
            return None
        old = self._pieces.pop(name, None)
        if old is not None and old.players:
            self._retired.append(old)
        piece = Piece(name, stamp, start, start + length, used=now)
        self._pieces[name] = piece
        self.linear[start : piece.end] = sound.linear
        self.codes[:, start : piece.end] = sound.codes
        return piece

    def hold(self, piece: Piece, now: float) -> None:
        """Somebody plays the piece."""
        piece.players += 1
        piece.used = now

    def let_go(self, piece: Piece) -> None:
        piece.players -= 1
        self._retired = [each for each in self._retired if each.players]

    @property
    def seconds(self) -> float:
        return sum(piece.end - piece.start for piece in self._all()) / 8000

    def _all(self) -> list[Piece]:
        return [*self._pieces.values(), *self._retired]

    def _room(self, length: int) -> int | None:
        at = 0
        for piece in sorted(self._all(), key=lambda piece: piece.start):
            if piece.start - at >= length:
                return at
            at = piece.end
        return at if self.capacity - FRAME - at >= length else None

    def _give_up_one(self) -> bool:
        idle = [piece for piece in self._pieces.values() if piece.players == 0]
        if not idle:
            return False
        del self._pieces[min(idle, key=lambda piece: piece.used).name]
        return True
