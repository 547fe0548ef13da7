"""From a raw spool to a WAV file that is either whole or not there (RIFF, 16-bit PCM at 8 kHz)."""

from __future__ import annotations

import os
import struct
from dataclasses import dataclass
from pathlib import Path

from recordings.errors import NoSpoolError

RATE = 8000
SAMPLE_BYTES = 2
HEADER_BYTES = 44
_MAX_RIFF = 0xFFFFFFFF
_COPY_BYTES = 8 << 20


@dataclass(frozen=True, slots=True)
class WaveFile:
    """``size`` in bytes with the header, ``duration_s`` of sound."""

    size: int
    duration_s: float


def header(sound_bytes: int, channels: int) -> bytes:
    """The 44 bytes before ``sound_bytes`` of samples; past 4 GiB (37 h of stereo) the lengths stay at their most."""
    frame = channels * SAMPLE_BYTES
    return struct.pack(
        "<4sI4s4sIHHIIHH4sI",
        b"RIFF",
        min(sound_bytes + HEADER_BYTES - 8, _MAX_RIFF),
        b"WAVE",
        b"fmt ",
        16,
        1,
        channels,
        RATE,
        RATE * frame,
        frame,
        8 * SAMPLE_BYTES,
        b"data",
        min(sound_bytes, _MAX_RIFF - HEADER_BYTES),
    )


def finish(spool: Path, target: Path, channels: int) -> WaveFile:
    """Write ``target`` from ``spool``: complete and on the disk before it has its name. The spool stays.

    Done again after a crash it gives the same file; with the spool gone, ``target`` from last time counts. Blocks.
    Raises NoSpoolError, OSError.
    """
    if not spool.exists():
        if target.exists():
            size = target.stat().st_size
            return WaveFile(size, duration_s(size - HEADER_BYTES, channels))
        raise NoSpoolError(f"{spool} is gone")
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_name(target.name + ".part")
    with spool.open("rb") as source, part.open("wb") as sink:
        frame = channels * SAMPLE_BYTES
        # A crash may have cut the last frame in two; half of it would swap left and right for whoever appends.
        sound_bytes = os.fstat(source.fileno()).st_size // frame * frame
        sink.write(header(sound_bytes, channels))
        sink.flush()
        _copy(source.fileno(), sink.fileno(), sound_bytes)
        os.fsync(sink.fileno())
    part.replace(target)
    _sync_folder(target.parent)
    return WaveFile(sound_bytes + HEADER_BYTES, duration_s(sound_bytes, channels))


def duration_s(sound_bytes: int, channels: int) -> float:
    """Seconds of sound in that many bytes of samples."""
    return max(0, sound_bytes) / (RATE * channels * SAMPLE_BYTES)


def _copy(source: int, sink: int, count: int) -> None:
    while count:
        chunk = os.read(source, min(count, _COPY_BYTES))
        if not chunk:
            raise OSError("the spool became shorter while it was read")
        count -= len(chunk)
        view = memoryview(chunk)
        while view:
            view = view[os.write(sink, view) :]


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
