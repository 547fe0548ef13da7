"""One operation of the API: what the router, the permission table and the OpenAPI document need to know of it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from aiohttp import web
from pydantic import BaseModel

if TYPE_CHECKING:
    from web.api.office import Office, Viewer
    from web.api.permissions import Scope

BASE = "/api/v1"
JSON = "application/json"
Model = TypeVar("Model", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class Ask:
    """One request, signed in, allowed, and read: ``query`` and ``body`` are instances of the operation's models."""

    request: web.Request
    office: Office
    viewer: Viewer
    scope: Scope
    query: Any
    body: Any

    @property
    def logins(self) -> frozenset[str] | None:
        """Whose things this request may reach; None: everybody's."""
        match self.scope.value:
            case "all":
                return None
            case "department":
                return self.viewer.department
            case _:
                return frozenset({self.viewer.login})

    def path(self, name: str) -> str:
        """A part of the path; what cannot be an id finds nothing."""
        return self.request.match_info[name]


Answer = BaseModel | web.StreamResponse | None
Handle = Callable[[Ask], Awaitable[Answer]]


@dataclass(frozen=True, slots=True)
class Operation:
    """``answer`` is the model of the successful answer (None: 204), ``media`` other types that it may have.

    ``body_media`` other than JSON means that ``handle`` reads the body itself. ``errors`` lists the statuses that it
    may end with beside those which every operation has.
    """

    name: str
    method: str
    path: str
    summary: str
    handle: Handle
    answer: type[BaseModel] | None = None
    status: int = 200
    query: type[BaseModel] | None = None
    body: type[BaseModel] | None = None
    body_media: str = JSON
    is_body_optional: bool = False
    media: tuple[str, ...] = ()
    errors: tuple[int, ...] = ()
    is_public: bool = False
    has_ranges: bool = False
    route: str = ""

    @property
    def full_path(self) -> str:
        """The path for the router: ``route`` where a fixed path stands beside one with a variable."""
        return BASE + (self.route or self.path)
