"""The company, part by part: people, numbers, queues, trunks and whatever else ``config.company`` has a list of.

Every kind of part has the same operations, made from its model: a new field or kind of the company appears by itself.
A change names the version that it was made from; it is refused when somebody else has made another one meanwhile.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Annotated, Any, get_args

from pydantic import BaseModel, Field, create_model

from config.company import Company
from config.part import Part
from store.configuration import (
    COMPANY,
    KINDS,
    SINGLE,
    PartVersion,
    current_parts,
    delete_part,
    part_versions,
    read_part,
    restore_part,
    save_part,
)
from web.api.errors import MissingError
from web.api.model import Asked, Given, Shown, ShownTime
from web.api.operation import Ask, Operation
from web.api.paging import Paged, PagedWhole, page_of
from web.api.resources.part_changes import allowed, changed, editing
from web.api.resources.part_list import list_page

MAX_TEXT = 100


class SettingsAsked(Paged):
    """``q``: contained in any of the fields. ``sort``: a field, behind ``-`` for the other direction."""

    q: Annotated[str, Field(max_length=MAX_TEXT)] = ""
    sort: Annotated[str, Field(pattern=r"^-?[a-z_]+$", max_length=40)] | None = None


class VersionAsked(Asked):
    """``version``: the one that the change was made from; left out, the change counts whatever is there."""

    version: Annotated[int, Field(ge=1, le=2**31 - 1)] | None = None


class Restore(Given):
    """The version to make the newest again; ``from_version`` the newest that one knows of."""

    version: Annotated[int, Field(ge=1, le=2**31 - 1)]
    from_version: Annotated[int, Field(ge=1, le=2**31 - 1)] | None = None


class OldVersion(Shown):
    version: int
    is_current: bool
    is_deleted: bool
    changed_at: ShownTime
    changed_by: str | None
    value: dict[str, Any]


class Versions(Shown):
    items: list[OldVersion]
    next_cursor: str | None


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of part: its name in the store, the field of the company that lists it, what names one, its models."""

    name: str
    listed: str
    named_by: str
    given: type[BaseModel]
    shown: type[BaseModel]
    page: type[BaseModel]


@cache
def kind_of(name: str) -> Kind:
    """The kind by its name in the store; of those in ``SINGLE`` there is one part, ``company`` the rest of it all."""
    listed, named_by = KINDS.get(name, (name, ""))
    given = _given(listed)
    shown = create_model(
        f"{given.__name__}Part",
        __base__=Shown,
        __doc__="A part of the company as it is now. ``version`` counts its changes.",
        name=(str, ...),
        version=(int, ...),
        changed_at=(ShownTime, ...),
        changed_by=(str | None, ...),
        value=(given, ...),
    )
    page = create_model(
        f"{given.__name__}Page",
        __base__=Shown,
        items=(list[shown], ...),
        next_cursor=(str | None, ...),
        total=(int, ...),
    )
    return Kind(name, listed, named_by, given, shown, page)


def _given(listed: str) -> type[BaseModel]:
    """The model of what a list of the company holds, of a field that is a part, or of what is in none."""
    if listed != COMPANY:
        annotation: Any = Company.model_fields[listed].annotation
        part: type[Part] = annotation if listed in SINGLE else get_args(annotation)[0]
        return create_model(f"{part.__name__}Settings", __base__=part, __doc__=part.__doc__)
    elsewhere = {field for field, _ in KINDS.values()} | {"contacts", *SINGLE}
    fields: dict[str, Any] = {
        field: (described.annotation, described)
        for field, described in Company.model_fields.items()
        if field not in elsewhere
    }
    return create_model("CompanySettings", __base__=Part, __doc__="What concerns the company as a whole.", **fields)


def document_of(kind: Kind, part: PartVersion) -> dict[str, Any]:
    """A part as the API shows it, with the defaults of fields that it was written before."""
    value = kind.given.model_validate(part.body).model_dump(mode="json")
    return {
        "name": part.name,
        "version": part.version,
        "changed_at": part.changed_at,
        "changed_by": part.changed_by,
        "value": value,
    }


class Parts:
    """The operations on one kind of part."""

    def __init__(self, kind: Kind) -> None:
        self.kind = kind

    async def list(self, ask: Ask) -> BaseModel:
        async with ask.office.database.session() as session:
            parts = await current_parts(session, self.kind.name)
        items, cursor, total = list_page([document_of(self.kind, part) for part in parts], ask.query, self.kind.given)
        return self.kind.page.model_validate({"items": items, "next_cursor": cursor, "total": total})

    async def read(self, ask: Ask) -> BaseModel:
        return await self.shown(ask, self.name(ask))

    async def create(self, ask: Ask) -> BaseModel:
        value = ask.body.model_dump(mode="json")
        name = value[self.kind.named_by]
        await allowed(ask, self.kind.name, name, value)
        async with editing(ask) as session:
            await save_part(session, self.kind.name, name, value, by=ask.viewer.login, now=ask.office.now(), expected=0)
        await changed(ask, self.kind.name, name)
        return await self.shown(ask, name)

    async def change(self, ask: Ask) -> BaseModel:
        name, value = self.name(ask), ask.body.model_dump(mode="json")
        await self.shown(ask, name)
        await allowed(ask, self.kind.name, name, value)
        async with editing(ask) as session:
            await save_part(
                session,
                self.kind.name,
                name,
                value,
                by=ask.viewer.login,
                now=ask.office.now(),
                expected=ask.query.version,
            )
        await changed(ask, self.kind.name, name)
        return await self.shown(ask, name)

    async def delete(self, ask: Ask) -> None:
        name = self.name(ask)
        await self.shown(ask, name)
        await allowed(ask, self.kind.name, name, None)
        async with editing(ask) as session:
            await delete_part(
                session, self.kind.name, name, by=ask.viewer.login, now=ask.office.now(), expected=ask.query.version
            )
        await changed(ask, self.kind.name, name)

    async def versions(self, ask: Ask) -> Versions:
        async with ask.office.database.session() as session:
            found = await part_versions(session, self.kind.name, self.name(ask))
        if not found:
            raise MissingError(f"there is no such part, and there never was: {self.name(ask)[:64]}")
        fields = tuple(name for name in OldVersion.model_fields if name != "value")
        items = [{**{name: getattr(one, name) for name in fields}, "value": one.body} for one in found]
        shown, following = page_of(items, lambda one: str(one["version"]), ask.query)
        return Versions.model_validate({"items": shown, "next_cursor": following})

    async def restore(self, ask: Ask) -> BaseModel:
        name = self.name(ask)
        async with ask.office.database.session() as session:
            old = {one.version: one for one in await part_versions(session, self.kind.name, name, limit=10_000)}
        if ask.body.version not in old:
            raise MissingError("there is no such version")
        await allowed(ask, self.kind.name, name, old[ask.body.version].body)
        async with editing(ask) as session:
            await restore_part(
                session,
                self.kind.name,
                name,
                ask.body.version,
                by=ask.viewer.login,
                now=ask.office.now(),
                expected=ask.body.from_version,
            )
        await changed(ask, self.kind.name, name)
        return await self.shown(ask, name)

    def name(self, ask: Ask) -> str:
        """The part of the path."""
        return self.kind.name if self.kind.name in SINGLE else ask.path("name")

    async def shown(self, ask: Ask, name: str) -> BaseModel:
        """The part as it is now. Raises MissingError."""
        async with ask.office.database.session() as session:
            part = await read_part(session, self.kind.name, name)
        if part is None:
            raise MissingError(f"there is no such part of the company: {name[:64]}")
        return self.kind.shown.model_validate(document_of(self.kind, part))


def _operations(kind: Kind) -> tuple[Operation, ...]:
    parts, name = Parts(kind), f"settings.{kind.listed}"
    path = f"/settings/{kind.listed}"
    one = path if kind.name in SINGLE else path + "/{name}"
    words = kind.listed.replace("_", " ")
    common = (
        Operation(f"{name}.read", "GET", one, f"Settings: of {words}, one", parts.read, kind.shown),
        Operation(
            f"{name}.change",
            "PUT",
            one,
            f"Settings: change one of {words}",
            parts.change,
            kind.shown,
            body=kind.given,
            query=VersionAsked,
            errors=(409,),
        ),
        Operation(
            f"{name}.versions",
            "GET",
            f"{one}/versions",
            f"Settings: history of {words}",
            parts.versions,
            Versions,
            query=PagedWhole,
        ),
        Operation(
            f"{name}.restore",
            "POST",
            f"{one}/restore",
            f"Settings: {words}, an old version again",
            parts.restore,
            kind.shown,
            body=Restore,
            errors=(404, 409),
        ),
    )
    if kind.name in SINGLE:
        return common
    return (
        Operation(f"{name}.list", "GET", path, f"Settings: {words}", parts.list, kind.page, query=SettingsAsked),
        *common,
        Operation(
            f"{name}.create",
            "POST",
            path,
            f"Settings: a new one of {words}",
            parts.create,
            kind.shown,
            status=201,
            body=kind.given,
            errors=(409,),
        ),
        Operation(
            f"{name}.delete",
            "DELETE",
            one,
            f"Settings: remove one of {words}",
            parts.delete,
            query=VersionAsked,
            errors=(409,),
        ),
    )


OPERATIONS = tuple(
    operation for name in (*SINGLE, *KINDS) if name != "person" for operation in _operations(kind_of(name))
)
PEOPLE = {operation.name: operation for operation in _operations(kind_of("person"))}
