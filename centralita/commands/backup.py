"""`centralita backup` and `restore`: the whole of an installation's data in one file, taken while it runs."""

from __future__ import annotations

import shutil
import sqlite3
import subprocess
import tarfile
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.progress import Progress

from centralita.commands.faults import CommandError, settings_or_fault
from centralita.ownership import running_pid
from config.settings import Settings

LEFT_OUT = {"run", "log"}
SQLITE_FILES = {"centralita.sqlite3", "centralita.sqlite3-wal", "centralita.sqlite3-shm"}
DUMP = "database.dump"


def backup(file: Annotated[Path | None, typer.Argument(help="Where to write it, ending in .tar.gz.")] = None) -> None:
    """Write configuration, database, recordings, messages and journal into one file."""
    settings = settings_or_fault()
    target = file or Path(f"centralita-{datetime.now(UTC):%Y%m%d-%H%M%S}.tar.gz")
    data = settings.data_dir
    if not data.is_dir():
        raise CommandError(f"{data}: there is no such data directory")
    names = [path for path in sorted(data.rglob("*")) if path.is_file() and _is_kept(path.relative_to(data))]
    with tempfile.TemporaryDirectory() as scratch, Progress() as progress:
        task = progress.add_task("Backing up", total=len(names) + 1)
        dumped = _dump_database(settings, Path(scratch))
        target.with_suffix(".part").touch(mode=0o600)  # the key of the installation is in it
        with tarfile.open(target.with_suffix(".part"), "w:gz") as archive:
            archive.add(dumped, arcname=dumped.name)
            progress.advance(task)
            for path in names:
                archive.add(path, arcname=str(path.relative_to(data)))
                progress.advance(task)
    target.with_suffix(".part").rename(target)
    typer.echo(f"{target}: {target.stat().st_size / 1e6:.1f} MB")


def restore(file: Annotated[Path, typer.Argument(help="A file that `centralita backup` has written.")]) -> None:
    """Put a backup back into an empty data directory (and, on PostgreSQL, an empty database)."""
    settings = settings_or_fault()
    data = settings.data_dir
    if running_pid(settings) is not None:
        raise CommandError(f"{data}: a server is running with this data directory; stop it first")
    if data.exists() and any(data.iterdir()):
        raise CommandError(f"{data}: not empty; move it away first, or set CENTRALITA_DATA_DIR to another folder")
    data.mkdir(parents=True, exist_ok=True)
    try:
        with tarfile.open(file) as archive:
            archive.extractall(data, filter="data")
    except (OSError, tarfile.TarError) as error:
        raise CommandError(f"{file}: not a backup that can be read: {error}") from None
    if (data / DUMP).exists():
        _run("pg_restore", "--no-owner", "--dbname", _libpq_url(settings), str(data / DUMP))
        (data / DUMP).unlink()
    typer.echo(f"{data}: restored from {file}")


def _is_kept(path: Path) -> bool:
    return path.parts[0] not in LEFT_OUT and path.name not in SQLITE_FILES


def _dump_database(settings: Settings, scratch: Path) -> Path:
    if not settings.database.startswith("sqlite"):
        dump = scratch / DUMP
        _run("pg_dump", "--format=custom", "--file", str(dump), _libpq_url(settings))
        return dump
    source = Path(settings.database.partition("///")[2])
    if not source.exists():
        raise CommandError(f"{source}: there is no database yet; start the server once")
    target = scratch / "centralita.sqlite3"
    with sqlite3.connect(source) as live, sqlite3.connect(target) as copy:
        live.backup(copy)
    return target


def _libpq_url(settings: Settings) -> str:
    return settings.database.replace("postgresql+asyncpg", "postgresql")


def _run(program: str, *arguments: str) -> None:
    found = shutil.which(program)
    if found is None:
        raise CommandError(f"{program}: not installed; it comes with PostgreSQL's client package")
    done = subprocess.run([found, *arguments], capture_output=True, text=True, check=False)  # noqa: S603 - our own words
    if done.returncode:
        raise CommandError(f"{program}: {done.stderr.strip().splitlines()[-1]}")
