"""The CRM's tables and the call log. Numbers are E.164; times are seconds since the epoch, UTC; ids are UUIDv7."""

from __future__ import annotations

from sqlalchemy import ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from store.base import Base

ID = String(36)
LOGIN = String(64)
NUMBER = String(32)
NAME = String(200)

OPEN_LEAD = ("new", "in_progress")
_OPEN_LEAD_SQL = text("status IN ('new', 'in_progress')")
_LIVE_SQL = text("ended_at IS NULL")


class CustomerCompany(Base):
    """A company that customers belong to."""

    __tablename__ = "company"
    __table_args__ = (Index("ix_company_name", "name"),)

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    name: Mapped[str] = mapped_column(NAME)
    responsible: Mapped[str | None] = mapped_column(LOGIN)
    created_at: Mapped[float]
    updated_at: Mapped[float]


class Contact(Base):
    """A customer."""

    __tablename__ = "contact"
    __table_args__ = (Index("ix_contact_company", "company_id"), Index("ix_contact_name", "name"))

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    name: Mapped[str] = mapped_column(NAME)
    company_id: Mapped[str | None] = mapped_column(ID, ForeignKey("company.id", ondelete="SET NULL"))
    language: Mapped[str | None] = mapped_column(String(8))
    responsible: Mapped[str | None] = mapped_column(LOGIN)
    email: Mapped[str | None] = mapped_column(String(254))
    vip: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[float]
    updated_at: Mapped[float]


class ContactNumber(Base):
    """One of a contact's numbers, in the order of ``position``."""

    __tablename__ = "contact_number"
    __table_args__ = (Index("ix_contact_number_number", "number"),)

    contact_id: Mapped[str] = mapped_column(ID, ForeignKey("contact.id", ondelete="CASCADE"), primary_key=True)
    number: Mapped[str] = mapped_column(NUMBER, primary_key=True)
    position: Mapped[int]


class Lead(Base):
    """Somebody who might become a customer; at most one open lead per number (``uq_lead_open_number``)."""

    __tablename__ = "lead"
    __table_args__ = (
        Index(
            "uq_lead_open_number",
            "number",
            unique=True,
            sqlite_where=_OPEN_LEAD_SQL,
            postgresql_where=_OPEN_LEAD_SQL,
        ),
        Index("ix_lead_number", "number"),
        Index("ix_lead_contact", "contact_id"),
        Index("ix_lead_responsible", "responsible"),
    )

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    number: Mapped[str | None] = mapped_column(NUMBER)
    name: Mapped[str | None] = mapped_column(NAME)
    source: Mapped[str | None] = mapped_column(NUMBER)
    responsible: Mapped[str | None] = mapped_column(LOGIN)
    status: Mapped[str] = mapped_column(String(16))
    repeat: Mapped[bool] = mapped_column(default=False)
    contact_id: Mapped[str | None] = mapped_column(ID, ForeignKey("contact.id", ondelete="SET NULL"))
    call_id: Mapped[str | None] = mapped_column(ID)
    created_at: Mapped[float]
    updated_at: Mapped[float]


class Deal(Base):
    """A sale in the making."""

    __tablename__ = "deal"
    __table_args__ = (Index("ix_deal_contact", "contact_id"), Index("ix_deal_company", "company_id"))

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    title: Mapped[str] = mapped_column(NAME)
    status: Mapped[str] = mapped_column(String(16))
    amount: Mapped[float | None]
    currency: Mapped[str | None] = mapped_column(String(3))
    responsible: Mapped[str | None] = mapped_column(LOGIN)
    contact_id: Mapped[str | None] = mapped_column(ID, ForeignKey("contact.id", ondelete="SET NULL"))
    company_id: Mapped[str | None] = mapped_column(ID, ForeignKey("company.id", ondelete="SET NULL"))
    lead_id: Mapped[str | None] = mapped_column(ID, ForeignKey("lead.id", ondelete="SET NULL"))
    created_at: Mapped[float]
    updated_at: Mapped[float]


class Task(Base):
    """Something to do for a customer."""

    __tablename__ = "task"
    __table_args__ = (Index("ix_task_responsible", "responsible", "id"), Index("ix_task_contact", "contact_id"))

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    title: Mapped[str] = mapped_column(NAME)
    text: Mapped[str] = mapped_column(Text, default="")
    status: Mapped[str] = mapped_column(String(16))
    due_at: Mapped[float | None]
    responsible: Mapped[str | None] = mapped_column(LOGIN)
    contact_id: Mapped[str | None] = mapped_column(ID, ForeignKey("contact.id", ondelete="SET NULL"))
    lead_id: Mapped[str | None] = mapped_column(ID, ForeignKey("lead.id", ondelete="SET NULL"))
    deal_id: Mapped[str | None] = mapped_column(ID, ForeignKey("deal.id", ondelete="SET NULL"))
    call_id: Mapped[str | None] = mapped_column(ID)
    created_by: Mapped[str | None] = mapped_column(LOGIN)
    created_at: Mapped[float]
    updated_at: Mapped[float]


class Activity(Base):
    """Something that happened with a customer: a call (one activity each), a meeting, a message."""

    __tablename__ = "activity"
    __table_args__ = (
        Index("uq_activity_call", "call_id", unique=True),
        Index("ix_activity_contact", "contact_id", "id"),
        Index("ix_activity_lead", "lead_id", "id"),
        Index("ix_activity_deal", "deal_id", "id"),
        Index("ix_activity_responsible", "responsible", "id"),
    )

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    kind: Mapped[str] = mapped_column(String(16))
    at: Mapped[float]
    subject: Mapped[str] = mapped_column(NAME, default="")
    text: Mapped[str] = mapped_column(Text, default="")
    direction: Mapped[str | None] = mapped_column(String(16))
    number: Mapped[str | None] = mapped_column(NUMBER)
    call_id: Mapped[str | None] = mapped_column(ID)
    result: Mapped[str | None] = mapped_column(String(16))
    recording_id: Mapped[str | None] = mapped_column(ID)
    talk_s: Mapped[float | None]
    responsible: Mapped[str | None] = mapped_column(LOGIN)
    contact_id: Mapped[str | None] = mapped_column(ID, ForeignKey("contact.id", ondelete="SET NULL"))
    lead_id: Mapped[str | None] = mapped_column(ID, ForeignKey("lead.id", ondelete="SET NULL"))
    deal_id: Mapped[str | None] = mapped_column(ID, ForeignKey("deal.id", ondelete="SET NULL"))
    created_at: Mapped[float]
    updated_at: Mapped[float]


class RuleMail(Base):
    """A mail that a rule sends; ``finished_at``: when it was handed over, or given up (``fault``)."""

    __tablename__ = "rule_mail"
    __table_args__ = (Index("ix_rule_mail_due", "finished_at", "next_at"),)

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    rule: Mapped[str] = mapped_column(LOGIN)
    to: Mapped[str] = mapped_column(String(254))
    subject: Mapped[str] = mapped_column(NAME)
    text: Mapped[str] = mapped_column(Text)
    created_at: Mapped[float]
    next_at: Mapped[float]
    finished_at: Mapped[float | None]
    fault: Mapped[str] = mapped_column(String(500), default="")


class Note(Base):
    """What somebody wrote about a call."""

    __tablename__ = "note"
    __table_args__ = (Index("ix_note_call", "call_id", "id"),)

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    call_id: Mapped[str] = mapped_column(ID)
    text: Mapped[str] = mapped_column(Text)
    author: Mapped[str] = mapped_column(LOGIN)
    created_at: Mapped[float]


class Call(Base):
    """One caller's journey, live or over: the call log. ``event_id`` is the last event that was applied."""

    __tablename__ = "call"
    __table_args__ = (
        Index("ix_call_started", "started_at", "id"),
        Index("ix_call_caller", "caller_number", "started_at", "id"),
        Index("ix_call_dialled", "dialled", "started_at", "id"),
        Index("ix_call_contact", "contact_id", "started_at", "id"),
        Index("ix_call_queue", "queue", "started_at", "id"),
        Index("ix_call_agent", "agent", "started_at", "id"),
        Index("ix_call_result", "result", "started_at", "id"),
        Index("ix_call_live", "started_at", "id", sqlite_where=_LIVE_SQL, postgresql_where=_LIVE_SQL),
        Index("ix_call_recording", "recording_id"),
    )

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    direction: Mapped[str] = mapped_column(String(16))
    caller_number: Mapped[str | None] = mapped_column(NUMBER)
    caller_name: Mapped[str | None] = mapped_column(NAME)
    contact_id: Mapped[str | None] = mapped_column(ID)
    dialled: Mapped[str] = mapped_column(String(128))
    queue: Mapped[str | None] = mapped_column(LOGIN)
    agent: Mapped[str | None] = mapped_column(LOGIN)
    trunk: Mapped[str | None] = mapped_column(LOGIN)
    started_at: Mapped[float]
    queued_at: Mapped[float | None]
    answered_at: Mapped[float | None]
    ended_at: Mapped[float | None]
    wait_s: Mapped[float | None]
    talk_s: Mapped[float | None]
    result: Mapped[str | None] = mapped_column(String(16))
    reason: Mapped[str | None] = mapped_column(String(200))
    ended_by: Mapped[str | None] = mapped_column(String(16))
    transfers: Mapped[int] = mapped_column(default=0)
    rating: Mapped[int | None]
    recording_id: Mapped[str | None] = mapped_column(ID)
    campaign: Mapped[str | None] = mapped_column(LOGIN)
    event_id: Mapped[str] = mapped_column(ID)


class CallLink(Base):
    """What a call is about in the CRM. Written by the lead rules and kept when the call log is rebuilt."""

    __tablename__ = "call_link"
    __table_args__ = (Index("ix_call_link_lead", "lead_id"), Index("ix_call_link_deal", "deal_id"))

    call_id: Mapped[str] = mapped_column(ID, primary_key=True)
    contact_id: Mapped[str | None] = mapped_column(ID)
    lead_id: Mapped[str | None] = mapped_column(ID)
    deal_id: Mapped[str | None] = mapped_column(ID)


class CallDisposition(Base):
    """What a call came to, in the words of its agent. Kept when the call log is rebuilt."""

    __tablename__ = "call_disposition"
    __table_args__ = (Index("ix_call_disposition_at", "at", "queue"),)

    call_id: Mapped[str] = mapped_column(ID, primary_key=True)
    queue: Mapped[str] = mapped_column(LOGIN)
    code: Mapped[str] = mapped_column(LOGIN)
    note: Mapped[str | None] = mapped_column(Text)
    author: Mapped[str] = mapped_column(LOGIN)
    at: Mapped[float]


class CallParticipant(Base):
    """Whose call it is. ``part``: ``rung`` (their devices rang) or ``connected`` (they dialled, answered, took it)."""

    __tablename__ = "call_participant"
    __table_args__ = (Index("ix_call_participant_login", "login", "started_at", "call_id"),)

    call_id: Mapped[str] = mapped_column(ID, primary_key=True)
    login: Mapped[str] = mapped_column(LOGIN, primary_key=True)
    part: Mapped[str] = mapped_column(String(16))
    started_at: Mapped[float]
