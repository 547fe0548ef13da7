"""``python -m store.migrations.generate "what changes"``: write the migration from the last one to the tables as they are.

A migration that has been published is never changed: companies have run it. A column that is added to a table needs a
``server_default`` there, or the rows that companies have are refused; look at what was written before it is committed.
"""

from __future__ import annotations

import argparse
import asyncio
import importlib
import importlib.util
import subprocess
import sys
import tempfile
from pathlib import Path

from sqlalchemy.engine import Connection

from store.engine import Database
from store.migrations.upgrade import FOLDER, alembic_configuration, newest

# By name: the store is below the packages whose tables these are.
TABLE_MODULES = ("store.tables", "crm_bridge.tables", "recordings.tables", "stats.tables", "web.api.tables")


def import_tables() -> None:
    """Import every module of tables, so that ``Base.metadata`` is complete."""
    for name in TABLE_MODULES:
        if importlib.util.find_spec(name) is not None:
            importlib.import_module(name)


async def _generate(message: str) -> Path:
    import_tables()
    revision = f"{int(newest()) + 1:04}"

    def write(connection: Connection) -> None:
        from alembic import command

        command.revision(alembic_configuration(connection), message=message, autogenerate=True, rev_id=revision)

    with tempfile.TemporaryDirectory() as folder:
        database = Database(f"sqlite:///{folder}/last.sqlite3")
        await database.upgrade()
        await database.run_sync(write)
        await database.dispose()
    (written,) = (FOLDER / "versions").glob(f"{revision}_*.py")
    return written


def main() -> None:
    """Write the file and format it."""
    parser = argparse.ArgumentParser(prog="python -m store.migrations.generate")
    parser.add_argument("message", help="what changes, in a few words: the file's name and first line")
    written = asyncio.run(_generate(parser.parse_args().message))
    written.write_text("".join(line for line in written.read_text().splitlines(keepends=True) if "###" not in line))
    for arguments in (("check", "--fix", "--quiet"), ("format", "--quiet")):
        subprocess.run([sys.executable, "-m", "ruff", *arguments, str(written)], check=True)  # noqa: S603
    sys.stdout.write(f"{written}\n")


if __name__ == "__main__":
    main()
