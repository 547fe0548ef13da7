"""What both server transactions share: responses out, requests repeated (RFC 3261 §17.2)."""

from __future__ import annotations

from pbx.sip.message import Request, Response
from pbx.sip.timing import Timing
from pbx.sip.transaction import Input, State, Transaction, Transmit, response_input


class ServerTransaction(Transaction):
    """A request of the peer. ``respond`` is the transaction user's; a repeated request goes to ``receive_again``."""

    def __init__(self, request: Request, *, reliable: bool, timing: Timing, state: State) -> None:
        super().__init__(request, reliable=reliable, timing=timing, state=state)
        self._octets = b""

    @property
    def is_answered(self) -> bool:
        """Whether a final response was sent."""
        return self.state not in {State.TRYING, State.PROCEEDING}

    def respond(self, response: Response, now: float) -> None:
        """Send a response of the transaction user; one that does not fit the state any more is dropped."""
        self._happen(response_input(response.status), now, response)

    def receive_again(self, now: float) -> None:
        """The same request came once more."""
        self._happen(Input.REQUEST, now)

    def _send_response(self, _now: float, message: Response | None) -> None:
        assert message is not None
        self._octets = message.encode()
        self.outputs.append(Transmit(self._octets))

    def _repeat_response(self, _now: float, _message: Response | None) -> None:
        if self._octets:
            self.outputs.append(Transmit(self._octets))
