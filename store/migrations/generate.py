"""``python -m store.migrations.generate``: write the initial migration from the tables of every package.

Until there is a release, the initial migration is written anew whenever a table changes; after it, a new file follows.
"""

from __future__ import annotations

import asyncio
import importlib
import importlib.util
import subprocess
import sys
import tempfile
from pathlib import Path

from sqlalchemy.engine import Connection

from store.engine import Database
from store.migrations.upgrade import FOLDER, alembic_configuration

# By name: the store is below the packages whose tables these are.
TABLE_MODULES = ("store.tables", "crm_bridge.tables", "recordings.tables", "stats.tables", "web.api.tables")
INITIAL = "0001"


def import_tables() -> None:
    """Import every module of tables, so that ``Base.metadata`` is complete."""
    for name in TABLE_MODULES:
        if importlib.util.find_spec(name) is not None:
            importlib.import_module(name)


def _write(connection: Connection) -> None:
    from alembic import command

    configuration = alembic_configuration(connection)
    command.revision(
        configuration, message="initial schema", autogenerate=True, rev_id=INITIAL, head="base", splice=True
    )


async def _generate() -> Path:
    import_tables()
    versions = FOLDER / "versions"
    for old in versions.glob(f"{INITIAL}_*.py"):
        old.unlink()
    with tempfile.TemporaryDirectory() as folder:
        database = Database(f"sqlite:///{folder}/empty.sqlite3")
        await database.run_sync(_write)
        await database.dispose()
    (written,) = versions.glob(f"{INITIAL}_*.py")
    return written


def main() -> None:
    """Write the file and format it."""
    written = asyncio.run(_generate())
    written.write_text("".join(line for line in written.read_text().splitlines(keepends=True) if "###" not in line))
    for arguments in (("check", "--fix", "--quiet"), ("format", "--quiet")):
        subprocess.run([sys.executable, "-m", "ruff", *arguments, str(written)], check=True)  # noqa: S603
    sys.stdout.write(f"{written}\n")


if __name__ == "__main__":
    main()
