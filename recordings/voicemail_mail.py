"""Messages by mail: each address of a box gets every new message with its sound, once, however long it takes."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid
from zoneinfo import ZoneInfo

import aiosmtplib
import structlog
from sqlalchemy import select

from config.company import Company, VoicemailBox
from recordings.archive import Archive, delete_voicemail
from recordings.mailbox import outdated
from recordings.smtp import MailServer
from recordings.tables import READY, Voicemail
from store.engine import Database
from store.rounds import SteppedRounds

POLL_S = 5.0
RETRY_S = 60.0
SEND_S = 30.0
DAY_S = 86_400.0
GIVE_UP_S = 3 * DAY_S
SWEEP_S = 3600.0
MAX_ATTACHED = 20 << 20
BATCH = 20
_OF_ONE_MAIL = (
    aiosmtplib.SMTPRecipientsRefused,
    aiosmtplib.SMTPSenderRefused,
    aiosmtplib.SMTPDataError,
    FileNotFoundError,
)
"""What says nothing about the next mail: the server is there, and this one cannot be sent."""

log = structlog.get_logger("recordings")

_SUBJECT = {"es": "Mensaje de voz de {who} ({seconds} s)", "en": "Voicemail from {who} ({seconds} s)"}
_BODY = {
    "es": "{title}: {who} ha dejado un mensaje el {at}. Dura {seconds} segundos y va adjunto.\n",
    "en": "{title}: {who} left a message on {at}. It is {seconds} seconds long and attached.\n",
}
_WITHHELD = {"es": "un número oculto", "en": "a withheld number"}


@dataclass(frozen=True, slots=True)
class _Due:
    """A message to be sent."""

    id: str
    box: str
    caller_number: str | None
    received_at: float
    duration_s: float
    path: str
    transcript: str | None


class VoicemailMail(SteppedRounds):
    """Sends what is ready and not yet mailed, and deletes what a box keeps no longer. ``company()``: the present one.

    A server that is away or refuses is asked again; after three days a message is given up, with a line in the log.
    A message that is refused waits alone, ever longer. ``waits_for_text_s``: how long a mail waits for the transcript.
    """

    waits = "voicemail_mail_waits"
    pause_s = POLL_S

    def __init__(
        self,
        database: Database,
        archive: Archive,
        server: MailServer | None,
        company: Callable[[], Company],
        *,
        clock: Callable[[], float],
        changed: Callable[[str], Awaitable[None]],
        waits_for_text_s: float = 0.0,
    ) -> None:
        super().__init__()
        self._database = database
        self._archive = archive
        self._server = server
        self._company = company
        self._clock = clock
        self._changed = changed
        self._waits_for_text_s = waits_for_text_s
        self._next_sweep = 0.0
        self._not_before = 0.0
        self._rests_until: dict[str, float] = {}

    async def step(self) -> int:
        """Send what is due and delete what is over; how many messages were sent."""
        now = self._clock()
        if now >= self._next_sweep:
            self._next_sweep = now + SWEEP_S
            await self._sweep(now)
        if self._server is None or now < self._not_before:
            return 0
        boxes = {box.box: box for box in self._company().voicemail_boxes if box.mail_to}
        sent = 0
        for due in await self._due(boxes):
            try:
                await self._send(due, boxes[due.box])
                sent += 1
            except (aiosmtplib.SMTPException, OSError, TimeoutError) as error:
                log.warning("voicemail_not_mailed", voicemail_id=due.id, box=due.box, error=str(error))
                if now - due.received_at < GIVE_UP_S:
                    if isinstance(error, _OF_ONE_MAIL):
                        self._rests_until[due.id] = now + max(RETRY_S, (now - due.received_at) / 4)
                        continue
                    self._not_before = now + RETRY_S
                    break
                log.error("voicemail_mail_given_up", voicemail_id=due.id, box=due.box)
            await self._mark(due.id)
        return sent

    async def _due(self, boxes: dict[str, VoicemailBox]) -> list[_Due]:
        if not boxes:
            return []
        now = self._clock()
        self._rests_until = {id_: until for id_, until in self._rests_until.items() if until > now}
        async with self._database.session() as session:
            rows = await session.scalars(
                select(Voicemail)
                .where(Voicemail.id.not_in(sorted(self._rests_until)))
                .where(Voicemail.state == READY, Voicemail.mailed_at.is_(None), Voicemail.box.in_(sorted(boxes)))
                .where(Voicemail.received_at > now - 2 * GIVE_UP_S)
                .order_by(Voicemail.received_at)
                .limit(BATCH)
            )
            return [
                _Due(row.id, row.box, row.caller_number, row.received_at, row.duration_s, row.path, row.transcript)
                for row in rows
                if row.path is not None
                and (row.transcribed_at is not None or row.received_at <= now - self._waits_for_text_s)
            ]

    async def _send(self, due: _Due, box: VoicemailBox) -> None:
        assert self._server is not None
        company = self._company()
        sound = await asyncio.to_thread((self._archive.voicemail_dir / due.path).read_bytes)
        mail = _mail(due, box, company, sound if len(sound) <= MAX_ATTACHED else b"", self._server.sender)
        async with asyncio.timeout(SEND_S):
            await self._server.send(mail)

    async def _mark(self, id_: str) -> None:
        async with self._database.transaction() as session:
            row = await session.get(Voicemail, id_)
            if row is not None:
                row.mailed_at = self._clock()

    async def _sweep(self, now: float) -> None:
        for box in self._company().voicemail_boxes:
            if box.keep_days is None:
                continue
            async with self._database.session() as session:
                ids = await outdated(session, box.box, now - box.keep_days * DAY_S)
            for id_ in ids:
                await delete_voicemail(self._database, self._archive, id_, by="retention", now=now)
            if ids:
                log.info("voicemail_retention", box=box.box, deleted=len(ids))
                await self._changed(box.box)


def _mail(due: _Due, box: VoicemailBox, company: Company, sound: bytes, sender: str) -> EmailMessage:
    person = company.person_of(box.box)
    language = person.language if person is not None else company.language
    local = datetime.fromtimestamp(due.received_at, ZoneInfo(company.time_zone))
    who = due.caller_number or _WITHHELD[language]
    words = {
        "who": who,
        "title": box.title or (person.name if person is not None else box.box),
        "at": f"{local:%d.%m.%Y %H:%M}",
        "seconds": round(due.duration_s),
    }
    mail = EmailMessage()
    mail["Subject"] = _SUBJECT[language].format(**words)
    mail["From"] = sender
    mail["To"] = ", ".join(box.mail_to)
    mail["Date"] = format_datetime(local)
    mail["Message-ID"] = make_msgid(due.id, domain="centralita.invalid")
    mail["Auto-Submitted"] = "auto-generated"  # RFC 3834 §5
    text = f"\n{due.transcript}\n" if due.transcript else ""
    mail.set_content(_BODY[language].format(**words) + text)
    if sound:
        mail.add_attachment(sound, maintype="audio", subtype="wav", filename=f"{local:%Y-%m-%d-%H%M}.wav")
    return mail
