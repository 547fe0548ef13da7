"""A request of ours outside any dialog, and its final response (RFC 3261 §8.1)."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from pbx.net.errors import RequestTimeoutError
from pbx.net.hop import Hop
from pbx.sip.digest_client import Credentials, authorize
from pbx.sip.message import Request, Response

_MAX_AUTHORIZATIONS = 3


class OutgoingRequest:
    """Waits for the final response; answers challenges where it has credentials."""

    def __init__(
        self,
        hop: Hop,
        credentials: Credentials | None,
        tokens: Callable[[], str],
        send: Callable[[Request, Hop, OutgoingRequest], None],
    ) -> None:
        self._hop = hop
        self._credentials = credentials
        self._tokens = tokens
        self._send = send
        self._authorizations = 0
        self.sent: Request | None = None
        self.response: asyncio.Future[Response] = asyncio.get_running_loop().create_future()

    def start(self, request: Request) -> None:
        """Send it, without Via yet."""
        self.sent = request
        self._send(request, self._hop, self)

    def receive_response(self, request: Request, response: Response, _now: float) -> None:
        if response.status < 200 or self.response.done():
            return
        if response.status in {401, 407} and self._credentials and self._authorizations < _MAX_AUTHORIZATIONS:
            again = authorize(request, response, self._credentials, self._tokens())
            if again is not None:
                self._authorizations += 1
                self.start(again)
                return
        self.response.set_result(response)

    def request_failed(self, request: Request, status: int, _now: float) -> None:
        if not self.response.done():
            what = "no answer" if status == 408 else "could not be sent"
            self.response.set_exception(RequestTimeoutError(f"{request.method} to {self._hop}: {what}"))
