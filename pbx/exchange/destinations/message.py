"""A message: words for who cannot be served now, then the end of the call."""

from __future__ import annotations

from config.company import Destination
from pbx.calls.call import Call
from pbx.calls.ledger import Departure
from pbx.exchange.house import House
from pbx.exchange.places import Next


async def serve(house: House, call: Call, destination: Destination) -> Next:
    """Nobody was reached, so the call counts as missed."""
    await call.answer()
    await call.say(house.prompts.clips("text", call.language, text=destination.target))
    return Departure("system", "message_played", "missed")
