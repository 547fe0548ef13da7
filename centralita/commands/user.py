"""`centralita user`: people's accounts from the command line, for the day when nobody can sign in."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Annotated, Any

import typer
from sqlalchemy import delete
from sqlalchemy.ext.asyncio import AsyncSession

from centralita.commands.faults import CommandError, settings_or_fault
from centralita.commands.running import tell_running_server
from config.company import Company, Person
from config.secrets import random_password
from config.settings import Settings
from store.configuration import delete_part, load_company, save_part, save_parts
from store.credentials import forget_sip_password, set_sip_password, set_web_password
from store.engine import Database
from store.errors import PartRefusedError, StoreError
from store.part_uses import without_person
from web.api.tables import SecondFactor, WebSession

BY = "command line"
app = typer.Typer(
    no_args_is_help=True,
    help="List people, add, change and remove one, set passwords; a running server follows at once.",
)


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
    """Set a fresh page password, turn the second factor off and sign out everywhere."""
    fresh = random_password()
    asyncio.run(_set_password(settings_or_fault(), login, fresh))
    typer.echo(f"{login}: page password {fresh}")


@app.command("telephone")
def telephone(login: str) -> None:
    """Set a fresh password for the telephones."""
    fresh = random_password()
    extension = asyncio.run(_set_telephone(settings_or_fault(), login, fresh))
    typer.echo(f"{login}: SIP user {extension}, password {fresh}")


@app.command("role")
def role(login: str, role: str) -> None:
    """Give somebody another role: administrator, supervisor, agent, or one of the company's own."""
    asyncio.run(_change(settings_or_fault(), login, {"role": role}))


@app.command("deactivate")
def deactivate(login: str) -> None:
    """Let somebody neither sign in nor register a telephone; calls find the voicemail."""
    asyncio.run(_change(settings_or_fault(), login, {"is_active": False}))


@app.command("activate")
def activate(login: str) -> None:
    """Let somebody in again."""
    asyncio.run(_change(settings_or_fault(), login, {"is_active": True}))


@app.command("remove")
def remove(login: str) -> None:
    """Take somebody out of the company, its queues and ring groups."""
    asyncio.run(_remove(settings_or_fault(), login))


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
            await save_part(session, "person", person["login"], person, by=BY, now=now)
            await set_web_password(session, person["login"], web, person["role"], now)
            await set_sip_password(session, person["extension"], settings.domain, sip, now)
    except PartRefusedError as error:
        raise CommandError(*error.faults) from None
    except StoreError as error:
        raise CommandError(str(error)) from None
    finally:
        await database.dispose()
    await tell_running_server(settings)


async def _person(settings: Settings, login: str) -> tuple[Company, Person]:
    company = await _company(settings)
    person = company.person(login)
    if person is None:
        raise CommandError(f"{login}: there is no such person; centralita user list shows all")
    return company, person


@asynccontextmanager
async def _changing(settings: Settings) -> AsyncIterator[AsyncSession]:
    """A transaction that changes the company, of which a running server is told."""
    database = Database(settings.database)
    try:
        async with database.transaction() as session:
            yield session
    except PartRefusedError as error:
        raise CommandError(*error.faults) from None
    except StoreError as error:
        raise CommandError(str(error)) from None
    finally:
        await database.dispose()
    await tell_running_server(settings)


async def _set_password(settings: Settings, login: str, fresh: str) -> None:
    _, person = await _person(settings, login)
    async with _changing(settings) as session:
        await set_web_password(session, login, fresh, person.role, time.time())
        await session.execute(delete(SecondFactor).where(SecondFactor.login == login))
        await session.execute(delete(WebSession).where(WebSession.login == login))


async def _set_telephone(settings: Settings, login: str, fresh: str) -> str:
    _, person = await _person(settings, login)
    async with _changing(settings) as session:
        await set_sip_password(session, person.extension, settings.domain, fresh, time.time())
    return person.extension


async def _change(settings: Settings, login: str, fields: dict[str, Any]) -> None:
    _, person = await _person(settings, login)
    async with _changing(settings) as session:
        body = {**person.model_dump(mode="json"), **fields}
        await save_part(session, "person", login, body, by=BY, now=time.time())


async def _remove(settings: Settings, login: str) -> None:
    company, person = await _person(settings, login)
    now = time.time()
    async with _changing(settings) as session:
        freed = without_person(company, person)
        if freed:
            await save_parts(session, freed, by=BY, now=now)
        await delete_part(session, "person", login, by=BY, now=now)
        await forget_sip_password(session, person.extension)
