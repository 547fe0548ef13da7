"""`centralita events --follow`: the live event stream on a terminal, one JSON object per line."""

from __future__ import annotations

import asyncio
import json
from typing import Annotated, Any

import typer

from centralita.commands.faults import CommandError, settings_or_fault
from pbx.ipc.connection import Connection, connect


def events(
    follow: Annotated[bool, typer.Option(help="Go on until interrupted; without it, stop after the first.")] = False,
) -> None:
    """Print what happens in the exchange, as it happens."""
    settings = settings_or_fault()
    try:
        asyncio.run(_print_events(settings.exchange_socket, follow))
    except KeyboardInterrupt:
        return
    except OSError:
        raise CommandError(f"{settings.exchange_socket}: no exchange is running with this data directory") from None


async def _print_events(socket: Any, follow: bool) -> None:
    over = asyncio.Event()

    def show(name: str, payload: Any) -> None:
        if name == "event":
            typer.echo(json.dumps(payload, ensure_ascii=False))
            if not follow:
                over.set()

    connection = Connection(on_notification=show, on_lost=lambda _: over.set())
    await connect(socket, connection)
    await connection.request("subscribe", {})
    await over.wait()
    connection.close()
