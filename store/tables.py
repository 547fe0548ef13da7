"""The store's own tables: the company's parts, accounts and credentials, block rules, the event log and its reading."""

from __future__ import annotations

from sqlalchemy import Boolean, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from store.base import Base, EpochSeconds, IdKey, JsonObject, Sequence


class Installation(Base):
    """One fact about the installation by its name (``demo``, ``loaded_at``, ``sip_realm``)."""

    __tablename__ = "installation"

    name: Mapped[str] = mapped_column(String(64), primary_key=True)
    value: Mapped[str]


class CompanyPart(Base):
    """One version of one part of the company; the newest that is not deleted counts."""

    __tablename__ = "company_part"
    __table_args__ = (Index("ix_company_part_current", "is_current", "kind", "name"),)

    kind: Mapped[str] = mapped_column(String(32), primary_key=True)
    name: Mapped[str] = mapped_column(String(128), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    body: Mapped[JsonObject]
    is_current: Mapped[bool] = mapped_column(Boolean)
    is_deleted: Mapped[bool] = mapped_column(Boolean, default=False)
    changed_at: Mapped[EpochSeconds]
    changed_by: Mapped[str | None] = mapped_column(String(64))


class AuditEntry(Base):
    """What somebody did to the company: ``action`` on the part or thing ``kind``, ``name``.

    ``version`` is that of the part which the action made; ``detail`` what else is worth knowing, never a secret.
    """

    __tablename__ = "audit_entry"
    __table_args__ = (
        Index("ix_audit_entry_kind_name_id", "kind", "name", "id"),
        Index("ix_audit_entry_by_id", "by", "id"),
    )

    id: Mapped[IdKey]
    at: Mapped[EpochSeconds]
    by: Mapped[str | None] = mapped_column(String(64))
    action: Mapped[str] = mapped_column(String(32))
    kind: Mapped[str] = mapped_column(String(32))
    name: Mapped[str] = mapped_column(String(128))
    version: Mapped[int | None]
    detail: Mapped[JsonObject]


class Account(Base):
    """A person's way into the web: an argon2id hash, and the role that the person has."""

    __tablename__ = "account"

    login: Mapped[str] = mapped_column(String(64), primary_key=True)
    password_hash: Mapped[str]
    role: Mapped[str] = mapped_column(String(32))
    is_disabled: Mapped[bool] = mapped_column(Boolean, default=False)
    changed_at: Mapped[EpochSeconds]


class SipCredential(Base):
    """What a phone proves it knows: HA1 of RFC 7616 §3.4.2 with MD5 and SHA-256, never the password."""

    __tablename__ = "sip_credential"

    username: Mapped[str] = mapped_column(String(64), primary_key=True)
    realm: Mapped[str] = mapped_column(String(255))
    ha1_md5: Mapped[str] = mapped_column(String(32))
    ha1_sha256: Mapped[str] = mapped_column(String(64))
    ha1_sha512_256: Mapped[str] = mapped_column(String(64))
    changed_at: Mapped[EpochSeconds]


class TrunkCredential(Base):
    """A trunk's user name and password, encrypted (`store.secret_key`): a carrier's realm is its own."""

    __tablename__ = "trunk_credential"

    trunk: Mapped[str] = mapped_column(String(64), primary_key=True)
    username: Mapped[str] = mapped_column(String(128))
    password: Mapped[str]
    changed_at: Mapped[EpochSeconds]


class BlockRule(Base):
    """A number, a prefix ending in ``*``, or a pattern with ``?`` that is not let in, or let in after all (``allow``).

    ``scope``: ``company``, ``department:NAME`` or ``person:LOGIN``; after ``expires_at`` it counts no longer.
    """

    __tablename__ = "block_rule"
    __table_args__ = (
        UniqueConstraint("number", "scope", name="uq_block_rule_number"),
        Index("ix_block_rule_created_at", "created_at", "id"),
    )

    id: Mapped[IdKey]
    number: Mapped[str] = mapped_column(String(32))
    action: Mapped[str] = mapped_column(String(32))
    scope: Mapped[str] = mapped_column(String(80), default="company")
    expires_at: Mapped[float | None]
    note: Mapped[str] = mapped_column(Text, default="")
    created_at: Mapped[EpochSeconds]
    created_by: Mapped[str | None] = mapped_column(String(64))


class DoNotCall(Base):
    """A number (E.164) that no campaign calls."""

    __tablename__ = "do_not_call"
    __table_args__ = (Index("ix_do_not_call_created_at", "created_at", "number"),)

    number: Mapped[str] = mapped_column(String(32), primary_key=True)
    note: Mapped[str] = mapped_column(Text, default="")
    created_at: Mapped[EpochSeconds]
    created_by: Mapped[str | None] = mapped_column(String(64))


class LoggedEvent(Base):
    """One event; ``body`` is the whole document as every wire shows it, ``seq`` the order in which it was logged."""

    __tablename__ = "event_log"
    __table_args__ = (
        UniqueConstraint("id", name="uq_event_log_id"),
        Index("ix_event_log_call_id_seq", "call_id", "seq"),
        Index("ix_event_log_type_seq", "type", "seq"),
    )

    seq: Mapped[Sequence]
    id: Mapped[str] = mapped_column(String(36))
    type: Mapped[str] = mapped_column(String(64))
    at: Mapped[EpochSeconds]
    call_id: Mapped[str | None] = mapped_column(String(36))
    body: Mapped[JsonObject]


class JournalPosition(Base):
    """How far the journal has been applied: one row."""

    __tablename__ = "journal_position"

    reader: Mapped[str] = mapped_column(String(32), primary_key=True)
    segment: Mapped[int]
    offset: Mapped[int]
    updated_at: Mapped[EpochSeconds]


class ReactionDone(Base):
    """A reaction to an event has happened; it never happens again."""

    __tablename__ = "reaction_done"

    reaction: Mapped[str] = mapped_column(String(64), primary_key=True)
    event_id: Mapped[str] = mapped_column(String(36), primary_key=True)


class ProjectionFault(Base):
    """An event that a projection or reaction could not take; the stream went on without it."""

    __tablename__ = "projection_fault"

    seq: Mapped[Sequence]
    event_id: Mapped[str] = mapped_column(String(36))
    projection: Mapped[str] = mapped_column(String(64))
    error: Mapped[str]
    at: Mapped[EpochSeconds]


class AgentStateRow(Base):
    """The last known state of each agent, for a restart of the exchange."""

    __tablename__ = "agent_state"

    login: Mapped[str] = mapped_column(String(64), primary_key=True)
    state: Mapped[str] = mapped_column(String(16))
    reason: Mapped[str | None]
    since: Mapped[EpochSeconds]
    event_id: Mapped[str] = mapped_column(String(36))
