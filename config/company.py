"""The company that the exchange serves: people, numbers, queues, trunks, menus, as one checked document.

A company document is loaded from a file into an empty database, edited over the API after that, and read by the
exchange as one immutable snapshot. Names in it are the ones that users see.
"""

from __future__ import annotations

from functools import cached_property
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from config.automation import ADDRESS, CrmRule
from config.caller_id import CallerIdRule
from config.campaigns import Campaign
from config.crm import CrmRules
from config.destination import Destination
from config.devices import DeskPhone
from config.hours import OpeningHours, TimeZone
from config.names import (
    E164,
    CalledName,
    Emergency,
    Extension,
    Login,
    LoginOrDepartment,
    Name,
    PromptName,
    Skill,
    Title,
)
from config.part import Language, Part, YesNo
from config.queueing import (
    AgentRules,
    CallbackRules,
    Disposition,
    OverflowCause,
    QueueMessage,
    Relaxation,
)
from config.recordings import RecordingPolicy
from config.references import dangling, duplicates
from config.report_mails import ReportMail
from config.roles import BUILT_IN_ROLES, BuiltInRole, RoleRights
from config.security import Security, TollGuard
from config.trunk import Trunk

__all__ = [
    "BUILT_IN_ROLES",
    "E164",
    "BuiltInRole",
    "Company",
    "Contact",
    "Destination",
    "Extension",
    "Login",
    "Menu",
    "Name",
    "Number",
    "PagingGroup",
    "Person",
    "Queue",
    "QueueMember",
    "RingGroup",
    "RoleRights",
    "Room",
    "SpeedDial",
    "Strategy",
    "Switch",
    "Trunk",
    "VoicemailBox",
    "Webhook",
]

Strategy = Literal[
    "longest_idle", "round_robin", "fewest_calls", "least_talk_time", "ring_all", "in_order", "random", "weighted"
]


INTERNAL_NUMBER = Field(default=None, description="dialled by telephones of the house, and typed by callers in a menu")


class Person(Part):
    """Somebody with a login and an extension; a SIP user name is the extension."""

    login: Login
    name: CalledName
    extension: Extension
    role: Name = Field(default="agent", description="agent, supervisor, administrator, or a role of the company's own")
    department: Annotated[str, Field(max_length=64)] = Field(
        default="", description="whom a role that reaches the department reaches"
    )
    is_active: YesNo = Field(default=True, description="may sign in and register telephones; calls find the voicemail")
    language: Language = "es"
    pickup_group: Name | None = "all"
    picks_up: tuple[Name, ...] = Field(
        default=(), max_length=50, description="further pick-up groups whose ringing calls this person may take"
    )
    picks_up_calls: tuple[Literal["inbound", "internal", "outbound"], ...] = Field(
        default=("inbound", "internal", "outbound"), description="which ringing calls of others this person may take"
    )
    ring_timeout_s: Annotated[int, Field(ge=5, le=300)] = 20
    caller_id: E164 | None = None
    auto_answer: YesNo = Field(
        default=False, description="queue calls are answered by the telephone itself, after a beep"
    )
    devices: Annotated[tuple[DeskPhone, ...], Field(max_length=10)] = Field(
        default=(), description="desk telephones that fetch their settings (docs/phones.md)"
    )


class Number(Part):
    """A number from the carrier (DID) and where it leads."""

    number: E164
    destination: Destination
    language: Language | None = None


class QueueMember(Part):
    """An agent of a queue, with levels per skill (1 is best)."""

    login: Login
    penalty: Annotated[int, Field(ge=0, le=100)] = 0
    skills: dict[Skill, Annotated[int, Field(ge=1, le=10)]] = Field(default_factory=dict)


class Queue(Part):
    """A waiting line and the agents who serve it. Times in seconds."""

    name: Name
    title: Title = ""
    extension: Extension | None = INTERNAL_NUMBER
    strategy: Strategy = "longest_idle"
    members: tuple[QueueMember, ...] = ()
    skills: Annotated[tuple[Skill, ...], Field(max_length=50)] = ()
    ring_timeout_s: Annotated[int, Field(ge=5, le=120)] = 15
    wrap_up_s: Annotated[int, Field(ge=0, le=3600)] = 0
    service_level_s: Annotated[int, Field(ge=1, le=3600)] = 20
    max_wait_s: Annotated[int, Field(ge=1, le=86400)] = 120
    max_callers: Annotated[int, Field(ge=1, le=10000)] = 1000
    overflow: Destination
    announce_position_s: Annotated[int, Field(ge=0, le=3600)] = 30
    callback: YesNo = False
    callbacks: CallbackRules = CallbackRules()
    music: PromptName = "default"
    weight: Annotated[float, Field(ge=0.1, le=100)] = Field(
        default=1.0, description="for agents of several queues: waiting here counts so many times"
    )
    priority_worth_s: Annotated[int, Field(ge=1, le=86400)] = Field(
        default=300, description="so many seconds of waiting make up for one level of priority: nobody starves"
    )
    vip_priority: Annotated[int, Field(ge=0, le=100)] = 10
    skill_level: Annotated[int, Field(ge=1, le=10)] = Field(default=10, description="worst level of skills accepted")
    relaxation: tuple[Relaxation, ...] = ()
    sticky_s: Annotated[int, Field(ge=0, le=3600)] = Field(
        default=0, description="waits so long for who served the caller last, then for the contact's responsible"
    )
    overflow_when: dict[OverflowCause, Destination] = Field(default_factory=dict)
    max_expected_wait_s: Annotated[int, Field(ge=0, le=86400)] = Field(
        default=0, description="where a longer wait is expected, `long_wait` applies; 0: never"
    )
    hours: OpeningHours | None = Field(default=None, description="outside these, `outside_hours` applies")
    messages: Annotated[tuple[QueueMessage, ...], Field(max_length=20)] = ()
    whisper: YesNo = Field(default=False, description="an agent hears queue and wait before being connected")
    survey: Name | None = Field(default=None, description="the menu for a caller whose agent has hung up")
    script: dict[Language, Annotated[str, Field(max_length=10_000)]] = Field(
        default_factory=dict, description="what agents read while they talk: paragraphs, lines of - points"
    )
    dispositions: Annotated[tuple[Disposition, ...], Field(max_length=50)] = ()


class RingGroup(Part):
    """Several extensions that ring for one call."""

    name: Name
    extension: Extension | None = INTERNAL_NUMBER
    extensions: Annotated[tuple[Extension, ...], Field(min_length=1, max_length=200)]
    strategy: Literal["all", "in_order", "by_turns"] = "all"
    follow_forwards: YesNo = Field(
        default=False, description="who forwards all calls is rung there, outside with a key that takes the call"
    )
    ring_timeout_s: Annotated[int, Field(ge=5, le=300)] = 20
    fallback: Destination


class Room(Part):
    """A conference room with its own extension."""

    extension: Extension
    name: Title = ""
    pin: Annotated[str, Field(pattern=r"^[0-9]{0,12}$")] = ""
    moderator_pin: Annotated[str, Field(pattern=r"^[0-9]{0,12}$")] = Field(
        default="", description="who types it leads the conference; empty: everybody with an extension does"
    )
    max_members: Annotated[int, Field(ge=2, le=1000)] = 100
    tones: YesNo = True  # all in the room hear who comes and goes
    record: YesNo = Field(default=False, description="the conference is recorded as soon as somebody is in it")


class PagingGroup(Part):
    """Telephones that answer by themselves and listen: ``*66NUMBER``."""

    number: Annotated[int, Field(ge=1, le=99)]
    title: Title = ""
    extensions: Annotated[tuple[Extension, ...], Field(min_length=1, max_length=200)]


class SpeedDial(Part):
    """A number that everybody can dial as ``*0NUMBER``."""

    number: Annotated[int, Field(ge=0, le=99)]
    title: Title = ""
    to: Annotated[str, Field(pattern=r"^\+?[0-9]{2,20}$")]


class Switch(Part):
    """A night switch: while it is on, hours that name it are closed. ``*28NUMBER`` turns it on and off."""

    name: Name
    number: Annotated[int, Field(ge=1, le=99)]
    title: Title = ""


class VoicemailBox(Part):
    """A voicemail box: a person's (the extension of the person) or the company's."""

    box: Extension
    title: Title = ""
    shared_with: Annotated[tuple[LoginOrDepartment, ...], Field(max_length=200)] = Field(
        default=(), description="who else hears and deletes its messages: a login, or department:NAME"
    )
    greeting: dict[Language, Annotated[str, Field(max_length=2000)]] = Field(default_factory=dict)
    night_greeting: dict[Language, Annotated[str, Field(max_length=2000)]] = Field(
        default_factory=dict,
        description="spoken in place of the greeting while the night switch is on, or outside the hours",
    )
    hours: OpeningHours | None = Field(default=None, description="outside these, night_greeting is spoken")
    night_switch: Name | None = Field(default=None, description="the switch that night_greeting goes by")
    mail_to: tuple[Annotated[str, Field(pattern=ADDRESS)], ...] = Field(
        default=(), max_length=10, description="addresses that get every message, with its sound"
    )
    max_messages: Annotated[int, Field(ge=1, le=10_000)] = Field(
        default=500, description="a full box takes no more messages, and says so"
    )
    keep_days: Annotated[int, Field(ge=1, le=3650)] | None = Field(
        default=None, description="days after which a message is deleted; none: never"
    )


class Webhook(Part):
    """Where events are sent as they happen, by POST with a signature (docs/api.md)."""

    name: Name
    url: Annotated[str, Field(pattern=r"^https?://[^\s/]+(/\S*)?$", max_length=2000)]
    events: tuple[Annotated[str, Field(pattern=r"^([a-z]+(\.[a-z_]+)?|\*)$")], ...] = Field(
        default=("*",), min_length=1, max_length=100, description="types such as call.ended, groups such as call, or *"
    )
    is_active: YesNo = True


class Menu(Part):
    """A flow document by its name; the text is YAML as ``ivr`` checks it."""

    name: Name
    text: str


class Contact(Part):
    """A customer that the company already knows."""

    name: str
    company: str = ""
    numbers: tuple[E164, ...]
    language: Language = "es"
    responsible: Login | None = None
    open_deal: str | None = None


_INDEXES = ("_by_extension", "_by_login", "_by_queue")


class Company(Part):
    """The whole of it. Cross-references are checked: every name used is defined."""

    name: CalledName
    country: Annotated[str, Field(pattern=r"^[A-Z]{2}$")] = "ES"
    time_zone: TimeZone = "Europe/Madrid"
    language: Language = "es"
    emergency_numbers: Annotated[tuple[Emergency, ...], Field(max_length=20)] = ("112",)
    park_s: Annotated[int, Field(ge=2, le=3600)] = Field(
        default=300, description="who is parked for longer is sent back to the parker"
    )
    own_numbers: Literal["inside", "trunk"] = Field(
        default="inside",
        description="a number of the company dialled by a telephone of the house: stays in it, or goes out",
    )
    company_voicemail: Extension
    reception: Name
    people: tuple[Person, ...]
    numbers: tuple[Number, ...] = ()
    queues: tuple[Queue, ...] = ()
    ring_groups: tuple[RingGroup, ...] = ()
    rooms: tuple[Room, ...] = ()
    switches: tuple[Switch, ...] = ()
    paging_groups: tuple[PagingGroup, ...] = ()
    speed_dials: tuple[SpeedDial, ...] = ()
    voicemail_boxes: tuple[VoicemailBox, ...] = ()
    trunks: tuple[Trunk, ...] = ()
    caller_ids: Annotated[tuple[CallerIdRule, ...], Field(max_length=500)] = Field(
        default=(), description="numbers shown outside otherwise than the person's or the trunk's"
    )
    menus: tuple[Menu, ...] = ()
    roles: tuple[RoleRights, ...] = ()
    webhooks: tuple[Webhook, ...] = ()
    crm_rules: Annotated[tuple[CrmRule, ...], Field(max_length=200)] = ()
    campaigns: Annotated[tuple[Campaign, ...], Field(max_length=200)] = ()
    report_mails: Annotated[tuple[ReportMail, ...], Field(max_length=100)] = ()
    contacts: tuple[Contact, ...] = ()
    agents: AgentRules = AgentRules()
    security: Security = Security()
    toll: TollGuard = TollGuard()
    crm: CrmRules = CrmRules()
    recordings: RecordingPolicy = RecordingPolicy()

    @model_validator(mode="after")
    def _references_exist(self) -> Company:
        faults = [*duplicates(self), *dangling(self)]
        if faults:
            raise ValueError("\n".join(faults))
        return self

    def internal_numbers(self) -> list[str]:
        """Every extension, of whatever it is."""
        return [
            *(person.extension for person in self.people),
            *(room.extension for room in self.rooms),
            *(group.extension for group in self.ring_groups if group.extension is not None),
            *(queue.extension for queue in self.queues if queue.extension is not None),
        ]

    def person_of(self, extension: str) -> Person | None:
        """The person with this extension."""
        return self._by_extension.get(extension)

    def person(self, login: str) -> Person | None:
        """The person with this login."""
        return self._by_login.get(login)

    def boxes_shared_with(self, person: Person) -> frozenset[str]:
        """The boxes that somebody hears beside the own one."""
        named = {person.login} | ({f"department:{person.department}"} if person.department else set())
        return frozenset(box.box for box in self.voicemail_boxes if not named.isdisjoint(box.shared_with))

    def queue(self, name: str) -> Queue | None:
        """The queue with this name."""
        return self._by_queue.get(name)

    def __copy__(self) -> Self:
        copied = super().__copy__()
        for index in _INDEXES:
            copied.__dict__.pop(index, None)  # of what the copy may have other parts of
        return copied

    @cached_property
    def _by_extension(self) -> dict[str, Person]:
        return {person.extension: person for person in self.people}

    @cached_property
    def _by_login(self) -> dict[str, Person]:
        return {person.login: person for person in self.people}

    @cached_property
    def _by_queue(self) -> dict[str, Queue]:
        return {queue.name: queue for queue in self.queues}
