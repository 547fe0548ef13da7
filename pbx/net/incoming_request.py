"""A request outside any dialog that wants one answer: REGISTER, OPTIONS, MESSAGE, SUBSCRIBE …"""

from __future__ import annotations

from collections.abc import Callable

from pbx.net.hop import Hop
from pbx.sip.errors import WrongStateError
from pbx.sip.headers import HeaderList
from pbx.sip.message import Request, Response, response_to

Respond = Callable[[Request, Response], None]


class IncomingRequest:
    """``request`` and where it came from. Respond to it exactly once."""

    def __init__(self, request: Request, source: Hop, to_tag: str, respond: Respond) -> None:
        self.request = request
        self.source = source
        self.is_answered = False
        self.to_tag = to_tag  # of our responses, and of a dialog that one makes
        self._respond = respond

    def fail(self) -> None:
        """500, unless it was answered already."""
        if not self.is_answered:
            self.respond(500)

    def respond(
        self,
        status: int,
        reason: str | None = None,
        headers: HeaderList = (),
        body: bytes = b"",
        content_type: str = "",
    ) -> None:
        """Send the response. Raises WrongStateError for a second final one."""
        if self.is_answered:
            raise WrongStateError("answered already")
        self.is_answered = status >= 200
        self._respond(
            self.request,
            response_to(
                self.request,
                status,
                reason,
                to_tag=self.to_tag,
                headers=headers,
                body=body,
                content_type=content_type,
            ),
        )
