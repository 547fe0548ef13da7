"""Who and what is named where in the company, for the day when it goes or gets another number."""

from __future__ import annotations

from typing import Any

from config.company import Company, Person


def without_person(company: Company, person: Person) -> list[tuple[str, str, dict[str, Any]]]:
    """The queues, ring groups and recording rules that ``person`` is in, as (kind, name, body) without the person.

    A ring group or a rule of nobody else stays as it is: what is to become of it is for a person to say.
    """
    freed: list[tuple[str, str, dict[str, Any]]] = []
    for queue in company.queues:
        if any(member.login == person.login for member in queue.members):
            body = queue.model_dump(mode="json")
            body["members"] = [member for member in body["members"] if member["login"] != person.login]
            freed.append(("queue", queue.name, body))
    for group in company.ring_groups:
        others = [extension for extension in group.extensions if extension != person.extension]
        if others and len(others) < len(group.extensions):
            freed.append(("ring_group", group.name, {**group.model_dump(mode="json"), "extensions": others}))
    policy = company.recordings.model_dump(mode="json")
    for rule in policy["rules"]:
        if rule["people"] != [person.login]:
            rule["people"] = [login for login in rule["people"] if login != person.login]
    if policy != company.recordings.model_dump(mode="json"):
        freed.append(("recordings", "recordings", policy))
    return freed


def with_extension(company: Company, person: Person, extension: str) -> list[tuple[str, str, dict[str, Any]]]:
    """The ring groups that ``person`` is in, as (kind, name, body) with the number ``extension`` instead of the old."""
    return [
        (
            "ring_group",
            group.name,
            {
                **group.model_dump(mode="json"),
                "extensions": [extension if one == person.extension else one for one in group.extensions],
            },
        )
        for group in company.ring_groups
        if person.extension in group.extensions
    ]
