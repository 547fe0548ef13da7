"""What is done when a machine answers a call that the company makes: it is hung up on, or told something.

People talk from the moment of the answer on; who it is is judged meanwhile. An agent who has put the other side on
hold, or is transferring it, knows better than any judgement.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import get_args

from config.part import Language
from config.queueing import MachineAction
from pbx.calls.call import Call
from pbx.calls.ledger import Departure
from pbx.calls.leg import Leg
from pbx.calls.side import Side
from pbx.exchange.callbacks.attempt import Attempt
from pbx.exchange.house import House
from pbx.media.messages import AnswererHeard, AnswererJudged, AnswererListens, Clip

MACHINE, MESSAGE_LEFT = "machine", "message_left"
LONGEST_GREETING_S = 90.0
LANGUAGES: tuple[Language, ...] = get_args(Language)
LONGEST_VERDICT_S = 6.0  # after the answer; the judgement itself takes less (docs/campaigns.md)


@dataclass(frozen=True, slots=True)
class Machines:
    """What becomes of them; ``message``: what they are told, by language; ``prompt``: the recording that goes before
    it, where there is one in the language."""

    action: MachineAction
    message: dict[Language, str]
    prompt: str = ""


@dataclass(frozen=True, slots=True)
class LeaveMessage:
    """Where the called side goes whom the agent has left."""


class Answerer:
    """Who has answered at ``leg``, with nobody of the house on the line; ``attempt`` learns of a machine."""

    def __init__(self, house: House, call: Call, leg: Leg, machines: Machines, attempt: Attempt) -> None:
        self._house = house
        self._call = call
        self._leg = leg
        self._machines = machines
        self._attempt = attempt
        self._judged = asyncio.Event()
        self._listens = asyncio.Event()

    def watch(self) -> None:
        """Begin with this moment as that of the answer."""
        if self._machines.action == "off":
            self._judged.set()
        else:
            self._leg.judge_answerer(self._heard)

    async def is_machine(self) -> bool:
        """Wait for the verdict; without one in time it is a person."""
        try:
            async with asyncio.timeout(LONGEST_VERDICT_S):
                await self._judged.wait()
        except TimeoutError:
            return False
        return self._attempt.by_machine

    async def let_go(self) -> Departure:
        """Leave a machine alone, after the message if it is to have one."""
        return await self.leave_message() if self._machines.action == "leave_message" else Departure("system", MACHINE)

    async def leave_message(self) -> Departure:
        """Wait for the end of the greeting, and say what there is to say."""
        try:
            async with asyncio.timeout(LONGEST_GREETING_S):
                await self._listens.wait()
        except TimeoutError:
            return Departure("system", MACHINE)
        message = self._message()
        if not message:
            return Departure("system", MACHINE)
        await self._call.say(message)
        self._attempt.result = MESSAGE_LEFT
        return Departure("system", MESSAGE_LEFT)

    def _heard(self, event: AnswererHeard) -> None:
        match event:
            case AnswererListens():
                self._listens.set()
            case AnswererJudged(verdict=verdict):
                if verdict == "machine":
                    self._machine()
                self._judged.set()
            case _:
                pass

    def _machine(self) -> None:
        self._attempt.result, self._attempt.by_machine = MACHINE, True

    def _message(self) -> list[Clip]:
        """In the language of who is called, else the company's, else in any."""
        identity, told = self._call.identity, self._machines
        first = [self._house.snapshot().company.language, *LANGUAGES]
        if identity is not None and identity.language in LANGUAGES:
            first.insert(0, identity.language)
        for language in first:
            text = told.message.get(language, "")
            if clips := self._house.prompts.clips("text", language, text=text, recording=told.prompt):
                return clips
        return []


class AnswererWithAgent(Answerer):
    """Who has answered a call in which an agent is on the line, who is let go when it is a machine.

    ``on_machine`` is called before that, with whether the call goes on without the agent.
    """

    def __init__(
        self,
        house: House,
        call: Call,
        leg: Leg,
        machines: Machines,
        attempt: Attempt,
        on_machine: Callable[[bool], None],
    ) -> None:
        super().__init__(house, call, leg, machines, attempt)
        self._on_machine = on_machine

    def _machine(self) -> None:
        connection = self._call.connection
        if connection is None or connection.legs.get(Side.CALLEE) is not self._leg:
            return
        if connection.transfer is not None or connection.hold.is_on:
            return
        super()._machine()
        goes_on = self._machines.action == "leave_message"
        self._on_machine(goes_on)
        if goes_on:
            connection.go_on(Side.CALLER, LeaveMessage()).hang_up()
        else:
            self._call.leave("system", MACHINE)
