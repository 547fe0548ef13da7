"""Which events a person may see: supervisors all, agents their own calls and queues, and how colleagues are."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Collection
from typing import Any

MAX_CALLS = 20_000

# Events of nobody's call that everybody may see: who is there, and what happens in the CRM that all work in.
FOR_ALL = frozenset({"agent.state", "lead.created", "company.changed", "switch.turned"})
# The fields of an event that make a login part of its call.
_FIELDS = ("login", "by", "responsible")


# Of an event of FOR_ALL, what those are not told who do not work with its person.
_UNTOLD = {"agent.state": ("call_id", "reason")}


def outline(document: dict[str, Any]) -> dict[str, Any]:
    """An event as it is told to people who do not work with the one it is about."""
    return document | dict.fromkeys(_UNTOLD.get(document["type"], ()))


class Participants:
    """Who takes part in which call, as the events say; the last MAX_CALLS calls."""

    def __init__(self) -> None:
        self._calls: OrderedDict[str, set[str]] = OrderedDict()

    def note(self, document: dict[str, Any]) -> None:
        """Learn from an event."""
        call_id = document.get("call_id")
        if call_id is None:
            return
        logins = logins_of(document)
        if logins:
            self.add(call_id, logins)

    def add(self, call_id: str, logins: Collection[str]) -> None:
        known = self._calls.setdefault(call_id, set())
        known.update(logins)
        self._calls.move_to_end(call_id)
        while len(self._calls) > MAX_CALLS:
            self._calls.popitem(last=False)

    def of(self, call_id: str | None) -> Collection[str]:
        return self._calls.get(call_id, ()) if call_id is not None else ()


def logins_of(document: dict[str, Any]) -> set[str]:
    """The people whom an event makes part of its call; who only supervises one is none of them."""
    if document["type"] == "call.supervised":
        return set()
    logins = {document[field] for field in _FIELDS if isinstance(document.get(field), str)}
    if document["type"] == "screen_pop":
        logins.update(document["logins"])
    return logins


def may_see(
    login: str,
    extension: str,
    queues: Collection[str],
    sees_all: bool,
    document: dict[str, Any],
    participants: Collection[str],
    colleagues: Collection[str] = (),
    boxes: Collection[str] = (),
) -> bool:
    """Whether the person ``login`` may see an event of a call with ``participants``.

    ``colleagues``, ``boxes``: whose events are this person's business as well, and their voicemail boxes.
    """
    logins = {login, *colleagues}
    type_ = document["type"]
    if type_ == "screen_pop":
        return bool(login in document["logins"])
    if type_ == "crm.notified":
        return bool(login == document["login"])
    if sees_all or type_ in FOR_ALL:
        return True
    if type_ == "call.supervised":
        return bool(document["by"] == login)  # whether the others hear of it is for the company to say, by a tone
    if type_ == "room.talking":
        return not logins.isdisjoint(speaker["login"] for speaker in document["talking"])
    if type_ in ("queue.joined", "queue.left"):
        return bool(document["queue"] in queues or not logins.isdisjoint(participants))
    if type_ in ("voicemail.recorded", "voicemail.ready", "mailbox.changed"):
        return bool(document["box"] == extension or document["box"] in boxes)
    if type_ in ("device.registered", "device.unregistered"):
        return bool(document["login"] in logins)
    if type_ == "system.alarm":
        return False
    return not logins.isdisjoint(participants) or not logins.isdisjoint(logins_of(document))
