"""Globally unique, time-ordered ids (UUIDv7, RFC 9562 §5.7)."""

from __future__ import annotations

from uuid_utils import uuid7


def new_id() -> str:
    """A new id; later ids sort after earlier ones."""
    return str(uuid7())
