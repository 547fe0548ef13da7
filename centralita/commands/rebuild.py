"""`centralita rebuild`: the views that the office makes of the event log, made again from its first event on."""

from __future__ import annotations

import asyncio
from typing import Annotated

import typer

from centralita.commands.faults import CommandError, settings_or_fault
from centralita.ownership import running_pid
from centralita.projection import new_projector
from config.settings import Settings
from pbx.journal.reader import JournalReader
from store.configuration import load_company
from store.engine import Database
from store.errors import StoreError


def rebuild(
    views: Annotated[list[str] | None, typer.Argument(help="Only these; without any, all of them.")] = None,
) -> None:
    """Make the call log, recordings' catalogue, agents' states and statistics again from the event log.

    For the day when a view is wrong or was changed. Nothing that was done because of an event (a lead, an activity, a
    web hook) is done again.
    """
    settings = settings_or_fault()
    if running_pid(settings) is not None:
        raise CommandError(f"{settings.data_dir}: a server is running with this data directory; stop it first")
    try:
        count = asyncio.run(_rebuild(settings, views or []))
    except StoreError as error:
        raise CommandError(str(error)) from None
    typer.echo(f"{count} events applied again")


async def _rebuild(settings: Settings, views: list[str]) -> int:
    database = Database(settings.database)
    try:
        await database.upgrade()
        async with database.session() as session:
            company, _ = await load_company(session, settings)
        projector = new_projector(database, JournalReader(settings.journal_dir), company)
        known = [projection.name for projection in projector.projections]
        unknown = [view for view in views if view not in known]
        if unknown:
            raise CommandError(f"{unknown[0]}: there is no such view; there are {', '.join(known)}")
        while await projector.step():
            pass
        return await projector.rebuild(views)
    finally:
        await database.dispose()
