"""Playing clips to legs: playlists by command, positions as columns, frames gathered for all listeners at once."""

from __future__ import annotations

import itertools
from collections import deque
from collections.abc import Callable, Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from pbx.media.arena import FRAME, Arena
from pbx.media.clips import Loaded
from pbx.media.messages import Clip, MediaAlarm, MediaEvent, PlaybackFinished
from pbx.media.playlist import SEEK_FADE, Item, Playlist
from pbx.rtp import g711

I64 = NDArray[np.int64]
I16 = NDArray[np.int16]
U8 = NDArray[np.uint8]
F32 = NDArray[np.float32]

LOAD_S = 5.0  # a clip that is not read by then is left out: no disk may keep a caller waiting
MAX_FADE = 16_000


class LoaderPort(Protocol):
    """Who reads files: a thread in the worker."""

    ready: deque[Loaded]

    def ask(self, ticket: int, name: str, known: tuple[int, int] | None) -> None: ...

    def stop(self) -> None: ...


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
        self._asked: dict[int, tuple[Playlist, int]] = {}
        self._of_row: dict[int, Playlist] = {}
        self._tails: dict[int, F32] = {}  # of what was played before, fading away under what plays now
        self._left_at: dict[int, dict[str, int]] = {}  # where a leg was in clips that it is to go on with
        self.active = np.zeros(capacity, np.bool_)
        self._smooth = np.zeros(capacity, np.bool_)  # within one piece: position and end are in the columns
        self._position = np.zeros(capacity, np.int64)
        self._end = np.zeros(capacity, np.int64)
        self._gain = np.ones(capacity, np.float32)

    def play(self, leg: str, row: int, clips: Sequence[Clip], play_id: str, loop: bool) -> None:
        """Play ``clips`` in place of what plays; it begins once all of them are in memory."""
        before = self._of_row.get(row)
        tail = self._tail_of(before) if before is not None and clips else None
        self.stop(row)
        if tail is not None:
            self._tails[row] = tail
        playlist = Playlist(leg, row, play_id, loop, tuple(clips), [None] * len(clips))
        self._of_row[row] = playlist
        for index, clip in enumerate(clips):
            name = f"tone:{clip.tone}" if clip.tone else clip.path
            if not name:
                playlist.items[index] = Item(None, clip.silence_ms * 8, 1.0)
                continue
            ticket = next(self._tickets)
            playlist.waiting += 1
            self._asked[ticket] = (playlist, index)
            known = self.arena.known(name)
            self._loader.ask(ticket, name, known)
        self._begin(playlist)

    def seek(self, row: int, samples: int, relative: bool) -> None:
        """Go to another place of what plays, from its beginning or from where it is."""
        playlist = self._of_row.get(row)
        if playlist is None or playlist.waiting:
            return
        self._sync(playlist)
        here = playlist.position
        tail = np.zeros(SEEK_FADE, np.float32)
        playlist.fill(self.arena, tail)
        self._tails[row] = tail * np.linspace(1, 0, SEEK_FADE, dtype=np.float32)
        playlist.seek(here + samples if relative else samples)
        self._settle(playlist)

    def expire(self, now: float) -> None:
        """Go on without clips that nobody has read in time."""
        for ticket, (playlist, _) in list(self._asked.items()):
            if playlist.asked_at is None:
                playlist.asked_at = now
            if now - playlist.asked_at <= LOAD_S:
                continue
            playlist, index = self._asked.pop(ticket)
            playlist.waiting -= 1
            if self._of_row.get(playlist.row) is playlist:
                clip = playlist.clips[index]
                self._emit(MediaAlarm("clip_unplayable", f"{clip.path or clip.tone}: not read within {LOAD_S:.0f} s"))
                self._begin(playlist)

    def forget(self, row: int) -> None:
        """The leg is closed."""
        self.stop(row)
        self._left_at.pop(row, None)

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
            clip = playlist.clips[index]
            fade = min(max(clip.fade_ms, 0) * 8, MAX_FADE)
            name = loaded.name if clip.resume else ""
            playlist.items[index] = Item(piece, 0, 10 ** (clip.gain_db / 20), fade, name)
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
        """A frame over the border of clips, or with a fade in it."""
        frame = np.zeros(FRAME, np.float32)
        playlist = self._of_row.get(row)
        if playlist is None or not self.active[row]:
            return frame.astype(np.int16)
        self._sync(playlist)
        goes_on = True
        if playlist.waiting == 0:
            goes_on = playlist.fill(self.arena, frame)
        tail = self._tails.pop(row, None)
        if tail is not None:
            count = min(FRAME, len(tail))
            frame[:count] += tail[:count]
            if len(tail) > FRAME:
                self._tails[row] = tail[FRAME:]
        if goes_on:
            self._settle(playlist)
        else:
            self._end_of(playlist, interrupted=False)
        return np.clip(frame, -32767, 32767).astype(np.int16)

    def _tail_of(self, playlist: Playlist) -> F32 | None:
        """What is still heard of a clip that fades, under what comes after it."""
        self._sync(playlist)
        item = playlist.current
        if item is None or not item.fade or playlist.waiting or not self.active[playlist.row]:
            return None
        if item.name:
            self._left_at.setdefault(playlist.row, {})[item.name] = playlist.offset
        tail = np.zeros(item.fade, np.float32)
        playlist.fill(self.arena, tail)
        faded: F32 = tail * np.linspace(1, 0, item.fade, dtype=np.float32)
        return faded

    def _sync(self, playlist: Playlist) -> None:
        """Bring the playlist to where the columns are."""
        item = playlist.current
        if self._smooth[playlist.row] and item is not None and item.piece is not None:
            playlist.offset = int(self._position[playlist.row]) - item.piece.start

    def _begin(self, playlist: Playlist) -> None:
        if playlist.waiting == 0:
            item = playlist.current
            left = self._left_at.get(playlist.row, {}).get(item.name, 0) if item is not None and item.name else 0
            playlist.begin(left)
        if playlist.waiting == 0 or playlist.row in self._tails:
            self.active[playlist.row] = True
            self._settle(playlist)

    def _settle(self, playlist: Playlist) -> None:
        """Put the current clip's place into the columns, if it is one that frames can be gathered from."""
        item = playlist.current
        row = playlist.row
        plain = playlist.waiting == 0 and playlist.rise == 0 and row not in self._tails
        self._smooth[row] = plain and item is not None and item.piece is not None
        if item is not None and item.piece is not None:
            self._position[row] = item.piece.start + playlist.offset
            self._end[row] = item.piece.end
            self._gain[row] = item.gain

    def _end_of(self, playlist: Playlist, interrupted: bool) -> None:
        del self._of_row[playlist.row]
        self._tails.pop(playlist.row, None)
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
