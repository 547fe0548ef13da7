"""`centralita user`: people's accounts from the command line, for the day when nobody can sign in."""

from __future__ import annotations

import asyncio
import time
from typing import Annotated

import typer

from centralita.commands.faults import CommandError, settings_or_fault
from config.company import Company
from config.secrets import random_password
from config.settings import Settings
from store.configuration import load_company, save_part
from store.credentials import set_sip_password, set_web_password
from store.engine import Database
from store.errors import PartRefusedError, StoreError

app = typer.Typer(no_args_is_help=True, help="List people, add one, set a password.")


@app.command("list")
def list_people() -> None:
    """Everybody: login, extension, role, name."""
    for person in asyncio.run(_company(settings_or_fault())).people:
        typer.echo(f"{person.login:16} {person.extension:6} {person.role:14} {person.name}")


@app.command("add")
def add(
    login: str,
    extension: Annotated[str, typer.Option(help="The person's extension, for example 104.")],
    name: Annotated[str, typer.Option(help="The name that others see.")] = "",
    role: Annotated[str, typer.Option(help="administrator, supervisor or agent.")] = "agent",
) -> None:
    """Add a person with fresh passwords for the page and for a phone."""
    web, sip = random_password(), random_password()
    person = {"login": login, "name": name or login, "extension": extension, "role": role}
    asyncio.run(_add(settings_or_fault(), person, web, sip))
    typer.echo(f"{login}: page password {web}")
    typer.echo(f"{login}: SIP user {extension}, password {sip}")


@app.command("password")
def password(login: str) -> None:
    """Set a fresh page password."""
    fresh = random_password()
    asyncio.run(_set_password(settings_or_fault(), login, fresh))
    typer.echo(f"{login}: page password {fresh}")


async def _company(settings: Settings) -> Company:
    database = Database(settings.database)
    try:
        await database.upgrade()
        async with database.session() as session:
            return (await load_company(session, settings))[0]
    except StoreError as error:
        raise CommandError(str(error)) from None
    finally:
        await database.dispose()


async def _add(settings: Settings, person: dict[str, str], web: str, sip: str) -> None:
    now = time.time()
    database = Database(settings.database)
    try:
        async with database.transaction() as session:
            await save_part(session, "person", person["login"], person, by="command line", now=now)
            await set_web_password(session, person["login"], web, person["role"], now)
            await set_sip_password(session, person["extension"], settings.domain, sip, now)
    except PartRefusedError as error:
        raise CommandError(*error.faults) from None
    except StoreError as error:
        raise CommandError(str(error)) from None
    finally:
        await database.dispose()


async def _set_password(settings: Settings, login: str, fresh: str) -> None:
    person = (await _company(settings)).person(login)
    if person is None:
        raise CommandError(f"{login}: there is no such person; centralita user list shows all")
    database = Database(settings.database)
    try:
        async with database.transaction() as session:
            await set_web_password(session, login, fresh, person.role, time.time())
    finally:
        await database.dispose()
