"""The web's own table: who is signed in."""

from __future__ import annotations

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from store.base import Base, EpochSeconds


class WebSession(Base):
    """One sign-in. The token itself is not kept: ``token_hash`` is its SHA-256."""

    __tablename__ = "web_session"
    __table_args__ = (Index("ix_web_session_login", "login"), Index("ix_web_session_expires_at", "expires_at"))

    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    login: Mapped[str] = mapped_column(String(64))
    csrf_token: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[EpochSeconds]
    expires_at: Mapped[EpochSeconds]
