"""Browsers whose connection goes while they call somebody: another page may take the call up, else it ends.

No answer can reach such a caller any more: a WebSocket that opens again is another one (RFC 7118 §5).
"""

from __future__ import annotations

import asyncio

import structlog

from pbx.calls.leg import Leg
from pbx.calls.switchboard import Switchboard
from pbx.exchange.joining import BROWSERS

log = structlog.get_logger()

TAKEN_UP_WITHIN_S = 10.0
"""How long somebody goes on being rung for a caller whose page is gone: what a reload takes on a slow machine."""


def page_lost(board: Switchboard, connection: int) -> None:
    """End what a browser had begun over the connection of this number (``Hop.connection``), which is gone.

    Unless it goes on over another in time.
    """
    for leg in board.legs:
        if leg.is_calling and leg.connection == connection and leg.session.source.transport in BROWSERS:
            asyncio.get_running_loop().call_later(TAKEN_UP_WITHIN_S, _give_up, leg, connection)


def _give_up(leg: Leg, connection: int) -> None:
    if leg.is_calling and leg.connection == connection:
        log.info("caller_lost", call_id=leg.call_id, extension=leg.party.extension)
        leg.fail("connection_lost")
