"""What the office does beside answering: texts and mails of messages, rules, a portal, webhooks, reports, deletions."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

from centralita.projection import REACTIONS
from config.company import Company
from crm_bridge.rule_mail import RuleMails
from crm_bridge.rules import Rules
from recordings.catalogue import forget_deleted
from recordings.erasure import RecordingRetention
from recordings.removal import RemovedErasure
from recordings.smtp import MailServer
from recordings.transcription import LONGEST_S, Transcriber, Transcription
from recordings.voicemail_mail import VoicemailMail
from store.retention import Retention
from web.api.bitrix_portal import BitrixPortal
from web.api.office import Office


class Work(Protocol):
    """Something that goes on until it is told to stop."""

    async def run(self) -> None: ...

    def stop(self) -> None: ...


def background_work(office: Office, mail_server: MailServer | None) -> Iterator[Work]:
    """All of it that ``office`` is to do, in the order in which it begins. Whoever follows the events hears of them."""

    def company() -> Company:
        return office.company

    settings, database, archive, clock = office.settings, office.database, office.archive, office.now
    heard, transcriber = office.mailbox_changed, Transcriber.of(settings.transcriber)
    if transcriber is not None:
        yield Transcription(database, archive, transcriber, company, clock=clock, changed=heard)
    waits_s = LONGEST_S if transcriber is not None else 0.0
    yield VoicemailMail(database, archive, mail_server, company, clock=clock, changed=heard, waits_for_text_s=waits_s)
    rules = Rules(database, company, office.webhooks.enqueue, clock)
    office.hub.listeners.append(rules.hear)
    yield rules
    yield RuleMails(database, mail_server, clock)
    if settings.bitrix_url:
        portal = BitrixPortal(settings.bitrix_url, database, archive, company, clock)
        office.hub.listeners.append(portal.hear)
        yield portal
    yield Retention(database, settings.event_log_days, clock, REACTIONS, (forget_deleted,))
    erasing = RecordingRetention(database, archive, lambda: office.company.recordings, clock=clock)
    office.on_company.append(erasing.notify)
    yield erasing
    yield RemovedErasure(database, archive, clock=clock)
    office.hub.listeners.append(office.webhooks.hear)
    yield office.webhooks
    yield office.reports
