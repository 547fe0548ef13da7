"""What a voicemail box says before the beep: a recording of one's own, uploaded, heard and taken away."""

from __future__ import annotations

import asyncio
from pathlib import Path

from aiohttp import web

from pbx.greeting_files import greeting_file
from recordings.removal import remove_greeting, restore_greeting
from store.audit import Action, note
from web.api.dispatch import UPLOAD_WITHIN_S, read_bounded
from web.api.errors import ConflictError, InvalidError, MissingError, UnsupportedTypeError
from web.api.model import Shown, ShownTime
from web.api.operation import Ask, Operation
from web.api.paging import PagedWhole, page_of
from web.api.prompt_files import PromptError
from web.api.resources.prompts import WAV, WAV_NAMES, Kept, Sound

LONGEST_S = 120.0


class Greeting(Shown):
    """``recorded_at`` null: the text of the box is spoken, or the house's own words."""

    box: str
    title: str
    recorded_at: ShownTime | None


class Greetings(Shown):
    items: list[Greeting]
    next_cursor: str | None


def _boxes(ask: Ask) -> dict[str, str]:
    """Titles of the boxes that this person may speak for."""
    company = ask.office.company
    titles = {person.extension: person.name for person in company.people}
    titles |= {box.box: box.title or titles.get(box.box, "") for box in company.voicemail_boxes}
    if ask.logins is None:
        return titles
    own = ask.office.boxes_of(ask.logins) | {ask.viewer.extension}
    return {box: title for box, title in titles.items() if box in own}


def _file(ask: Ask) -> Path:
    box = ask.path("box")
    if box not in _boxes(ask):
        raise MissingError("there is no such box")
    return greeting_file(ask.office.settings.voicemail_dir.resolve(), box)


async def list_greetings(ask: Ask) -> Greetings:
    folder, boxes = ask.office.settings.voicemail_dir.resolve(), _boxes(ask)

    def recorded() -> dict[str, float]:
        files = {box: greeting_file(folder, box) for box in boxes}
        return {box: file.stat().st_mtime for box, file in files.items() if file.is_file()}

    times = await asyncio.to_thread(recorded)
    items = [{"box": box, "title": title, "recorded_at": times.get(box)} for box, title in sorted(boxes.items())]
    shown, following = page_of(items, lambda one: str(one["box"]), ask.query)
    return Greetings.model_validate({"items": shown, "next_cursor": following})


async def sound(ask: Ask) -> web.StreamResponse:
    file = _file(ask)
    if not await asyncio.to_thread(file.is_file):
        raise MissingError("this box has no greeting of its own")
    return web.FileResponse(file, headers={"Content-Type": WAV, "Cache-Control": "private, no-cache"})


async def record(ask: Ask) -> Kept:
    """Callers hear it from the next call on."""
    target = _file(ask)
    if ask.request.content_type not in WAV_NAMES:
        raise UnsupportedTypeError(f"allowed: {WAV}")
    content = await read_bounded(ask.request, UPLOAD_WITHIN_S)
    half = target.with_suffix(".upload.wav")
    try:
        seconds = await ask.office.prompts.convert(content, half)
        if seconds > LONGEST_S:
            raise PromptError(f"it is longer than {LONGEST_S:.0f} s")
        await asyncio.to_thread(half.replace, target)
    except PromptError as error:
        raise InvalidError(str(error)[:500], faults=[{"field": "file", "message": str(error)[:500]}]) from None
    finally:
        await asyncio.to_thread(half.unlink, True)
    await _changed(ask, "recorded")
    return Kept(duration_s=round(seconds, 2))


async def remove(ask: Ask) -> None:
    _file(ask)
    if not await asyncio.to_thread(remove_greeting, ask.office.archive, ask.path("box"), ask.office.now()):
        raise MissingError("this box has no greeting of its own")
    await _changed(ask, "deleted")


async def restore(ask: Ask) -> None:
    """Undo a removal, a minute long."""
    _file(ask)
    try:
        done = await asyncio.to_thread(restore_greeting, ask.office.archive, ask.path("box"), ask.office.now())
    except FileExistsError:
        raise ConflictError("this box has another greeting by now") from None
    if not done:
        raise MissingError("no greeting of this box was removed within the last minute")
    await _changed(ask, "restored")


async def _changed(ask: Ask, action: Action) -> None:
    async with ask.office.database.transaction() as session:
        note(session, action, "greeting", ask.path("box"), by=ask.viewer.login, now=ask.office.now())
    await ask.office.mailbox_changed(ask.path("box"))


_ONE = "/greetings/{box}"
OPERATIONS = (
    Operation(
        "greetings.list",
        "GET",
        "/greetings",
        "Greetings of voicemail boxes",
        list_greetings,
        Greetings,
        query=PagedWhole,
    ),
    Operation("greetings.audio", "GET", _ONE, "The recorded greeting of a box", sound, media=(WAV,), has_ranges=True),
    Operation(
        "greetings.record", "PUT", _ONE, "Upload the greeting of a box", record, Kept, body=Sound, body_media=WAV
    ),
    Operation("greetings.delete", "DELETE", _ONE, "Have the greeting spoken by the machine again", remove),
    Operation(
        "greetings.restore",
        "POST",
        f"{_ONE}/restore",
        "Bring back a greeting that was removed within the last minute",
        restore,
        errors=(409,),
    ),
)
