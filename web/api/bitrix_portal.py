"""Our calls told to a Bitrix24 portal by its REST telephony methods: register, show, hide, finish, the recording.

``CENTRALITA_BITRIX_URL`` is the address of an incoming webhook with the scope ``telephony``. People are known there by
their internal number. Calls are told in the order of events, each until the portal has taken it or for a day.
"""

from __future__ import annotations

import asyncio
import base64
from collections.abc import Callable
from typing import Any

import aiohttp
import structlog

from config.company import Company
from crm_bridge.tables import Call
from pbx.background import beside
from recordings.archive import Archive
from recordings.catalogue import recording
from recordings.errors import AudioUnavailableError
from store import event_log
from store.engine import Database
from store.rounds import SteppedRounds
from store.tables import JournalPosition
from web.api.outgoing_address import ForbiddenAddressError, PublicResolver, check_address
from web.api.tables import BitrixCall

READER = "bitrix"
TOLD = frozenset(
    {"call.started", "call.ringing", "call.answered", "call.not_answered", "call.ended", "recording.ready"}
)
CODES = {"answered": "200", "busy": "486", "failed": "404", "blocked": "603"}
MISSED_CODE = "304"
TIMEOUT_S = 30.0
MAX_ANSWER = 1 << 20
MAX_RECORDING = 30 << 20
GIVE_UP_S = 86_400.0
PAGE = 20
IDLE_S = 5.0
RETRY_S = 30.0
FIELDS = dict[str, str]

log = structlog.get_logger(__name__)


class PortalError(Exception):
    """The portal did not take it; ``is_final``: it says that it never will."""

    def __init__(self, text: str, *, is_final: bool) -> None:
        super().__init__(text)
        self.is_final = is_final


class BitrixPortal(SteppedRounds):
    """Follows the events and tells the portal at ``url``. ``now``: seconds since the epoch."""

    waits = "bitrix_waits"
    pause_s = IDLE_S
    fault_pause_s = RETRY_S
    faults = (*SteppedRounds.faults, PortalError)

    def __init__(
        self, url: str, database: Database, archive: Archive, company: Callable[[], Company], now: Callable[[], float]
    ) -> None:
        super().__init__()
        self._url = url.rstrip("/")
        self._database = database
        self._archive = archive
        self._company = company
        self._now = now
        self._http: aiohttp.ClientSession | None = None

    def hear(self, document: dict[str, Any]) -> None:
        """Something has happened; it will be in the event log in a moment."""
        if document["type"] in TOLD:
            self.notify()

    async def run(self) -> None:
        """Follow until ``stop``; a portal that is away is tried again."""
        try:
            await super().run()
        finally:
            if self._http is not None:
                beside(self._http.close(), "bitrix_close")

    async def step(self) -> bool:
        """Tell the next event; whether there was one. Raises PortalError when it is to be told again later."""
        async with self._database.session() as session:
            place = await session.get(JournalPosition, READER)
            seen = place.offset if place is not None else await event_log.last_seq(session)
            rows = await event_log.page(session, seen, PAGE) if place is not None else []
        reached = rows[-1][0] if rows else seen
        for seq, event in rows:
            if event["type"] in TOLD:
                await self._tell(event)
                reached = seq
                break
        if place is not None and reached == seen:
            return False
        async with self._database.transaction() as session:
            await session.merge(JournalPosition(reader=READER, segment=0, offset=reached, updated_at=self._now()))
        return bool(rows)

    async def _tell(self, event: dict[str, Any]) -> None:
        try:
            await self._tell_call(event)
        except PortalError as error:
            if error.is_final or event_log.seconds(event["at"]) < self._now() - GIVE_UP_S:
                log.warning("bitrix_not_told", type=event["type"], call_id=event["call_id"], error=str(error))
                return
            raise

    async def _tell_call(self, event: dict[str, Any]) -> None:
        async with self._database.session() as session:
            call = await session.get(Call, event["call_id"]) if event["call_id"] is not None else None
            known = await session.get(BitrixCall, event["call_id"]) if event["call_id"] is not None else None
        if call is None or call.direction == "internal" or call.trunk == "external":
            return
        extension = self._extension(event)
        their_id = known.portal_id if known is not None else None
        if their_id is None:
            if event["type"] in ("call.started", "call.ringing", "call.answered") and extension is not None:
                await self._register(call, extension)
            return
        match event["type"]:
            case "call.ringing" if extension is not None:
                await self._ask("show", {"CALL_ID": their_id, "USER_PHONE_INNER": extension})
            case "call.not_answered" if extension is not None:
                await self._ask("hide", {"CALL_ID": their_id, "USER_PHONE_INNER": extension})
            case "call.ended":
                await self._finish(event, their_id, extension or (known.extension if known is not None else ""))
            case "recording.ready":
                await self._attach(event, their_id)

    async def _register(self, call: Call, extension: str) -> None:
        inbound = call.direction == "inbound"
        number = call.caller_number if inbound else call.dialled
        if number is None:
            return
        answer = await self._ask(
            "register",
            {
                "USER_PHONE_INNER": extension,
                "PHONE_NUMBER": number,
                "TYPE": "2" if inbound else "1",
                "CALL_START_DATE": event_log.rfc3339(call.started_at),
                "LINE_NUMBER": call.dialled if inbound else "",
                "CRM_CREATE": "1",
                "SHOW": "1",
            },
        )
        their_id = answer.get("CALL_ID") if isinstance(answer, dict) else None
        if not isinstance(their_id, str | int) or not 0 < len(str(their_id)) <= 128:
            raise PortalError("its answer has no CALL_ID", is_final=True)
        async with self._database.transaction() as session:
            row = BitrixCall(call_id=call.id, portal_id=str(their_id), extension=extension, at=self._now())
            await session.merge(row)

    async def _finish(self, event: dict[str, Any], their_id: str, extension: str) -> None:
        fields = {"CALL_ID": their_id, "USER_PHONE_INNER": extension, "DURATION": str(round(event["talk_s"]))}
        await self._ask("finish", fields | {"STATUS_CODE": CODES.get(event["result"], MISSED_CODE)})

    async def _attach(self, event: dict[str, Any], their_id: str) -> None:
        async with self._database.session() as session:
            row = await recording(session, event["recording_id"])
        try:
            file = self._archive.wav(row) if row is not None else None
            content = await asyncio.to_thread(file.read_bytes) if file is not None else b""
        except (AudioUnavailableError, FileNotFoundError):
            return
        if not 0 < len(content) <= MAX_RECORDING:
            return
        sound = await asyncio.to_thread(base64.b64encode, content)
        fields = {"CALL_ID": their_id, "FILENAME": f"{event['recording_id']}.wav", "FILE_CONTENT": sound.decode()}
        await self._ask("attachRecord", fields)

    def _extension(self, event: dict[str, Any]) -> str | None:
        person = self._company().person(event.get("login") or "")
        return person.extension if person is not None else None

    async def _ask(self, method: str, fields: FIELDS) -> Any:
        """The result of one method. Raises PortalError."""
        if self._http is None:
            self._http = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(resolver=PublicResolver()),
                timeout=aiohttp.ClientTimeout(total=TIMEOUT_S),
                cookie_jar=aiohttp.DummyCookieJar(),
            )
        url = f"{self._url}/telephony.externalcall.{method}.json"
        try:
            check_address(url)
            async with self._http.post(url, json=fields, allow_redirects=False) as response:
                if int(response.headers.get("Content-Length", "0")) > MAX_ANSWER:
                    raise PortalError("its answer is too long", is_final=True)
                answer = await response.json(content_type=None)
                is_final = 400 <= response.status < 500 and response.status not in (401, 403, 408, 429)
        except (aiohttp.ClientError, ForbiddenAddressError, OSError, ValueError, TimeoutError) as error:
            raise PortalError(type(error).__name__, is_final=False) from None
        if not isinstance(answer, dict) or "result" not in answer:
            said = answer.get("error") if isinstance(answer, dict) else "no object"
            raise PortalError(f"answered {response.status}: {str(said)[:200]}", is_final=is_final)
        return answer["result"]
