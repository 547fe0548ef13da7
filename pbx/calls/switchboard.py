"""Every live call and leg of the exchange, and what they all need: sound, signalling, the stream of events."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Protocol

import structlog

from pbx.calls.call import Call
from pbx.calls.errors import NoSuchCallError
from pbx.calls.leg import Leg
from pbx.calls.park import ParkingLot
from pbx.calls.party import Party
from pbx.calls.presence import Presence
from pbx.calls.recording_rules import RecordEverything, RecordingRules
from pbx.calls.routes import Router
from pbx.events import Body, CallQuality, CallSound, Direction, Event, RoomSpeakers, SystemAlarm
from pbx.media.client import MediaPlane
from pbx.media.messages import (
    AnswererHeard,
    DigitHeard,
    LegClosed,
    LegLost,
    MediaAlarm,
    MediaEvent,
    MediaMoved,
    MediaTimedOut,
    PlaybackFinished,
    RecordingStopped,
    RoomTalking,
    SoundChanged,
    WorkerLost,
)
from pbx.net.agent import UserAgent
from pbx.net.session import InviteSession
from pbx.ports import OfficePort, PromptPort
from pbx.sip.replaces import Replaces

log = structlog.get_logger()


class Emits(Protocol):
    """The stream of events (`pbx.stream.EventStream.emit`)."""

    def __call__(self, body: Body, call_id: str | None = None, *, id: str | None = None) -> Event: ...  # noqa: A002 - the event's own word


def _untraced(dialog: str, call_id: str) -> None:
    """Nobody keeps what is said in the dialogs."""


def _unwatched(call: Call) -> None:
    """Nobody keeps what the next exchange would need."""


@dataclass(frozen=True, slots=True)
class Spool:
    """A spool that a worker writes: of which legs, where, and who wants to know that it is complete."""

    legs: frozenset[str]
    path: str
    stopped: Callable[[RecordingStopped], None]


class Switchboard:
    """Live calls by id, live legs by id. Everything that a call shares with the other calls is here."""

    def __init__(
        self,
        *,
        plane: MediaPlane,
        emit: Emits,
        office: OfficePort,
        prompts: PromptPort,
        presence: Presence,
        router: Router,
        clock: Callable[[], float],
        new_id: Callable[[], str],
        domain: str,
        spool_dir: Path,
    ) -> None:
        self.plane = plane
        self._emit = emit
        self.office = office
        self.prompts = prompts
        self.presence = presence
        self.router = router
        self.clock = clock
        self.new_id = new_id
        self.domain = domain
        self.spool_dir = spool_dir
        self.parking = ParkingLot()
        self.calls: dict[str, Call] = {}
        self.on_change: Callable[[Call], None] = _unwatched  # hears of whatever the next exchange has to know of a call
        self.recording_rules: RecordingRules = RecordEverything()
        self.srtp_only: Callable[[], bool] = lambda: False  # whether telephones talk encrypted or not at all
        self.on_dialog: Callable[[str, str], None] = _untraced  # hears the SIP Call-ID of each dialog of a call
        self._agent: UserAgent | None = None
        self._legs: dict[str, Leg] = {}
        self._closing: dict[str, tuple[str, Party]] = {}
        self._spools: dict[str, Spool] = {}
        self._empty = asyncio.Event()
        self._empty.set()
        self._settled = asyncio.Event()

    @property
    def agent(self) -> UserAgent:
        """The SIP user agent."""
        assert self._agent is not None, "serve() names the user agent before the first call"
        return self._agent

    def use(self, agent: UserAgent) -> None:
        """Make calls through ``agent``."""
        self._agent = agent

    def emit(self, body: Body, call_id: str | None = None, *, id: str | None = None) -> Event:  # noqa: A002 - the event's own word
        """Put ``body`` on the stream. The ledger of its call learns from it."""
        event = self._emit(body, call_id, id=id)
        call = self.calls.get(call_id) if call_id is not None else None
        if call is not None:
            call.ledger.note(body, event.at)
        return event

    # --- Calls --------------------------------------------------------------------------------------------------------

    def call(self, call_id: str) -> Call:
        """The live call with this id. Raises NoSuchCallError."""
        call = self.calls.get(call_id)
        if call is None:
            raise NoSuchCallError(f"no live call {call_id}")
        return call

    def new_call(
        self,
        direction: Direction,
        caller: Party,
        dialled: str,
        leg: Leg | None,
        *,
        language: str,
        hops: int = 70,
    ) -> Call:
        """A new call, not started yet; ``leg`` None for one that rings its caller first. ``hops``: Max-Forwards."""
        return Call(self, self.new_id(), direction, caller, dialled, leg, language=language, hops=hops)

    def started(self, call: Call) -> None:
        """The call lives from now on."""
        self.calls[call.id] = call
        self._empty.clear()

    def forget(self, call: Call) -> None:
        """The call has ended."""
        self.calls.pop(call.id, None)
        self.on_change(call)
        if not self.calls:
            self._empty.set()

    async def wait_empty(self) -> None:
        """Return once no call is left."""
        await self._empty.wait()

    async def wait_settled(self) -> None:
        """Return once no spool is being written and no leg is being closed."""
        while self._spools or self._closing:
            self._settled.clear()
            await self._settled.wait()

    # --- Legs ---------------------------------------------------------------------------------------------------------

    def incoming_leg(self, session: InviteSession, party: Party) -> Leg:
        """The leg of an INVITE received."""
        return self._register(party, session)

    def resumed_leg(self, id_: str, party: Party, session: InviteSession) -> Leg:
        """The leg of a dialog that an earlier exchange has left."""
        leg = Leg(
            id_,
            party,
            self.plane,
            clock=self.clock,
            on_closed=self._leg_closed,
            on_dialog=self.has_dialog,
            session=session,
        )
        self._legs[id_] = leg
        return leg

    def outgoing_leg(self, party: Party) -> Leg:
        """A leg about to be rung."""
        return self._register(party, None)

    @property
    def legs(self) -> Collection[Leg]:
        """Every live leg."""
        return self._legs.values()

    def find_leg(self, replaces: Replaces) -> Leg | None:
        """The live leg whose dialog a Replaces header names (RFC 3891 §3)."""
        session = self.agent.find_session(replaces.call_id, replaces.to_tag, replaces.from_tag)
        if session is None:
            return None
        return next((leg for leg in self._legs.values() if leg.has_session(session)), None)

    def _register(self, party: Party, session: InviteSession | None) -> Leg:
        leg = Leg(
            self.new_id(),
            party,
            self.plane,
            clock=self.clock,
            on_closed=self._leg_closed,
            on_dialog=self.has_dialog,
            session=session,
        )
        leg.sound.keys_required = self.srtp_only() and not party.is_outside
        self._legs[leg.id] = leg
        return leg

    def _leg_closed(self, leg: Leg) -> None:
        self._legs.pop(leg.id, None)
        if leg.call_id is not None and leg.sound.was_open:
            self._closing[leg.id] = leg.call_id, leg.party
        self.presence.gone(leg)

    def has_dialog(self, leg: Leg) -> None:
        """Tell which call the dialog of ``leg`` is of, once both are known."""
        if leg.call_id is not None and leg.has_dialog:
            self.on_dialog(leg.session.call_id, leg.call_id)

    # --- What the media plane tells -----------------------------------------------------------------------------------

    def expect_spool(
        self, recording: str, legs: Sequence[str], path: str, stopped: Callable[[RecordingStopped], None]
    ) -> None:
        """Have ``stopped`` called once: when the spool of ``recording`` is complete, or the worker of its legs lost."""
        self._spools[recording] = Spool(frozenset(legs), path, stopped)

    def on_media(self, event: MediaEvent) -> None:
        """Hand an event of the media plane to whom it concerns."""
        match event:
            case DigitHeard() | PlaybackFinished() | MediaTimedOut() | MediaMoved() | AnswererHeard():
                if (leg := self._legs.get(event.leg)) is not None:
                    leg.heard(event)
            case RecordingStopped(recording=recording):
                if (spool := self._spools.pop(recording, None)) is not None:
                    spool.stopped(event)
                self._settled.set()
            case LegClosed():
                self._closed(event)
            case SoundChanged():
                self._sounds(event)
            case WorkerLost(worker=worker, legs=legs):
                self._worker_lost(worker, legs)
            case LegLost(leg=id_, detail=detail):
                log.error("leg_lost", leg=id_, detail=detail)
                if (leg := self._legs.get(id_)) is not None:
                    leg.fail("worker_lost")
            case RoomTalking(room=room, legs=talking):
                here = [leg for id_ in talking if (leg := self._legs.get(id_)) is not None]
                self.emit(RoomSpeakers(room, [self._speaker(leg) for leg in here]))
            case MediaAlarm(what=what, detail=detail):
                log.error("media_alarm", what=what, detail=detail)
                self.emit(SystemAlarm(what, detail))
            case _:
                pass

    @staticmethod
    def _speaker(leg: Leg) -> dict[str, str | None]:
        party = leg.party
        return {"call_id": leg.call_id, "number": party.number, "name": party.name, "login": party.login}

    def _closed(self, event: LegClosed) -> None:
        closing = self._closing.pop(event.leg, None)
        self._settled.set()
        quality = event.quality
        if closing is None:
            return
        call_id, party = closing
        self.emit(
            CallQuality(
                leg=event.leg,
                codec=quality.codec,
                packets_received=quality.packets_received,
                packets_lost=quality.packets_lost,
                loss=quality.loss,
                jitter_ms=quality.jitter_ms,
                mos=quality.mos,
                round_trip_ms=quality.round_trip_ms,
                loss_sent=quality.loss_sent,
                jitter_sent_ms=quality.jitter_sent_ms,
                login=party.login,
                number=party.number,
                readings=[asdict(reading) for reading in quality.readings],
            ),
            call_id,
        )

    def _sounds(self, event: SoundChanged) -> None:
        leg, reading = self._legs.get(event.leg), event.reading
        if leg is None or leg.call_id is None:
            return
        self.emit(
            CallSound(
                leg=event.leg,
                login=leg.party.login,
                number=leg.party.number,
                grade=event.grade,
                mos=reading.mos,
                loss=reading.loss,
                jitter_ms=reading.jitter_ms,
                round_trip_ms=reading.round_trip_ms,
                mos_sent=reading.mos_sent,
                loss_sent=reading.loss_sent,
                jitter_sent_ms=reading.jitter_sent_ms,
            ),
            leg.call_id,
        )

    def _worker_lost(self, worker: int, lost: tuple[str, ...]) -> None:
        log.error("media_worker_lost", worker=worker, legs=len(lost))
        self.emit(SystemAlarm("media_worker_lost", f"media worker {worker}, {len(lost)} legs"))
        for id_ in lost:
            self._closing.pop(id_, None)
        self._settled.set()
