"""People, devices, rooms, the exchange itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from pbx.events.event import AgentState, Body, named


@named("room.talking")
@dataclass(frozen=True, slots=True)
class RoomSpeakers(Body):
    """Who talks in a room now, the loudest first: ``call_id``, ``number``, ``name``, ``login`` of each.

    Told when it changes, twice a second at most; nobody: the list is empty.
    """

    passing: ClassVar[bool] = True
    room: str
    talking: list[dict[str, str | None]]


@named("agent.state")
@dataclass(frozen=True, slots=True)
class AgentStateChanged(Body):
    """``cause``: ``api``, ``code``, ``call``, ``wrap_up_over``, ``restart`` …; ``until`` epoch seconds for wrap-up."""

    login: str
    state: AgentState
    previous: AgentState
    cause: str
    reason: str | None = None
    until: float | None = None


@named("agent.reachable")
@dataclass(frozen=True, slots=True)
class AgentReachability(Body):
    """A registered telephone of an agent does not answer any more (``on`` false: no calls are offered), or again."""

    login: str
    on: bool
    cause: str


@named("agent.break_overdue")
@dataclass(frozen=True, slots=True)
class AgentBreakOverdue(Body):
    """A break has lasted as long as one with this reason may."""

    login: str
    reason: str
    max_s: float


@named("device.registered")
@dataclass(frozen=True, slots=True)
class DeviceRegistered(Body):
    extension: str
    login: str | None
    contact: str
    user_agent: str
    expires_s: int


@named("device.unregistered")
@dataclass(frozen=True, slots=True)
class DeviceUnregistered(Body):
    extension: str
    login: str | None
    contact: str
    cause: str


@named("system.alarm")
@dataclass(frozen=True, slots=True)
class SystemAlarm(Body):
    """Something an administrator should know: ``what`` names it (``disk_full``, ``worker_died`` …)."""

    what: str
    detail: str


@named("mailbox.changed")
@dataclass(frozen=True, slots=True)
class MailboxChanged(Body):
    """Messages of ``box`` were heard, deleted or put there by somebody, at a telephone or at the page."""

    box: str


@named("switch.turned")
@dataclass(frozen=True, slots=True)
class NightSwitchTurned(Body):
    """A night switch was turned on or off, ``by`` whom (login)."""

    switch: str
    on: bool
    by: str | None = None


@named("person.setting")
@dataclass(frozen=True, slots=True)
class PersonSettingChanged(Body):
    """A person has set a forward (``value``: where to), or do_not_disturb and the like (``on``); None: no longer."""

    login: str
    setting: str
    value: str | None = None


@named("company.changed")
@dataclass(frozen=True, slots=True)
class CompanyChanged(Body):
    """The exchange goes by a new version of the company from now on."""
