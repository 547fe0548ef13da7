"""The errands of one caller under way: each a task, whose end is one more thing that the flow hears of."""

from __future__ import annotations

import asyncio

import structlog

from ivr.errands import Done, Found, Heard, Listen, LookUp, Result, RingPeople, Rung, TakeMessage, Taken, Wanted
from ivr.errors import RecognitionError
from ivr.speech.recogniser import Recogniser
from pbx.ports import MenuCaller, MenuInput, WebAnswer, WebRequest

SILENCE_S = 0.9
"""So long a pause ends what a caller says to a menu."""

log = structlog.get_logger(__name__)


class RunningErrands:
    """Starts, cancels and awaits errands for ``caller``; ``stop`` ends whatever is left."""

    def __init__(self, caller: MenuCaller, recogniser: Recogniser | None) -> None:
        self._caller = caller
        self._recogniser = recogniser
        self._tasks: dict[asyncio.Task[Result], int] = {}
        self._input: asyncio.Task[MenuInput] | None = None

    def start(self, number: int, wanted: Wanted) -> None:
        """Begin an errand; its Done comes out of ``or_input``."""
        task = asyncio.get_running_loop().create_task(self._do(wanted))
        self._tasks[task] = number

    def cancel(self, number: int) -> None:
        """Nobody waits for it any more, or it is to be brought to its end: its Done still follows."""
        for task, its in self._tasks.items():
            if its == number:
                task.cancel()

    async def or_input(self, timeout_s: float | None) -> MenuInput | Done:
        """What comes first: something the caller does, the end of an errand, or the end of the time (TimedOut)."""
        if not self._tasks:
            return await self._caller.next_input(timeout_s)
        input_ = asyncio.ensure_future(self._caller.next_input(timeout_s))
        try:
            done, _ = await asyncio.wait({input_, *self._tasks}, return_when=asyncio.FIRST_COMPLETED)
        except asyncio.CancelledError:
            input_.cancel()
            raise
        if input_ in done:
            return input_.result()
        input_.cancel()
        await asyncio.wait({input_})
        if not input_.cancelled():  # it came as the errand ended: both count, the caller's first
            return input_.result()
        task = next(task for task in self._tasks if task in done)
        return Done(self._tasks.pop(task), _result(task))

    async def stop(self) -> None:
        """End every errand, and wait until it has let go of what it held."""
        tasks = set(self._tasks)
        self._tasks.clear()
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks)

    async def _do(self, wanted: Wanted) -> Result:
        caller = self._caller
        match wanted:
            case LookUp():
                return Found(await caller.look_up())
            case WebRequest():
                return await caller.fetch(wanted)
            case RingPeople():
                return Rung(await caller.ring(wanted.people, wanted.timeout_s))
            case TakeMessage():
                seconds = await caller.take_message(wanted.box, wanted.max_s, wanted.min_s, wanted.silence_s)
                return Taken(seconds)
            case Listen():
                return await self._listen(wanted)

    async def _listen(self, wanted: Listen) -> Heard:
        if self._recogniser is None or not self._recogniser.understands(wanted.language):
            return Heard(None, deaf=True)
        sound = await self._caller.listen(wanted.max_s, SILENCE_S)
        if sound is None:
            return Heard(None)
        try:
            return Heard(await self._recogniser.recognise(sound, wanted.phrases, wanted.language))
        except RecognitionError as error:
            log.warning("speech_not_recognised", call_id=self._caller.call_id, error=str(error))
            return Heard(None, deaf=True)
        finally:
            await asyncio.to_thread(sound.unlink, missing_ok=True)


def _result(task: asyncio.Task[Result]) -> Result:
    if task.cancelled():
        return WebAnswer(fault="cancelled")
    error = task.exception()
    if error is None:
        return task.result()
    log.error("errand_failed", exc_info=error)
    return WebAnswer(fault=f"failed: {error!r}"[:200])
