"""Where a caller can be sent: a destination of the company, a code, one device, a number outside, a parking slot."""

from __future__ import annotations

from typing import cast

from config.company import Destination
from pbx.calls.connect import ConnectedOutcome, GoesOn
from pbx.calls.ledger import Departure
from pbx.calls.park import ParkIn
from pbx.routing.codes import Code
from pbx.routing.dialplan import ToOutside
from pbx.routing.gruu import ToDevice

Place = Destination | Code | ToDevice | ToOutside | ParkIn
Next = Place | Departure

VOICEMAIL = "voicemail"


def voicemail_of(extension: str) -> Destination:
    """The box of a person, or of the company."""
    return Destination(kind=VOICEMAIL, target=extension)


def after(outcome: ConnectedOutcome) -> Next:
    """Where a caller goes who was connected to somebody."""
    if isinstance(outcome, GoesOn):
        return cast(Place, outcome.place)
    return Departure(outcome.by, outcome.reason)


def completed() -> Departure:
    """The exchange did all that the caller wanted of it."""
    return Departure("system", "completed", "answered")
