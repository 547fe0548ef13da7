"""Requests too long for one datagram go over TCP, and over UDP after all to who takes none (RFC 3261 §18.1.1)."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable

from pbx.net.hop import Hop
from pbx.net.transactions import ClientUser
from pbx.sip.message import Request, Response

MOST_OCTETS = 1300  # where the path's MTU is not known
_VIA = 120  # octets of a Via of ours
REFUSED_FOR_S = 3600.0  # for how long who takes no TCP is not asked again
REMEMBERED = 4096

SendRequest = Callable[[Request, Hop, ClientUser], None]


class LongRequests:
    """Knows who takes no TCP. ``send`` sends a request over its hop; ``now`` is the clock."""

    def __init__(self, send: SendRequest, now: Callable[[], float]) -> None:
        self._send = send
        self._now = now
        self._refused: OrderedDict[tuple[str, int], float] = OrderedDict()

    def belongs_on_tcp(self, request: Request, hop: Hop) -> bool:
        """Whether this request, without its Via, is to leave ``hop`` for TCP.

        Not for a peer behind a NAT, whom only the flow that it has opened reaches.
        """
        if hop.is_reliable or hop.symmetric or request.method in {"ACK", "CANCEL"}:
            return False
        if request.size <= MOST_OCTETS - _VIA:
            return False
        return self._refused.get(hop.remote, 0.0) <= self._now()

    def send(self, request: Request, hop: Hop, user: ClientUser) -> None:
        """Send over TCP to where ``hop`` leads."""
        self._send(request, Hop("tcp", hop.remote, name=hop.name), _Attempt(self, hop, user))

    def refused(self, request: Request, hop: Hop, user: ClientUser) -> None:
        """No connection came about: send over UDP, as a request of its own."""
        self._refused[hop.remote] = self._now() + REFUSED_FOR_S
        self._refused.move_to_end(hop.remote)
        while len(self._refused) > REMEMBERED:
            self._refused.popitem(last=False)
        request.headers.remove("via")
        request.forget("via", "vias")
        self._send(request, hop, user)


class _Attempt:
    """Stands between a request over TCP and who sent it."""

    def __init__(self, owner: LongRequests, hop: Hop, user: ClientUser) -> None:
        self._owner = owner
        self._hop = hop
        self._user = user
        self._heard = False

    def receive_response(self, request: Request, response: Response, now: float) -> None:
        self._heard = True
        self._user.receive_response(request, response, now)

    def request_failed(self, request: Request, status: int, now: float) -> None:
        if status == 503 and not self._heard:
            self._owner.refused(request, self._hop, self._user)
        else:
            self._user.request_failed(request, status, now)
