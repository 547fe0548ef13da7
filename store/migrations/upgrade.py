"""Runs the migrations on a given connection."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import inspect, text
from sqlalchemy.engine import Connection

from store.errors import SchemaTooNewError

FOLDER = Path(__file__).parent
VERSION_TABLE = "alembic_version"
_UPGRADE_LOCK = 0x43454E54  # any number that all processes of an installation agree on


def is_current(connection: Connection) -> bool:
    """Whether the schema is this version's, found out without loading Alembic: a start is to be quick."""
    return _revision(connection) == newest()


def upgrade(connection: Connection) -> None:
    """Bring the schema up to this version's; processes that start together take turns. Raises SchemaTooNewError."""
    from alembic import command
    from alembic.script import ScriptDirectory

    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _UPGRADE_LOCK})
    configuration = alembic_configuration(connection)
    revision = _revision(connection)
    known = {script.revision for script in ScriptDirectory.from_config(configuration).walk_revisions()}
    if revision is not None and revision not in known:
        raise SchemaTooNewError(f"the database has schema '{revision}', which this version of Centralita does not know")
    command.upgrade(configuration, "head")


def alembic_configuration(connection: Connection):  # type: ignore[no-untyped-def]
    """Alembic's configuration for programmatic use on ``connection``."""
    from alembic.config import Config

    configuration = Config()
    configuration.set_main_option("script_location", str(FOLDER).replace("%", "%%"))
    configuration.set_main_option("path_separator", "os")
    configuration.attributes["connection"] = connection
    return configuration


def newest() -> str:
    """The newest revision: files are named NNNN_what.py and the revision is NNNN."""
    return max(path.name.partition("_")[0] for path in (FOLDER / "versions").glob("[0-9]*_*.py"))


def _revision(connection: Connection) -> str | None:
    if not inspect(connection).has_table(VERSION_TABLE):
        return None
    value = connection.execute(text(f"SELECT version_num FROM {VERSION_TABLE}")).scalar()  # noqa: S608 - a constant
    return None if value is None else str(value)
