"""What an INVITE of ours says beside who calls whom: hops left, identity, who has sent the call on, how to ring."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from pbx.calls.caller_id import identity_headers
from pbx.calls.distinctive_ring import ring_headers
from pbx.calls.diversion import diversion_headers, history_headers
from pbx.calls.party import Party
from pbx.calls.target import Target

if TYPE_CHECKING:
    from pbx.calls.call import Call

Headers = Sequence[tuple[str, str]]


def invite_headers(
    call: Call, caller: Party, shown: Party, target: Target, queue: str | None, given: Headers
) -> list[tuple[str, str]]:
    """For one ringing of ``target``; ``shown`` is how it sees ``caller``, ``given`` what else is to be said."""
    domain = call.board.domain
    headers = [("Max-Forwards", str(max(0, call.hops - 1))), *(("Route", route) for route in target.route)]
    headers += given
    headers += ring_headers(caller, target.party, queue, given)
    headers += identity_headers(shown, domain, target)
    headers += diversion_headers(call.diverted_by, call.dialled, target, domain)
    headers += history_headers(call.diverted_by, call.dialled, target, domain)
    return headers
