"""A caller who follows a script: hears, presses, speaks, hangs up; the first step that fails names itself.

await CallerScript(call).hears_speech(within=1).presses("1").hears_music(within=8).says_tone(440).run()
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Self

from tests.kit import analysis
from tests.kit.call import Call
from tests.kit.errors import NothingCameError
from tests.kit.g711 import Pcm

IN_FLIGHT_S = 0.08  # what is said now has not all come yet
STEP_S = 0.1  # between two looks
Step = tuple[str, Callable[[], Awaitable[None]]]


class CallerScript:
    """Steps for one call, run in order. Each ``hears_…`` listens from the end of the step before it."""

    def __init__(self, call: Call) -> None:
        self._call = call
        self._steps: list[Step] = []
        self._from = 0.0

    def is_answered(self, within: float = 5.0) -> Self:
        async def step() -> None:
            await self._call.answered(within)

        return self._add(f"is answered within {within} s", step)

    def hears_sound(self, within: float) -> Self:
        """Anything at all, no later than ``within`` seconds from now."""

        async def step() -> None:
            deadline = self._from + within
            while (at := self._call.heard.sound_at(self._from)) is None or at > deadline:
                if at is not None or time.monotonic() > deadline + 1:
                    raise NothingCameError(f"first sound at {at and round(at - self._from, 3)} s")
                await asyncio.sleep(0.05)

        return self._add(f"hears a sound within {within} s", step)

    def hears_speech(self, within: float, seconds: float = 1.2) -> Self:
        return self._hears("speech", analysis.is_speech, within, seconds)

    def hears_music(self, within: float, seconds: float = 2.0) -> Self:
        return self._hears("music", analysis.is_music, within, seconds)

    def hears_silence(self, within: float, seconds: float = 1.0) -> Self:
        return self._hears("silence", analysis.is_silence, within, seconds)

    def hears_tone(self, frequency: float, within: float, seconds: float = 0.5) -> Self:
        return self._hears(f"{frequency} Hz", lambda pcm: analysis.is_tone(pcm, frequency), within, seconds)

    def presses(self, digits: str) -> Self:
        async def step() -> None:
            await self._call.press(digits)

        return self._add(f"presses {digits}", step)

    def says_tone(self, frequency: float, seconds: float = 0.0) -> Self:
        async def step() -> None:
            self._call.say_tone(frequency)
            await asyncio.sleep(seconds)

        return self._add(f"says {frequency} Hz", step)

    def says(self, pcm: Pcm) -> Self:
        async def step() -> None:
            self._call.say_pcm(pcm)
            await asyncio.sleep(len(pcm) / 8000)

        return self._add("says something", step)

    def waits(self, seconds: float) -> Self:
        async def step() -> None:
            await asyncio.sleep(seconds)

        return self._add(f"waits {seconds} s", step)

    def hangs_up(self) -> Self:
        return self._add("hangs up", self._call.hang_up)

    def is_hung_up_on(self, within: float) -> Self:
        async def step() -> None:
            await self._call.ended(within)

        return self._add(f"is hung up on within {within} s", step)

    async def run(self) -> Call:
        """Follow the script. Raises NothingCameError naming the step that failed."""
        self._from = time.monotonic()
        for number, (what, step) in enumerate(self._steps, 1):
            try:
                await step()
            except NothingCameError as error:
                raise NothingCameError(f"{self._call}: step {number}, {what}: {error}") from None
            self._from = time.monotonic()
        return self._call

    def _add(self, what: str, step: Callable[[], Awaitable[None]]) -> Self:
        self._steps.append((what, step))
        return self

    def _hears(self, what: str, test: Callable[[Pcm], bool], within: float, seconds: float) -> Self:
        async def step() -> None:
            deadline = self._from + within
            start = self._from - IN_FLIGHT_S
            while True:
                # However late this comes to listen on a busy machine, no beep is passed over.
                while start + seconds <= time.monotonic() - IN_FLIGHT_S:
                    if test(self._call.heard.between(start, start + seconds)):
                        return
                    start += STEP_S
                if time.monotonic() > deadline:
                    raise NothingCameError(f"heard {self._heard(start)} instead")
                await asyncio.sleep(STEP_S)

        return self._add(f"hears {what} within {within} s", step)

    def _heard(self, start: float) -> str:
        """What was heard since ``start``, and how it came."""
        quality = self._call.quality
        return (
            f"{analysis.describe(self._call.heard.since(start))}, {self._call.heard.packets_since(start)} packets"
            f" since {time.monotonic() - start:.2f} s; of the call: {quality.lost} lost, {len(quality.ssrcs)} SSRC,"
            f" longest pause {quality.longest_pause_s:.2f} s, {len(quality.timestamp_jumps)} timestamp jumps,"
            f" {self._call.heard.resyncs} resyncs"
        )
