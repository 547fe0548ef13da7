"""The database: transactions, upgrades, and what it says when it is not there."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, select, text

from store.base import Base
from store.engine import Database
from store.errors import DatabaseUrlError, SchemaTooNewError, UnreachableDatabaseError
from store.migrations.generate import import_tables
from store.migrations.upgrade import alembic_configuration
from store.tables import Installation


async def names(database: Database) -> set[str]:
    async with database.session() as session:
        return set(await session.scalars(select(Installation.name)))


async def test_a_transaction_is_committed_at_its_end(database: Database) -> None:
    async with database.transaction() as session:
        session.add(Installation(name="a", value="1"))
    assert await names(database) == {"a"}


async def test_an_exception_rolls_the_transaction_back(database: Database) -> None:
    with pytest.raises(RuntimeError):
        async with database.transaction() as session:
            session.add(Installation(name="a", value="1"))
            await session.flush()
            raise RuntimeError
    assert await names(database) == set()


async def test_a_reading_session_keeps_nothing_without_a_commit(database: Database) -> None:
    async with database.session() as session:
        session.add(Installation(name="a", value="1"))
        await session.flush()
    assert await names(database) == set()


async def test_writers_that_read_first_take_turns_and_none_fails(database_url: str) -> None:
    """Two connections pools, as two processes have them, both read and then write what they read."""
    databases = [Database(database_url), Database(database_url)]
    async with databases[0].transaction() as session:
        session.add(Installation(name="counter", value="0"))

    async def add_one(database: Database) -> None:
        async with database.transaction() as session:
            lock = select(Installation).where(Installation.name == "counter").with_for_update()
            row = (await session.scalars(lock)).one()
            row.value = str(int(row.value) + 1)

    await asyncio.gather(*(add_one(database) for database in databases for _ in range(10)))
    async with databases[0].session() as session:
        assert await session.scalar(select(Installation.value)) == "20"
    for database in databases:
        await database.dispose()


async def test_readers_do_not_wait_for_a_writer(database: Database) -> None:
    async with database.transaction() as session:
        session.add(Installation(name="a", value="1"))
        await session.flush()
        assert await names(database) == set()


async def test_the_migrations_make_exactly_the_tables_that_the_packages_declare(database: Database) -> None:
    import_tables()

    def differences(connection: Connection) -> list[object]:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        return list(compare_metadata(context, Base.metadata))

    assert await database.run_sync(differences) == []


async def test_a_database_of_the_first_schema_is_brought_up_with_all_that_is_in_it(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path}/first.sqlite3")

    def first(connection: Connection) -> None:
        command.upgrade(alembic_configuration(connection), "0001")
        connection.execute(text("INSERT INTO web_session VALUES (:hash, 'ana', 'csrf', 1.0, 2.0)"), {"hash": "0" * 64})

    await database.run_sync(first)
    await database.upgrade()
    async with database.session() as session:
        rows = (await session.execute(text("SELECT login, browser, system FROM web_session"))).all()
    await database.dispose()
    assert [tuple(row) for row in rows] == [("ana", "", "")]


async def test_upgrading_twice_changes_nothing(database: Database) -> None:
    async with database.transaction() as session:
        session.add(Installation(name="a", value="1"))
    await database.upgrade()
    assert await names(database) == {"a"}


async def test_processes_that_upgrade_together_do_not_collide(tmp_path: Path) -> None:
    databases = [Database(f"sqlite:///{tmp_path}/new.sqlite3") for _ in range(3)]
    await asyncio.gather(*(database.upgrade() for database in databases))
    assert await names(databases[0]) == set()
    for database in databases:
        await database.dispose()


async def test_a_database_of_a_later_version_is_refused(database: Database) -> None:
    async with database.transaction() as session:
        await session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(SchemaTooNewError, match="'9999'"):
        await database.upgrade()


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://centralita:secret@127.0.0.1:1/centralita",
        "postgresql://centralita:secret@/centralita?host=/nowhere",
        "sqlite:////proc/nowhere/centralita.sqlite3",
    ],
)
async def test_an_unreachable_database_is_one_line_without_the_password(url: str) -> None:
    database = Database(url)
    with pytest.raises(UnreachableDatabaseError) as raised:
        await database.upgrade()
    await database.dispose()
    line = str(raised.value)
    assert line.startswith("database ")
    assert "cannot be reached: " in line
    assert "\n" not in line
    assert "secret" not in line


@pytest.mark.parametrize("url", ["", "nonsense", "mysql://root@localhost/x", "sqlite"])
def test_a_database_of_another_kind_is_refused(url: str) -> None:
    with pytest.raises(DatabaseUrlError, match="sqlite"):
        Database(url)
