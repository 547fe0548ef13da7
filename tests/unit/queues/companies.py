"""Companies for the tests of the queues."""

from __future__ import annotations

from typing import Any

from config.company import Company, Destination, Person, Queue, QueueMember, RingGroup, VoicemailBox

BOX = Destination(kind="voicemail", target="100")


def person(login: str, extension: str) -> Person:
    return Person(login=login, name=login.title(), extension=extension)


def queue(name: str, *logins: str, **settings: Any) -> Queue:
    members = tuple(QueueMember(login=login) for login in logins)
    return Queue(**{"name": name, "members": members, "overflow": BOX, "announce_position_s": 0, **settings})


def company(*queues: Queue, people: tuple[Person, ...] | None = None) -> Company:
    """A company with Ana, Luis, Marta and Sofía, and these queues."""
    if people is None:
        people = (person("ana", "101"), person("luis", "102"), person("marta", "103"), person("sofia", "110"))
    return Company(
        name="Aurora",
        company_voicemail="100",
        reception="reception",
        people=people,
        queues=queues,
        ring_groups=(RingGroup(name="reception", extensions=(people[0].extension,), fallback=BOX),),
        voicemail_boxes=(VoicemailBox(box="100"),),
    )
