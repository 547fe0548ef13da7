"""One attempt to call a customer back: how far it came."""

from __future__ import annotations

from dataclasses import dataclass

from config.company import Person
from pbx.calls.call import Call
from pbx.exchange.callbacks.book import Callback
from pbx.exchange.destinations.outbound import Payer
from pbx.exchange.house import House


@dataclass(slots=True)
class Attempt:
    """``has_called``: the customer was dialled; ``result``: why nobody talked, as the call's result, or what came of it
    ``by_machine``: where one has answered."""

    has_called: bool = False
    result: str = "cancelled"
    by_machine: bool = False


def payer(callback: Callback) -> Payer:
    """Whoever had the number called, whichever agent it is that calls; the company for what customers ask for."""

    def who(house: House, _: Call) -> Person | None:
        return house.snapshot().people.get(callback.requested_by or "")

    return who
