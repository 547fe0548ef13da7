"""The end of the line: the exchange hangs up."""

from __future__ import annotations

from config.company import Destination
from pbx.calls.call import Call
from pbx.exchange.house import House
from pbx.exchange.places import Next, completed


async def serve(_house: House, _call: Call, _destination: Destination) -> Next:
    return completed()
