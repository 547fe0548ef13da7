"""`centralita serve`: everything, in the foreground, until SIGTERM or Ctrl-C."""

from __future__ import annotations

import asyncio
import resource
from contextlib import ExitStack

import typer

from centralita import logs, preflight
from centralita.commands.faults import CommandError, settings_or_fault
from centralita.leftovers import end_leftovers
from centralita.ownership import owning, running_pid
from centralita.supervisor import Supervisor
from config.settings import Settings

MOST_OPEN_FILES = 65_536  # a thousand telephones by TLS and as many browsers are far more than the usual 1024


def serve() -> None:
    """Serve the company: calls, pages and API, until SIGTERM or Ctrl-C."""
    logs.configure("serve")
    settings = settings_or_fault()
    _allow_open_files()
    with ExitStack() as stack:
        try:
            stack.enter_context(owning(settings))
        except BlockingIOError:
            other = running_pid(settings)
            raise CommandError(
                f"{settings.data_dir}: a server (process {other}) runs with this data directory"
            ) from None
        except OSError as error:
            raise CommandError(*preflight.faults(settings) or [f"CENTRALITA_DATA_DIR: {error}"]) from None
        status = _serve(settings)
    if status:
        raise typer.Exit(status)


def _allow_open_files() -> None:
    """As many as this machine lets us have, for us and the processes that we start."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = MOST_OPEN_FILES if hard == resource.RLIM_INFINITY else min(hard, MOST_OPEN_FILES)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))


def _serve(settings: Settings) -> int:
    end_leftovers(settings)
    if faults := preflight.faults(settings):
        raise CommandError(*faults)

    async def prepare_database() -> bool:
        # Loaded here, while the processes that were started before are loading their own.
        from centralita.preparation import PreparationError, prepare

        try:
            return await prepare(settings)
        except PreparationError as error:
            raise CommandError(*error.faults) from None

    return asyncio.run(Supervisor(settings, prepare_database, lambda demo: typer.echo(welcome(settings, demo))).run())


def welcome(settings: Settings, demo: bool) -> str:
    """Where to click and how to sign in."""
    scheme = "https" if settings.tls_cert else "http"
    host = f"[{settings.bind}]" if ":" in settings.bind else settings.bind
    url = settings.public_url or f"{scheme}://{'localhost' if demo else host}:{settings.http_port}"
    lines = ["", "  Centralita is ready.", "", f"  Open      {url}"]
    if demo:
        carrier = f"{settings.demo_carrier[0]}:{settings.demo_carrier[1]}"
        lines += [
            "  Sign in   ana / demo (an agent), sofia / demo (supervisor), admin / demo (administrator)",
            f"  Phones    SIP {settings.bind}:{settings.sip_port}, user 101, password demo-101",
            f"  Dial in   from {carrier} to +34910000001 (menu), or *43 from a phone (echo test)",
        ]
    else:
        lines += [f"  Phones    SIP {settings.bind}:{settings.sip_port}"]
    return "\n".join([*lines, "", "  Stop with Ctrl-C; running calls are finished first.", ""])
