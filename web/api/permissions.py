"""Which role may do what: one row per operation of the API, read by the dispatcher and by the tests.

``OWN`` reaches what is one's own (calls one took part in, queues one serves, one's voicemail box), ``ALL`` everything.
"""

from __future__ import annotations

from enum import Enum

from config.company import Role


class Scope(Enum):
    """How far a permission reaches."""

    NONE = "none"
    OWN = "own"
    ALL = "all"


NONE, OWN, ALL = Scope.NONE, Scope.OWN, Scope.ALL
ROLES: tuple[Role, ...] = ("agent", "supervisor", "administrator")

# Operation → agent, supervisor, administrator.
PERMISSIONS: dict[str, tuple[Scope, Scope, Scope]] = {
    "session.read": (OWN, OWN, OWN),
    "session.delete": (OWN, OWN, OWN),
    "session.sip": (OWN, OWN, OWN),
    "calls.list": (OWN, ALL, ALL),
    "calls.read": (OWN, ALL, ALL),
    "calls.events": (OWN, ALL, ALL),
    "calls.originate": (OWN, OWN, OWN),
    "calls.hangup": (OWN, ALL, ALL),
    "calls.hold": (OWN, ALL, ALL),
    "calls.transfer": (OWN, ALL, ALL),
    "calls.transfer_complete": (OWN, ALL, ALL),
    "calls.transfer_cancel": (OWN, ALL, ALL),
    "calls.park": (OWN, ALL, ALL),
    "calls.recording": (OWN, ALL, ALL),
    "calls.supervise": (NONE, ALL, ALL),
    "calls.conference": (OWN, OWN, OWN),
    "calls.take_over": (NONE, ALL, ALL),
    "calls.move": (NONE, ALL, ALL),
    "calls.notes": (OWN, ALL, ALL),
    "calls.add_note": (OWN, ALL, ALL),
    "queues.list": (OWN, ALL, ALL),
    "queues.read": (OWN, ALL, ALL),
    "agents.list": (ALL, ALL, ALL),
    "agents.set_me": (OWN, OWN, OWN),
    "agents.set": (NONE, ALL, ALL),
    "recordings.list": (OWN, ALL, ALL),
    "recordings.read": (OWN, ALL, ALL),
    "recordings.audio": (OWN, ALL, ALL),
    "recordings.delete": (NONE, ALL, ALL),
    "voicemails.list": (OWN, ALL, ALL),
    "voicemails.audio": (OWN, ALL, ALL),
    "voicemails.change": (OWN, ALL, ALL),
    "voicemails.delete": (OWN, ALL, ALL),
    "contacts.list": (ALL, ALL, ALL),
    "contacts.read": (ALL, ALL, ALL),
    "contacts.create": (ALL, ALL, ALL),
    "contacts.change": (ALL, ALL, ALL),
    "companies.list": (ALL, ALL, ALL),
    "companies.read": (ALL, ALL, ALL),
    "companies.create": (ALL, ALL, ALL),
    "companies.change": (ALL, ALL, ALL),
    "leads.list": (ALL, ALL, ALL),
    "leads.read": (ALL, ALL, ALL),
    "leads.create": (ALL, ALL, ALL),
    "leads.change": (ALL, ALL, ALL),
    "deals.list": (ALL, ALL, ALL),
    "deals.read": (ALL, ALL, ALL),
    "deals.create": (ALL, ALL, ALL),
    "deals.change": (ALL, ALL, ALL),
    "tasks.list": (ALL, ALL, ALL),
    "tasks.read": (ALL, ALL, ALL),
    "tasks.create": (ALL, ALL, ALL),
    "tasks.change": (ALL, ALL, ALL),
    "activities.list": (ALL, ALL, ALL),
    "activities.read": (ALL, ALL, ALL),
    "activities.create": (ALL, ALL, ALL),
    "activities.change": (ALL, ALL, ALL),
    "lookup": (ALL, ALL, ALL),
    "blocklist.list": (NONE, ALL, ALL),
    "blocklist.create": (NONE, ALL, ALL),
    "blocklist.delete": (NONE, ALL, ALL),
    "blocklist.import": (NONE, ALL, ALL),
    "reports.queues": (NONE, ALL, ALL),
    "reports.agents": (NONE, ALL, ALL),
    "reports.numbers": (NONE, ALL, ALL),
    "reports.menus": (NONE, ALL, ALL),
    "events": (OWN, ALL, ALL),
}


def scope_of(operation: str, role: str) -> Scope:
    """How far ``role`` may go with ``operation``; an operation or a role without a row may do nothing."""
    row = PERMISSIONS.get(operation)
    return row[ROLES.index(role)] if row is not None and role in ROLES else Scope.NONE
