"""What forms are made from: the JSON Schema of every kind of part, and the permissions that a role can be given."""

from __future__ import annotations

from typing import Any, Literal

from store.configuration import KINDS, SINGLE
from web.api.model import Shown
from web.api.operation import Ask, Operation
from web.api.paging import PagedWhole, page_of
from web.api.permissions import PERMISSIONS, ROLES, choices_of, scope_of
from web.api.resources.settings import kind_of

Reach = Literal["none", "own", "department", "all"]


class Form(Shown):
    """``kind`` as the paths name it; ``named_by``: the field that names a part and never changes."""

    kind: str
    named_by: str
    form: dict[str, Any]


class Forms(Shown):
    items: list[Form]
    next_cursor: str | None


class Permission(Shown):
    """``choices``: the reaches that a role can be given; ``built_in``: those of the roles that every company has."""

    name: str
    summary: str
    choices: list[Reach]
    built_in: dict[str, Reach]


class Permissions(Shown):
    items: list[Permission]
    next_cursor: str | None


async def forms(ask: Ask) -> Forms:
    kinds = [kind_of(name) for name in (*SINGLE, *KINDS)]
    items = [{"kind": kind.listed, "named_by": kind.named_by, "form": kind.given.model_json_schema()} for kind in kinds]
    shown, following = page_of(items, lambda one: str(one["kind"]), ask.query)
    return Forms.model_validate({"items": shown, "next_cursor": following})


async def permissions(ask: Ask) -> Permissions:
    from web.api.resources import OPERATIONS as ALL_OPERATIONS  # the list of which this is a part

    summaries = {operation.name: operation.summary for operation in ALL_OPERATIONS}
    items = [
        {
            "name": name,
            "summary": summaries.get(name, name),
            "choices": [scope.value for scope in choices_of(name)],
            "built_in": {role: scope_of(name, role).value for role in ROLES},
        }
        for name in PERMISSIONS
        if len(choices_of(name)) > 1
    ]
    shown, following = page_of(items, lambda one: str(one["name"]), ask.query)
    return Permissions.model_validate({"items": shown, "next_cursor": following})


OPERATIONS = (
    Operation(
        "settings.forms",
        "GET",
        "/settings",
        "Settings: what the company is made of, as JSON Schema",
        forms,
        Forms,
        query=PagedWhole,
    ),
    Operation(
        "settings.permissions",
        "GET",
        "/permissions",
        "Settings: what a role can be given",
        permissions,
        Permissions,
        query=PagedWhole,
    ),
)
