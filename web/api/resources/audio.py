"""Sound files to a listener: WAV or Ogg by ``Accept``, with ranges (RFC 9110 §14)."""

from __future__ import annotations

import asyncio
from pathlib import Path

from aiohttp import web

from recordings.archive import Item
from recordings.errors import AudioUnavailableError, ConversionError
from web.api.errors import ConflictError, MissingError, UnavailableError
from web.api.operation import Ask
from web.api.resources.negotiation import choose

WAV, OGG = "audio/wav", "audio/ogg"


async def audio(ask: Ask, item: Item) -> web.StreamResponse:
    """The sound of a recording or message. Raises ConflictError while it is not complete, and MissingError."""
    media = choose(ask.request.headers.get("Accept"), (WAV, OGG))
    try:
        file = ask.office.archive.wav(item)
    except AudioUnavailableError as error:
        raise ConflictError(str(error)) from None
    if not await asyncio.to_thread(file.is_file):
        raise MissingError("the sound file is lost")
    if media == OGG:
        file = await _ogg(ask, file)
    headers = {"Content-Type": media, "Vary": "Accept", "Cache-Control": "private, no-cache"}
    headers["Content-Disposition"] = f'inline; filename="{item.id}{file.suffix}"'
    return web.FileResponse(file, headers=headers)


async def _ogg(ask: Ask, wav: Path) -> Path:
    try:
        return await ask.office.converter.ogg(wav)
    except ConversionError as error:
        raise UnavailableError(str(error)) from None
