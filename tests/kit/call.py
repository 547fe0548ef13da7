"""One call of a test phone: what a person does with it, what is heard, and what the test waits for."""

from __future__ import annotations

import asyncio
import contextlib
import secrets
import time
from collections.abc import Sequence

from tests.kit.dialog import Dialog
from tests.kit.endpoint import T1, T2
from tests.kit.errors import CallFailedError, KitError, NothingCameError
from tests.kit.g711 import Pcm
from tests.kit.message import Message, display_name, uri_of, user_of
from tests.kit.sources import Clip, Silence, Source, Tone


class Call(Dialog):
    """A call, outgoing or incoming."""

    # --- Waiting ----------------------------------------------------------------------------------------------------

    async def answered(self, timeout: float = 10.0) -> Call:
        """Wait for the answer. Raises CallFailedError when refused, NothingCameError when nothing comes."""
        await self.until(lambda: self.is_answered or self.is_over, timeout, "an answer")
        if not self.is_answered:
            raise CallFailedError(*(self.failure or (0, "ended")))
        return self

    async def ringing(self, timeout: float = 10.0) -> Call:
        """Wait for 180 or 183. Raises CallFailedError, NothingCameError."""
        await self.until(
            lambda: any(status > 100 for _, status in self.provisionals) or self.is_answered or self.is_over,
            timeout,
            "ringing",
        )
        if self.failure:
            raise CallFailedError(*self.failure)
        return self

    async def refused(self, timeout: float = 10.0) -> int:
        """Wait for a refusal and return its status. Raises NothingCameError, also when it is answered instead."""
        await self.until(lambda: self.is_over or self.is_answered, timeout, "a refusal")
        if self.failure is None:
            raise NothingCameError(f"{self}: not refused")
        return self.failure[0]

    async def ended(self, timeout: float = 10.0) -> Call:
        """Wait for the end, whoever brings it."""
        await self.until(lambda: self.is_over, timeout, "the end")
        return self

    # --- Sound ------------------------------------------------------------------------------------------------------

    def say(self, source: Source) -> None:
        """Say ``source`` from the next 20 ms on."""
        self.stream.source = source

    def say_tone(self, frequency: float, level_db: float = -12.0) -> None:
        self.say(Tone(frequency, level_db))

    def say_pcm(self, pcm: Pcm, loop: bool = False) -> None:
        self.say(Clip(pcm, loop))

    def say_silence(self) -> None:
        self.say(Silence())

    async def press(self, digits: str, duration_ms: int = 100, gap_ms: int = 80) -> None:
        """Press keys (telephone-event) and wait until they are sent."""
        self.stream.press(digits, duration_ms, gap_ms)
        while self.stream.is_pressing and not self.is_over:
            await asyncio.sleep(0.02)

    def vanish(self) -> None:
        """Be gone: no more packets, and no answer to anything of this call."""
        self._vanished = True
        self.stream.send_to(None)

    # --- Who is there -----------------------------------------------------------------------------------------------

    @property
    def caller_number(self) -> str:
        """Who calls, as an incoming INVITE says: P-Asserted-Identity (RFC 3325), else From."""
        assert self.invite is not None
        return user_of(uri_of(self.invite.get("P-Asserted-Identity") or self.invite["From"]))

    @property
    def caller_name(self) -> str:
        assert self.invite is not None
        return display_name(self.invite.get("P-Asserted-Identity") or self.invite["From"])

    @property
    def dialled(self) -> str:
        """The user of the Request-URI."""
        assert self.invite is not None
        return user_of(self.invite.uri)

    # --- What a person does -----------------------------------------------------------------------------------------

    async def answer(self, timeout: float = 5.0) -> Call:
        """200, repeated until its ACK comes (RFC 3261 §13.3.1.4). Raises NothingCameError without one."""
        self._start_sending()
        self.answered_at = time.monotonic()
        message = self._respond(200, describe=True)
        self._changed()
        await self._await_acknowledgement(message, timeout)
        return self

    async def _await_acknowledgement(self, message: Message, timeout: float) -> None:
        pause, deadline = T1, time.monotonic() + timeout
        self.acknowledged_at = None
        while self.acknowledged_at is None and not self.is_over:
            with contextlib.suppress(NothingCameError):
                await self.until(lambda: self.acknowledged_at is not None or self.is_over, pause, "ACK")
                return
            if time.monotonic() > deadline:
                raise NothingCameError(f"{self}: no ACK")
            self.phone.endpoint.send(message, self.invite_source)
            pause = min(pause * 2, T2)

    def reject(self, status: int, headers: Sequence[tuple[str, str]] = ()) -> None:
        """Refuse, or redirect with a Contact among ``headers``."""
        if not self.is_over:
            self._respond(status, headers=headers)
            self.failure = (status, "")
            self._end(by_peer=False)

    async def hang_up(self) -> None:
        """BYE, CANCEL or a rejection, whatever fits."""
        if self.is_over:
            return
        if self.is_answered:
            self._end(by_peer=False)
            await self._bye()
        elif self.is_outgoing:
            self.cancel()
        else:
            self.reject(603)

    async def hold(self, direction: str = "sendonly", address: str | None = None) -> None:
        """Put the other side on hold; ``address`` 0.0.0.0 as old phones do. Raises CallFailedError when refused."""
        await self.reoffer(direction, address=address)

    async def resume(self) -> None:
        await self.reoffer("sendrecv")

    async def reoffer(self, direction: str, method: str = "INVITE", address: str | None = None) -> Message:
        """A re-INVITE or UPDATE with our description. Raises CallFailedError when refused."""
        self.direction = direction
        self._version += 1
        for _ in range(3):
            message = self._request(method, self.remote_target)
            self._put_description(message, address)
            self.phone.authorize(message)
            final = await self.phone.endpoint.final(message, self._hop())
            if final.status < 300:
                if method == "INVITE":
                    self._acknowledge(message, final)
                self._take_description(final.body)
                self._start_sending()
                return final
            if method == "INVITE":
                self._acknowledge_failure(message, final)
            if final.status == 491:
                await asyncio.sleep(2.1 + secrets.randbelow(1900) / 1000)
            elif final.status not in (401, 407) or not self.phone.take_challenge(final, message):
                raise CallFailedError(final.status, final.reason)
        raise CallFailedError(final.status, final.reason)

    async def info_digit(self, digit: str, duration_ms: int = 160) -> Message:
        """A key by INFO, as phones without telephone-event send it."""
        message = self._request("INFO", self.remote_target, [("Content-Type", "application/dtmf-relay")])
        message.body = f"Signal={digit}\r\nDuration={duration_ms}\r\n".encode()
        return await self.phone.endpoint.final(message, self._hop())

    async def refer(self, to: str, replaces: Call | None = None) -> int:
        """Ask the other side to call ``to`` (blind), or whom ``replaces`` talks to (attended); the REFER's status."""
        target = to if ":" in to else self.phone.target(to)
        if replaces is not None:
            ours, theirs = replaces.local_tag, replaces.remote_tag
            target += f"?Replaces={replaces.call_id.replace('@', '%40')}%3Bto-tag%3D{theirs}%3Bfrom-tag%3D{ours}"
        headers = [("Refer-To", f"<{target}>"), ("Referred-By", f"<{self.phone.address_of_record}>")]
        message = self._request("REFER", self.remote_target, headers)
        return (await self.phone.endpoint.final(message, self._hop())).status

    async def options(self) -> int:
        """OPTIONS inside the dialog: is it still known there?"""
        return (await self.phone.endpoint.final(self._request("OPTIONS", self.remote_target), self._hop())).status

    async def abandon(self) -> None:
        """Leave at the end of a test, whatever the state; never raises for the other side's sake."""
        if not self.is_over and not self._vanished and self.invite is not None and self.phone.is_served():
            with contextlib.suppress(KitError, TimeoutError):
                await asyncio.wait_for(self.hang_up(), 2)
                await self.ended(2)
        self.stream.close()
