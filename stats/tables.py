"""What the reports count: visits to queues and menus, offers to agents, conversations, time by state, calls.

``local_hour`` is YYYYMMDDHH on the company's clock, so that hours and days are the company's whatever the database.
"""

from __future__ import annotations

from sqlalchemy import Boolean, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from store.base import Base, EpochSeconds, Id, IdKey


class QueueVisit(Base):
    """One wait in one queue, from joining to leaving; ``id`` is that of ``queue.joined``. Open while waiting."""

    __tablename__ = "stat_queue_visit"
    __table_args__ = (
        Index("ix_stat_queue_visit_joined_at", "joined_at", "queue"),
        Index("ix_stat_queue_visit_call_id", "call_id"),
    )

    id: Mapped[IdKey]
    call_id: Mapped[Id]
    queue: Mapped[str] = mapped_column(String(64))
    joined_at: Mapped[EpochSeconds]
    local_hour: Mapped[int]
    left_at: Mapped[float | None]
    cause: Mapped[str | None] = mapped_column(String(16))
    wait_s: Mapped[float | None]
    login: Mapped[str | None] = mapped_column(String(64))


class Offer(Base):
    """A person's devices rang for a call; ``outcome``: ``answered``, or why not. ``id`` is that of ``call.ringing``."""

    __tablename__ = "stat_offer"
    __table_args__ = (
        Index("ix_stat_offer_at", "at", "login"),
        Index("ix_stat_offer_call_id", "call_id", "login"),
    )

    id: Mapped[IdKey]
    call_id: Mapped[Id]
    login: Mapped[str] = mapped_column(String(64))
    queue: Mapped[str | None] = mapped_column(String(64))
    at: Mapped[EpochSeconds]
    local_hour: Mapped[int]
    outcome: Mapped[str | None] = mapped_column(String(16))
    ring_s: Mapped[float | None]


class Conversation(Base):
    """A person connected in a call, hold included. ``role``: ``answered`` or ``dialled``.

    ``id`` is that of ``call.answered``; a person who dialled and one who answered have one each.
    """

    __tablename__ = "stat_conversation"
    __table_args__ = (
        Index("ix_stat_conversation_started_at", "started_at", "queue"),
        Index("ix_stat_conversation_call_id", "call_id"),
        Index("ix_stat_conversation_login", "login", "started_at"),
    )

    id: Mapped[IdKey]
    role: Mapped[str] = mapped_column(String(16), primary_key=True)
    call_id: Mapped[Id]
    login: Mapped[str] = mapped_column(String(64))
    queue: Mapped[str | None] = mapped_column(String(64))
    started_at: Mapped[EpochSeconds]
    local_hour: Mapped[int]
    ended_at: Mapped[float | None]
    talk_s: Mapped[float | None]
    wrap_up_s: Mapped[float] = mapped_column(default=0.0)
    was_transferred: Mapped[bool] = mapped_column(Boolean, default=False)


class AgentTime(Base):
    """Seconds that an agent spent in a state within one hour; ``span`` is the event that began the state."""

    __tablename__ = "stat_agent_time"
    __table_args__ = (Index("ix_stat_agent_time_at", "at", "login"),)

    span: Mapped[str] = mapped_column(String(36), primary_key=True)
    at: Mapped[float] = mapped_column(primary_key=True)
    login: Mapped[str] = mapped_column(String(64))
    local_hour: Mapped[int]
    state: Mapped[str] = mapped_column(String(16))
    reason: Mapped[str | None]
    seconds: Mapped[float]


class AgentNow(Base):
    """The state that an agent is in, and since when."""

    __tablename__ = "stat_agent_now"

    login: Mapped[str] = mapped_column(String(64), primary_key=True)
    span: Mapped[Id]
    state: Mapped[str] = mapped_column(String(16))
    reason: Mapped[str | None]
    since: Mapped[EpochSeconds]


class MenuVisit(Base):
    """One caller in one menu; ``left_to``: where it led, ``abandoned`` when the caller hung up in it."""

    __tablename__ = "stat_menu_visit"
    __table_args__ = (
        Index("ix_stat_menu_visit_entered_at", "entered_at", "menu"),
        Index("ix_stat_menu_visit_call_id", "call_id"),
    )

    id: Mapped[IdKey]
    call_id: Mapped[Id]
    menu: Mapped[str] = mapped_column(String(64))
    entered_at: Mapped[EpochSeconds]
    local_hour: Mapped[int]
    left_at: Mapped[float | None]
    left_to: Mapped[str | None] = mapped_column(String(128))
    last_node: Mapped[str | None] = mapped_column(String(64))


class MenuKey(Base):
    """What a caller keyed at one node of a menu."""

    __tablename__ = "stat_menu_key"
    __table_args__ = (Index("ix_stat_menu_key_at", "at", "menu"),)

    id: Mapped[IdKey]
    call_id: Mapped[Id]
    menu: Mapped[str] = mapped_column(String(64))
    node: Mapped[str] = mapped_column(String(64))
    keys: Mapped[str] = mapped_column(String(64))
    outcome: Mapped[str] = mapped_column(String(16))
    at: Mapped[EpochSeconds]
    local_hour: Mapped[int]


class CallFact(Base):
    """One call as the reports count it; ``ended_at`` is empty while it runs."""

    __tablename__ = "stat_call"
    __table_args__ = (
        Index("ix_stat_call_started_at", "started_at", "dialled"),
        Index("ix_stat_call_ended_at", "ended_at"),
    )

    call_id: Mapped[IdKey]
    direction: Mapped[str] = mapped_column(String(16))
    dialled: Mapped[str] = mapped_column(String(128))
    starter: Mapped[str | None] = mapped_column(String(64))
    queue: Mapped[str | None] = mapped_column(String(64))
    login: Mapped[str | None] = mapped_column(String(64))
    trunk: Mapped[str | None] = mapped_column(String(64))
    started_at: Mapped[EpochSeconds]
    local_hour: Mapped[int]
    answered_at: Mapped[float | None]
    ended_at: Mapped[float | None]
    wait_s: Mapped[float | None]
    talk_s: Mapped[float | None]
    result: Mapped[str | None] = mapped_column(String(16))
    transfers: Mapped[int] = mapped_column(default=0)
    rating: Mapped[int | None]


class CallbackAsked(Base):
    """A caller asked a queue to be called back. ``result``: once it is over, ``reached``, ``failed`` …"""

    __tablename__ = "stat_callback"
    __table_args__ = (Index("ix_stat_callback_at", "at", "queue"),)

    id: Mapped[IdKey]
    call_id: Mapped[str | None] = mapped_column(String(36))
    callback_id: Mapped[str] = mapped_column(String(36), index=True)
    queue: Mapped[str] = mapped_column(String(64))
    at: Mapped[EpochSeconds]
    local_hour: Mapped[int]
    result: Mapped[str | None] = mapped_column(String(16))
    login: Mapped[str | None] = mapped_column(String(64))
    attempts: Mapped[int] = mapped_column(default=0)
    wait_s: Mapped[float | None]


class CampaignTry(Base):
    """One attempt of a campaign to reach a contact, as the event ``campaign.attempted`` says."""

    __tablename__ = "stat_campaign_try"
    __table_args__ = (Index("ix_stat_campaign_try_campaign", "campaign", "at", "id"),)

    id: Mapped[IdKey]
    call_id: Mapped[str | None] = mapped_column(String(36), index=True)
    campaign: Mapped[str] = mapped_column(String(64))
    contact_id: Mapped[str] = mapped_column(String(36))
    number: Mapped[str] = mapped_column(String(32))
    name: Mapped[str] = mapped_column(String(200))
    attempt: Mapped[int]
    login: Mapped[str | None] = mapped_column(String(64))
    result: Mapped[str] = mapped_column(String(16))
    is_last: Mapped[bool]
    talk_s: Mapped[float]
    at: Mapped[EpochSeconds]


TABLES = (
    QueueVisit,
    Offer,
    Conversation,
    AgentTime,
    AgentNow,
    MenuVisit,
    MenuKey,
    CallFact,
    CallbackAsked,
    CampaignTry,
)
