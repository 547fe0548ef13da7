"""Which role may do what: one row per operation of the API, read by the dispatcher and by the tests.

``OWN`` reaches what is one's own (calls one took part in, queues one serves, one's voicemail box), ``DEPARTMENT`` what
is anybody's in one's department, ``ALL`` everything. A role of the company's own is a built-in one with other reaches.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import Enum

from config.company import BuiltInRole, RoleRights
from store.configuration import KINDS


class Scope(Enum):
    """How far a permission reaches."""

    NONE = "none"
    OWN = "own"
    DEPARTMENT = "department"
    ALL = "all"


NONE, OWN, ALL = Scope.NONE, Scope.OWN, Scope.ALL
ROLES: tuple[BuiltInRole, ...] = ("agent", "supervisor", "administrator")

# Operation → agent, supervisor, administrator.
PERMISSIONS: dict[str, tuple[Scope, Scope, Scope]] = {
    "session.read": (OWN, OWN, OWN),
    "session.delete": (OWN, OWN, OWN),
    "session.sip": (OWN, OWN, OWN),
    "calls.list": (OWN, ALL, ALL),
    "calls.read": (OWN, ALL, ALL),
    "calls.events": (OWN, ALL, ALL),
    "calls.trace": (NONE, ALL, ALL),
    "calls.originate": (OWN, OWN, OWN),
    "calls.hangup": (OWN, ALL, ALL),
    "calls.hold": (OWN, ALL, ALL),
    "calls.transfer": (OWN, ALL, ALL),
    "calls.transfer_complete": (OWN, ALL, ALL),
    "calls.transfer_cancel": (OWN, ALL, ALL),
    "calls.park": (OWN, ALL, ALL),
    "calls.recording": (OWN, ALL, ALL),
    "calls.recording_state": (OWN, ALL, ALL),
    "calls.supervise": (NONE, ALL, ALL),
    "calls.disposition": (OWN, ALL, ALL),
    "calls.dispose": (OWN, ALL, ALL),
    "queues.desk": (OWN, ALL, ALL),
    "calls.conference": (OWN, OWN, OWN),
    "calls.take_over": (NONE, ALL, ALL),
    "calls.move": (NONE, ALL, ALL),
    "calls.notes": (OWN, ALL, ALL),
    "calls.add_note": (OWN, ALL, ALL),
    "calls.change_note": (OWN, ALL, ALL),
    "queues.list": (OWN, ALL, ALL),
    "queues.read": (OWN, ALL, ALL),
    "agents.list": (ALL, ALL, ALL),
    "agents.breaks": (ALL, ALL, ALL),
    "own_settings.read": (OWN, OWN, OWN),
    "own_settings.change": (OWN, OWN, OWN),
    "switches.list": (ALL, ALL, ALL),
    "switches.turn": (NONE, ALL, ALL),
    "agents.set_me": (OWN, OWN, OWN),
    "agents.set": (NONE, ALL, ALL),
    "agents.extend_wrap_up": (OWN, OWN, OWN),
    "agents.end_wrap_up": (NONE, ALL, ALL),
    "callbacks.list": (OWN, ALL, ALL),
    "callbacks.create": (ALL, ALL, ALL),
    "callbacks.change": (NONE, ALL, ALL),
    "callbacks.delete": (NONE, ALL, ALL),
    "campaigns.list": (NONE, ALL, ALL),
    "campaigns.state": (NONE, ALL, ALL),
    "campaigns.contacts": (NONE, ALL, ALL),
    "campaigns.import": (NONE, ALL, ALL),
    "campaigns.attempts": (NONE, ALL, ALL),
    "campaigns.report": (NONE, ALL, ALL),
    "campaigns.offers": (OWN, OWN, OWN),
    "campaigns.decide": (OWN, OWN, OWN),
    "do_not_call.list": (NONE, ALL, ALL),
    "do_not_call.create": (NONE, ALL, ALL),
    "do_not_call.delete": (NONE, ALL, ALL),
    "queues.place": (NONE, ALL, ALL),
    "agents.set_queues": (NONE, ALL, ALL),
    "recordings.list": (OWN, ALL, ALL),
    "recordings.read": (OWN, ALL, ALL),
    "recordings.audio": (OWN, ALL, ALL),
    "recordings.delete": (NONE, ALL, ALL),
    "recordings.hold": (NONE, ALL, ALL),
    "recordings.erase": (NONE, NONE, ALL),
    "greetings.list": (OWN, ALL, ALL),
    "greetings.audio": (OWN, ALL, ALL),
    "greetings.record": (OWN, ALL, ALL),
    "greetings.delete": (OWN, ALL, ALL),
    "greetings.restore": (OWN, ALL, ALL),
    "voicemails.list": (OWN, ALL, ALL),
    "voicemails.audio": (OWN, ALL, ALL),
    "voicemails.change": (OWN, ALL, ALL),
    "voicemails.delete": (OWN, ALL, ALL),
    "voicemails.restore": (OWN, ALL, ALL),
    "contacts.list": (ALL, ALL, ALL),
    "contacts.read": (ALL, ALL, ALL),
    "contacts.create": (ALL, ALL, ALL),
    "contacts.change": (ALL, ALL, ALL),
    "contacts.merge": (NONE, ALL, ALL),
    "contacts.duplicates": (NONE, ALL, ALL),
    "contacts.import": (NONE, ALL, ALL),
    "contacts.export": (NONE, ALL, ALL),
    "companies.list": (ALL, ALL, ALL),
    "companies.read": (ALL, ALL, ALL),
    "companies.create": (ALL, ALL, ALL),
    "companies.change": (ALL, ALL, ALL),
    "leads.list": (ALL, ALL, ALL),
    "leads.read": (ALL, ALL, ALL),
    "leads.create": (ALL, ALL, ALL),
    "leads.change": (ALL, ALL, ALL),
    "leads.convert": (ALL, ALL, ALL),
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
    "reports.dispositions": (NONE, ALL, ALL),
    "events": (OWN, ALL, ALL),
    "session.list": (OWN, OWN, OWN),
    "session.end": (OWN, OWN, OWN),
    "session.password": (OWN, OWN, OWN),
    "session.second_factor": (OWN, OWN, OWN),
    "session.begin_second_factor": (OWN, OWN, OWN),
    "session.confirm_second_factor": (OWN, OWN, OWN),
    "session.drop_second_factor": (OWN, OWN, OWN),
    "push.key": (OWN, OWN, OWN),
    "push.list": (OWN, OWN, OWN),
    "push.subscribe": (OWN, OWN, OWN),
    "push.unsubscribe": (OWN, OWN, OWN),
    "tokens.list": (OWN, OWN, ALL),
    "tokens.create": (OWN, OWN, OWN),
    "tokens.delete": (OWN, OWN, ALL),
    "settings.company.read": (NONE, NONE, ALL),
    "settings.company.change": (NONE, NONE, ALL),
    "settings.company.versions": (NONE, NONE, ALL),
    "settings.company.restore": (NONE, NONE, ALL),
    "settings.recordings.read": (NONE, NONE, ALL),
    "settings.recordings.change": (NONE, NONE, ALL),
    "settings.recordings.versions": (NONE, NONE, ALL),
    "settings.recordings.restore": (NONE, NONE, ALL),
    "settings.forms": (NONE, ALL, ALL),
    "settings.permissions": (NONE, NONE, ALL),
    "settings.people.password": (NONE, NONE, ALL),
    "settings.people.telephone": (NONE, NONE, ALL),
    "settings.people.sign_out": (NONE, NONE, ALL),
    "settings.people.second_factor": (NONE, NONE, ALL),
    "settings.trunks.password": (NONE, NONE, ALL),
    "settings.trunks.test": (NONE, NONE, ALL),
    "settings.menus.check": (NONE, NONE, ALL),
    "settings.menus.diff": (NONE, NONE, ALL),
    "settings.menus.try": (NONE, NONE, ALL),
    "settings.crm_rules.try": (NONE, NONE, ALL),
    "settings.report_mails.send": (NONE, ALL, ALL),
    "settings.webhooks.secret": (NONE, NONE, ALL),
    "settings.webhooks.test": (NONE, NONE, ALL),
    "settings.webhooks.deliveries": (NONE, NONE, ALL),
    "settings.webhooks.redeliver": (NONE, NONE, ALL),
    "prompts.list": (NONE, NONE, ALL),
    "prompts.audio": (NONE, NONE, ALL),
    "prompts.record": (NONE, NONE, ALL),
    "prompts.speak": (NONE, NONE, ALL),
    "prompts.delete": (NONE, NONE, ALL),
    "blocklist.progress": (NONE, ALL, ALL),
    "blocklist.export": (NONE, ALL, ALL),
    "audit.list": (NONE, NONE, ALL),
    "audit.undo": (NONE, NONE, ALL),
    "devices.list": (NONE, ALL, ALL),
    "system.health": (NONE, NONE, ALL),
    "system.setup": (NONE, NONE, ALL),
}


SETTINGS_ACTIONS = ("list", "read", "create", "change", "delete", "versions", "restore")
PERMISSIONS |= {
    f"settings.{listed}.{action}": (NONE, NONE, ALL) for listed, _ in KINDS.values() for action in SETTINGS_ACTIONS
}
PERMISSIONS |= {
    f"settings.{listed}.{action}": (NONE, ALL, ALL)
    for listed in ("campaigns", "report_mails")
    for action in SETTINGS_ACTIONS
}

# Resources whose things belong to people, so that a department's can be told from the rest.
DEPARTMENTAL = frozenset({"calls", "recordings", "voicemails", "queues", "events"})
# What only explains others comes with any of them: the forms of the company's parts, the list of permissions.
EXPLAINS = {
    "settings.forms": tuple(name for name in PERMISSIONS if name.startswith("settings.") and name.endswith(".read")),
    "settings.permissions": ("settings.roles.read",),
}
_WIDTH = {scope: width for width, scope in enumerate(Scope)}


def choices_of(operation: str) -> tuple[Scope, ...]:
    """The reaches that a role of the company's own can be given for ``operation``, from narrow to wide."""
    row = PERMISSIONS[operation]
    if set(row) == {OWN}:
        return (OWN,)
    wide = [scope for scope in (OWN, ALL) if scope in row]
    if len(wide) == 2 and operation.partition(".")[0] in DEPARTMENTAL:
        wide.insert(1, Scope.DEPARTMENT)
    return (NONE, *wide)


def scope_of(operation: str, role: str, roles: Iterable[RoleRights] = ()) -> Scope:
    """How far ``role`` may go with ``operation``; an operation or a role that nobody knows may do nothing.

    ``roles``: those of the company's own.
    """
    roles = tuple(roles)
    given = _given(operation, role, roles)
    if given is Scope.NONE and any(
        _given(other, role, roles) is not Scope.NONE for other in EXPLAINS.get(operation, ())
    ):
        return Scope.ALL
    return given


def _given(operation: str, role: str, roles: Iterable[RoleRights]) -> Scope:
    row = PERMISSIONS.get(operation)
    if row is None:
        return Scope.NONE
    if role in ROLES:
        return row[ROLES.index(role)]
    own = next((one for one in roles if one.name == role), None)
    if own is None:
        return Scope.NONE
    name = operation
    while name not in own.permissions and "." in name:
        name = name.rpartition(".")[0]
    if name not in own.permissions:
        return row[ROLES.index(own.based_on)]
    wanted, choices = Scope(own.permissions[name]), choices_of(operation)
    return max((one for one in choices if _WIDTH[one] <= _WIDTH[wanted]), key=_WIDTH.__getitem__, default=choices[0])


def built_in(role: str, roles: Iterable[RoleRights]) -> BuiltInRole:
    """The built-in role that ``role`` is, or is based on; of one that nobody knows the least."""
    for one in ROLES:
        if one == role:
            return one
    return next((one.based_on for one in roles if one.name == role), ROLES[0])


def is_within(role: str, other: str, roles: Iterable[RoleRights]) -> bool:
    """Whether ``role`` reaches nowhere farther than ``other``."""
    known = tuple(roles)
    return all(_WIDTH[scope_of(name, role, known)] <= _WIDTH[scope_of(name, other, known)] for name in PERMISSIONS)


def unknown_permissions(role: RoleRights) -> list[str]:
    """The names in a role that are those of no operation and no resource."""
    known = {".".join(parts[: place + 1]) for parts in map(_parts, PERMISSIONS) for place in range(len(parts))}
    return [name for name in role.permissions if name not in known]


def _parts(name: str) -> list[str]:
    return name.split(".")
