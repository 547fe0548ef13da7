"""Playing clips to legs: playlists by command, positions as columns, frames gathered for all listeners at once."""

from __future__ import annotations

import itertools
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from pbx.media.arena import FRAME, Arena, Piece
from pbx.media.clips import Loaded
from pbx.media.messages import Clip, MediaAlarm, MediaEvent, PlaybackFinished
from pbx.rtp import g711

I64 = NDArray[np.int64]
I16 = NDArray[np.int16]
U8 = NDArray[np.uint8]


class LoaderPort(Protocol):
    """Who reads files: a thread in the worker."""

    ready: deque[Loaded]

    def ask(self, ticket: int, name: str, known: tuple[int, int] | None) -> None: ...

    def stop(self) -> None: ...


@dataclass(slots=True)
class _Item:
    """A clip of a playlist: a piece of the arena, or ``silence`` samples of nothing."""

    piece: Piece | None
    silence: int
    gain: float


@dataclass(slots=True)
class _Playlist:
    leg: str
    row: int
    play_id: str
    loop: bool
    clips: tuple[Clip, ...]
    items: list[_Item | None]
    waiting: int
    at: int = 0
    offset: int = 0


class Playback:
    """What plays to whom. ``start`` … ``end`` are the columns of legs whose next frame is one row of the arena."""

    def __init__(
        self,
        capacity: int,
        arena: Arena,
        loader: LoaderPort,
        emit: Callable[[MediaEvent], None],
        on_end: Callable[[str], None],
    ) -> None:
        self.arena = arena
        self._loader = loader
        self._emit = emit
        self._on_end = on_end
        self._tickets = itertools.count(1)
        self._asked: dict[int, tuple[_Playlist, int]] = {}
        self._of_row: dict[int, _Playlist] = {}
        self.active = np.zeros(capacity, np.bool_)
        self._smooth = np.zeros(capacity, np.bool_)  # within one piece: position and end are in the columns
        self._position = np.zeros(capacity, np.int64)
        self._end = np.zeros(capacity, np.int64)
        self._gain = np.ones(capacity, np.float32)

    def play(self, leg: str, row: int, clips: Sequence[Clip], play_id: str, loop: bool) -> None:
        """Play ``clips`` in place of what plays; it begins once all of them are in memory."""
        self.stop(row)
        playlist = _Playlist(leg, row, play_id, loop, tuple(clips), [None] * len(clips), 0)
        self._of_row[row] = playlist
        for index, clip in enumerate(clips):
            name = f"tone:{clip.tone}" if clip.tone else clip.path
            if not name:
                playlist.items[index] = _Item(None, clip.silence_ms * 8, 1.0)
                continue
            ticket = next(self._tickets)
            playlist.waiting += 1
            self._asked[ticket] = (playlist, index)
            known = self.arena.known(name)
            self._loader.ask(ticket, name, known)
        self._begin(playlist)

    def stop(self, row: int) -> None:
        """Stop what plays to ``row``; PlaybackFinished says that it was interrupted."""
        playlist = self._of_row.get(row)
        if playlist is not None:
            self._end_of(playlist, interrupted=True)

    def is_playing(self, row: int) -> bool:
        return row in self._of_row

    def take(self, loaded: Loaded, now: float) -> None:
        """The loader has answered."""
        playlist, index = self._asked.pop(loaded.ticket, (None, 0))
        if playlist is None:
            return
        playlist.waiting -= 1
        if self._of_row.get(playlist.row) is not playlist:
            return
        piece = self.arena.find(loaded.name, loaded.stamp)
        if piece is None and loaded.sound is not None:
            piece = self.arena.place(loaded.name, loaded.stamp, loaded.sound, now)
        if piece is None and not loaded.error:
            playlist.waiting += 1  # given up between the question and the answer
            ticket = next(self._tickets)
            self._asked[ticket] = (playlist, index)
            self._loader.ask(ticket, loaded.name, None)
            return
        if piece is None:
            self._emit(MediaAlarm("clip_unplayable", loaded.error or f"{loaded.name}: no memory left for it"))
        else:
            self.arena.hold(piece, now)
            playlist.items[index] = _Item(piece, 0, 10 ** (playlist.clips[index].gain_db / 20))
        self._begin(playlist)

    def frames(self, rows: I64) -> I16:
        """The next frame of each row, linear (n, 160)."""
        frames = np.zeros((len(rows), FRAME), np.int16)
        smooth = self._advance(rows)
        live = rows[smooth]
        frames[smooth] = self.arena.frames[self._position[live] - FRAME]
        loud = smooth & (self._gain[rows] != 1.0)
        if loud.any():
            frames[loud] = _scaled(frames[loud], self._gain[rows[loud], None])
        for index in np.flatnonzero(~smooth & self.active[rows]).tolist():
            frames[index] = self._compose(int(rows[index]))
        return frames

    def codes(self, rows: I64, law: I64) -> U8:
        """The next frame of each row in its ``law``, (n, 160)."""
        codes = np.empty((len(rows), FRAME), np.uint8)
        smooth = self._advance(rows)
        plain = smooth & (self._gain[rows] == 1.0)
        for each in (g711.PCMU, g711.PCMA):
            chosen = plain & (law == each)
            if chosen.any():
                codes[chosen] = self.arena.code_frames[each][self._position[rows[chosen]] - FRAME]
        for index in np.flatnonzero(~plain).tolist():
            row = int(rows[index])
            if smooth[index]:
                linear = _scaled(self.arena.frames[self._position[row] - FRAME], self._gain[row])
            else:
                linear = self._compose(row)
            codes[index] = g711.encode(linear, int(law[index]))
        return codes

    def _advance(self, rows: I64) -> NDArray[np.bool_]:
        """Move the rows on that stay within their piece for this frame; which ones they are."""
        smooth: NDArray[np.bool_] = self._smooth[rows] & (self._position[rows] + FRAME <= self._end[rows])
        self._position[rows[smooth]] += FRAME
        return smooth

    def _compose(self, row: int) -> I16:
        """A frame over the border of clips."""
        frame = np.zeros(FRAME, np.int16)
        playlist = self._of_row.get(row)
        if playlist is None or not self.active[row]:
            return frame
        if self._smooth[row]:
            item = playlist.items[playlist.at]
            assert item is not None
            assert item.piece is not None
            playlist.offset = int(self._position[row]) - item.piece.start
        filled = 0
        barren = 0  # clips in a row without a sample: a loop of nothing must not spin
        while filled < FRAME and barren <= len(playlist.items):
            item = playlist.items[playlist.at] if playlist.at < len(playlist.items) else None
            length = 0 if item is None else item.silence if item.piece is None else item.piece.end - item.piece.start
            part = min(FRAME - filled, length - playlist.offset)
            if part > 0 and item is not None and item.piece is not None:
                first = item.piece.start + playlist.offset
                frame[filled : filled + part] = _scaled(self.arena.linear[first : first + part], item.gain)
            barren = 0 if part > 0 else barren + 1
            filled += max(part, 0)
            playlist.offset += max(part, 0)
            if playlist.offset >= length and not self._next_clip(playlist):
                self._end_of(playlist, interrupted=False)
                return frame
        if barren > len(playlist.items):
            self._end_of(playlist, interrupted=False)
        else:
            self._settle(playlist)
        return frame

    def _next_clip(self, playlist: _Playlist) -> bool:
        playlist.offset = 0
        playlist.at += 1
        if playlist.at >= len(playlist.items) and playlist.loop:
            playlist.at = 0
        return playlist.at < len(playlist.items)

    def _begin(self, playlist: _Playlist) -> None:
        if playlist.waiting == 0:
            self.active[playlist.row] = True
            self._settle(playlist)

    def _settle(self, playlist: _Playlist) -> None:
        """Put the current clip's place into the columns, if it is one that frames can be gathered from."""
        item = playlist.items[playlist.at] if playlist.at < len(playlist.items) else None
        row = playlist.row
        self._smooth[row] = item is not None and item.piece is not None
        if item is not None and item.piece is not None:
            self._position[row] = item.piece.start + playlist.offset
            self._end[row] = item.piece.end
            self._gain[row] = item.gain

    def _end_of(self, playlist: _Playlist, interrupted: bool) -> None:
        del self._of_row[playlist.row]
        self.active[playlist.row] = self._smooth[playlist.row] = False
        for item in playlist.items:
            if item is not None and item.piece is not None:
                self.arena.let_go(item.piece)
        self._on_end(playlist.leg)
        if playlist.play_id:
            self._emit(PlaybackFinished(playlist.leg, playlist.play_id, interrupted))


def _scaled(samples: I16, gain: float | NDArray[np.float32]) -> I16:
    if isinstance(gain, float) and gain == 1.0:
        return samples
    louder: I16 = np.clip(
        samples * np.float32(gain) if isinstance(gain, float) else samples * gain, -32767, 32767
    ).astype(np.int16)
    return louder
