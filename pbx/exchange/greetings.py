"""What a box says before the beep: recorded by telephone or uploaded, else spoken, else the house's own words."""

from __future__ import annotations

import asyncio
import wave
from collections.abc import Mapping
from pathlib import Path
from typing import Any, cast

import structlog

from config.company import VoicemailBox
from pbx.calls.call import Call
from pbx.exchange.house import House
from pbx.exchange.opening import is_within
from pbx.greeting_files import greeting_file
from pbx.media.messages import Clip, RecordingStopped
from pbx.ports import Digit

log = structlog.get_logger()

LONGEST_GREETING_S = 4.0  # what callers hear of it, and so what is recorded
SHORTEST_S = 0.5
FILING_S = 1.0
RATE = 8000


async def look_for_greeting(house: House, box: str) -> None:
    """See whether ``box`` has a greeting of its own by now. Reads the disk in a thread."""
    if await asyncio.to_thread(greeting_file(house.settings.voicemail_dir.resolve(), box).is_file):
        house.recorded_greetings.add(box)
    else:
        house.recorded_greetings.discard(box)


def greeting(house: House, call: Call, box: str) -> list[Clip]:
    """What callers of ``box`` hear first."""
    known = house.snapshot().boxes.get(box)
    texts: Mapping[str, str] = {}
    is_night = False
    if known is not None:
        is_night = _is_night(house, known)
        texts = cast("Mapping[str, str]", known.night_greeting if is_night and known.night_greeting else known.greeting)
    if not is_night and box in house.recorded_greetings:
        return [Clip(path=str(greeting_file(house.settings.voicemail_dir.resolve(), box)))]
    text = texts.get(call.language, "")
    clips = house.prompts.clips("text", call.language, text=text) if text else []
    return clips or house.prompts.clips("voicemail.greeting", call.language)


def _is_night(house: House, box: VoicemailBox) -> bool:
    """Whether the box speaks its other greeting: by its switch, or outside its hours."""
    if box.night_switch is not None and house.switches.is_on(box.night_switch):
        return True
    if box.hours is None:
        return False
    try:
        return not is_within(box.hours, house.snapshot().company.time_zone, house)
    except ValueError as error:
        log.error("box_hours", box=box.box, error=str(error))
        return False


async def record_greeting(call: Call, file: Path) -> bool:
    """Beep, record until silence or a key, and keep it as ``file``; whether anything was said."""
    await call.say((Clip(tone="beep"),))
    board, leg = call.board, call.caller_leg
    name = board.new_id()
    spool = board.spool_dir / f"{name}.greeting"
    stopped: asyncio.Future[RecordingStopped] = asyncio.get_running_loop().create_future()

    def complete(event: RecordingStopped) -> None:
        if not stopped.done():
            stopped.set_result(event)

    board.expect_spool(name, (leg.id,), str(spool), complete)
    board.plane.record_message(name, str(spool), leg.id, max_s=LONGEST_GREETING_S, silence_s=None)
    key = asyncio.ensure_future(_key(call))
    try:
        waited: set[asyncio.Future[Any]] = {stopped, key}
        await asyncio.wait(waited, return_when=asyncio.FIRST_COMPLETED)
    finally:
        key.cancel()
        if not stopped.done():
            board.plane.stop_recording(name)
            await asyncio.wait({stopped}, timeout=FILING_S)
        duration_s = stopped.result().duration_s if stopped.done() else 0.0
        kept = await asyncio.to_thread(_keep, spool, file, duration_s >= SHORTEST_S)
    return kept


async def _key(call: Call) -> None:
    while not isinstance(await call.next_input(LONGEST_GREETING_S), Digit):
        pass


def _keep(spool: Path, file: Path, is_long_enough: bool) -> bool:
    if not is_long_enough or not spool.is_file():
        spool.unlink(missing_ok=True)
        return False
    file.parent.mkdir(parents=True, exist_ok=True)
    half = file.with_suffix(".part")
    with wave.open(str(half), "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(RATE)
        sound.writeframes(spool.read_bytes())
    half.replace(file)
    spool.unlink(missing_ok=True)
    return True
