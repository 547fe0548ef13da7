"""Who may do what: the built-in roles, and those of the company's own."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from config.names import Name
from config.part import Part

BuiltInRole = Literal["administrator", "supervisor", "agent"]
BUILT_IN_ROLES: tuple[BuiltInRole, ...] = ("administrator", "supervisor", "agent")
Reach = Literal["none", "own", "department", "all"]


class RoleRights(Part):
    """A role of the company's own: what ``based_on`` may do, but for ``permissions``.

    A permission is named by an operation of the API (``recordings.delete``) or all of a resource's (``recordings``).
    """

    name: Name
    title: Annotated[str, Field(max_length=100)] = ""
    based_on: BuiltInRole = "agent"
    permissions: dict[Annotated[str, Field(pattern=r"^[a-z_]+(\.[a-z_.]+)?$", max_length=64)], Reach] = Field(
        default_factory=dict
    )
