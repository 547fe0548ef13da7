"""What can be asked of campaigns over the command socket, and the check of what comes with it."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Protocol, TypeAlias, TypeVar

from pbx.campaigns.engine import STATES, Running

MAX_CONTACTS_AT_ONCE = 5000
MAX_NAME = 200
_E164 = re.compile(r"^\+[1-9][0-9]{4,14}$")

Document = dict[str, Any]
T = TypeVar("T")
Soon: TypeAlias = T | Awaitable[T]


class CampaignsAsked(Protocol):
    """The part of `pbx.exchange.server.Commands` that is about campaigns."""

    def campaigns(self) -> Soon[list[Document]]:
        """Every campaign: its state and how far it has come."""

    def campaign_state(self, name: str, state: Running, by: str) -> Soon[Document]:
        """``running``, ``paused`` or ``stopped``."""

    def campaign_add(self, name: str, contacts: list[Document]) -> Soon[Document]:
        """More contacts, ``number`` (E.164) and ``name`` each; answers with the campaign and how many are new."""

    def campaign_offer(self, login: str) -> Soon[Document | None]:
        """Whom a preview campaign shows this agent now."""

    def campaign_decide(self, contact_id: str, login: str, starts: bool) -> Soon[Document]:
        """Start the call shown, or leave it out; ``call_id``."""


def contact_list(value: object) -> list[dict[str, str]]:
    """Contacts as the command takes them. Raises TypeError."""
    if not isinstance(value, list) or len(value) > MAX_CONTACTS_AT_ONCE:
        raise TypeError(f"allowed: at most {MAX_CONTACTS_AT_ONCE} contacts")
    for one in value:
        if not isinstance(one, dict) or set(one) != {"number", "name"}:
            raise TypeError("allowed: number (E.164) and name of each")
        if not isinstance(one["number"], str) or not _E164.match(one["number"]):
            raise TypeError("allowed: number (E.164) and name of each")
    return [{"number": one["number"], "name": str(one["name"])[:MAX_NAME]} for one in value]


def _state(value: object) -> object:
    if value not in STATES:
        raise ValueError(f"allowed: {', '.join(STATES)}")
    return value


Check = Callable[[object], object]


def campaign_commands(text: Check, flag: Check) -> Mapping[str, Mapping[str, Check]]:
    """The rows of the table of commands that are about campaigns."""
    return {
        "campaigns": {},
        "campaign_state": {"name": text, "state": _state, "by": text},
        "campaign_add": {"name": text, "contacts": contact_list},
        "campaign_offer": {"login": text},
        "campaign_decide": {"contact_id": text, "login": text, "starts": flag},
    }
