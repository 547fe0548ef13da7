"""`centralita trace CALL`: the SIP of a call as a ladder, with its messages, or as a file for Wireshark."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from centralita.commands.faults import CommandError, settings_or_fault
from pbx.facade import Exchange, ExchangeUnavailableError
from pbx.trace import ladder
from pbx.trace.message import TracedMessage
from pbx.trace.pcap import pcap as as_pcap

CONNECT_S = 3.0


def trace(
    call: Annotated[str, typer.Argument(help="The id of a call that is live or among the latest.")],
    pcap: Annotated[Path | None, typer.Option(help="Write a capture for Wireshark to this file.")] = None,
    svg: Annotated[Path | None, typer.Option(help="Write the ladder as a picture to this file.")] = None,
    messages: Annotated[bool, typer.Option(help="Print every message in full after the ladder.")] = False,
) -> None:
    """Show the SIP of a call; passwords, keys and tokens in it are masked."""
    socket = settings_or_fault().exchange_socket
    try:
        found = asyncio.run(_ask(socket, call))
    except ExchangeUnavailableError:
        raise CommandError(f"{socket}: no exchange is running with this data directory") from None
    if not found:
        raise CommandError(f"nothing is kept of a call {call}: traces of the latest calls are, until a restart")
    try:
        if pcap is not None:
            pcap.write_bytes(as_pcap(found))
        if svg is not None:
            svg.write_text(ladder.svg(found), encoding="utf-8")
    except OSError as error:
        raise CommandError(f"{error.filename}: cannot be written: {error.strerror}") from None
    if pcap is None and svg is None:
        typer.echo(ladder.text(found), nl=False)
    if messages:
        for message in found:
            typer.echo(f"\n--- {message.direction} {message.transport} {message.remote[0]}:{message.remote[1]}")
            typer.echo(message.text.replace("\r\n", "\n").rstrip())


async def _ask(socket: Path, call: str) -> list[TracedMessage]:
    async with Exchange(socket) as exchange:
        await exchange.wait_connected(CONNECT_S)
        return await exchange.trace(call)
