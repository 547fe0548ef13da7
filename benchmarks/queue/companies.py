"""Companies for the benchmark."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from config.company import Company, Destination, Person, Queue, QueueMember, RingGroup, VoicemailBox

BOX = Destination(kind="voicemail", target="100")


def member(login: str, skills: dict[str, int] | None = None) -> QueueMember:
    """An agent of a queue."""
    return QueueMember(login=login, skills=skills or {})


def queue(name: str, members: Sequence[QueueMember], **settings: Any) -> Queue:
    """A queue that overflows into the company's box, after a day unless said otherwise."""
    return Queue(**{"name": name, "members": tuple(members), "overflow": BOX, "max_wait_s": 86400, **settings})


def company(logins: Sequence[str], queues: Sequence[Queue]) -> Company:
    """Agents from extension 10001 on."""
    people = tuple(Person(login=login, name=login, extension=str(10001 + index)) for index, login in enumerate(logins))
    return Company(
        name="Bench",
        company_voicemail="100",
        reception="reception",
        people=people,
        queues=tuple(queues),
        ring_groups=(RingGroup(name="reception", extensions=(people[0].extension,), fallback=BOX),),
        voicemail_boxes=(VoicemailBox(box="100"),),
    )
