"""What the CRM's resources have in common: a list, one record, a new one, a changed one."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar

from pydantic import BaseModel, Field, GetJsonSchemaHandler, model_validator
from pydantic_core import CoreSchema
from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from pbx.ids import new_id
from web.api.errors import ConflictError, MissingError
from web.api.model import NO_NUL, Given, Id, LoginName
from web.api.operation import Ask, Operation
from web.api.paging import Paged, page_by_id

Document = dict[str, Any]
MIN_DIGITS = 3  # fewer are in every number
_NUMBERS = frozenset({"number", "source"})


class Change(Given):
    """Base of a change: what is left out stays as it is. Fields in ``needed`` cannot be emptied."""

    needed: ClassVar[frozenset[str]] = frozenset()

    @classmethod
    def __get_pydantic_json_schema__(cls, core_schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        schema = handler(core_schema)
        for name in cls.needed:
            field = handler.resolve_ref_schema(schema)["properties"][name]
            field.pop("default", None)
            (kind,) = (kind for kind in field.pop("anyOf") if kind.get("type") != "null")
            field.update(kind)
        return schema

    @model_validator(mode="after")
    def _keeps_what_is_needed(self) -> Change:
        emptied = sorted(name for name in self.model_fields_set & self.needed if getattr(self, name) is None)
        if emptied:
            raise ValueError(f"{', '.join(emptied)}: null is not allowed")
        return self


Sought = Annotated[str, Field(min_length=1, max_length=100, pattern=NO_NUL, description="contained in any field")]


class Searched(Paged):
    """The query of a list that can be searched."""

    q: Sought | None = None


class RecordsAsked(Searched):
    """Filters that most lists have; all given ones must hold."""

    responsible: LoginName | None = None
    contact_id: Id | None = None


@dataclass(frozen=True, slots=True)
class Records:
    """One kind of record: its table, its models, and what its references refer to."""

    name: str
    one: str
    table: Any
    shown: type[BaseModel]
    page: type[BaseModel]
    new: type[BaseModel]
    change: type[BaseModel]
    asked: type[Paged]
    references: Mapping[str, Any]
    searched: tuple[str, ...] = ()

    async def list(self, ask: Ask) -> BaseModel:
        filters = ask.query.model_dump(exclude={"limit", "cursor", "q"}, exclude_none=True)
        query = select(self.table).where(*(getattr(self.table, name) == value for name, value in filters.items()))
        query = query.where(*self.containing(ask.query.q))
        async with ask.office.database.session() as session:
            rows, cursor = await page_by_id(session, query, self.table.id, ask.query)
            items = await self.documents(session, [row for (row,) in rows])
        return self.page.model_validate({"items": items, "next_cursor": cursor})

    def containing(self, text: str | None) -> Sequence[ColumnElement[bool]]:
        """That one of the searched fields contains ``text``: as it is, or, of a number, its digits."""
        if text is None:
            return []
        columns = [getattr(self.table, name) for name in self.searched]
        found = [column.icontains(text, autoescape=True) for column in columns]
        digits = digits_of(text)
        if digits:
            found += [column.contains(digits) for column in columns if column.key in _NUMBERS]
        return [or_(*found)]

    async def read(self, ask: Ask) -> BaseModel:
        async with ask.office.database.session() as session:
            (document,) = await self.documents(session, [await self.row(session, ask)])
        return self.shown.model_validate(document)

    async def create(self, ask: Ask) -> BaseModel:
        now = ask.office.now()
        async with ask.office.database.transaction() as session:
            values = await self.checked(session, ask, ask.body.model_dump())
            row = self.table(id=new_id(), created_at=now, updated_at=now, **values)
            await add(session, row)
        return self.shown.model_validate(document_of(row))

    async def update(self, ask: Ask) -> BaseModel:
        async with ask.office.database.transaction() as session:
            row = await self.row(session, ask)
            values = await self.checked(session, ask, ask.body.model_dump(exclude_unset=True))
            for name, value in values.items():
                setattr(row, name, value)
            row.updated_at = ask.office.now()
            await add(session, row)
            (document,) = await self.documents(session, [row])
        return self.shown.model_validate(document)

    async def documents(self, session: AsyncSession, rows: Sequence[Any]) -> Sequence[Document]:
        """The rows as the API shows them; a kind of record that shows more than its own columns overrides it."""
        return [document_of(row) for row in rows]

    async def row(self, session: AsyncSession, ask: Ask) -> Any:
        """The record of the path. Raises MissingError."""
        row = await session.get(self.table, ask.path("id"))
        if row is None:
            raise MissingError(f"there is no such {self.one}")
        return row

    async def checked(self, session: AsyncSession, ask: Ask, values: Document) -> Document:
        """``values``, when everything that they refer to exists. Raises ConflictError."""
        faults = []
        for name, table in self.references.items():
            if values.get(name) is not None and await session.get(table, values[name]) is None:
                faults.append({"field": name, "message": "there is no such record"})
        login = values.get("responsible")
        if login is not None and ask.office.company.person(login) is None:
            faults.append({"field": "responsible", "message": "there is no such person"})
        if faults:
            raise ConflictError("the body refers to what does not exist", faults=faults)
        return values

    def operations(
        self,
        *,
        list_: Callable[[Ask], Any] | None = None,
        read: Callable[[Ask], Any] | None = None,
        create: Callable[[Ask], Any] | None = None,
        update: Callable[[Ask], Any] | None = None,
    ) -> tuple[Operation, ...]:
        """The four operations; the ones given replace the common ones."""
        path, name, one = f"/{self.name}", self.name, self.one
        return (
            Operation(f"{name}.list", "GET", path, f"List {name}", list_ or self.list, self.page, query=self.asked),
            Operation(f"{name}.read", "GET", path + "/{id}", f"One {one}", read or self.read, self.shown),
            Operation(
                f"{name}.create",
                "POST",
                path,
                f"A new {one}",
                create or self.create,
                self.shown,
                status=201,
                body=self.new,
                errors=(409,),
            ),
            Operation(
                f"{name}.change",
                "PATCH",
                path + "/{id}",
                f"Change a {one}",
                update or self.update,
                self.shown,
                body=self.change,
                errors=(409,),
            ),
        )


def digits_of(text: str) -> str:
    """The digits of a number or a part of one, however it is written; empty where ``text`` is none."""
    if not re.fullmatch(r"[+0-9 ()./\-]+", text, re.ASCII):
        return ""
    digits = "".join(filter(str.isdigit, text)).lstrip("0")
    return digits if len(digits) >= MIN_DIGITS else ""


def document_of(row: Any) -> Document:
    """The columns of a row by name."""
    return {column.key: getattr(row, column.key) for column in row.__table__.columns}


async def add(session: AsyncSession, row: Any) -> None:
    """Store a row. Raises ConflictError when it must be unique and is not."""
    session.add(row)
    try:
        await session.flush()
    except IntegrityError:
        raise ConflictError("another record like this exists already") from None
