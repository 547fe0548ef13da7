"""The company that the exchange serves: people, numbers, queues, trunks, menus, as one checked document.

A company document is loaded from a file into an empty database, edited over the API after that, and read by the
exchange as one immutable snapshot. Names in it are the ones that users see.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

Extension = Annotated[str, Field(pattern=r"^[0-9]{2,6}$")]
Login = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9._-]{0,63}$")]
Name = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,63}$")]
E164 = Annotated[str, Field(pattern=r"^\+[1-9][0-9]{5,14}$")]
Language = Literal["es", "en"]
Role = Literal["administrator", "supervisor", "agent"]
Strategy = Literal[
    "longest_idle", "round_robin", "fewest_calls", "least_talk_time", "ring_all", "in_order", "random", "weighted"
]


class Part(BaseModel):
    """Base of every part of the company document: immutable, no unknown keys."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Person(Part):
    """Somebody with a login and an extension; a SIP user name is the extension."""

    login: Login
    name: str
    extension: Extension
    role: Role = "agent"
    language: Language = "es"
    pickup_group: Name | None = "all"
    ring_timeout_s: Annotated[int, Field(ge=5, le=300)] = 20
    caller_id: E164 | None = None


class Destination(Part):
    """Where a number, an option or an overflow leads: ``kind`` and the name, extension or number of its ``target``."""

    kind: Literal["menu", "queue", "person", "room", "voicemail", "ring_group", "number", "callback", "hangup"]
    target: str = ""


class Number(Part):
    """A number from the carrier (DID) and where it leads."""

    number: E164
    destination: Destination
    language: Language | None = None


class QueueMember(Part):
    """An agent of a queue, with levels per skill (1 is best)."""

    login: Login
    penalty: Annotated[int, Field(ge=0, le=100)] = 0
    skills: dict[str, Annotated[int, Field(ge=1, le=10)]] = {}


class Queue(Part):
    """A waiting line and the agents who serve it. Times in seconds."""

    name: Name
    title: str = ""
    strategy: Strategy = "longest_idle"
    members: tuple[QueueMember, ...] = ()
    skills: tuple[str, ...] = ()
    ring_timeout_s: Annotated[int, Field(ge=5, le=120)] = 15
    wrap_up_s: Annotated[int, Field(ge=0, le=3600)] = 0
    service_level_s: Annotated[int, Field(ge=1, le=3600)] = 20
    max_wait_s: Annotated[int, Field(ge=1, le=86400)] = 120
    max_callers: Annotated[int, Field(ge=1, le=10000)] = 1000
    overflow: Destination
    announce_position_s: Annotated[int, Field(ge=0, le=3600)] = 30
    callback: bool = False
    music: str = "default"


class RingGroup(Part):
    """Several extensions that ring for one call."""

    name: Name
    extensions: tuple[Extension, ...]
    strategy: Literal["all", "in_order", "by_turns"] = "all"
    ring_timeout_s: Annotated[int, Field(ge=5, le=300)] = 20
    fallback: Destination


class Room(Part):
    """A conference room with its own extension."""

    extension: Extension
    name: str = ""
    pin: Annotated[str, Field(pattern=r"^[0-9]*$")] = ""


class VoicemailBox(Part):
    """A voicemail box: a person's (the extension of the person) or the company's."""

    box: Extension
    title: str = ""
    greeting: dict[Language, str] = {}


class Trunk(Part):
    """A carrier or another exchange: reached at ``host``:``port``, known by address, or by digest user name."""

    name: Name
    host: str
    port: Annotated[int, Field(ge=1, le=65535)] = 5060
    transport: Literal["udp", "tcp", "tls"] = "udp"
    username: str = ""
    known_addresses: tuple[str, ...] = Field(
        default=(), description="ADDRESS:PORT from which a request needs no password"
    )
    media_networks: tuple[str, ...] = ()
    caller_id: E164
    max_calls: Annotated[int, Field(ge=1, le=100000)] = 1000
    max_calls_per_s: Annotated[float, Field(gt=0, le=1000)] | None = None
    register_s: Annotated[int, Field(ge=0, le=7200)] = Field(
        default=0, description="seconds to register for, with ``username``; 0: no registration"
    )
    check_s: Annotated[int, Field(ge=0, le=3600)] = Field(
        default=0, description="seconds between OPTIONS that ask whether it lives; 0: none"
    )
    number_format: Literal["e164", "digits", "national"] = Field(
        default="e164", description="how it wants numbers: +34600111222, 34600111222, or as dialled in its country"
    )


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


class Company(Part):
    """The whole of it. Cross-references are checked: every name used is defined."""

    name: str
    country: Annotated[str, Field(pattern=r"^[A-Z]{2}$")] = "ES"
    time_zone: str = "Europe/Madrid"
    language: Language = "es"
    emergency_numbers: tuple[str, ...] = ("112",)
    company_voicemail: Extension
    reception: Name
    people: tuple[Person, ...]
    numbers: tuple[Number, ...] = ()
    queues: tuple[Queue, ...] = ()
    ring_groups: tuple[RingGroup, ...] = ()
    rooms: tuple[Room, ...] = ()
    voicemail_boxes: tuple[VoicemailBox, ...] = ()
    trunks: tuple[Trunk, ...] = ()
    menus: tuple[Menu, ...] = ()
    contacts: tuple[Contact, ...] = ()

    @model_validator(mode="after")
    def _references_exist(self) -> Company:
        faults = list(_duplicates(self)) + list(_dangling(self))
        if faults:
            raise ValueError("\n".join(faults))
        return self

    def person_of(self, extension: str) -> Person | None:
        """The person with this extension."""
        return next((person for person in self.people if person.extension == extension), None)

    def person(self, login: str) -> Person | None:
        """The person with this login."""
        return next((person for person in self.people if person.login == login), None)

    def queue(self, name: str) -> Queue | None:
        """The queue with this name."""
        return next((queue for queue in self.queues if queue.name == name), None)


def _targets(company: Company) -> dict[str, set[str]]:
    extensions = {person.extension for person in company.people}
    return {
        "menu": {menu.name for menu in company.menus},
        "queue": {queue.name for queue in company.queues},
        "callback": {queue.name for queue in company.queues},
        "person": extensions | {person.login for person in company.people},
        "room": {room.extension for room in company.rooms},
        "voicemail": extensions | {box.box for box in company.voicemail_boxes},
        "ring_group": {group.name for group in company.ring_groups},
    }


def _dangling(company: Company) -> Any:
    targets = _targets(company)
    used = [(f"numbers.{number.number}", number.destination) for number in company.numbers]
    used += [(f"queues.{queue.name}.overflow", queue.overflow) for queue in company.queues]
    used += [(f"ring_groups.{group.name}.fallback", group.fallback) for group in company.ring_groups]
    for where, destination in used:
        known = targets.get(destination.kind)
        if known is not None and destination.target not in known:
            allowed = ", ".join(sorted(known)) or "none is defined"
            yield f"{where}: no {destination.kind} '{destination.target}'; allowed: {allowed}"
    logins = {person.login for person in company.people}
    for queue in company.queues:
        for member in queue.members:
            if member.login not in logins:
                yield f"queues.{queue.name}.members: no person '{member.login}'; allowed: {', '.join(sorted(logins))}"
    if company.reception not in targets["ring_group"]:
        yield f"reception: no ring group '{company.reception}'"


def _duplicates(company: Company) -> Any:
    for kind, names in (
        ("login", [person.login for person in company.people]),
        ("extension", [person.extension for person in company.people] + [room.extension for room in company.rooms]),
        ("number", [number.number for number in company.numbers]),
        ("queue", [queue.name for queue in company.queues]),
        ("menu", [menu.name for menu in company.menus]),
        ("trunk", [trunk.name for trunk in company.trunks]),
    ):
        for name in {name for name in names if names.count(name) > 1}:
            yield f"{kind} '{name}' is defined twice"
