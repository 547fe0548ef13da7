"""Picking up somebody else's ringing call (`*8`, `*8EXT`)."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from pbx.calls.call import Call
from pbx.calls.dial import Dial
from pbx.calls.errors import NoSuchCallError
from pbx.calls.party import Party


def find_ringing(calls: Iterable[Call], extensions: Collection[str]) -> tuple[Call, Dial, Party]:
    """The call that has rung longest at one of ``extensions``. Raises NoSuchCallError when none rings there."""
    for call in sorted(calls, key=lambda call: call.ledger.started_at):
        for dial in call.dials:
            for party in dial.ringing_parties():
                if party.extension in extensions:
                    return call, dial, party
    raise NoSuchCallError("nothing rings there")
