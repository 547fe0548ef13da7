"""`centralita doctor`: looks for the usual faults of an installation and says what to do about each."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator

import typer

from centralita.commands.faults import settings_or_fault
from centralita.doctor import addresses, encryption, machine
from centralita.doctor.finding import Finding, good, warning
from centralita.doctor.passwords import sip_passwords
from centralita.doctor.trunks import trunks
from config.company import Trunk
from config.settings import Settings

MARKS = {"good": "✓", "warning": "!", "fault": "✗"}


def doctor() -> None:
    """Check ports, addresses, names, buffers, clock, disk, certificate, trunks; exit status 1 if there is a fault."""
    settings = settings_or_fault()
    looks: list[Callable[[Settings], Iterator[Finding]]] = [
        machine.ports,
        addresses.addresses,
        addresses.names,
        machine.socket_buffers,
        machine.clock,
        machine.disk,
        encryption.certificate,
        company,
    ]
    findings = [finding for look in looks for finding in look(settings)]
    for finding in findings:
        typer.echo(f"{MARKS[finding.level]} {finding.text}")
    if any(finding.level == "fault" for finding in findings):
        raise typer.Exit(1)


def company(settings: Settings) -> Iterator[Finding]:
    """What the company in the database is missing."""
    from sqlalchemy.exc import SQLAlchemyError

    from store.errors import StoreError

    if not settings.database_url and not (settings.data_dir / "centralita.sqlite3").exists():
        yield good("company: none yet; the first start loads it")
        return
    try:
        found, homeless = asyncio.run(_of_the_company(settings))
    except (StoreError, SQLAlchemyError, OSError) as error:
        yield warning(f"company: it cannot be read: {str(error).splitlines()[0]}")
        return
    yield sip_passwords(settings, homeless)
    yield from trunks(settings, found)


async def _of_the_company(settings: Settings) -> tuple[tuple[Trunk, ...], list[str]]:
    """Its trunks, and whose SIP passwords are of another domain. Raises StoreError."""
    from store.configuration import load_company
    from store.credentials import usernames_of_other_realms
    from store.engine import Database

    database = Database(settings.database)
    try:
        async with database.session() as session:
            company, _ = await load_company(session, settings)
            return company.trunks, await usernames_of_other_realms(session, settings.domain)
    finally:
        await database.dispose()
