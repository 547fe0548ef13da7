"""Answering a digest challenge (RFC 7616, RFC 8760): what a trunk or another exchange asks of us."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Credentials:
    """A user name and its password."""

    username: str
    password: str = ""
