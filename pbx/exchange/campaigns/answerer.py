"""What a campaign does when a machine answers: the agent is let go, and it is hung up on, or told something.

People talk from the moment of the answer on; who it is is judged meanwhile. An agent who has put the other side on
hold, or is transferring it, knows better than any judgement.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

from config.campaigns import Campaign
from pbx.calls.call import Call
from pbx.calls.ledger import Departure
from pbx.calls.leg import Leg
from pbx.calls.side import Side
from pbx.exchange.house import House
from pbx.media.messages import AnswererHeard, AnswererJudged, AnswererListens

MACHINE, MESSAGE_LEFT = "machine", "message_left"
LONGEST_GREETING_S = 90.0


@dataclass(frozen=True, slots=True)
class LeaveMessage:
    """Where the called side goes whom the agent has left."""


class Answerer:
    """Who has answered the call of a campaign; ``result`` is set once it is known to be a machine.

    ``on_machine`` is called before the agent is let go, with whether the call goes on without the agent.
    """

    def __init__(self, house: House, rules: Campaign, call: Call, leg: Leg, on_machine: Callable[[bool], None]) -> None:
        self._house = house
        self._rules = rules
        self._call = call
        self._leg = leg
        self._on_machine = on_machine
        self._listens = asyncio.Event()
        self.result: str | None = None

    def watch(self) -> None:
        """Begin with this moment as that of the answer."""
        if self._rules.machines != "off":
            self._leg.judge_answerer(self._heard)

    async def leave_message(self) -> Departure:
        """Wait for the end of the greeting, and say what the campaign has to say."""
        try:
            async with asyncio.timeout(LONGEST_GREETING_S):
                await self._listens.wait()
        except TimeoutError:
            return Departure("system", MACHINE)
        language, text = self._message()
        await self._call.say(self._house.prompts.clips("text", language, text=text))
        self.result = MESSAGE_LEFT
        return Departure("system", MESSAGE_LEFT)

    def _heard(self, event: AnswererHeard) -> None:
        match event:
            case AnswererListens():
                self._listens.set()
            case AnswererJudged(verdict="machine"):
                self._machine()
            case _:
                pass

    def _machine(self) -> None:
        connection = self._call.connection
        if connection is None or connection.legs.get(Side.CALLEE) is not self._leg:
            return
        if connection.transfer is not None or connection.hold.is_on:
            return
        self.result = MACHINE
        self._on_machine(self._rules.machines == "leave_message")
        if self._rules.machines == "hang_up":
            self._call.leave("system", MACHINE)
        else:
            connection.go_on(Side.CALLER, LeaveMessage()).hang_up()

    def _message(self) -> tuple[str, str]:
        identity = self._call.identity
        company = self._house.snapshot().company
        message = self._rules.message
        for language in (identity.language if identity is not None else None, company.language):
            if language in message:
                return language, message[language]
        return next(iter(message.items()))
