"""Ogg/Opus (RFC 7845) of a recording, made on request in a worker process and kept beside the WAV file."""

from __future__ import annotations

import asyncio
import multiprocessing
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path

from recordings.archive import OGG
from recordings.errors import ConversionError

BIT_RATE = {1: 16_000, 2: 28_000}
MAX_WAITING = 32


class OggConverter:
    """Converts one file at a time, so that listening never takes the machine away from calls."""

    def __init__(self) -> None:
        self._pool: ProcessPoolExecutor | None = None
        self._running: dict[Path, asyncio.Task[Path]] = {}

    async def ogg(self, wav: Path) -> Path:
        """The Ogg file of ``wav``; made now unless it is there. Raises ConversionError."""
        target = wav.with_suffix(OGG)
        if await asyncio.to_thread(target.exists):
            return target
        task = self._running.get(wav)
        if task is None:
            if len(self._running) >= MAX_WAITING:
                raise ConversionError(f"{MAX_WAITING} conversions are waiting already; try again later")
            task = asyncio.create_task(self._convert(wav, target))
            self._running[wav] = task
            task.add_done_callback(lambda _: self._running.pop(wav, None))
        # A listener who goes away must not take the file from the others who wait for it.
        return await asyncio.shield(task)

    def close(self) -> None:
        """End the worker process."""
        if self._pool is not None:
            self._pool.shutdown(wait=False, cancel_futures=True)
            self._pool = None

    async def _convert(self, wav: Path, target: Path) -> Path:
        if self._pool is None:
            # "spawn": a forked child would inherit the office's sockets and its event loop's threads.
            context = multiprocessing.get_context("spawn")
            self._pool = ProcessPoolExecutor(max_workers=1, mp_context=context, max_tasks_per_child=100)
        try:
            fault = await asyncio.get_running_loop().run_in_executor(self._pool, convert, str(wav), str(target))
        except BrokenProcessPool:
            self._pool = None
            raise ConversionError(f"the process that converted {wav.name} died") from None
        if fault:
            raise ConversionError(f"{wav.name}: {fault}")
        return target


def convert(wav: str, ogg: str) -> str:
    """Convert, in the worker process; returns what went wrong, or an empty string."""
    import av
    import av.error

    target = Path(ogg)
    part = target.with_name(target.name + ".part")
    try:
        with av.open(wav) as source, av.open(str(part), "w", format="ogg") as sink:
            layout = source.streams.audio[0].layout.name
            stream = sink.add_stream("libopus", rate=8000, layout=layout)
            stream.bit_rate = BIT_RATE[1 if layout == "mono" else 2]
            for frame in source.decode(audio=0):
                sink.mux(stream.encode(frame))
            sink.mux(stream.encode(None))
        part.replace(target)
    except (av.error.FFmpegError, OSError, ValueError, IndexError) as error:
        part.unlink(missing_ok=True)
        return " ".join(str(error).split()) or type(error).__name__
    return ""
