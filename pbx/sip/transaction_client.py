"""What both client transactions share: sending the request, taking responses (RFC 3261 §17.1)."""

from __future__ import annotations

from pbx.sip.message import Request, Response
from pbx.sip.timing import Timing
from pbx.sip.transaction import State, Transaction, Transmit, response_input


class ClientTransaction(Transaction):
    """A request of ours. Call ``start`` once; responses go to ``receive``."""

    def __init__(self, request: Request, *, reliable: bool, timing: Timing, state: State) -> None:
        super().__init__(request, reliable=reliable, timing=timing, state=state)
        self._octets = request.encode()

    def receive(self, response: Response, now: float) -> None:
        """A response that matches by branch and method."""
        self._happen(response_input(response.status), now, response)

    def _send_request(self, _now: float, _message: Response | None) -> None:
        self.outputs.append(Transmit(self._octets))
