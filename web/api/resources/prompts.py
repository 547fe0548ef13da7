"""Prompts and music: what callers hear, uploaded or spoken."""

from __future__ import annotations

import asyncio
from typing import Annotated, Literal

from aiohttp import web
from pydantic import Field

from store.audit import Action, note
from web.api.dispatch import UPLOAD_WITHIN_S, read_bounded
from web.api.errors import InvalidError, MissingError, UnsupportedTypeError
from web.api.model import NO_NUL, Given, Shown, ShownTime
from web.api.operation import Ask, Operation
from web.api.paging import PagedWhole, page_of
from web.api.prompt_files import PromptError, PromptShown
from web.api.resources.part_list import folded

WAV = "audio/wav"
WAV_NAMES = frozenset({WAV, "audio/x-wav", "audio/wave", "audio/vnd.wave"})
MAX_TEXT = 2000
Folder = Literal["es", "en", "music"]


class Prompt(Shown):
    """``folder``: a language, or ``music``. ``recorded_at`` null: the text is spoken by the machine."""

    folder: str
    name: str
    text: str
    recorded_at: ShownTime | None


class PromptsAsked(PagedWhole):
    """``q``: contained in the name or the text."""

    folder: Folder | None = None
    q: Annotated[str, Field(max_length=100)] = ""
    recorded: bool | None = None


class Prompts(Shown):
    items: list[Prompt]
    next_cursor: str | None


class Sound(Given):
    """A WAV file: 8, 16 or 32 bit PCM, up to ten minutes."""


class Kept(Shown):
    duration_s: float


class Speak(Given):
    """``language``: who speaks."""

    text: Annotated[str, Field(min_length=1, max_length=MAX_TEXT, pattern=NO_NUL)]
    language: Literal["es", "en"]


def _fits(prompt: PromptShown, asked: PromptsAsked) -> bool:
    if asked.folder is not None and prompt.folder != asked.folder:
        return False
    if asked.recorded is not None and (prompt.recorded_at is not None) != asked.recorded:
        return False
    return folded(asked.q) in folded(f"{prompt.name} {prompt.text}")


async def list_prompts(ask: Ask) -> Prompts:
    found = await asyncio.to_thread(ask.office.prompts.list)
    items = [
        {name: getattr(prompt, name) for name in Prompt.model_fields} for prompt in found if _fits(prompt, ask.query)
    ]
    shown, following = page_of(items, lambda one: f"{one['folder']}/{one['name']}", ask.query)
    return Prompts.model_validate({"items": shown, "next_cursor": following})


async def sound(ask: Ask) -> web.StreamResponse:
    file = await asyncio.to_thread(ask.office.prompts.file, ask.path("folder"), ask.path("name"))
    if file is None:
        raise MissingError("there is no recording of this prompt")
    return web.FileResponse(file, headers={"Content-Type": WAV, "Cache-Control": "private, no-cache"})


async def record(ask: Ask) -> Kept:
    """Callers hear it from the next call on."""
    if ask.request.content_type not in WAV_NAMES:
        raise UnsupportedTypeError(f"allowed: {WAV}")
    content = await read_bounded(ask.request, UPLOAD_WITHIN_S)
    try:
        seconds = await ask.office.prompts.keep(ask.path("folder"), ask.path("name"), content)
    except PromptError as error:
        raise InvalidError(str(error)[:500], faults=[{"field": "file", "message": str(error)[:500]}]) from None
    await _changed(ask, "recorded")
    return Kept(duration_s=round(seconds, 2))


async def speak(ask: Ask) -> web.StreamResponse:
    """A text as the machine speaks it; nothing is kept."""
    try:
        file = await ask.office.prompts.speak(ask.body.text, ask.body.language)
    except PromptError as error:
        raise InvalidError("it cannot be spoken", faults=[{"field": "text", "message": str(error)[:500]}]) from None
    return web.FileResponse(file, headers={"Content-Type": WAV, "Cache-Control": "no-store"})


async def remove(ask: Ask) -> None:
    if not await ask.office.prompts.remove(ask.path("folder"), ask.path("name")):
        raise MissingError("there is no recording of this prompt")
    await _changed(ask, "deleted")


async def _changed(ask: Ask, action: Action) -> None:
    name = f"{ask.path('folder')}/{ask.path('name')}"
    async with ask.office.database.transaction() as session:
        note(session, action, "prompt", name, by=ask.viewer.login, now=ask.office.now())
    await ask.office.company_changed()


_ONE = "/prompts/{folder}/{name}"
OPERATIONS = (
    Operation("prompts.list", "GET", "/prompts", "What callers hear", list_prompts, Prompts, query=PromptsAsked),
    Operation("prompts.audio", "GET", _ONE, "The recording of a prompt", sound, media=(WAV,), has_ranges=True),
    Operation(
        "prompts.record", "PUT", _ONE, "Upload the recording of a prompt", record, Kept, body=Sound, body_media=WAV
    ),
    Operation("prompts.delete", "DELETE", _ONE, "Have a prompt spoken by the machine again", remove),
    Operation(
        "prompts.speak",
        "POST",
        "/prompts/speak",
        "Hear a text spoken",
        speak,
        body=Speak,
        media=(WAV,),
        has_ranges=True,
    ),
)
