"""The web's own tables: sign-ins, second factors, tokens, browsers to push to, what webhooks and mails were sent."""

from __future__ import annotations

from sqlalchemy import Boolean, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from store.base import Base, EpochSeconds, IdKey, JsonArray, JsonObject, Sequence


class WebSession(Base):
    """One sign-in. The token itself is not kept: ``token_hash`` is its SHA-256.

    ``browser`` and ``system`` as `web.api.browser_names` tells them; empty: not known.
    """

    __tablename__ = "web_session"
    __table_args__ = (Index("ix_web_session_login", "login"), Index("ix_web_session_expires_at", "expires_at"))

    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    login: Mapped[str] = mapped_column(String(64))
    csrf_token: Mapped[str] = mapped_column(String(64))
    browser: Mapped[str] = mapped_column(String(32), default="")
    system: Mapped[str] = mapped_column(String(32), default="")
    created_at: Mapped[EpochSeconds]
    expires_at: Mapped[EpochSeconds]


class SecondFactor(Base):
    """A person's one-time passwords (RFC 6238). ``recovery``: SHA-256 of the recovery codes that are left.

    Not asked for before it is confirmed; ``last_step`` is the time step of the last password taken: none works twice.
    """

    __tablename__ = "second_factor"

    login: Mapped[str] = mapped_column(String(64), primary_key=True)
    secret: Mapped[str] = mapped_column(String(64))
    is_confirmed: Mapped[bool] = mapped_column(Boolean, default=False)
    last_step: Mapped[int] = mapped_column(default=0)
    recovery: Mapped[JsonArray]
    created_at: Mapped[EpochSeconds]


class ApiToken(Base):
    """A script's way in, on behalf of ``login``. The token itself is not kept: ``token_hash`` is its SHA-256."""

    __tablename__ = "api_token"
    __table_args__ = (Index("ix_api_token_login", "login"), Index("ix_api_token_token_hash", "token_hash", unique=True))

    id: Mapped[IdKey]
    token_hash: Mapped[str] = mapped_column(String(64))
    name: Mapped[str] = mapped_column(String(100))
    login: Mapped[str] = mapped_column(String(64))
    is_read_only: Mapped[bool] = mapped_column(Boolean, default=False)
    created_at: Mapped[EpochSeconds]
    expires_at: Mapped[EpochSeconds | None]
    last_used_at: Mapped[EpochSeconds | None]


class PushKey(Base):
    """The one key by which push services know this server; ``private_key`` is encrypted (`store.secret_key`)."""

    __tablename__ = "push_key"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    private_key: Mapped[str]
    created_at: Mapped[EpochSeconds]


class PushSubscription(Base):
    """A browser that takes pushes, as long as the session lasts in which it has subscribed. Keys are hexadecimal."""

    __tablename__ = "push_subscription"
    __table_args__ = (
        Index("ix_push_subscription_login", "login"),
        Index("ix_push_subscription_session_hash", "session_hash", unique=True),
    )

    id: Mapped[IdKey]
    login: Mapped[str] = mapped_column(String(64))
    session_hash: Mapped[str] = mapped_column(String(64))
    endpoint: Mapped[str] = mapped_column(String(1000))
    key: Mapped[str] = mapped_column(String(130))
    auth: Mapped[str] = mapped_column(String(32))
    language: Mapped[str] = mapped_column(String(2))
    created_at: Mapped[EpochSeconds]


class BitrixCall(Base):
    """A call as a Bitrix24 portal knows it; ``extension``: for whom it was registered."""

    __tablename__ = "bitrix_call"

    call_id: Mapped[str] = mapped_column(String(36), primary_key=True)
    portal_id: Mapped[str] = mapped_column(String(128))
    extension: Mapped[str] = mapped_column(String(16))
    at: Mapped[EpochSeconds]


class WebhookSecret(Base):
    """What the deliveries of a webhook are signed with; readable, for both sides need it."""

    __tablename__ = "webhook_secret"

    webhook: Mapped[str] = mapped_column(String(64), primary_key=True)
    secret: Mapped[str] = mapped_column(String(64))


class WebhookDelivery(Base):
    """One event on its way to one webhook. ``state``: ``waiting``, ``delivered``, ``failed`` (given up)."""

    __tablename__ = "webhook_delivery"
    __table_args__ = (
        Index("ix_webhook_delivery_due", "state", "next_at"),
        Index("ix_webhook_delivery_webhook_seq", "webhook", "seq"),
    )

    seq: Mapped[Sequence]
    webhook: Mapped[str] = mapped_column(String(64))
    event_id: Mapped[str] = mapped_column(String(36))
    type: Mapped[str] = mapped_column(String(64))
    body: Mapped[JsonObject]
    state: Mapped[str] = mapped_column(String(16))
    attempts: Mapped[int] = mapped_column(default=0)
    next_at: Mapped[EpochSeconds]
    created_at: Mapped[EpochSeconds]
    finished_at: Mapped[EpochSeconds | None]
    status: Mapped[int | None]
    fault: Mapped[str] = mapped_column(default="")


class ReportMailSent(Base):
    """Up to when (the end of its newest period) a report by mail has been sent, or was not to be."""

    __tablename__ = "report_mail_sent"

    name: Mapped[str] = mapped_column(String(64), primary_key=True)
    period_end: Mapped[EpochSeconds]
