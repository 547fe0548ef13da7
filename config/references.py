"""Whether every name that a company uses is defined, and once."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from config.automation import WHOEVER
from config.caller_id import caller_id_faults
from config.campaigns import campaign_faults
from config.destination import Destination
from config.recordings import recording_faults
from config.roles import BUILT_IN_ROLES

if TYPE_CHECKING:
    from config.company import Company

DIALLED = re.compile(r"\+?[0-9]{2,20}")


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


def dangling(company: Company) -> Iterator[str]:
    """One line for each name that is used and not defined."""
    targets = _targets(company)
    used = [(f"numbers.{number.number}", number.destination) for number in company.numbers]
    used += [(f"queues.{queue.name}.overflow", queue.overflow) for queue in company.queues]
    used += [
        (f"queues.{queue.name}.overflow_when.{cause}", destination)
        for queue in company.queues
        for cause, destination in queue.overflow_when.items()
    ]
    used += [
        (f"queues.{queue.name}.survey", Destination(kind="menu", target=queue.survey))
        for queue in company.queues
        if queue.survey is not None
    ]
    used += [(f"ring_groups.{group.name}.fallback", group.fallback) for group in company.ring_groups]
    used += [
        (f"ring_groups.{group.name}.extensions", Destination(kind="person", target=extension))
        for group in company.ring_groups
        for extension in group.extensions
    ]
    for where, destination in used:
        if destination.kind == "message" and not destination.target.strip():
            yield f"{where}: a message without words; allowed: what is to be said"
        if destination.kind == "number" and DIALLED.fullmatch(destination.target) is None:
            yield f"{where}: '{destination.target}' cannot be dialled; allowed: 2 to 20 digits, with or without +"
        known = targets.get(destination.kind)
        if known is not None and not destination.target:
            yield f"{where}: which {destination.kind.replace('_', ' ')} is not said"
        elif known is not None and destination.target not in known:
            allowed = ", ".join(sorted(known)) or "none is defined"
            yield f"{where}: no {destination.kind} '{destination.target}'; allowed: {allowed}"
    logins = {person.login for person in company.people}
    yield from _switch_faults(company)
    yield from _sharing_faults(company, logins)
    for queue in company.queues:
        for member in queue.members:
            if member.login not in logins:
                yield f"queues.{queue.name}.members: no person '{member.login}'; allowed: {', '.join(sorted(logins))}"
    members = {queue.name: {member.login for member in queue.members} for queue in company.queues}
    owned = {number.number for number in company.numbers}
    yield from campaign_faults(company.campaigns, members, owned)
    yield from caller_id_faults(company.caller_ids, members, owned)
    yield from recording_faults(company.recordings, members, logins)
    if company.crm.lead_owner is not None and company.crm.lead_owner not in logins:
        yield f"crm.lead_owner: no person '{company.crm.lead_owner}'; allowed: {', '.join(sorted(logins))}"
    yield from _rule_faults(company, logins)
    roles = {*BUILT_IN_ROLES, *(role.name for role in company.roles)}
    for person in company.people:
        if person.role not in roles:
            yield f"people.{person.login}.role: no role '{person.role}'; allowed: {', '.join(sorted(roles))}"
    for role in company.roles:
        if role.name in BUILT_IN_ROLES:
            yield f"roles.{role.name}.name: '{role.name}' is built in; allowed: another name"
    if company.reception not in targets["ring_group"]:
        yield f"reception: no ring group '{company.reception}'"


def _sharing_faults(company: Company, logins: set[str]) -> Iterator[str]:
    departments = {f"department:{person.department}" for person in company.people if person.department}
    for box in company.voicemail_boxes:
        for name in box.shared_with:
            if name not in logins and name not in departments:
                allowed = ", ".join(sorted(logins | departments))
                yield f"voicemail_boxes.{box.box}.shared_with: nobody is '{name}'; allowed: {allowed}"


def _switch_faults(company: Company) -> Iterator[str]:
    used = [(f"queues.{queue.name}.hours", queue.hours.switch) for queue in company.queues if queue.hours]
    used += [(f"voicemail_boxes.{box.box}.hours", box.hours.switch) for box in company.voicemail_boxes if box.hours]
    used += [(f"voicemail_boxes.{box.box}.night_switch", box.night_switch or "") for box in company.voicemail_boxes]
    known = {switch.name for switch in company.switches}
    for where, name in used:
        if name and name not in known:
            yield f"{where}: no switch '{name}'; allowed: {', '.join(sorted(known)) or 'none is defined'}"


def _rule_faults(company: Company, logins: set[str]) -> Iterator[str]:
    webhooks = {webhook.name for webhook in company.webhooks}
    for rule in company.crm_rules:
        for place, action in enumerate(rule.actions):
            where = f"crm_rules.{rule.name}.actions.{place}"
            if action.kind == "webhook" and action.webhook not in webhooks:
                allowed = ", ".join(sorted(webhooks)) or "none is defined"
                yield f"{where}.webhook: no webhook '{action.webhook}'; allowed: {allowed}"
            if action.kind in ("task", "notify", "assign") and action.to not in (*WHOEVER, *logins):
                yield f"{where}.to: no person '{action.to}'; allowed: {', '.join((*WHOEVER, *sorted(logins)))}"


def duplicates(company: Company) -> Iterator[str]:
    """One line for each name that is defined twice."""
    for kind, names in (
        ("login", [person.login for person in company.people]),
        ("extension", company.internal_numbers()),
        ("device", [device.mac for person in company.people for device in person.devices]),
        ("number", [number.number for number in company.numbers]),
        ("queue", [queue.name for queue in company.queues]),
        ("ring group", [group.name for group in company.ring_groups]),
        ("campaign", [campaign.name for campaign in company.campaigns]),
        ("menu", [menu.name for menu in company.menus]),
        ("trunk", [trunk.name for trunk in company.trunks]),
        ("switch", [switch.name for switch in company.switches]),
        ("paging group", [str(group.number) for group in company.paging_groups]),
        ("speed dial", [str(dial.number) for dial in company.speed_dials]),
        ("switch number", [str(switch.number) for switch in company.switches]),
        ("role", [role.name for role in company.roles]),
        ("webhook", [webhook.name for webhook in company.webhooks]),
        ("rule", [rule.name for rule in company.crm_rules]),
        ("report by mail", [mail.name for mail in company.report_mails]),
    ):
        for name in {name for name in names if names.count(name) > 1}:
            yield f"{kind} '{name}' is defined twice"
