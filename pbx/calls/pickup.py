"""Picking up somebody else's ringing call: by number (`*8`, `*8EXT`), or by the dialog that rings (RFC 3891 §3)."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from pbx.calls.call import Call
from pbx.calls.dial import Dial
from pbx.calls.errors import NoSuchCallError
from pbx.calls.leg import Leg
from pbx.calls.party import Party
from pbx.sip.event_packages import DialogId


def find_ringing(calls: Iterable[Call], extensions: Collection[str]) -> tuple[Call, Dial, Party]:
    """The call that has rung longest at one of ``extensions``. Raises NoSuchCallError when none rings there."""
    for call in sorted(calls, key=lambda call: call.ledger.started_at):
        for dial in call.dials:
            for party in dial.ringing_parties():
                if party.extension in extensions:
                    return call, dial, party
    raise NoSuchCallError("nothing rings there")


def find_ringing_on(call: Call, leg: Leg, extensions: Collection[str]) -> tuple[Dial, Party]:
    """The ringing of ``call`` that ``leg`` is a part of. Raises NoSuchCallError unless it rings one of ``extensions``.

    A leg that has called us rings nobody: its dialog cannot be replaced before it is answered (RFC 3891 §3).
    """
    for dial in call.dials:
        party = dial.ringing_party(leg)
        if party is not None and party.extension in extensions:
            return dial, party
    raise NoSuchCallError("nothing rings there")


def ringing_dialog(leg: Leg) -> DialogId | None:
    """The dialog of a telephone that rings, as it is named to whoever may pick it up (RFC 4235 §4.1.2)."""
    if leg.is_up or leg.is_incoming or not leg.has_rung or not leg.session.remote_tag:
        return None
    return DialogId(leg.session.call_id, leg.session.remote_tag, leg.session.local_tag)
