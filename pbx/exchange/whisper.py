"""What an agent hears before being connected to a queue's caller: a beep, which queue it is, how long they waited."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import suppress

from config.company import Person, Queue
from pbx.calls.call import Call
from pbx.calls.leg import Leg
from pbx.calls.leg_events import FinishedPlaying, Gone, LegEvent
from pbx.exchange.house import House
from pbx.media.messages import Clip

LONGEST_WHISPER_S = 8.0
LONGEST_MINUTES = 30
BEEP = Clip(tone="beep")

AUTO_ANSWER = (("Call-Info", "<sip:queue@localhost>;answer-after=0"), ("Alert-Info", "<urn:alert:service:auto-answer>"))
"""Asks a telephone to answer by itself; the two ways that telephones understand (the second is RFC 7462's form)."""


def prepare_whisper(house: House, queue: Queue, person: Person | None) -> None:
    """Have the words spoken while the telephone rings, so that they are there when it is answered."""
    if queue.whisper and person is not None:
        house.prompts.clips("text", person.language, text=queue.title or queue.name)


async def whisper(house: House, call: Call, leg: Leg, queue: Queue, waited_s: float) -> None:
    """Tell the agent at ``leg``; the caller goes on hearing music meanwhile."""
    person = house.snapshot().people.get(leg.party.login or "")
    clips: list[Clip] = [BEEP] if person is not None and person.auto_answer else []
    if queue.whisper and person is not None:
        prompts, language = house.prompts, person.language
        clips += prompts.clips("queue.whisper", language)
        clips += prompts.clips("text", language, text=queue.title or queue.name)
        minutes = min(round(waited_s / 60), LONGEST_MINUTES)
        if minutes:
            clips += prompts.clips("queue.whisper_waited", language, minutes=minutes)
    if clips:
        await tell(leg, clips, call.board.new_id())


def prepare_callback(house: House, queue: Queue, person: Person) -> None:
    """As ``prepare_whisper``; of a callback the agent is always told, for nobody speaks first."""
    house.prompts.clips("text", person.language, text=queue.title or queue.name)


async def tell_callback(house: House, call: Call, leg: Leg, queue: Queue) -> None:
    """Tell the agent at ``leg`` that a customer is about to be called."""
    person = house.snapshot().people.get(leg.party.login or "")
    if person is None:
        return
    prompts, language = house.prompts, person.language
    clips: list[Clip] = [BEEP] if person.auto_answer else []
    clips += prompts.clips("queue.whisper_callback", language)
    clips += prompts.clips("text", language, text=queue.title or queue.name)
    if clips:
        await tell(leg, clips, call.board.new_id())


async def tell(leg: Leg, clips: Sequence[Clip], play_id: str) -> None:
    """Play to a leg that is not connected yet, and wait for the end of it, or of the leg."""
    over: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def heard(leg: Leg, event: LegEvent) -> None:
        if isinstance(event, Gone):
            owner(leg, event)
        if not over.done() and (isinstance(event, Gone) or event == FinishedPlaying(play_id)):
            over.set_result(None)

    owner = leg.owner
    leg.owner = heard
    try:
        if not leg.is_gone:
            leg.play(clips, play_id)
            with suppress(TimeoutError):
                async with asyncio.timeout(LONGEST_WHISPER_S):
                    await over
    finally:
        leg.owner = owner
