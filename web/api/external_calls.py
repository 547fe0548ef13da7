"""Calls of another exchange that tells us of them: they become events, and so calls, leads and figures like ours.

Nothing can be done to such a call from here. ``trunk`` of the call is EXTERNAL.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, cast

import numpy as np
import soxr
from sqlalchemy import select, update

from config.company import Person
from crm_bridge.leads import add_lead, link_call
from crm_bridge.lookup import find_contact, look_up
from crm_bridge.screen_pop import card
from crm_bridge.tables import OPEN_LEAD, Call, CallLink, CallParticipant, Lead
from ivr.errors import SoundFileError
from ivr.prompts.riff import read_riff, samples_of
from pbx.events import (
    Body,
    CallAnswered,
    CallEnded,
    CallNotAnswered,
    CallRinging,
    CallStarted,
    Direction,
    Event,
    RecordingFinished,
    RecordingStarted,
    Result,
    ScreenPop,
)
from pbx.ids import new_id
from store.engine import Database

EXTERNAL = "external"
SAME_CALL_S = 1800.0
FORGOTTEN_S = 6 * 3600.0
RATE = 8000

Take = Callable[[Sequence[dict[str, Any]]], Awaitable[None]]


class ExternalCallError(Exception):
    """What the other exchange tells does not fit; the text says why."""


@dataclass(frozen=True, slots=True)
class Told:
    """A call as it is first told of: ``number`` E.164 of the outside party, ``line`` which of our numbers it uses."""

    person: Person
    number: str
    direction: Literal["inbound", "outbound"]
    line: str
    started_at: float


class ExternalCalls:
    """``take`` logs and applies events (``Projector.take``); ``now``: seconds since the epoch."""

    def __init__(self, database: Database, spool: Path, now: Callable[[], float], take: Take) -> None:
        self._database = database
        self._spool = spool
        self._now = now
        self._take = take

    async def register(self, told: Told, *, show: bool) -> Call:
        """The call, new unless the same one was told of within half an hour and is not over."""
        known = await self._live(told)
        if known is not None:
            return known
        await self._end_forgotten()
        inbound = told.direction == "inbound"
        begun = CallStarted(
            direction=told.direction,
            caller_number=told.number if inbound else None,
            caller_name=None,
            dialled=told.line if inbound else told.number,
            trunk=EXTERNAL,
            login=None if inbound else told.person.login,
        )
        call_id = new_id()
        bodies: list[Body] = [begun]
        if inbound:
            bodies.append(CallRinging(login=told.person.login, extension=told.person.extension))
        await self._happen(call_id, told.started_at, *bodies)
        call = await self.call(call_id)
        if show:
            await self.show(call, [told.person])
        return call

    async def call(self, call_id: str) -> Call:
        """Raises ExternalCallError when there is no such call of another exchange."""
        async with self._database.session() as session:
            found = await session.get(Call, call_id)
        if found is None or found.trunk != EXTERNAL:
            raise ExternalCallError("there is no such call")
        return found

    async def link(self, call_id: str) -> CallLink | None:
        """What the call is about in the CRM."""
        async with self._database.session() as session:
            return await session.get(CallLink, call_id)

    async def make_lead(self, call: Call, login: str) -> str | None:
        """A lead of an unknown caller at once; None where somebody is known or something is open."""
        number = _outside(call)
        async with self._database.transaction() as session:
            dossier = await look_up(session, number)
            if dossier.contact is not None or dossier.leads:
                return None
            now = self._now()
            lead = Lead(
                id=new_id(),
                number=number,
                source=call.dialled if call.direction == "inbound" else None,
                responsible=login,
                status="new",
                repeat=False,
                call_id=call.id,
                created_at=now,
                updated_at=now,
            )
            await add_lead(session, lead)
            await link_call(session, call.id, lead)
        return lead.id

    async def show(self, call: Call, people: Sequence[Person]) -> None:
        """The pop-up for these people."""
        number = _outside(call)
        async with self._database.session() as session:
            dossier = await look_up(session, number)
        logins = [person.login for person in people]
        pop = ScreenPop(logins=logins, number=number, dialled=call.dialled, queue=None, card=card(dossier))
        await self._happen(call.id, self._now(), pop)

    async def hide(self, call: Call, people: Sequence[Person]) -> None:
        """They need not answer any more: somebody else has."""
        gone = (CallNotAnswered(person.login, person.extension, "elsewhere") for person in people)
        await self._happen(call.id, self._now(), *gone)

    async def finish(self, call: Call, person: Person, result: Result, talk_s: float) -> Call:
        """The call is over; ``person`` talked last. Telling it twice changes nothing."""
        if call.ended_at is not None:
            return call
        now = max(self._now(), call.started_at)
        is_answered = result == "answered"
        answered_at = max(call.started_at, now - talk_s) if is_answered else None
        if answered_at is not None:
            body = CallAnswered("person", person.login, person.extension, trunk=EXTERNAL)
            await self._happen(call.id, answered_at, body)
            await self._hand_over(call, person.login)
        wait_s = (answered_at if answered_at is not None else now) - call.started_at
        ended = self._ended(call, person.login, result, answered_at, wait_s, talk_s if is_answered else 0.0)
        await self._happen(call.id, now, ended)
        return await self.call(call.id)

    async def _hand_over(self, call: Call, login: str) -> None:
        """The lead that was made of this call is whose conversation it was."""
        async with self._database.transaction() as session:
            made = update(Lead).where(Lead.call_id == call.id, Lead.status.in_(OPEN_LEAD))
            await session.execute(made.values(responsible=login))

    def _ended(
        self, call: Call, login: str | None, result: Result, answered_at: float | None, wait_s: float, talk_s: float
    ) -> CallEnded:
        return CallEnded(
            result=result,
            reason="external",
            ended_by="system",
            direction=cast("Direction", call.direction),
            caller_number=call.caller_number,
            caller_name=call.caller_name,
            dialled=call.dialled,
            queue=None,
            login=login,
            trunk=EXTERNAL,
            started_at=call.started_at,
            answered_at=answered_at,
            wait_s=wait_s,
            talk_s=talk_s,
            transfers=0,
            recording_id=call.recording_id,
        )

    async def attach(self, call: Call, wav: bytes) -> str:
        """Keep the sound of a call as its recording; its id. Raises ExternalCallError."""
        recording_id = new_id()
        path = f"{recording_id}.external"
        try:
            duration_s = await asyncio.to_thread(_write_spool, self._spool / path, wav)
        except SoundFileError as error:
            raise ExternalCallError(f"the recording cannot be used: {error}") from None
        begun = RecordingStarted(recording_id, path)
        await self._happen(call.id, call.answered_at or call.started_at, begun)
        await self._happen(call.id, self._now(), RecordingFinished(recording_id, path, duration_s, []))
        return recording_id

    async def _live(self, told: Told) -> Call | None:
        number = Call.caller_number if told.direction == "inbound" else Call.dialled
        query = (
            select(Call)
            .join(CallParticipant, CallParticipant.call_id == Call.id)
            .where(Call.trunk == EXTERNAL, Call.ended_at.is_(None), number == told.number)
            .where(Call.started_at > self._now() - SAME_CALL_S, CallParticipant.login == told.person.login)
            .limit(1)
        )
        async with self._database.session() as session:
            return await session.scalar(query)

    async def _end_forgotten(self) -> None:
        """End what nobody has ended within hours: a script that died in the middle of a call."""
        now = self._now()
        query = select(Call).where(Call.ended_at.is_(None), Call.trunk == EXTERNAL, Call.started_at < now - FORGOTTEN_S)
        async with self._database.session() as session:
            forgotten = list(await session.scalars(query.limit(20)))
        for call in forgotten:
            ended = self._ended(call, call.agent, "failed", None, 0.0, 0.0)
            await self._happen(call.id, now, ended)

    async def _happen(self, call_id: str, at: float, *bodies: Body) -> None:
        await self._take([Event(new_id(), at, call_id, body).to_document() for body in bodies])


async def contact_of(database: Database, number: str) -> Any:
    """The contact with ``number``, if there is one."""
    async with database.session() as session:
        return await find_contact(session, number)


def _outside(call: Call) -> str | None:
    return call.caller_number if call.direction == "inbound" else call.dialled


def _write_spool(file: Path, wav: bytes) -> float:
    """Raw stereo at 8 kHz, the same on both sides: who spoke on which is not known. Raises SoundFileError."""
    format_, sound = read_riff(wav)
    samples = samples_of(format_, sound)
    if format_.rate != RATE:
        samples = np.asarray(soxr.resample(samples, format_.rate, RATE), dtype=np.float32)
    pcm = np.clip(np.round(samples * 32767), -32768, 32767).astype("<i2")
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(np.repeat(pcm, 2).tobytes())
    return len(pcm) / RATE
