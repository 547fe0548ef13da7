"""The declarative base of every table, whichever package owns it.

Times are seconds since the epoch in UTC (``EpochSeconds``), ids are UUIDv7 text (``Id``), and documents are JSON
(JSONB on PostgreSQL).
"""

from __future__ import annotations

from typing import Annotated, Any

from sqlalchemy import JSON, BigInteger, Double, Integer, MetaData, String, Table, Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, mapped_column

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}

Document = JSON().with_variant(JSONB(), "postgresql")
BigSerial = BigInteger().with_variant(Integer(), "sqlite")

Id = Annotated[str, mapped_column(String(36))]
IdKey = Annotated[str, mapped_column(String(36), primary_key=True)]
Sequence = Annotated[int, mapped_column(BigSerial, primary_key=True, autoincrement=True)]
EpochSeconds = Annotated[float, mapped_column(Double)]
JsonObject = Annotated[dict[str, Any], mapped_column(Document)]
JsonArray = Annotated[list[Any], mapped_column(Document)]


class Base(DeclarativeBase):
    """Base of every table."""

    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map = {str: Text(), float: Double(), int: BigInteger()}  # noqa: RUF012 - as SQLAlchemy reads it


def table_of(row: type[Base]) -> Table:
    """The plain table: statements on it go past the session's unit of work."""
    table = row.__table__
    assert isinstance(table, Table)
    return table
