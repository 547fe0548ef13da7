"""Sound files to a listener: WAV or Ogg by ``Accept``, with ranges (RFC 9110 §14)."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TypeVar

from aiohttp import web

from recordings.archive import Item
from recordings.errors import AudioUnavailableError, ConversionError
from recordings.tables import FINISHING
from web.api.errors import ConflictError, MissingError, RangeError, UnavailableError
from web.api.operation import Ask
from web.api.resources.negotiation import choose

WAV, OGG = "audio/wav", "audio/ogg"
LOOKS = 30
LOOK_AGAIN_S = 0.1
Found = TypeVar("Found", bound=Item)


async def audio(ask: Ask, item: Item) -> web.StreamResponse:
    """The sound of a recording or message.

    Raises ConflictError while it is not complete, MissingError, RangeError.
    """
    media = choose(ask.request.headers.get("Accept"), (WAV, OGG))
    try:
        file = ask.office.archive.wav(item)
    except AudioUnavailableError as error:
        raise ConflictError(str(error)) from None
    if not await asyncio.to_thread(file.is_file):
        raise MissingError("the sound file is lost")
    if media == OGG:
        file = await _ogg(ask, file)
    _check_range(ask.request, (await asyncio.to_thread(file.stat)).st_size)
    headers = {"Content-Type": media, "Vary": "Accept", "Cache-Control": "private, no-cache"}
    headers["Content-Disposition"] = f'inline; filename="{item.id}{file.suffix}"'
    return web.FileResponse(file, headers=headers)


async def complete(find: Callable[[], Awaitable[Found]]) -> Found:
    """What ``find`` finds; looked for again while its file is being made, which takes a moment after a call."""
    for _ in range(LOOKS):
        found = await find()
        if found.state != FINISHING:
            return found
        await asyncio.sleep(LOOK_AGAIN_S)
    return await find()


def _check_range(request: web.Request, size: int) -> None:
    """Whether the range asked for, one at most, begins within ``size`` bytes. Raises RangeError."""
    try:
        start = request.http_range.start
    except ValueError:
        raise RangeError(size) from None
    if start is not None and start >= size:
        raise RangeError(size)


async def _ogg(ask: Ask, wav: Path) -> Path:
    try:
        return await ask.office.converter.ogg(wav)
    except ConversionError as error:
        raise UnavailableError(str(error)) from None
