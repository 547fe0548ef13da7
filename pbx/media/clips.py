"""Gets clips ready to be played, off the tick: files are read by a thread, once, and read again when they change."""

from __future__ import annotations

import queue
import stat
import struct
import threading
import wave
from collections import deque
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from pbx.media.arena import Sound
from pbx.media.errors import ClipError
from pbx.media.tones import tone

LONGEST_S = 1800
MAX_WAITING = 10_000


@dataclass(frozen=True, slots=True)
class Loaded:
    """An answer of the loader: ``sound`` is None when the asker has that of ``stamp``; ``error`` says why not."""

    ticket: int
    name: str
    stamp: tuple[int, int] = (0, 0)
    sound: Sound | None = None
    error: str = ""


def read_wav(path: str) -> Sound:
    """The samples of an 8 kHz 16-bit mono WAV file. Raises ClipError."""
    try:
        with wave.open(path, "rb") as file:
            form = (file.getframerate(), file.getsampwidth(), file.getnchannels())
            if form != (8000, 2, 1):
                raise ClipError(
                    f"{path}: {form[0]} Hz, {8 * form[1]} bit, {form[2]} channels; allowed: 8000 Hz, 16 bit, mono"
                )
            raw = file.readframes(min(file.getnframes(), LONGEST_S * 8000))
    except (OSError, wave.Error, EOFError, struct.error, ValueError, RuntimeError) as error:
        raise ClipError(f"{path}: {error or type(error).__name__}") from None
    return Sound.of(np.frombuffer(raw[: len(raw) // 2 * 2], "<i2").astype(np.int16))


def load(ticket: int, name: str, known: tuple[int, int] | None) -> Loaded:
    """Load the file or tone ``name`` unless it still is ``known``. Never raises."""
    try:
        if name.startswith("tone:"):
            return Loaded(ticket, name, sound=None if known == (0, 0) else Sound.of(tone(name[5:])))
        status = Path(name).stat()
        if not stat.S_ISREG(status.st_mode):
            raise ClipError(f"{name}: not a file")  # to open a pipe would be to wait for it
        stamp = (status.st_mtime_ns, status.st_size)
        return Loaded(ticket, name, stamp, None if stamp == known else read_wav(name))
    except (ClipError, OSError, KeyError, ValueError, MemoryError) as error:
        return Loaded(ticket, name, error=str(error) or name)


class Loader:
    """A thread that loads clips in the order asked for; ``ready`` collects its answers."""

    def __init__(self) -> None:
        self.ready: deque[Loaded] = deque()
        self._asked: queue.Queue[tuple[int, str, tuple[int, int] | None] | None] = queue.Queue(MAX_WAITING)
        self._thread = threading.Thread(target=self._run, name="clip-loader", daemon=True)
        self._thread.start()

    def ask(self, ticket: int, name: str, known: tuple[int, int] | None) -> None:
        try:
            self._asked.put_nowait((ticket, name, known))
        except queue.Full:
            self.ready.append(Loaded(ticket, name, error=f"{name}: too many clips are waiting to be read"))

    def stop(self) -> None:
        self._asked.put(None)
        self._thread.join(timeout=5)

    def _run(self) -> None:
        while (asked := self._asked.get()) is not None:
            self.ready.append(load(*asked))


class ImmediateLoader:
    """Loads on the spot: for tests, where there is no tick to be late."""

    def __init__(self) -> None:
        self.ready: deque[Loaded] = deque()

    def ask(self, ticket: int, name: str, known: tuple[int, int] | None) -> None:
        self.ready.append(load(ticket, name, known))

    def stop(self) -> None:
        """Nothing runs."""
